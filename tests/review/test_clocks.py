"""Clocks of a case: how they stand, ring, move, are held and met (X-1, "How time is counted")."""

from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import ValidationError

from calendar_rules.working_days import ClosedDay, ClosedKind
from review import timing
from review.clocks import PASSED, BellDue, Status
from review.refusals import AlreadyPaused, BeforeTheIncident, NotPaused
from review.said.announced import CalendarChanged
from review.said.rapid_review import ReturnsRequested
from review.said.standing import CasePaused, CaseResumed, CaseWithdrawn
from review.words import Stage
from tests.review.world import WHY, World, at, incident, scoping


def closure(day: date) -> ClosedDay:
    return ClosedDay(day=day, why="Sample closure", kind=ClosedKind.CLOSURE)


def pause(world: World, **more: object) -> None:
    world.say(CasePaused.model_validate({"reason": WHY} | more))


def resume(world: World, **more: object) -> None:
    world.say(CaseResumed.model_validate({"reason": WHY} | more))


# --- statuses and bells ---


def test_a_clock_is_open_then_met_or_late_or_moved_or_stopped() -> None:
    """D-1, D-4, D-5, D-6, D-7: each status once."""
    world = World()
    assert world.clock("D-1").status(world.now) is Status.OPEN
    world.notify()
    assert world.clock("D-1").status(world.now) is Status.MET
    world.close(closure(date(2026, 5, 12)))
    assert world.clock("D-7").status(world.now) is Status.MOVED
    world.wait("2026-05-20T09:00")
    assert world.clock("D-5").status(world.now) is Status.LATE
    world.say(CaseWithdrawn(reason=WHY))
    assert world.clock("D-7").status(world.now) is Status.STOPPED


def test_the_bells_of_the_notification_ring_in_their_order() -> None:
    """D-1: due Monday 18 May; two working days before, on the day, when overdue, a working day after."""
    world = World()
    world.wait("2026-05-20T12:00")
    assert world.clock("D-1").rung == ["reminder", "last-day", PASSED, "overdue", "escalation"]
    assert world.mails("deadline-reminder") == ["chief", "dcs", "chief", "dcs", "sbu-1", "sbu-2"]
    assert world.mails("deadline-escalation") == [
        "officer-local-authority",
        "officer-health",
        "officer-police",
        "independent",
    ]


def test_a_deadline_rings_as_passed_the_second_after_it_was_due_and_not_before() -> None:
    """D-1: both sides of the boundary."""
    world = World()
    world.wait("2026-05-18T23:59:59")
    assert not world.clock("D-1").overdue(world.now)
    assert world.lines("deadline-passed") == []
    world.wait("2026-05-19T00:00:00")
    assert world.clock("D-1").overdue(world.now)
    assert world.lines("deadline-passed") == ["D-1 Notification to the Panel is overdue"]


def test_what_is_done_at_the_last_second_is_met_and_a_second_later_late() -> None:
    """D-1"""
    for moment, status in (("2026-05-18T23:59:59", Status.MET), ("2026-05-19T00:00:00", Status.LATE)):
        world = World(now="2026-05-20T09:00")
        world.notify(happened_at=at(moment))
        assert world.clock("D-1").status(world.now) is status


def test_an_anchor_entered_late_is_overdue_at_once_not_lost() -> None:
    """Anchors entered late: aware on 11 May, entered on 1 June: no reminder, but overdue and escalated."""
    world = World(now="2026-06-01T09:00")
    assert world.clock("D-1").due == at("2026-05-18T23:59:59")
    world.wait("2026-06-01T09:00:01")
    assert world.mails("deadline-reminder") == []
    assert world.mails("deadline-overdue") == ["chief", "dcs", "sbu-1", "sbu-2"]
    assert len(world.mails("deadline-escalation")) == 4
    assert world.lines("deadline-passed") == ["D-1 Notification to the Panel is overdue"]


def test_a_plan_whose_slack_is_gone_from_the_start_is_warned_about_at_once() -> None:
    """Anchors entered late, backward plan: notified on 11 May, entered on 26 May; D-7 is still to come."""
    world = World(now="2026-05-26T09:00")
    world.notify(happened_at=at("2026-05-11T12:00"))
    world.wait("2026-05-26T09:00:01")
    assert [line.partition(";")[0] for line in world.lines("slack-eaten")] == [
        "Warning: the request to the agencies has not gone out"
    ]


