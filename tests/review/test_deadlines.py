"""Deadlines of a case: how they stand, fire, move and are met (X-1, "How time is counted")."""

from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import ValidationError

from calendar_rules.edition import Anchor, Edition, Rule, load_edition
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.case import reads
from review.case.deadline import PASSED, ReminderDue, Status
from review.counted_days import days_of_d7
from review.facts.announcements import CalendarChanged
from review.facts.any_stage import CaseWithdrawn
from review.facts.crg import ProcessLinked, ProcessUpdated
from review.facts.enums import ProcessKind
from review.kit import deadlines
from review.kit.deadline_base import DEADLINES, Deadline
from review.kit.notify_called import titled
from tests.review.world import EDITION, WHY, World, at, incident


def closure(day: date) -> ClosedDay:
    return ClosedDay(day=day, why="Sample closure", kind=ClosedKind.CLOSURE)


def test_each_day_of_the_rapid_review_has_its_number() -> None:
    """D-7: notified on Monday 11 May 2026, so that day 15 is Tuesday 2 June; Whitsun, the 25th, is none."""
    world = World()
    assert days_of_d7(world.case) == {}
    world.notify()
    days = days_of_d7(world.case)
    assert days[date(2026, 5, 11)] == "the day of the notification; working day 1 of 15 is Tuesday 12 May"
    assert days[date(2026, 5, 12)] == "working day 1 of 15"
    assert days[date(2026, 5, 23)] == "no working day (Saturday)"
    assert days[date(2026, 5, 25)].startswith("no working day (")
    assert days[date(2026, 6, 2)] == "working day 15 of 15"
    assert days[date(2026, 6, 3)] == "1 working day after the last of 15"


# --- statuses and reminders ---


def test_a_clock_is_open_then_met_or_late_or_moved_or_stopped() -> None:
    """D-1, D-4, D-5, D-6, D-7: each status once."""
    world = World()
    assert world.deadline("D-1").status(world.now) is Status.OPEN
    world.notify()
    assert world.deadline("D-1").status(world.now) is Status.MET
    world.close(closure(date(2026, 5, 12)))
    assert world.deadline("D-7").status(world.now) is Status.MOVED
    world.wait("2026-05-20T09:00")
    assert world.deadline("D-5").status(world.now) is Status.LATE
    world.say(CaseWithdrawn(reason=WHY))
    assert world.deadline("D-7").status(world.now) is Status.STOPPED


def test_the_reminders_of_the_notification_fire_in_their_order() -> None:
    """D-1: due Monday 18 May; two working days before, on the day, when overdue, a working day after."""
    world = World()
    world.wait("2026-05-20T12:00")
    assert world.deadline("D-1").fired == ["reminder", "last-day", PASSED, "overdue", "escalation"]
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
    assert not world.deadline("D-1").overdue(world.now)
    assert not [line for line in world.lines("deadline-passed") if line.startswith("D-1")]
    world.wait("2026-05-19T00:00:00")
    assert world.deadline("D-1").overdue(world.now)
    assert "D-1 Notification to the Panel is overdue" in world.lines("deadline-passed")


def test_what_is_done_at_the_last_second_is_met_and_a_second_later_late() -> None:
    """D-1"""
    for moment, status in (("2026-05-18T23:59:59", Status.MET), ("2026-05-19T00:00:00", Status.LATE)):
        world = World(now="2026-05-20T09:00")
        world.notify(happened_at=at(moment))
        assert world.deadline("D-1").status(world.now) is status


def test_an_anchor_entered_late_is_overdue_at_once_not_lost() -> None:
    """Anchors entered late: aware on 11 May, entered on 1 June: no reminder, but overdue and escalated."""
    world = World(now="2026-06-01T09:00")
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    world.wait("2026-06-01T09:00:01")
    assert world.mails("deadline-reminder") == []
    assert world.mails("deadline-overdue") == ["chief", "dcs", "sbu-1", "sbu-2"]
    assert len(world.mails("deadline-escalation")) == 4
    assert world.lines("deadline-passed")[0] == "D-1 Notification to the Panel is overdue"


