"""The immediate learning that a rapid review names is shared, or it is said why not (R-7, G-9)."""

import pytest

from review.case import reads
from review.case.deadline import Status
from review.facts.enums import Decision, Stage
from review.facts.follow_up import ImmediateLearningNotShared, LearningDisseminated
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import WHY, World, agree, at, decided

SHARED = LearningDisseminated(means="briefing", audience="all agencies", what=WHY)


def asked(world: World, until: str) -> list[tuple[str, bool, bool]]:
    """Whom the mails until then ask, whether it is overdue, and whether it is theirs."""
    world.sent.clear()
    world.posted.clear()
    world.wait(until)
    return [(one.to, one.n["overdue"], one.n["own"]) for one in world.posted if one.template == "learning-awaited"]


def test_the_business_unit_is_reminded_until_it_is_recorded_as_shared() -> None:
    """R-7, G-9: submitted on Monday 11 May 2026; ten working days end on Tuesday 26 May, past Whitsun Monday. Reminded
    on Wednesday the 20th, three working days before the end; then weekly with the CRG Chair, from Tuesday 2 June.
    """
    world = World()
    world.submit()
    assert world.deadline("R-7").due == at("2026-05-26T23:59:59")
    both = ["sbu-1", "sbu-2"]
    assert asked(world, "2026-05-20T07:00") == []
    assert asked(world, "2026-05-22T12:00") == [(one, False, True) for one in both]
    assert asked(world, "2026-05-27T09:00") == [(one, True, True) for one in both]
    assert asked(world, "2026-06-03T12:00") == [*((one, True, True) for one in both), ("chair", True, False)]
    assert "learning-disseminated" in [one.rel for one in next_steps(world.case, world.now) if one.needed]
    world.say(SHARED)
    assert world.deadline("R-7").status(world.now) is Status.LATE
    assert asked(world, "2026-07-01T12:00") == []
    world.say(SHARED)
    assert world.deadline("R-7").met_at == at("2026-06-03T12:00"), "what is shared later is another matter"


def test_what_was_shared_from_the_meeting_on_counts() -> None:
    """R-7"""
    world = World()
    world.approve()
    world.say(SHARED)
    world.submit_approved()
    assert not world.deadline("R-7").open
    assert asked(world, "2026-06-12T12:00") == []


def test_a_case_without_a_review_is_not_concluded_before_it_is_said() -> None:
    """R-7: shared, or why not, once."""
    world = World()
    with pytest.raises(no.NotYet):
        world.say(ImmediateLearningNotShared(reasons=WHY))
    world.submit()
    agree(world)
    world.say(decided(Decision.NO_FURTHER_ACTION, difference_reason=WHY))
    for partner in ("local-authority", "health", "police"):
        world.sign(f"officer-{partner}")
    assert not reads.ended(world.case)
    world.say(ImmediateLearningNotShared(reasons=WHY))
    assert world.case.stage is Stage.CONCLUDED


def test_it_is_said_once_why_it_is_not_shared() -> None:
    """R-7"""
    world = World()
    world.submit()
    world.say(SHARED)
    with pytest.raises(no.AlreadyRecorded):
        world.say(ImmediateLearningNotShared(reasons=WHY))
