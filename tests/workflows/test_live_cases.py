"""Care of live cases from the command line: they begin again on new code, and what does not run is brought back."""

import pytest

from api.standing import running
from crg.begin_again import move_on
from crg.live_cases import counted, listed, side_by_side
from crg.revive import Became, Revival
from review.facts.enums import Stage
from tests.workflows.desk import Desk
from tests.workflows.gathering import Gathering
from tests.workflows.scenes import of_the_crg
from tests.workflows.world import london
from workflows import names

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def type_of(desk: Desk, id: str) -> str:
    return (await desk.server.client.get_workflow_handle(id).describe()).workflow_type


async def test_a_terminated_case_is_brought_back_with_its_last_state_and_goes_on(desk: Desk) -> None:
    """Nothing is lost, nothing sent twice; a running one is left alone."""
    case = await desk.open()
    await case.follow_to("returns-requested")
    await case.quiet()
    state, mails, seen = await case.state(), len(case.mails()), await case.listed()
    revival = Revival(desk.server.client, task_queue=desk.queue)
    assert (await revival.case(state)).became is Became.RAN
    await case.handle.terminate("tried")
    assert (await revival.case(state)).became is Became.BACK
    assert await case.listed() == seen, "seen in the list at once, as it was"
    await case.quiet()
    assert len(case.mails()) == mails
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)


async def test_a_request_for_information_is_brought_back_as_one(desk: Desk) -> None:
    """A-4: its own workflow, and not that of a case review, which could never go on with it."""
    case = await desk.ask()
    await case.quiet()
    state = await case.state()
    await case.handle.terminate("tried")
    revived = await Revival(desk.server.client, task_queue=desk.queue).case(state)
    assert (revived.kind, revived.became) == (names.INFORMATION_REQUEST, Became.BACK)
    assert await type_of(desk, case.reference) == names.INFORMATION_REQUEST
    await case.quiet()
    await case.follow_to("information-supplied")


async def test_all_begin_again_ended_cases_and_meetings_too(desk: Desk) -> None:
    """An upgrade is over when no run is left that began with the code of before."""
    live, ended, request = await desk.open(), await desk.open(), await desk.ask()
    await ended.says("case-withdrawn")
    meeting = await Gathering.call(desk, london("2033-05-12 10:00"))
    await meeting.mails(len(of_the_crg(desk)))
    wanted = [live.reference, ended.reference, request.reference, meeting.reference]
    for case in (live, ended, request):
        await case.quiet()
    before, reported = await running(desk.server.client, desk.queue), list[str]()
    assert await move_on(desk.server.client, desk.queue, wanted, wait=30, say=reported.append) == set()
    after = await running(desk.server.client, desk.queue)
    assert {id for id in wanted if after[id] == before[id]} == set()
    assert reported[0] == "Asked to begin again: 2 cases, 1 request for information, 1 meeting of the CRG."
    assert reported[1].startswith("Begun again: 4 of 4, after ")
    await live.follow_to("panel-notified")
    assert (await ended.state()).stage is Stage.WITHDRAWN
    await meeting.mails(0)
    await meeting.handle.terminate("tried")


async def test_a_case_that_cannot_begin_again_yet_is_named(desk: Desk) -> None:
    case = await desk.open()
    await case.quiet()
    reported = list[str]()
    left = await move_on(desk.server.client, desk.queue, [case.reference], wait=0, say=reported.append)
    assert left == {case.reference}
    assert reported[1].startswith("Begun again: 0 of 1")
    assert reported[2] == f"Still to come, at the next moment when nothing is being sent or written: {case.reference}."


async def test_what_was_done_is_said_in_numbers_and_not_in_endless_lists() -> None:
    kinds = [names.WORKFLOW] * 1148 + [names.INFORMATION_REQUEST, names.CRG_MEETING, names.CRG_MEETING, names.DIGEST]
    assert counted(kinds) == "1,148 cases, 1 request for information, 2 meetings of the CRG, the weekly digest"
    assert counted([]) == "nothing"
    assert listed(["b", "a"]) == "a, b"
    assert listed([f"{n:02}" for n in range(23)], most=2) == "00, 01 and 21 more"


async def test_one_that_fails_is_told_in_words_and_none_of_the_others_waits_for_it(desk: Desk) -> None:
    """What Temporal says, and of any other error the kind only: it may repeat what people wrote."""

    async def asked(id: str) -> str:
        if id == "fails":
            raise ValueError("a zebra in the kitchen")
        return (await desk.server.client.get_workflow_handle(id).describe()).workflow_type

    case = await desk.open()
    found = await side_by_side(["CR-nobody-s", "fails", case.reference], asked, lambda id, why: f"{id}: {why}")
    assert found[0].startswith("CR-nobody-s: Temporal answers NOT_FOUND: ")
    assert found[1:] == ["fails: ValueError", names.WORKFLOW]