def test_a_plan_whose_slack_is_gone_from_the_start_is_warned_about_at_once() -> None:
    """Anchors entered late, backward plan: notified on 11 May, entered on 26 May; D-7 is still to come."""
    world = World(now="2026-05-26T09:00")
    world.notify(happened_at=at("2026-05-11T12:00"))
    world.wait("2026-05-26T09:00:01")
    assert [line.partition(";")[0] for line in world.lines("slack-eaten")] == [
        "Warning: the request to the agencies has not gone out"
    ]


def test_of_48_hours_across_a_clock_change_every_hour_is_counted() -> None:
    """48 hours, D-4: the deadlines go back on Sunday 25 October 2026; received Saturday 11:00, due Monday 10:00."""
    before = {"incident_at": at("2026-10-23T08:00"), "aware_at": at("2026-10-23T10:00")}
    world = World(incident(**before), now="2026-10-24T11:00")
    world.notify()
    assert world.deadline("D-4").due == at("2026-10-26T10:00")


# --- what a deadline's class says ---


@pytest.mark.parametrize("edition", [EDITION, load_edition("england-2023")], ids=lambda one: one.id)
def test_a_deadline_that_a_fact_of_one_kind_starts_is_counted_from_that_kind(edition: Edition) -> None:
    """What `counted_from` says is an anchor, or the kind of the one fact that the deadline's class is set by."""
    of_facts = {id: rule.counted_from for id, rule in edition.deadlines.items() if rule.counted_from not in set(Anchor)}
    assert of_facts == {id: "/".join(one.kind_name() for one in DEADLINES[id].set_by) for id in of_facts}
    assert "G-10" in of_facts


def test_a_deadline_needs_only_its_class_and_its_length_to_start_be_called_and_be_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fact that sets it starts it, with no line in a chapter; mails call it by the id that people gave."""
    monkeypatch.setitem(DEADLINES, "Z-9", Deadline())  # taken out again after the test

    class StatusDue(Deadline):
        """Ten working days from Monday 11 May, with the bank holiday, end on Tuesday 26 May."""

        rule, subject = "Z-9", "process"
        set_by, met_by = (ProcessLinked,), (ProcessUpdated,)

    world = World()
    length = {"title": "Status told", "length": "10 working days", "owner": "business-unit", "clause": "Sample"}
    rule = Rule.model_validate({"id": "Z-9", "counted_from": "process-linked"} | length)
    world.case.edition = world.case.edition.model_copy(
        update={"deadlines": world.case.edition.deadlines | {"Z-9": rule}}
    )
    world.say(
        ProcessLinked(process="cdr", process_kind=ProcessKind.CHILD_DEATH_REVIEW, reference="CDR-1", status="begun")
    )
    deadline = world.deadline("Z-9:cdr")
    assert deadline.due == at("2026-05-26T23:59:59")
    assert titled(world.case, deadline) == "Status told: cdr"
    world.say(ProcessUpdated(process="cdr", status="closed"))
    assert deadline.status(world.now) is Status.MET


# --- late announcements ---


def test_a_closure_moves_every_open_deadline_that_it_touches_and_says_why() -> None:
    """A late announcement: Tuesday 2 June closes; D-7 moves from that day to Wednesday 3 June."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    (moved,) = world.deadline("D-7").moves
    assert (moved.was, moved.due) == (at("2026-06-02T23:59:59"), at("2026-06-03T23:59:59"))
    assert world.lines("deadline-moved") == [
        "D-7 Rapid review recommendation submitted to the Panel moved from Tue 2 Jun 2026 23:59 "
        "to Wed 3 Jun 2026 23:59: Sample closure, Tuesday 2 June 2026"
    ]
    assert world.mails("deadline-moved") == ["sbu-1", "sbu-2"]
    assert world.deadline("D-5").moves == []


def test_a_met_deadline_never_moves() -> None:
    """A late announcement: D-1 was met; a closure on its due day leaves it as it was."""
    world = World()
    world.notify()
    before = world.deadline("D-1").model_copy(deep=True)
    world.close(closure(date(2026, 5, 18)))
    assert world.deadline("D-1") == before


