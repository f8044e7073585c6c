"""The contract and the work under it: K-4, K-5. Dates were worked out by hand on a calendar."""

from datetime import date

import pytest

from calendar_rules.lengths import london
from review.case.deadline import Status
from review.facts import Corrected
from review.facts import practice_review as say
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review
from tests.review.world import WHY, tick


def test_the_contract_goes_to_the_candidate_who_was_signed_off() -> None:
    """K-4"""
    world = Review()
    world.approve_terms()
    contract = say.ContractIssued(candidate="candidate-2", day_rate=450, maximum_days=20, more_days=WHY)
    with pytest.raises(no.NotYet):
        world.say(contract)
    world.candidate("candidate-1")
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    world.approve_all()
    with pytest.raises(no.NotTheSelectedCandidate, match="candidate-1"):
        world.say(contract)


def test_days_are_warned_of_at_four_fifths_and_refused_past_the_maximum_until_more_are_agreed() -> None:
    """K-4: of 10 days, 8 warn, 11 are too many; with 5 more, 12 of 15 warn again."""
    world = Review()
    world.contract(days=10)
    world.say(say.DaysUsed(days=7.5, used_for="Sample"))
    assert not world.mails("days-warning")
    world.say(say.DaysUsed(days=0.5, used_for="Sample"))
    assert world.mails("days-warning") == ["sbu-1", "sbu-2", "chair"]
    with pytest.raises(no.DaysBeyondTheMaximum, match="Only 2 of"):
        world.say(say.DaysUsed(days=2.5, used_for="Sample"))
    world.say(say.DaysUsed(days=2, used_for="Sample"))
    assert len(world.mails("days-warning")) == 3
    world.say(say.DaysExtensionAgreed(days=5, agreed_by="CRG Chair", reason=WHY))
    world.say(say.DaysUsed(days=2, used_for="Sample"))
    assert len(world.mails("days-warning")) == 6
    assert len(world.lines("days-nearly-used")) == 2


def test_progress_against_milestones_is_told_to_the_crg() -> None:
    """K-5"""
    world = Review()
    world.contract()
    with pytest.raises(no.UnknownMilestone):
        world.say(say.MilestoneReached(milestone="first-draft", progress=WHY))
    world.say(say.MilestoneSet(milestone="first-draft", what="Sample", planned_date=date(2026, 9, 30)))
    world.say(say.MilestoneReached(milestone="first-draft", progress=WHY))
    world.say(say.ProgressReported(progress=WHY))
    officers = ["officer-local-authority", "officer-health", "officer-police"]
    assert world.mails("review-progress") == ["chair", "member", *officers, "independent"] * 2
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.MilestoneReached(milestone="first-draft", progress=WHY))


def test_the_contract_and_the_drafts_happened_after_what_they_rest_on() -> None:
    """K-3, K-4, K-7: contract after selection, comment after quality assurance, the final draft after comment."""
    world = Review()
    world.select()
    early = tick(world.now, hours=-1)
    world.wait(tick(world.now, hours=2))
    contract = {"candidate": "candidate-1", "day_rate": 450, "maximum_days": 20, "more_days": WHY}
    with pytest.raises(no.BeforeTheIncident, match="selection of a reviewer"):
        world.say(say.ContractIssued(**contract, happened_at=early))
    world.say(say.ContractIssued(**contract))
    version = world.sound()
    with pytest.raises(no.BeforeTheIncident, match="quality assurance"):
        world.say(say.EarlyCommentSought(version=version, happened_at=early))
    world.say(say.EarlyCommentSought(version=version))
    for fact in (
        say.EarlyCommentGiven(officer="independent", comments=WHY, happened_at=early),
        say.EarlyCommentClosed(reason=WHY, happened_at=early),
    ):
        with pytest.raises(no.BeforeTheIncident, match="request for early comment"):
            world.say(fact)
    between = world.now
    world.wait(tick(world.now, hours=2))
    world.say(say.EarlyCommentClosed(reason=WHY))
    world.explain()
    with pytest.raises(no.BeforeTheIncident, match="end of early comment"):
        world.say(say.FinalDraftSent(version=version, happened_at=between))


def test_a_milestone_has_a_clock_that_ends_when_it_is_reached_or_the_review_is_over() -> None:
    """K-5: reminder five working days before, overdue to the CRG Chair and the Business Unit; a corrected day moves."""
    world = Review()
    world.contract()
    first = world.say(say.MilestoneSet(milestone="first", what=WHY, planned_date=date(2026, 8, 10)))
    world.say(say.MilestoneSet(milestone="second", what=WHY, planned_date=date(2026, 8, 10)))
    deadline = world.deadline("K-5:first")
    world.deliver()
    world.wait("2026-08-03T10:00")
    assert world.mails("deadline-reminder") == ["chair", "chair"]
    right = say.MilestoneSet(milestone="first", what=WHY, planned_date=date(2026, 8, 17))
    world.say(Corrected(corrects=first, right=right, reason=WHY))
    assert london(deadline.due).date() == date(2026, 8, 17)
    other = right.model_copy(update={"milestone": "third"})
    with pytest.raises(no.CannotBeCorrected):
        world.say(Corrected(corrects=world.case.entry(say.MilestoneSet).reported.message, right=other, reason=WHY))  # type: ignore[union-attr]
    world.deliver()
    world.wait("2026-08-11T10:00")
    assert world.mails("deadline-overdue") == ["chair", "sbu-1", "sbu-2"]
    reached = [one for one in next_steps(world.case, world.now) if one.rel == "milestone-reached"]
    assert [(one.about, one.needed, one.deadline) for one in reached] == [
        ("second", True, "K-5:second"),  # overdue: it is waited for
        ("first", False, "K-5:first"),
    ]
    world.say(say.MilestoneReached(milestone="first", progress=WHY))
    assert deadline.status(world.now) is Status.MET
    progress = ["chair", "member", "officer-local-authority", "officer-health", "officer-police", "independent"]
    assert world.mails("review-progress") == progress
    world.comment()
    world.explain()
    world.say(say.FinalDraftSent(version=1))
    world.approve_all()
    world.say(say.ReviewNotPublished(reasons=WHY))
    assert world.deadline("K-5:second").stopped_why == "the practice review is over"
