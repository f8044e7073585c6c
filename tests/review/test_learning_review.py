"""The learning review and what follows it: what counts when, who agreed it, opened again. Dates typed by hand."""

from datetime import date
from typing import Any

import pytest

from review.chapters.follow_up.reads import actions_considered, disseminated, followed_up
from review.chapters.learning_review.chapter import assured
from review.facts.any_stage import CaseReopened
from review.facts.enums import Rating, Stage
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionProgressed,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    NoActionNeeded,
    SubGroupAnswered,
)
from review.facts.learning_review import LearningTermsSet
from review.kit import refusals as no
from tests.review.referrals import considered, findings, judged, learning, offered, opened, referral, request, say
from tests.review.world import WHY, World, at, speaker

SHARED = LearningDisseminated(means="Briefing", audience="All agencies", what=WHY)
HANDED_OVER = FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY)
NO_ACTION = NoActionNeeded(reasons=WHY)
ACTION: dict[str, Any] = {"action": "share-it", "what": WHY, "owner": "lead-police", "agency": "police"}


def action() -> ActionSet:
    return ActionSet.model_validate(ACTION | {"due_date": "2026-06-30", "outcome": WHY})


def close(world: World) -> None:
    say(world, ActionProgressed(action="share-it", progress=WHY, rating=Rating.GREEN, evidence=WHY))
    say(world, ActionClosureAgreed(action="share-it", reasons=WHY), speaker("chair"))


def test_what_follows_a_review_is_not_taken_before_there_is_one() -> None:
    """G-9, G-10, K-10, A-5"""
    for world in (opened(referral()), opened(request())):
        with pytest.raises(no.NotYet, match="no review"):
            say(world, SHARED)
        with pytest.raises(no.NotYet, match="no review"):
            say(world, HANDED_OVER)
        with pytest.raises(no.NotYet, match="not been agreed"):
            say(world, NO_ACTION)


def test_what_was_shared_or_set_before_the_findings_were_agreed_does_not_end_the_review() -> None:
    """G-9, K-10, A-5: on the CRG's assurance its learning is still to be shared and its actions to be set; then the
    sub-group is to answer (G-10).
    """
    world = learning()
    say(world, SHARED)
    say(world, action())
    close(world)
    with pytest.raises(no.NotYet, match="not been agreed"):
        say(world, NO_ACTION)
    say(world, findings(1))
    say(world, judged(1))
    assert not disseminated(world.case)
    assert not actions_considered(world.case)
    say(world, SHARED)
    say(world, HANDED_OVER)
    say(world, NO_ACTION)
    assert not followed_up(world.case)
    say(world, SubGroupAnswered(handover="audit", answer=WHY))
    assert followed_up(world.case)
    with pytest.raises(no.AlreadyRecorded):
        say(world, NO_ACTION)


def test_the_crg_assures_and_considers_only_where_somebody_of_it_was_there() -> None:
    """A-5, A-3, G-11: the Business Unit may record it, not be it."""
    world = opened(referral())
    with pytest.raises(no.NobodyOfTheCrg):
        say(world, considered(attended=["sbu-1"]))
    world = learning()
    say(world, findings(1))
    with pytest.raises(no.NobodyOfTheCrg, match="Chair or the members"):
        say(world, judged(1, attended=["sbu-1", "lawyer"]))
    say(world, judged(1, attended=["sbu-1", "member"]))


def test_a_learning_review_that_is_opened_again_is_drafted_and_agreed_again() -> None:
    """X-1, A-5: nothing that is said beside it ends it; the next steps lead to its new end."""
    world = learning()
    say(world, findings(1))
    say(world, judged(1))
    say(world, SHARED)
    say(world, NO_ACTION)
    world.case.left, world.case.stage = Stage.DISSEMINATION, Stage.CONCLUDED
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.LEARNING_REVIEW
    assert assured(world.case) is None
    assert not followed_up(world.case)
    assert offered(world) == ["learning-review-assured"]
    say(world, findings(2))
    say(world, judged(2))
    assert not followed_up(world.case)
    world.case.stage = Stage.DISSEMINATION
    assert offered(world) == ["action-set", "learning-disseminated", "findings-handed-over"]


def test_the_day_for_the_findings_is_a_deadline_and_not_one_that_has_passed() -> None:
    """A-5: findings wanted by 30 June 2026, put off to 31 July; met by the first that lack nothing."""
    world = learning()
    terms = LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1", findings_by=date(2026, 6, 30))
    with pytest.raises(no.TimeInThePast):
        say(world, terms.model_copy(update={"findings_by": date(2026, 5, 10)}))
    say(world, terms)
    deadline = world.deadline("A-5")
    assert deadline.due == at("2026-06-30T23:59:59")
    say(world, terms.model_copy(update={"findings_by": None}))
    assert deadline.stopped_why == "the terms name no day any more"
    say(world, terms.model_copy(update={"findings_by": date(2026, 7, 31)}))
    assert deadline.due == at("2026-07-31T23:59:59")
    say(world, findings(1, actions=""))
    assert deadline.open
    world.wait("2026-08-03T09:00")
    assert world.mails("deadline-overdue")[-3:] == ["sbu-1", "sbu-2", "chair"]
    say(world, findings(2))
    assert deadline.met_at == world.now