def test_a_moved_deadline_rings_again_at_its_new_times() -> None:
    """A late announcement: the last-day reminder of D-1 fired on 18 May, that afternoon the day is declared closed."""
    world = World()
    world.wait("2026-05-18T12:00")
    assert world.deadline("D-1").fired == ["reminder", "last-day"]
    world.close(closure(date(2026, 5, 18)))
    assert world.deadline("D-1").due == at("2026-05-19T23:59:59")
    assert world.deadline("D-1").fired == ["reminder"]
    world.wait("2026-05-19T12:00")
    assert [line for line in world.lines("deadline-reminder") if line.startswith("D-1")] == [
        "D-1 Notification to the Panel: reminder",
        "D-1 Notification to the Panel: last day",
        "D-1 Notification to the Panel: last day",
    ]


def test_a_day_that_is_closed_already_moves_nothing() -> None:
    """A late announcement: Whitsun Monday is a bank holiday already."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 5, 25)), closure(date(2026, 5, 23)))
    assert world.deadline("D-7").moves == []


# --- closures taken back (X-2) ---


def mistaken(day: date) -> ClosedDay:
    return ClosedDay(day=day, why="it is the week after", kind=ClosedKind.CLOSURE)


def test_a_closure_taken_back_moves_open_deadlines_back_and_says_why() -> None:
    """X-2: Tuesday 2 June was closed by mistake; D-7 goes from Wednesday 3 June back to the 2nd."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    world.reopen(mistaken(date(2026, 6, 2)))
    there, back = world.deadline("D-7").moves
    assert (there.due, back.due) == (at("2026-06-03T23:59:59"), at("2026-06-02T23:59:59"))
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")
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
    before = world.deadline("D-1").model_copy(deep=True)
    world.reopen(mistaken(date(2026, 5, 18)))
    assert before.due == at("2026-05-19T23:59:59")
    assert world.deadline("D-1") == before


def test_a_deadline_that_moves_back_behind_us_is_overdue_at_once() -> None:
    """X-2: on 19 May it is found that the 18th was no closure: D-1 was due then."""
    world = World()
    world.close(closure(date(2026, 5, 18)))
    world.wait("2026-05-19T10:00")
    assert PASSED not in world.deadline("D-1").fired
    world.reopen(mistaken(date(2026, 5, 18)))
    world.wait("2026-05-19T10:01")
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    assert PASSED in world.deadline("D-1").fired


def test_a_day_proclaimed_by_mistake_is_opened_and_a_national_bank_holiday_is_not() -> None:
    """X-2: 1 June had been proclaimed; Whitsun Monday, 25 May, is the nation's and stays closed."""
    world = World()
    world.notify()
    world.close(ClosedDay(day=date(2026, 6, 1), why="Sample proclamation", kind=ClosedKind.PROCLAIMED))
    assert world.deadline("D-7").due == at("2026-06-03T23:59:59")
    world.reopen(mistaken(date(2026, 5, 25)), mistaken(date(2026, 6, 1)))
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert world.case.calendar.why_closed(date(2026, 5, 25)) is not None
    assert world.deadline("D-7").moves[-1].why == "Closed by mistake: it is the week after, Monday 1 June 2026"


def test_a_day_that_was_never_closed_is_opened_without_any_effect() -> None:
    """X-2"""
    world = World()
    world.notify()
    calendar = world.case.calendar
    world.reopen(mistaken(date(2026, 6, 2)), mistaken(date(2062, 6, 2)))
    assert world.case.calendar == calendar
    assert world.deadline("D-7").moves == []


def test_one_message_closes_the_right_day_and_opens_the_wrong_one() -> None:
    """X-2: Tuesday 26 May was meant, not Tuesday 2 June: D-7 stays at 3 June."""
    world = World()
    world.notify()
    world.close(closure(date(2026, 6, 2)))
    world.say(CalendarChanged(days=[closure(date(2026, 5, 26))], opened=[mistaken(date(2026, 6, 2))]))
    assert world.deadline("D-7").due == at("2026-06-03T23:59:59")
    assert [one.day for one in world.case.calendar.closed if one.kind is ClosedKind.CLOSURE] == [date(2026, 5, 26)]


