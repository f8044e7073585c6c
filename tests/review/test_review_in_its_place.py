"""Communications in the plan, and what is published in place of a review: G-8, K-8. Dates were counted by hand."""

import pytest

from calendar_rules.edition import Outsider
from review.case import reads
from review.case.deadline import Status
from review.chapters.practice_review.view import practice_review_view
from review.facts import practice_review as say
from review.facts.directory import Member, Role
from review.facts.follow_up import FindingsHandedOver, LearningDisseminated, NoActionNeeded, SubGroupAnswered
from review.kit import refusals as no
from review.next_steps import needed_steps
from tests.review.practice import Review, plan, use
from tests.review.world import WHY, at, cast, fact_of

MEDIA = Member(id="media", roles=[Role.COMMUNICATIONS])
INSTEAD = {"improvements": "Sample: visits are shared within a day.", "where": "Sample: the website"}


def _decided(**more: object) -> Review:
    """On Wednesday 2 September 2026, 10:00, it is decided not to publish the agreed report."""
    world = Review(**more)
    world.agree_report()
    world.wait("2026-09-02T10:00")
    world.say(say.ReviewNotPublished(reasons=WHY))
    return world


def test_communications_are_mailed_the_publication_and_media_plan() -> None:
    """G-8: as a document, for they have no portal; a later plan goes to them, too."""
    world = Review(who=cast(also=(MEDIA,)))
    world.agree_report()
    world.say(plan())
    sent = [one for one in world.posted if one.template == "publication-plan"]
    assert [one.to for one in sent] == ["media"]
    assert sent[0].papers == ["publication-plan:1"]
    assert world.case.papers["publication-plan:1"].document == "publication-plan"
    assert not world.lines("communications-vacant")
    world.say(plan("2026-09-30"))
    assert world.mails("publication-plan") == ["media", "media"]
    world.restart()
    assert world.mails("publication-plan") == ["media", "media"]


def test_a_plan_without_anybody_at_communications_is_warned_about() -> None:
    """G-8: in the record, and in the mail to those who carry the plan out; it is not blocked."""
    world = Review()
    world.agree_report()
    world.say(plan())
    assert len(world.lines("communications-vacant")) == 1
    (told, *_) = [one for one in world.posted if one.template == "publication-planned"]
    assert told.n["communications"] is False
    assert not world.mails("publication-plan")


@pytest.mark.parametrize("edition", ["doncaster-2018", "england-2023"])
def test_a_decision_not_to_publish_is_told_to_the_panel_the_secretary_of_state_and_ofsted(edition: str) -> None:
    """K-8: in both editions, with the reasons in a letter; each is a disclosure of the record."""
    world = Review()
    use(world, edition)
    world.agree_report()
    world.say(say.ReviewNotPublished(reasons=WHY))
    told = [one for one in world.posted if one.template == "not-publishing"]
    assert [one.to for one in told] == ["panel", "secretary-of-state", "ofsted"]
    assert told[0].papers == ["not-publishing-letter:1"]
    assert len(world.lines("not-publishing")) == 3


def test_improvement_information_is_asked_for_and_told_when_it_is_published() -> None:
    """K-8, s. 16F: 20 working days from 2 September are over on 30 September; the CRG Chair is reminded."""
    world = _decided()
    running = world.deadline("K-8-improvements")
    assert running.due == at("2026-09-30T23:59:59")
    assert "improvements-published" in [one.rel for one in needed_steps(world.case, world.now)]
    world.wait("2026-10-01T09:00")
    assert "chair" in world.mails("deadline-overdue")
    world.say(say.ImprovementsPublished(**INSTEAD))
    assert running.status(world.now) is Status.LATE
    told = [one for one in world.posted if one.template == "improvements-published"]
    assert [one.to for one in told] == ["panel", "secretary-of-state", "ofsted"]
    assert told[0].papers == ["improvement-information:1"]
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.ImprovementsPublished(none_reason=WHY))


def test_a_case_is_not_concluded_while_improvement_information_is_owed() -> None:
    """K-8, s. 16F: none is an answer, with the reason."""
    world = _decided()
    world.say(LearningDisseminated.model_validate(LearningDisseminated.sample))
    world.say(NoActionNeeded(reasons=WHY))
    handed = FindingsHandedOver.model_validate(FindingsHandedOver.sample)
    world.say(handed)
    world.say(SubGroupAnswered(handover=handed.handover, answer=WHY))
    assert not reads.ended(world.case)
    world.say(say.ImprovementsPublished(none_reason=WHY))
    assert reads.ended(world.case)


def test_an_authority_that_cannot_be_mailed_is_told_by_other_means_and_that_is_recorded() -> None:
    """K-8"""
    world = _decided(who=cast(without=("ofsted",)))
    (step,) = [one for one in needed_steps(world.case, world.now) if one.rel == "non-publication-told"]
    assert step.about == Outsider.OFSTED
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.NonPublicationTold(authority=Outsider.PANEL))
    world.say(fact_of(step, world))
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert (shown.non_publication_to_tell, shown.improvements_owed) == ([], True)


def test_improvement_information_that_names_the_child_is_refused_without_a_reason() -> None:
    """K-8: published as the report would be, checked as the report is."""
    world = _decided()
    named = INSTEAD | {"improvements": "Sample: what happened to child-sample-1 is shared within a day."}
    with pytest.raises(no.ImprovementsIdentify, match="id of child-sample-1"):
        world.say(say.ImprovementsPublished(**named))
    world.say(say.ImprovementsPublished(**named, names_reason=WHY))


def test_improvement_information_is_no_longer_owed_once_the_report_is_published_after_all() -> None:
    """K-8"""
    world = _decided()
    world.say(plan(world.now.date().isoformat()))
    world.say(say.ReviewPublished(where="Sample", reasons=WHY))
    assert world.deadline("K-8-improvements").status(world.now) is Status.STOPPED
