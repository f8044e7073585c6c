"""What lies before the CRG across cases: the agenda and the action log (G-2, G-11)."""

from datetime import datetime
from typing import Any

from review.chapters.crg.agenda import Agenda, CaseItem, OnAgenda, Put, agenda
from review.facts.any_stage import CaseWithdrawn
from review.facts.crg import ConcernEscalated, PanelDialogueLogged, ProcessLinked
from review.facts.directory import Member, Role
from review.facts.enums import Direction, ProcessKind, Route, Stage
from review.facts.follow_up import ActionSet
from review.facts.panel import PanelAcknowledged
from review.facts.practice_review import MilestoneReached, MilestoneSet
from review.listed import Listed, listed
from review.view import case_view
from tests.review.practice import Review
from tests.review.referrals import say
from tests.review.test_information import CONCLUDED, SUPPLIED, asked, nil
from tests.review.world import WHY, World, at, cast

KNOWN = cast(also=(Member(id="named", roles=[Role.ESCALATION_OFFICER]),))


def agenda_of(*worlds: Any) -> Agenda:
    """The agenda over cases as lists show them, each at its own moment."""
    shown = [(one.case.reference, listed(one.case, one.now), one.now) for one in worlds]
    return agenda(
        [_line(reference, one, now) for reference, one, now in shown if one.line.on_agenda],
        [Put(reference, row, now) for reference, one, now in shown for row in one.agenda.values()],
        [row.line for _, one, _ in shown for row in one.actions.values() if row.open],
    )


def _line(reference: str, one: Listed, now: datetime) -> OnAgenda:
    overdue = any(due.overdue_at and due.overdue_at < now for due in one.deadlines.values())
    line = one.line
    item = CaseItem(
        reference=reference,
        next_deadline=line.next_deadline,
        next_title=line.next_title,
        next_due=line.next_deadline_at,
        overdue=overdue,
        safety=line.safety,
    )
    return OnAgenda(Route(line.route), Stage(line.stage), item)


def with_actions() -> World:
    world = World(who=KNOWN)
    world.submit()
    world.say(PanelAcknowledged(meeting_date=at("2026-06-05").date()))
    for id, owner, agency, due in (
        ("later", "lead-health", "health", "2026-10-30"),
        ("sooner", "lead-police", "police", "2026-06-30"),
    ):
        day = at(due).date()
        world.say(ActionSet(action=id, what=WHY, owner=owner, agency=agency, due_date=day, outcome=WHY))
    return world


def test_the_agenda_writes_itself_from_live_cases_by_stage() -> None:
    """G-2, G-3: every case is on it, with its links to other processes."""
    new, late = World(), with_actions()
    late.say(
        ProcessLinked(process="dhr", process_kind=ProcessKind.DOMESTIC_HOMICIDE_REVIEW, reference="D-1", status="open")
    )
    found = agenda_of(new, late)
    assert [(one.stage, len(one.cases)) for one in found.stages] == [(Stage.DISCUSSION, 1), (Stage.PANEL, 1)]
    assert found.stages[0].cases[0].next_deadline == "N-7"
    assert [(one.reference, one.status) for one in found.stages[1].cases[0].linked] == [("D-1", "open")]
    assert [line.action for line in found.actions] == ["sooner", "later"]


def test_the_agenda_names_concerns_and_the_panels_correspondence() -> None:
    """G-2, G-4, G-7"""
    world = with_actions()
    world.say(ConcernEscalated(concern="one", reasons=WHY))
    world.wait(at("2026-06-08T10:00"))
    world.say(PanelDialogueLogged(direction=Direction.FROM_PANEL, how="email", summary=WHY))
    assert [one.concern for one in agenda_of(world).escalations] == ["one"]
    assert [one.what for one in agenda_of(world).panel] == [
        "Recommendation submitted to the Panel",
        "Panel acknowledged receipt",
        "Dialogue with the Panel logged",
    ]


def test_the_agenda_names_milestones_that_are_still_to_be_reached() -> None:
    """G-2, K-5: the one planned first first; what is reached or belongs to a review that is over is not on it."""
    world = Review()
    world.contract()
    for id, day in (("later", "2026-09-01"), ("sooner", "2026-08-03"), ("done", "2026-08-03")):
        world.say(MilestoneSet(milestone=id, what=WHY, planned_date=at(day).date()))
    world.say(MilestoneReached(milestone="done", progress=WHY))
    world.wait("2026-08-04T09:00")
    found = agenda_of(world).milestones
    assert [(one.milestone, one.overdue) for one in found] == [("sooner", True), ("later", False)]


def test_the_agenda_says_which_actions_are_overdue() -> None:
    """G-11: the one due first first."""
    world = with_actions()
    world.wait("2026-07-01T09:00")
    assert [(line.action, line.overdue) for line in agenda_of(world).actions] == [("sooner", True), ("later", False)]


def test_a_case_shows_its_actions_and_concerns() -> None:
    """G-7, G-11"""
    world = with_actions()
    world.say(ConcernEscalated(concern="one", reasons=WHY))
    view = case_view(world.case, world.now)
    assert [(one.action, one.due, one.closed) for one in view.actions] == [
        ("later", at("2026-10-30T23:59:59"), False),
        ("sooner", at("2026-06-30T23:59:59"), False),
    ]
    assert view.open_concerns == ["one"]
    assert view.involvement_open == []


def test_what_has_ended_leaves_the_agenda_unless_something_of_it_is_open() -> None:
    """G-2, G-7: concluded, with a concern that waits for its answer; withdrawn, with nothing."""
    open_still, over = World(who=KNOWN), World()
    open_still.say(ConcernEscalated(concern="one", reasons=WHY))
    for world in (open_still, over):
        world.say(CaseWithdrawn(reason=WHY))
    found = agenda_of(open_still, over)
    assert [(one.stage, len(one.cases)) for one in found.stages] == [(Stage.WITHDRAWN, 1)]


def test_a_request_for_information_says_who_asks_by_when_and_who_is_out() -> None:
    """G-2, A-4"""
    world = asked("police", "housing")
    say(world, nil("police"))
    (one,) = agenda_of(world).information_requests
    assert one.partnership == "Sample Neighbouring Partnership"
    assert (one.outstanding, one.supplied, one.wanted_by) == (["housing"], False, None)
    say(world, nil("housing"))
    say(world, SUPPLIED)
    say(world, CONCLUDED)
    assert agenda_of(world).information_requests == []