@pytest.mark.parametrize("same", [[], [date(2026, 6, 2)]])
def test_a_change_of_the_calendar_names_a_day_and_each_in_one_way(same: list[date]) -> None:
    with pytest.raises(ValidationError):
        CalendarChanged(days=[closure(day) for day in same], opened=[mistaken(day) for day in same])


# --- a run that begins again ---


def test_a_clock_is_started_once_however_often_the_run_begins_again() -> None:
    """X-3: one row, one due time."""
    world = World()
    rows = world.case.rows
    again = deadlines.start(world.case, "D-1", at("2026-05-13T10:00"), since=at("2026-05-13T10:00"))
    assert (again.due, world.case.rows) == (at("2026-05-18T23:59:59"), rows)


def test_a_reminder_that_fires_late_says_how_late_it_is() -> None:
    """A-3, D-1: aware on Monday 11 May 2026, entered on Wednesday 27 May with D-1 five working days past."""
    world = World(now="2026-05-11T11:00")
    world.now = at("2026-05-27T15:00")
    overdue = next(reminder for reminder in iter_reminders(world, "D-1") if reminder.kind == "overdue")
    deadlines.fire(world.case, "D-1", overdue, world.now)
    assert {one.n["slack_working_days"] for one in world.posted if one.template == "deadline-overdue"} == {-5}


def iter_reminders(world: World, deadline: str) -> Iterator[ReminderDue]:
    """The reminders of a deadline one after the other; those before are fired silently."""
    while reminder := reads.next_reminder(world.case, deadline):
        yield reminder
        world.deadline(deadline).fired.append(reminder.name)


# --- reminders that repeat ---


def repeating(kind: str, when: str, every: str) -> World:
    """Monday 11 May 2026, 11:00; of D-1, due Monday 18 May, one reminder that repeats."""
    rules = EDITION.model_dump(mode="json")
    rules["deadlines"]["D-1"]["reminders"] = [
        {"name": "chase", "when": when, "kind": kind, "tell": ["dcs"], "every": every}
    ]
    return World(edition=Edition.model_validate(rules))


def test_a_reminder_that_repeats_fires_each_time_until_the_deadline_is_met() -> None:
    """N-5, N-7: at 09:00 on each working day; 25 May is a bank holiday."""
    world = repeating("escalation", "1 working day after", "1 working day")
    times = []
    for day in range(19, 28):
        world.wait(f"2026-05-{day}T08:59")
        before = len(world.mails("deadline-escalation"))
        world.wait(f"2026-05-{day}T09:00")
        times += [day] * (len(world.mails("deadline-escalation")) - before)
    assert times == [19, 20, 21, 22, 26, 27]
    world.notify()
    world.deliver()
    world.wait("2026-06-05T12:00")
    assert [one for one in world.posted if one.about == "D-1"] == []


def test_one_that_only_reminds_ends_when_the_due_time_comes() -> None:
    world = repeating("reminder", "1 working day in", "1 working day")
    world.wait("2026-05-26T12:00")
    assert world.deadline("D-1").fired == ["chase", "chase:2", "chase:3", "chase:4", "chase:5", PASSED]


def test_of_one_that_repeats_only_the_last_is_told_of_what_was_entered_late() -> None:
    rules = EDITION.model_dump(mode="json")
    chase = {
        "name": "chase",
        "when": "1 working day after",
        "kind": "overdue",
        "tell": ["dcs"],
        "every": "1 working day",
    }
    rules["deadlines"]["D-1"]["reminders"] = [chase]
    world = World(now="2026-06-01T12:00", edition=Edition.model_validate(rules))
    assert world.mails("deadline-overdue") == ["dcs"]
    world.wait("2026-06-02T12:00")
    assert world.mails("deadline-overdue") == ["dcs", "dcs"]


def test_a_reminder_repeats_after_a_time_that_passes() -> None:
    with pytest.raises(ValidationError, match="is no time after which to repeat"):
        repeating("overdue", "at due", "at once")
