"""A reminder that somebody sends now: the ordinary mail, to those who owe it, at most once an hour (X-1)."""

from datetime import timedelta

import pytest

from review.facts.any_stage import CasePaused, ReminderAsked
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import WHY, World


def scoped() -> World:
    world = World()
    world.scope()
    return world


def test_an_agency_is_reminded_of_its_return_by_the_ordinary_mail() -> None:
    """R-4"""
    world = scoped()
    before = len(world.posted)
    world.say(ReminderAsked(deadline="D-6:police"))
    (mail,) = world.posted[before:]
    assert (mail.template, mail.to, mail.about) == ("return-reminder", "lead-police", "D-6:police")
    assert any("reminder sent on request" in line for line in world.lines("deadline-reminder"))


def test_the_same_is_reminded_at_most_once_an_hour_and_another_at_once() -> None:
    """R-4"""
    world = scoped()
    world.say(ReminderAsked(deadline="D-6:police"))
    world.say(ReminderAsked(deadline="D-6:health"))
    world.now += timedelta(minutes=59)
    with pytest.raises(no.RemindedLately, match="when an hour has passed"):
        world.say(ReminderAsked(deadline="D-6:police"))
    world.now += timedelta(minutes=1)
    world.say(ReminderAsked(deadline="D-6:police"))
    assert [one.to for one in world.posted if ":asked-" in one.cause] == ["lead-police", "lead-health", "lead-police"]


def test_who_is_late_reads_that_it_is_late() -> None:
    """R-4, D-6"""
    world = scoped()
    world.wait("2026-05-27T11:00")
    world.say(ReminderAsked(deadline="D-6:police"))
    assert world.posted[-1].template == "return-overdue"


@pytest.mark.parametrize("deadline", ["D-5", "D-7", "D-99", "D-4"])
def test_nobody_is_reminded_of_what_is_ours_or_over(deadline: str) -> None:
    """D-5 and D-7 are the Business Unit's own; D-4 is met; there is no D-99."""
    with pytest.raises(no.NobodyToRemind):
        scoped().say(ReminderAsked(deadline=deadline))


def test_while_the_case_is_paused_nobody_is_reminded_of_what_it_holds() -> None:
    world = scoped()
    world.say(CasePaused(reason=WHY))
    with pytest.raises(no.NobodyToRemind, match="paused"):
        world.say(ReminderAsked(deadline="D-6:police"))


def test_it_is_offered_for_each_deadline_that_waits_for_others() -> None:
    world = scoped()
    offered = [one.about for one in next_steps(world.case, world.now) if one.rel == "reminder-asked"]
    assert [one for one in offered if one and one.startswith("D-6")] == [f"D-6:{one}" for one in world.case.requests]
    assert "D-7" not in offered
