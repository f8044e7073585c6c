"""The plan of a case in the pure core: what is done and arranged stands, the rest follows ("Backward plan")."""

import pytest

from calendar_rules.lengths import london
from calendar_rules.proposal import PlanStepId
from review.chapters.rapid_review.planning import CasePlan, plan_of
from review.facts.rapid_review import RapidReviewMeetingMoved, ScopingMeetingArranged
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import WHY, World, at


def plan(world: World, **changed: str) -> CasePlan:
    made = plan_of(world.case, world.now, {PlanStepId(step): at(text) for step, text in changed.items()})
    assert made is not None
    return made


def standing(made: CasePlan, step: str) -> tuple[str, str]:
    one = next(one for one in made.steps if one.id == step)
    return f"{london(one.at):%a %d %b %H:%M}", one.standing.value


def test_before_the_notification_the_plan_is_counted_as_if_it_were_now() -> None:
    """R-1: Monday 11 May 2026, 11:00; Whitsun Monday is 25 May."""
    world = World()
    made = plan(world)
    assert (made.notified_known, made.notified) == (False, world.now)
    assert standing(made, "scoping") == ("Tue 12 May 10:00", "proposed")
    assert standing(made, "submission") == ("Tue 26 May 09:00", "proposed")  # out on Thursday 21; signed on Saturday


def test_an_accepted_plan_is_the_arranged_meetings() -> None:
    """R-2: the scoping meeting is called, with the planned day of the rapid review meeting; its step offers it."""
    world = World()
    world.notify()
    world.say(
        ScopingMeetingArranged(starts_at=at("2026-05-12T14:00"), rapid_review_meeting_planned_at=at("2026-05-21T10:00"))
    )
    assert standing(plan(world), "scoping") == ("Tue 12 May 14:00", "arranged")
    assert standing(plan(world), "meeting") == ("Thu 21 May 10:00", "arranged")
    (invite,) = {one.n["planned_at"] for one in world.sent if one.template == "scoping-invite"}
    assert invite == at("2026-05-21T10:00").isoformat()
    (held,) = [one for one in next_steps(world.case, world.now) if one.rel == "scoping-meeting-held"]
    assert held.example["rapid_review_meeting_at"].startswith("2026-05-21")


def test_a_meeting_is_not_planned_for_before_the_scoping_meeting() -> None:
    """R-2"""
    world = World()
    world.notify()
    with pytest.raises(no.Refusal, match="rapid review meeting"):
        world.say(
            ScopingMeetingArranged(
                starts_at=at("2026-05-12T14:00"), rapid_review_meeting_planned_at=at("2026-05-12T10:00")
            )
        )


def test_what_is_done_stands_and_a_meeting_that_is_moved_is_arranged() -> None:
    """R-4, R-6: requests out and every return in; the meeting moves."""
    world = World()
    world.scope()
    made = plan(world)
    assert standing(made, "request")[1] == standing(made, "scoping")[1] == "done"
    assert standing(made, "returns")[1] == "proposed"
    for agency in list(world.case.requests):
        world.returned(agency)
    assert standing(plan(world), "returns")[1] == "done"
    tried = plan(world, meeting="2026-05-27T10:00")
    assert standing(tried, "submission") == ("Mon 01 Jun 09:00", "proposed")  # out on Friday 29, signed on Sunday
    assert tried.steps[-1].slack_working_days == 1  # D-7 is Tuesday 2 June
    world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-22T10:00"), reason=WHY))
    assert standing(plan(world), "meeting") == ("Fri 22 May 10:00", "arranged")


def test_a_case_that_has_ended_has_no_plan() -> None:
    world = World()
    world.case.stage = world.case.stage.CONCLUDED
    assert plan_of(world.case, world.now) is None
