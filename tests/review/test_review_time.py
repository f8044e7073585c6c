"""The time that a practice review has: K-9, D-10, B-5. Dates were worked out by hand on a calendar."""

from datetime import date, timedelta

import pytest

from calendar_rules.edition import Outsider
from calendar_rules.lengths import london
from review.chapters.practice_review import reads as stands
from review.facts import practice_review as say
from review.facts.any_stage import CasePaused, CaseResumed
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review, use
from tests.review.world import WHY, cast


def test_d_10_is_six_months_from_the_decision_with_its_warnings() -> None:
    """D-10, K-9: decided on Wednesday 1 July 2026; warned on 1 October, 1 December and 17 December."""
    world = Review()
    deadline = world.deadline("D-10")
    assert london(deadline.due).isoformat() == "2027-01-01T23:59:59+00:00"
    warned = []
    for moment in ("2026-09-30T23:00", "2026-10-01T10:00", "2026-12-01T10:00", "2026-12-17T10:00", "2027-01-02T10:00"):
        world.wait(moment)
        warned.append([name for name in deadline.fired if name != "passed"])
    assert warned == [
        [],
        ["three-months"],
        ["three-months", "five-months"],
        ["three-months", "five-months", "half-a-month-left"],
        ["three-months", "five-months", "half-a-month-left", "overdue"],
    ]


def test_an_extension_moves_d_10_with_its_reason_and_its_reminders() -> None:
    """K-9"""
    world = Review()
    with pytest.raises(no.NotAnExtension):
        world.say(say.ReviewExtended(extended_date=date(2027, 1, 1), reason=WHY))
    world.wait("2026-12-20T10:00")
    world.say(say.ReviewExtended(extended_date=date(2027, 4, 30), reason=WHY))
    deadline = world.deadline("D-10")
    assert london(deadline.due).isoformat() == "2027-04-30T23:59:59+01:00"
    (moved,) = deadline.moves
    assert (london(moved.was).date(), moved.why) == (date(2027, 1, 1), "the review was extended")
    world.wait("2027-04-16T10:00")
    assert "half-a-month-left" in deadline.fired
    assert stands.forecast(world.case, world.now) == date(2027, 4, 30)


def test_the_authorities_that_the_edition_names_are_told_of_each_delay() -> None:
    """B-5: the Panel by mail, the Secretary of State by a person."""
    world = Review()
    assert stands.delay_to_tell(world.case) == []
    use(world, "england-2023")
    world.say(say.ReviewExtended(extended_date=date(2027, 4, 30), reason=WHY))
    assert stands.delay_to_tell(world.case) == [Outsider.SECRETARY_OF_STATE]
    world.say(say.DelayTold(authority=Outsider.SECRETARY_OF_STATE))
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.DelayTold(authority=Outsider.SECRETARY_OF_STATE))
    world.say(say.ReviewExtended(extended_date=date(2027, 6, 30), reason=WHY))
    assert stands.delay_to_tell(world.case) == [Outsider.SECRETARY_OF_STATE]


def test_a_pause_for_proceedings_stops_nothing_of_d_10_and_shows_a_forecast() -> None:
    """K-9: paused for 30 days; without a date given, D-10 and the days of the pause."""
    world = Review()
    world.say(CasePaused(reason=WHY))
    world.wait("2026-07-31T12:00")
    world.say(CaseResumed(reason=WHY))
    deadline = world.deadline("D-10")
    assert london(deadline.due).date() == date(2027, 1, 1)
    assert not deadline.moves
    assert stands.forecast(world.case, world.now) == date(2027, 1, 31)
    with pytest.raises(no.TimeInThePast):
        world.say(CasePaused(reason=WHY, forecast_date=date(2026, 7, 30)))
    world.deliver()
    world.say(CasePaused(reason=WHY, forecast_date=date(2027, 3, 15)))
    assert stands.forecast(world.case, world.now) == date(2027, 3, 15)
    told = next(notice for notice in world.posted if notice.template == "case-paused")
    assert (told.n["d_10"], told.n["forecast"]) == (deadline.model_dump(mode="json")["due"], "2027-03-15")


def test_half_an_hour_of_a_pause_is_no_day_of_the_forecast() -> None:
    """K-9, X-1: D-10 ends with a day; a pause from 10:00 to 10:30 fourteen days later takes fourteen days."""
    world = Review()
    due = london(world.deadline("D-10").due).date()
    world.say(CasePaused(reason=WHY))
    world.wait(world.now + timedelta(days=14, minutes=30))
    world.say(CaseResumed(reason=WHY))
    assert stands.forecast(world.case, world.now) == due + timedelta(days=14)


def test_the_forecast_is_the_later_of_what_was_said_at_the_pause_and_d_10_with_the_time_lost() -> None:
    """K-9, X-1: what was said holds while the pause lasts; an extension has taken earlier pauses into account."""
    world = Review()
    world.say(CasePaused(reason=WHY, forecast_date=date(2027, 1, 15)))
    world.wait("2026-07-31T12:00")  # thirty days: later than was said
    assert stands.forecast(world.case, world.now) == date(2027, 1, 31)
    world.say(CaseResumed(reason=WHY))
    world.say(CasePaused(reason=WHY, forecast_date=date(2027, 6, 30)))
    assert stands.forecast(world.case, world.now) == date(2027, 6, 30)
    world.wait("2026-08-10T12:00")
    world.say(CaseResumed(reason=WHY))
    assert stands.forecast(world.case, world.now) == date(2027, 2, 10)
    world.say(say.ReviewExtended(extended_date=date(2027, 4, 30), reason=WHY))
    assert stands.forecast(world.case, world.now) == date(2027, 4, 30)


def test_a_review_that_is_overdue_needs_to_be_extended_and_the_panel_to_be_told() -> None:
    """K-9, B-5: with no address of the Panel the letter does not go silently nowhere."""
    world = Review()
    assert not next(one for one in next_steps(world.case, world.now) if one.rel == "review-extended").needed
    world.wait("2027-06-02T10:00")
    step = next(one for one in next_steps(world.case, world.now) if one.rel == "review-extended")
    assert (step.needed, step.example["extended_date"]) == (True, "2027-08-01")
    world.recast(cast(2, without=("panel",)))
    extended = say.ReviewExtended(extended_date=date(2027, 8, 1), reason=WHY)
    with pytest.raises(no.NoAddressOutside, match="panel"):
        world.say(extended)
    world.say(extended.model_copy(update={"told_by_other_means": True}))
    assert not next(one for one in next_steps(world.case, world.now) if one.rel == "review-extended").needed


def test_the_independent_chair_hears_that_the_review_is_overdue() -> None:
    """D-10, G-5"""
    world = Review()
    world.wait("2027-01-02T10:00")
    assert {"independent", "officer-health", "chair"} <= set(world.mails("deadline-overdue"))
