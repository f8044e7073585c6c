"""The partners monitor a running practice review at regular intervals (regulation 14, K-5). Dates counted by hand."""

import pytest

from review.case.deadline import Status
from review.chapters.practice_review.view import practice_review_view
from review.facts import practice_review as say
from review.facts.any_stage import TakenBack
from review.kit import refusals as no
from tests.review.practice import Review
from tests.review.world import WHY, at

OFFICERS = ["officer-local-authority", "officer-health", "deputy-police"]
MONITORED = {"on_time": False, "time": WHY, "quality": WHY, "action": "Sample: more days are agreed."}


def test_the_partners_monitor_time_and_quality_every_two_months_while_the_review_goes_on() -> None:
    """K-5, regulation 14: from the reviewer's selection on 1 July first, then from the day on which they did."""
    world = Review()
    assert "K-5-monitoring:1" not in world.case.deadlines
    world.contract()
    assert world.deadline("K-5-monitoring:1").due == at("2026-09-01T23:59:59")
    world.wait("2026-09-02T09:00")
    assert "officer-health" in world.mails("deadline-overdue")
    world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    assert world.deadline("K-5-monitoring:1").status(world.now) is Status.LATE
    assert world.deadline("K-5-monitoring:2").due == at("2026-11-02T23:59:59")
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.by, one.on_time, one.action) for one in shown.monitored] == [
        (OFFICERS, False, "Sample: more days are agreed.")
    ]
    world.restart()
    assert "K-5-monitoring:3" not in world.case.deadlines


def test_it_is_monitored_by_somebody_who_answers_for_a_partner() -> None:
    """K-5, regulation 14: of a review that is at work."""
    world = Review()
    with pytest.raises(no.NotYet):
        world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    world.contract()
    with pytest.raises(no.NobodyOfThePartners):
        world.say(say.ReviewMonitored(by=["sbu-1"], **MONITORED))
    with pytest.raises(no.UnknownPerson):
        world.say(say.ReviewMonitored(by=["nobody"], **MONITORED))


def test_a_monitoring_taken_back_is_owed_again_and_a_review_that_is_over_is_monitored_no_more() -> None:
    """K-5, X-2"""
    world = Review()
    world.contract()
    message = world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    world.say(TakenBack(takes_back=message, reason=WHY))
    assert world.deadline("K-5-monitoring:1").open
    assert world.deadline("K-5-monitoring:2").status(world.now) is Status.STOPPED
    world.say(say.ReviewMonitored(by=OFFICERS, **MONITORED))
    assert world.deadline("K-5-monitoring:2").open
    world.comment()
    world.explain()
    world.say(say.FinalDraftSent(version=1))
    world.approve_all()
    world.say(say.ReviewNotPublished(reasons=WHY))
    assert world.deadline("K-5-monitoring:2").status(world.now) is Status.STOPPED
