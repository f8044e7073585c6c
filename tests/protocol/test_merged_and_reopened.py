"""Cases that are merged, withdrawn and reopened (X-1), in virtual time. All times are London's."""

from typing import Any

import pytest

from review.case.deadline import Status
from review.facts.enums import Stage
from tests.workflows.desk import Desk, Refused
from tests.workflows.paths import due, status
from tests.workflows.standing import at_step

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_merged_case_stops_and_asks_nothing_more(desk: Desk) -> None:
    """X-1: what never pauses must be carried by the other."""
    case = await desk.open()
    await case.quiet()
    with pytest.raises(Refused, match="duty-not-carried"):
        await case.says("case-merged", into="CR-2026-777", carried=[])
    await case.says("case-merged", into="CR-2026-777", carried=["D-1"])
    await case.quiet()
    assert await status(case, "D-1") is Status.STOPPED
    assert [row.line for row in case.told("other-case-told")] == [
        "CR-2026-777 could not be told that this case goes on in it; write it there"
    ]
    mails = len(case.mails())
    await case.until("2026-03-12 09:00")
    assert len(case.mails()) == mails


async def test_the_case_that_another_goes_on_in_is_told_so_by_that_case_itself(desk: Desk) -> None:
    """X-1, X-3: both records say it, and what is carried."""
    case, other = await desk.open(), await desk.open()
    await case.quiet()
    await case.says("case-merged", into=other.reference, carried=["D-1"])
    await case.quiet()
    await other.quiet()
    (joined,) = [one.reported for one in (await other.state()).entries if one.fact.kind == "case-joined"]
    assert joined.fact.model_dump()["other"] == case.reference
    assert joined.by.people == ["system"]
    assert [row.line for row in case.told("other-case-told")] == [
        f"{other.reference} told that this case goes on in it"
    ]


async def test_a_merged_case_that_is_reopened_tells_the_other_that_it_goes_on_by_itself(desk: Desk) -> None:
    """X-1, X-3: the other keeps the entry, marked as over; its people are told once."""
    case, other = await desk.open(), await desk.open()
    await case.quiet()
    await case.says("case-merged", into=other.reference, carried=["D-1"])
    await case.quiet()
    await other.quiet()
    await case.says("case-reopened")
    await case.quiet()
    await other.quiet()
    reported = [one for one in (await other.state()).entries if one.fact.kind in ("case-joined", "case-parted")]
    assert [one.fact.kind for one in reported] == ["case-joined", "case-parted"]
    assert [one.corrected_by for one in reported] == [reported[1].reported.message, None]
    assert [row.line for row in case.told("other-case-told")][1:] == [
        f"{other.reference} told that this case goes on by itself again"
    ]
    assert (await case.state()).parting == []
    assert len(other.mails("a merged case is separate again", to="crg-chair")) == 1
    await case.says("case-merged", into=other.reference, carried=["D-1"])  # thought better of
    await case.quiet()
    await other.quiet()
    assert len([one for one in (await other.state()).entries if one.fact.kind == "case-joined"]) == 2


async def test_a_withdrawn_case_is_reopened_and_goes_on_to_its_end(desk: Desk) -> None:
    """X-1: D-7 runs again from the notification; the stages go on where they were left."""
    case = await at_step(desk, "sign-off-given")
    was = await due(case, "D-7")
    await case.says("case-withdrawn")
    await case.passes(days=1)
    assert await status(case, "D-7") is Status.STOPPED
    await case.says("case-reopened")
    await case.quiet()
    assert await due(case, "D-7") == was
    assert (await case.state()).stage is Stage.REPORT
    assert case.mails("has been reopened", to="crg-chair")
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)


@pytest.mark.parametrize("outcome", ["close"])
async def test_a_case_that_was_not_notified_is_reopened_and_notified(desk: Desk, outcome: str) -> None:
    """X-1, N-2"""
    case = await desk.open()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome=outcome, reasons="Sample.")
    await case.passes(days=1)
    await case.says("case-reopened")
    await case.quiet()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="notify")
    await case.follow_to_stage(Stage.SCOPING)
    await case.quiet()
    assert await status(case, "D-1") is Status.MET


async def test_a_case_concluded_without_action_is_reopened_for_another_decision(desk: Desk) -> None:
    """X-1, A-3"""
    case = await desk.refer()
    await case.says("crg-considered", outcome="no-further-action")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED
    await case.says("case-reopened")
    await case.quiet()
    assert (await case.state()).stage is Stage.REFERRAL
    offered: dict[str, Any] = {step.rel: step for step in await case.steps()}
    assert offered["crg-considered"].needed
    await case.follow_to_stage(Stage.LEARNING_REVIEW)
