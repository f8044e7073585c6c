"""What a pause stops and what it gives back; a withdrawal stops all (X-1)."""

from datetime import datetime

import pytest

from review.case import reads
from review.case.deadline import Status
from review.facts.any_stage import CasePaused, CaseResumed, CaseWithdrawn
from review.facts.enums import Stage
from review.facts.follow_up import ActionDueMoved, ActionSet
from review.facts.rapid_review import ReturnsRequested
from review.kit.refusals import AlreadyPaused, BeforeTheIncident, NotPaused
from tests.review.world import WHY, World, at, scoping


def pause(world: World, **more: object) -> None:
    world.say(CasePaused.model_validate({"reason": WHY} | more))


def resume(world: World, **more: object) -> None:
    world.say(CaseResumed.model_validate({"reason": WHY} | more))


def test_a_pause_never_stops_the_deadlines_of_the_law() -> None:
    """X-1: D-7 runs on; D-5 gets its two working days back."""
    world = World()
    world.notify()
    world.wait("2026-05-12T10:00")
    pause(world)
    world.wait("2026-05-14T10:00")
    resume(world)
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert world.deadline("D-5").due == at("2026-05-20T23:59:59")


def test_hours_are_given_back_as_hours() -> None:
    """X-1, D-4: due Wednesday 11:00; paused for 3 hours 30."""
    world = World()
    world.notify()
    pause(world, happened_at=at("2026-05-11T11:00"))
    world.wait("2026-05-11T14:30")
    resume(world)
    assert world.deadline("D-4").due == at("2026-05-13T14:30")


def test_the_days_of_an_agency_are_given_back_and_end_on_a_working_day() -> None:
    """X-1, D-6: due Monday 18 May; paused from Wednesday to Friday; 20 May."""
    world = World()
    world.scope()
    world.wait("2026-05-13T09:00")
    pause(world)
    world.wait("2026-05-15T09:00")
    resume(world)
    assert world.deadline("D-6:police").due == at("2026-05-20T23:59:59")


def test_several_pauses_add_up() -> None:
    """X-1, D-5: two pauses of one working day each."""
    world = World()
    world.notify()
    for first, last in (("2026-05-12T10:00", "2026-05-13T10:00"), ("2026-05-14T10:00", "2026-05-15T10:00")):
        world.wait(first)
        pause(world)
        world.wait(last)
        resume(world)
    assert world.deadline("D-5").due == at("2026-05-20T23:59:59")


def test_a_clock_that_starts_during_a_pause_is_held_from_its_start() -> None:
    """X-1, D-6: paused on Tuesday; asked on Wednesday 13 May (5th day Monday 18); resumed on Friday."""
    world = World()
    world.notify()
    world.wait("2026-05-12T10:00")
    pause(world)
    world.wait("2026-05-13T10:00")
    world.say(scoping())
    world.say(ReturnsRequested())
    assert world.deadline("D-6:police").held_since == at("2026-05-13T10:00")
    world.wait("2026-05-15T10:00")
    resume(world)
    assert world.deadline("D-6:police").due == at("2026-05-20T23:59:59")


def test_a_pause_of_seconds_moves_no_deadline_that_anybody_is_told_of() -> None:
    """X-1, D-4: paused and resumed within the minute; the mail would name the same minute twice."""
    world = World()
    world.notify()
    due = world.deadline("D-4").due
    pause(world)
    world.wait(f"{world.now:%Y-%m-%dT%H:%M}:20")
    resume(world)
    assert world.deadline("D-4").due > due
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
    assert world.deadline("D-5").due == at("2026-05-20T23:59:59")


def test_while_it_is_held_a_clock_neither_rings_nor_runs_late() -> None:
    """X-1, D-6: its due time passes in the pause; a return that comes in it is in time."""
    world = World()
    world.scope()
    world.wait("2026-05-13T09:00")
    pause(world)
    world.wait("2026-05-20T09:00")
    assert not world.deadline("D-6:police").overdue(world.now)
    assert reads.next_reminder(world.case, "D-6:police") is None
    world.returned("police")
    assert world.deadline("D-6:police").status(world.now) is Status.MET
    assert world.deadline("D-6:police").due == at("2026-05-26T23:59:59")  # Monday 25 May is Whitsun


def test_what_was_overdue_before_the_pause_stays_so() -> None:
    """X-1, D-4: due Wednesday 13 May 11:00; paused on Thursday."""
    world = World()
    world.notify()
    world.wait("2026-05-14T09:00")
    pause(world)
    assert world.deadline("D-4").status(world.now) is Status.LATE
    world.wait("2026-05-15T09:00")
    resume(world)
    assert world.deadline("D-4").due == at("2026-05-13T11:00")


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
    assert not [deadline for deadline in world.case.deadlines.values() if deadline.open]
    assert one.status == "stopped with the case"
    assert world.mails("case-withdrawn")[0] == "officer-local-authority"


def test_a_day_that_people_set_is_moved_only_by_pauses_that_begin_after_it_was_set() -> None:
    """X-1, G-11: set in the midst of a pause, or as it ends, the day is the one that was set."""
    world = World()
    world.notify()
    world.say(ActionSet.model_validate(ActionSet.sample | {"action": "training", "due_date": "2026-09-30"}))

    def set_for(day: str) -> datetime:
        world.say(ActionDueMoved(action="training", due_date=at(day).date(), reason=WHY))
        return world.deadline("G-11:training").due

    pause(world)
    world.wait("2026-06-20T10:00")
    assert set_for("2026-11-02") == at("2026-11-02T23:59:59")
    world.wait("2026-06-25T10:00")
    resume(world)
    assert world.deadline("G-11:training").due == at("2026-11-02T23:59:59")
    assert set_for("2026-12-01") == at("2026-12-01T23:59:59")
    world.wait("2026-07-01T10:00")
    pause(world)
    world.wait("2026-07-11T10:00")
    resume(world)
    assert world.deadline("G-11:training").due == at("2026-12-11T23:59:59")