def test_of_48_hours_across_a_clock_change_every_hour_is_counted() -> None:
    """48 hours, D-4: the clocks go back on Sunday 25 October 2026; received Saturday 11:00, due Monday 10:00."""
    before = {"incident_at": at("2026-10-23T08:00"), "aware_at": at("2026-10-23T10:00")}
    world = World(incident(**before), now="2026-10-24T11:00")
    world.notify()
    assert world.clock("D-4").due == at("2026-10-26T10:00")


# --- late announcements ---


def test_a_closure_moves_every_open_deadline_that_it_touches_and_says_why() -> None:
    """A late announcement: Tuesday 2 June closes; D-7 moves from that day to Wednesday 3 June."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    (moved,) = world.clock("D-7").moves
    assert (moved.was, moved.due) == (at("2026-06-02T23:59:59"), at("2026-06-03T23:59:59"))
    assert world.lines("deadline-moved") == [
        "D-7 Rapid review recommendation submitted to the Panel moved from Tue 2 Jun 2026 23:59 "
        "to Wed 3 Jun 2026 23:59: Sample closure, Tuesday 2 June 2026"
    ]
    assert world.mails("deadline-moved") == ["sbu-1", "sbu-2"]
    assert world.clock("D-5").moves == []


def test_a_met_deadline_never_moves() -> None:
    """A late announcement: D-1 was met; a closure on its due day leaves it as it was."""
    world = World()
    world.notify()
    before = world.clock("D-1").model_copy(deep=True)
    world.close(closure(date(2026, 5, 18)))
    assert world.clock("D-1") == before


def test_a_moved_deadline_rings_again_at_its_new_times() -> None:
    """A late announcement: the last-day bell of D-1 rang on 18 May, that afternoon the day is declared closed."""
    world = World()
    world.wait("2026-05-18T12:00")
    assert world.clock("D-1").rung == ["reminder", "last-day"]
    world.close(closure(date(2026, 5, 18)))
    assert world.clock("D-1").due == at("2026-05-19T23:59:59")
    assert world.clock("D-1").rung == ["reminder"]
    world.wait("2026-05-19T12:00")
    assert world.lines("deadline-reminder") == [
        "D-1 Notification to the Panel: reminder",
        "D-1 Notification to the Panel: last-day",
        "D-1 Notification to the Panel: last-day",
    ]


def test_a_day_that_is_closed_already_moves_nothing() -> None:
    """A late announcement: Whitsun Monday is a bank holiday already."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 5, 25)), closure(date(2026, 5, 23)))
    assert world.clock("D-7").moves == []


# --- closures taken back (X-2) ---


def mistaken(day: date) -> ClosedDay:
    return ClosedDay(day=day, why="it is the week after", kind=ClosedKind.CLOSURE)


def test_a_closure_taken_back_moves_open_deadlines_back_and_says_why() -> None:
    """X-2: Tuesday 2 June was closed by mistake; D-7 goes from Wednesday 3 June back to the 2nd."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    world.reopen(mistaken(date(2026, 6, 2)))
    there, back = world.clock("D-7").moves
    assert (there.due, back.due) == (at("2026-06-03T23:59:59"), at("2026-06-02T23:59:59"))
    assert world.clock("D-7").due == at("2026-06-02T23:59:59")
    assert world.lines("deadline-moved")[-1] == (
        "D-7 Rapid review recommendation submitted to the Panel moved from Wed 3 Jun 2026 23:59 "
        "to Tue 2 Jun 2026 23:59: Closed by mistake: it is the week after, Tuesday 2 June 2026"
    )
    assert world.mails("deadline-moved") == ["sbu-1", "sbu-2", "sbu-1", "sbu-2"]


def test_a_deadline_met_while_the_day_was_closed_stays_as_it_was() -> None:
    """X-2: D-1 was due on 19 May by the closure of the 18th and met; taking that back changes nothing for it."""
    world = World()
    world.close(closure(date(2026, 5, 18)))
    world.notify()
    before = world.clock("D-1").model_copy(deep=True)
    world.reopen(mistaken(date(2026, 5, 18)))
    assert before.due == at("2026-05-19T23:59:59")
    assert world.clock("D-1") == before


def test_a_deadline_that_moves_back_behind_us_is_overdue_at_once() -> None:
    """X-2: on 19 May it is found that the 18th was no closure: D-1 was due then."""
    world = World()
    world.close(closure(date(2026, 5, 18)))
    world.wait("2026-05-19T10:00")
    assert PASSED not in world.clock("D-1").rung
    world.reopen(mistaken(date(2026, 5, 18)))
    world.wait("2026-05-19T10:01")
    assert world.clock("D-1").due == at("2026-05-18T23:59:59")
    assert PASSED in world.clock("D-1").rung


def test_a_day_proclaimed_by_mistake_is_opened_and_a_national_bank_holiday_is_not() -> None:
    """X-2: 1 June had been proclaimed; Whitsun Monday, 25 May, is the nation's and stays closed."""
    world = World()
    world.notify()
    world.close(ClosedDay(day=date(2026, 6, 1), why="Sample proclamation", kind=ClosedKind.PROCLAIMED))
    assert world.clock("D-7").due == at("2026-06-03T23:59:59")
    world.reopen(mistaken(date(2026, 5, 25)), mistaken(date(2026, 6, 1)))
    assert world.clock("D-7").due == at("2026-06-02T23:59:59")
    assert world.case.calendar.why_closed(date(2026, 5, 25)) is not None
    assert world.clock("D-7").moves[-1].why == "Closed by mistake: it is the week after, Monday 1 June 2026"


