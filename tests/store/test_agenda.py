"""The CRG's agenda is read from what each moment of a case has written: no case is opened for it (G-2)."""

from datetime import timedelta

import pytest

from review.facts.crg import ConcernEscalated, PanelDialogueLogged, ProcessLinked, ProcessUpdated
from review.facts.enums import Direction, ProcessKind, Stage
from review.facts.practice_review import MilestoneSet
from review.listed import listed
from store import Store
from store.tables import case_agenda
from tests.keeping import Keeper
from tests.review.practice import Review
from tests.review.referrals import say
from tests.review.test_agenda import KNOWN, agenda_of, with_actions
from tests.review.test_information import CONCLUDED, SUPPLIED, asked, nil
from tests.review.world import WHY, World, at
from tests.store.test_damage import flip
from tests.store.test_listed import NINE, project


def with_everything() -> list[World]:
    """Cases that put something under each heading of the agenda."""
    late, review, request = with_actions(), Review(), asked("police", "housing")
    late.say(
        ProcessLinked(process="dhr", process_kind=ProcessKind.DOMESTIC_HOMICIDE_REVIEW, reference="D-1", status="open")
    )
    late.say(ProcessUpdated(process="dhr", status="Sample: closed"))
    late.say(ConcernEscalated(concern="one", reasons=WHY))
    late.say(PanelDialogueLogged(direction=Direction.FROM_PANEL, how="email", summary=WHY))
    review.contract()
    review.say(MilestoneSet(milestone="draft", what=WHY, planned_date=at("2026-08-03").date()))
    say(request, nil("police"))
    found = [World(who=KNOWN), late, review, request]
    for number, world in enumerate(found):
        world.case.reference = f"RH-2026-{number:03d}"
    return found


async def test_the_agenda_is_what_the_cases_themselves_say(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """G-2, G-3, G-4, G-7, G-11, K-5, A-4: word for word, without their states."""
    worlds = with_everything()
    now = max(world.now for world in worlds)
    for world in worlds:
        world.now = now
        await Keeper(store).keep(world.case, now)
    monkeypatch.setattr("store.state.read", None)
    found = await store.agenda.read(rehearsal=worlds[0].case.rehearsal, now=now)
    assert found.more == {}
    assert found.agenda == agenda_of(*worlds)
    assert found.agenda.model_dump_json() == agenda_of(*worlds).model_dump_json()
    whole = found.agenda
    lists = ("stages", "information_requests", "actions", "milestones", "escalations", "panel")
    assert [name for name in lists if not getattr(whole, name)] == []
    assert [one.status for stage in whole.stages for case in stage.cases for one in case.linked] == ["Sample: closed"]


async def test_what_came_since_the_last_meeting_is_on_the_agenda(store: Store) -> None:
    """Of the Panel's correspondence what came since the last meeting stands there."""
    world, keeper = with_actions(), Keeper(store)
    await keeper.keep(world.case, world.now)
    rehearsal, meeting = world.case.rehearsal, world.now
    world.wait(at("2026-06-08T10:00"))
    world.say(PanelDialogueLogged(direction=Direction.FROM_PANEL, how="email", summary=WHY))
    await keeper.keep(world.case, world.now)

    async def read() -> list[str]:
        found = await store.agenda.read(rehearsal=rehearsal, since=meeting, now=world.now)
        return [one.what for one in found.agenda.panel]

    assert await read() == ["Dialogue with the Panel logged"]
    assert len((await store.agenda.read(rehearsal=rehearsal, now=world.now)).agenda.panel) == 3
    assert (await store.agenda.read(rehearsal=not rehearsal, now=world.now)).agenda.panel == []


async def test_a_request_that_is_over_is_on_no_agenda(store: Store) -> None:
    """A-4"""
    world, keeper = asked("police"), Keeper(store)
    await keeper.keep(world.case, world.now)

    async def outstanding() -> list[list[str]]:
        found = await store.agenda.read(rehearsal=world.case.rehearsal, now=world.now)
        return [one.outstanding for one in found.agenda.information_requests]

    assert await outstanding() == [["police"]]
    for fact in (nil("police"), SUPPLIED, CONCLUDED):
        say(world, fact)
    await keeper.keep(world.case, world.now)
    assert await outstanding() == []
    assert listed(world.case, world.now).agenda == {}
    async with store._database.read() as connection:
        assert (await connection.execute(case_agenda.select())).all() == []


async def test_a_long_list_is_cut_short_for_a_page_and_says_how_much_is_left_out(store: Store) -> None:
    for number in range(5):
        await project(store, f"CR-{number}", stage="returns")
    await project(store, "CR-9", stage="panel")
    await project(store, "IR-1", stage="returns", route="information-request")
    found = await store.agenda.read(at_most=3, now=NINE)
    assert [(one.stage, len(one.cases)) for one in found.agenda.stages] == [(Stage.RETURNS, 3), (Stage.PANEL, 1)]
    assert [one.reference for one in found.agenda.stages[0].cases] == ["CR-0", "CR-1", "CR-2"]
    assert found.more == {"returns": 2}
    lines = await store.agenda.lines(NINE)
    assert [one.reference for one in lines] == ["CR-0", "CR-1", "CR-2", "CR-3", "CR-4", "CR-9", "IR-1"]
    assert lines[-1].stage == "Another partnership's request for information"


async def test_what_a_rehearsal_puts_there_is_overdue_by_its_own_clock(store: Store) -> None:
    """K-5: a milestone, where the rehearsal's clock runs ahead of ours."""
    world, ahead = Review(), timedelta(days=30)
    world.contract()
    world.say(MilestoneSet(milestone="draft", what=WHY, planned_date=(world.now + timedelta(days=2)).date()))
    world.case.rehearsal = True
    await Keeper(store).keep(world.case, world.now)
    for moved, overdue in ((timedelta(0), False), (ahead, True)):
        await store.cases.clock_moved(world.case.reference, moved, written_at=world.now)
        found = await store.agenda.read(rehearsal=True, now=world.now)
        assert [one.overdue for one in found.agenda.milestones] == [overdue]


async def test_what_cannot_be_opened_keeps_its_place_and_its_case_is_named(store: Store) -> None:
    world = with_actions()
    world.case.reference = "CR-1"
    world.say(ConcernEscalated(concern="one", reasons=WHY))
    await Keeper(store).keep(world.case, world.now)
    await flip(store, case_agenda)
    found = await store.agenda.read(rehearsal=world.case.rehearsal, now=world.now)
    assert [one.reasons[:19] for one in found.agenda.escalations] == ["This cannot be read"]
    assert store.cases.seen_damaged() == {"CR-1"}
    assert not await store.cases.opens("CR-1")
