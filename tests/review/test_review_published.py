"""Whether and when the report is published: K-8, G-8, B-4. Dates were worked out by hand on a calendar."""

import pytest

from calendar_rules.edition import Outsider
from review.case.deadline import Status
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import (
    REVIEW,
)
from review.facts import practice_review as say
from review.facts.enums import Stage
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import HEADS, Review, plan, use
from tests.review.world import WHY, paper, tick


def test_the_publication_is_planned_with_somebody_of_every_agency_affected() -> None:
    """G-8"""
    world = Review()
    world.agree_report()
    with pytest.raises(no.PlanWithoutManagers, match="school"):
        world.say(plan(managers=["senior-police"]))
    with pytest.raises(no.NotYet):
        world.say(say.ReviewPublished(where="Sample"))
    world.say(plan())
    told = ["officer-local-authority", "officer-health", "officer-police", "independent", "sbu-1", "sbu-2", "chair"]
    assert world.mails("publication-planned") == [*told, *HEADS]


def test_the_decision_not_to_publish_meets_d_10_with_reasons() -> None:
    """K-8, D-10"""
    world = Review()
    world.agree_report()
    world.say(say.ReviewNotPublished(reasons=WHY))
    assert world.deadline("D-10").status(world.now) is Status.MET
    assert world.mails("review-over")
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.ReviewNotPublished(reasons=WHY))


def test_a_decision_not_to_publish_can_be_thought_better_of_with_reasons() -> None:
    """K-8, D-10: planned and published later, also when the case is concluded; D-10 stays met as it was."""
    world = Review()
    world.agree_report()
    world.say(say.ReviewNotPublished(reasons=WHY))
    met = world.deadline("D-10").met_at
    world.wait(tick(world.now, days=90))
    world.case.stage = Stage.CONCLUDED
    with pytest.raises(no.NotYet):
        world.say(say.ReviewPublished(where="Sample", reasons=WHY))
    day = world.now.date().isoformat()
    world.say(plan(day))
    with pytest.raises(no.PublicationUnexplained):
        world.say(say.ReviewPublished(where="Sample"))
    offered = [step for step in next_steps(world.case, world.now) if step.rel == "review-published"]
    assert [step.needed for step in offered] == [False]
    world.say(say.ReviewPublished(where="Sample", reasons=WHY))
    assert world.deadline("D-10").met_at == met
    assert len(world.mails("review-over")) == 2 * len(set(world.mails("review-over")))
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.ReviewPublished(where="Sample", reasons=WHY))


def test_the_record_names_the_version_and_the_hash_that_is_published() -> None:
    """K-8, X-3"""
    world = Review()
    world.agree_report()
    world.say(plan(world.now.date().isoformat()))
    world.say(say.ReviewPublished(where="Sample"))
    (row,) = [row for row in world.case.untold if row.what == "review-published"]
    assert (row.detail["version"], row.detail["sha256"]) == (1, paper(REVIEW, 1).sha256)


def test_an_agreed_report_can_be_replaced_until_it_is_published_and_the_new_version_takes_every_step() -> None:
    """K-7, R-11"""
    world = Review()
    world.agree_report()
    world.say(plan(world.now.date().isoformat()))
    version = world.sound()
    assert stands.agreed(world.case, REVIEW) == 1
    world.say(say.FinalDraftSent(version=version))
    with pytest.raises(no.NotYet):
        world.say(say.ReviewPublished(where="Sample"))
    (again,) = [one for one in world.case.rounds if one.open]
    assert (again.step, again.document.version) == ("crg", 2)
    world.approve_all()
    assert stands.agreed(world.case, REVIEW) == 2
    world.say(say.ReviewPublished(where="Sample"))
    with pytest.raises(no.AlreadyRecorded):
        world.draft_review()


def test_a_new_version_that_names_another_agency_needs_a_plan_with_its_managers() -> None:
    """K-8, G-8"""
    world = Review()
    world.agree_report()
    day = world.now.date().isoformat()
    world.say(plan(day))
    version = world.draft_review(agencies=["police", "school", "housing"])
    world.say(say.ReviewAssured(version=version, sound=True, attended=["chair"]))
    world.say(say.FinalDraftSent(version=version))
    world.approve_all()
    with pytest.raises(no.PlanWithoutManagers, match="housing"):
        world.say(say.ReviewPublished(where="Sample"))
    world.say(plan(day, managers=[*HEADS, "senior-housing"]))
    world.say(say.ReviewPublished(where="Sample"))


def test_nothing_of_the_publication_happened_before_the_report_was_agreed() -> None:
    """K-8, D-10, B-4: advance copies, publication and the decision not to publish; D-10 is not met before its time."""
    world = Review()
    use(world, "england-2023")
    world.agree_report()
    early = tick(world.now, hours=-1)
    world.wait(tick(world.now, days=3))
    world.say(plan())
    facts = [
        plan(happened_at=early),
        say.AdvanceCopySent(recipient=Outsider.PANEL, happened_at=early),
        say.ReviewNotPublished(reasons=WHY, happened_at=early),
    ]
    for fact in facts:
        with pytest.raises(no.BeforeTheIncident, match="last approval of the agreed practice review report"):
            world.say(fact)
    for one in Outsider:
        world.say(say.AdvanceCopySent(recipient=one))
    world.wait("2026-09-04T09:00")
    with pytest.raises(no.BeforeTheIncident):
        world.say(say.ReviewPublished(where="Sample", happened_at=early))
    assert world.deadline("D-10").open