def test_a_day_that_was_never_closed_is_opened_without_any_effect() -> None:
    """X-2"""
    world = World()
    world.notify()
    calendar = world.case.calendar
    world.reopen(mistaken(date(2026, 6, 2)), mistaken(date(2062, 6, 2)))
    assert world.case.calendar == calendar
    assert world.clock("D-7").moves == []


def test_one_message_closes_the_right_day_and_opens_the_wrong_one() -> None:
    """X-2: Tuesday 26 May was meant, not Tuesday 2 June: D-7 stays at 3 June."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    world.say(CalendarChanged(days=[closure(date(2026, 5, 26))], opened=[mistaken(date(2026, 6, 2))]))
    assert world.clock("D-7").due == at("2026-06-03T23:59:59")
    assert [one.day for one in world.case.calendar.closed if one.kind is ClosedKind.CLOSURE] == [date(2026, 5, 26)]


@pytest.mark.parametrize("same", [[], [date(2026, 6, 2)]])
def test_a_change_of_the_calendar_names_a_day_and_each_in_one_way(same: list[date]) -> None:
    with pytest.raises(ValidationError):
        CalendarChanged(days=[closure(day) for day in same], opened=[mistaken(day) for day in same])


# --- pauses (X-1) ---


def test_a_pause_never_stops_the_deadlines_of_the_law() -> None:
    """X-1: D-7 runs on; D-5 gets its two working days back."""
    world = World()
    world.notify()
    world.wait("2026-05-12T10:00")
    pause(world)
    world.wait("2026-05-14T10:00")
    resume(world)
    assert world.clock("D-7").due == at("2026-06-02T23:59:59")
    assert world.clock("D-5").due == at("2026-05-20T23:59:59")


def test_hours_are_given_back_as_hours() -> None:
    """X-1, D-4: due Wednesday 11:00; paused for 3 hours 30."""
    world = World()
    world.notify()
    pause(world, happened_at=at("2026-05-11T11:00"))
    world.wait("2026-05-11T14:30")
    resume(world)
    assert world.clock("D-4").due == at("2026-05-13T14:30")


def test_the_days_of_an_agency_are_given_back_and_end_on_a_working_day() -> None:
    """X-1, D-6: due Monday 18 May; paused from Wednesday to Friday; 20 May."""
    world = World()
    world.scope()
    world.wait("2026-05-13T09:00")
    pause(world)
    world.wait("2026-05-15T09:00")
    resume(world)
    assert world.clock("D-6:police").due == at("2026-05-20T23:59:59")


def test_several_pauses_add_up() -> None:
    """X-1, D-5: two pauses of one working day each."""
    world = World()
    world.notify()
    for first, last in (("2026-05-12T10:00", "2026-05-13T10:00"), ("2026-05-14T10:00", "2026-05-15T10:00")):
        world.wait(first)
        pause(world)
        world.wait(last)
        resume(world)
    assert world.clock("D-5").due == at("2026-05-20T23:59:59")


def test_a_clock_that_starts_during_a_pause_is_held_from_its_start() -> None:
    """X-1, D-6: paused on Tuesday; asked on Wednesday 13 May (5th day Monday 18); resumed on Friday."""
    world = World()
    world.notify()
    world.wait("2026-05-12T10:00")
    pause(world)
    world.wait("2026-05-13T10:00")
    world.say(scoping())
    world.say(ReturnsRequested())
    assert world.clock("D-6:police").held_since == at("2026-05-13T10:00")
    world.wait("2026-05-15T10:00")
    resume(world)
    assert world.clock("D-6:police").due == at("2026-05-20T23:59:59")


def test_a_pause_of_seconds_moves_no_deadline_that_anybody_is_told_of() -> None:
    """X-1, D-4: paused and resumed within the minute; the mail would name the same minute twice."""
    world = World()
    world.notify()
    due = world.clock("D-4").due
    pause(world)
    world.wait(f"{world.now:%Y-%m-%dT%H:%M}:20")
    resume(world)
    assert world.clock("D-4").due > due
    assert world.mails("deadline-moved") == []


def test_a_clock_entered_after_the_pause_gets_the_pause_back_too() -> None:
    """X-1, anchors entered late: notified on Monday, paused from Tuesday to Thursday, entered on Friday."""
    world = World()
    world.wait("2026-05-12T10:00")
    pause(world)
    world.wait("2026-05-14T10:00")
    resume(world)
    world.wait("2026-05-15T10:00")
    world.notify(happened_at=at("2026-05-11T12:00"))
    assert world.clock("D-5").due == at("2026-05-20T23:59:59")


def test_while_it_is_held_a_clock_neither_rings_nor_runs_late() -> None:
    """X-1, D-6: its due time passes in the pause; a return that comes in it is in time."""
    world = World()
    world.scope()
    world.wait("2026-05-13T09:00")
    pause(world)
    world.wait("2026-05-20T09:00")
    assert not world.clock("D-6:police").overdue(world.now)
    assert world.case.next_bell("D-6:police") is None
    world.returned("police")
    assert world.clock("D-6:police").status(world.now) is Status.MET
    assert world.clock("D-6:police").due == at("2026-05-26T23:59:59")  # Monday 25 May is Whitsun


def test_what_was_overdue_before_the_pause_stays_so() -> None:
    """X-1, D-4: due Wednesday 13 May 11:00; paused on Thursday."""
    world = World()
    world.notify()
    world.wait("2026-05-14T09:00")
    pause(world)
    assert world.clock("D-4").status(world.now) is Status.LATE
    world.wait("2026-05-15T09:00")
    resume(world)
    assert world.clock("D-4").due == at("2026-05-13T11:00")


def test_a_pause_is_resumed_once_and_pauses_do_not_overlap() -> None:
    """X-1"""
    world = World()
    with pytest.raises(NotPaused):
        resume(world)
    world.wait("2026-05-12T10:00")
    pause(world)
    with pytest.raises(AlreadyPaused):
        pause(world)
    world.wait("2026-05-13T10:00")
    with pytest.raises(BeforeTheIncident):
        resume(world, happened_at=at("2026-05-12T09:00"))
    resume(world)
    world.wait("2026-05-14T10:00")
    with pytest.raises(BeforeTheIncident):
        pause(world, happened_at=at("2026-05-13T09:00"))


def test_a_withdrawn_case_stops_its_clocks_and_rounds_and_says_so() -> None:
    """X-1"""
    world = World()
    one = world.send_out()
    world.say(CaseWithdrawn(reason=WHY))
    assert world.case.stage is Stage.WITHDRAWN
    assert not [clock for clock in world.case.clocks.values() if clock.open]
    assert one.status == "stopped with the case"
    assert world.mails("case-withdrawn")[0] == "officer-local-authority"


# --- a run that begins again ---


def test_a_clock_is_started_once_however_often_the_run_begins_again() -> None:
    """X-3: one row, one due time."""
    world = World()
    rows = world.case.rows
    again = timing.start(world.case, "D-1", at("2026-05-13T10:00"), since=at("2026-05-13T10:00"))
    assert (again.due, world.case.rows) == (at("2026-05-18T23:59:59"), rows)


def test_a_bell_that_rings_late_says_how_late_it_is() -> None:
    """A-3, D-1: aware on Monday 11 May 2026, entered on Wednesday 27 May with D-1 six working days past."""
    world = World(now="2026-05-11T11:00")
    world.now = at("2026-05-27T15:00")
    overdue = next(bell for bell in iter_bells(world, "D-1") if bell.kind == "overdue")
    timing.ring(world.case, "D-1", overdue, world.now)
    assert {one.n["slack_working_days"] for one in world.case.outbox if one.template == "deadline-overdue"} == {-6}


def iter_bells(world: World, clock: str) -> Iterator[BellDue]:
    """The bells of a clock one after the other; those before are rung silently."""
    while bell := world.case.next_bell(clock):
        yield bell
        world.clock(clock).rung.append(bell.name)
