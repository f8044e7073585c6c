"""How a practice review is carried out is chosen first: K-2, K-3, K-4. Dates were worked out by hand on a calendar."""

import pytest

from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.view import practice_review_view
from review.facts import practice_review as say
from review.facts.enums import ReviewMethod, Stage
from review.kit import refusals as no
from review.next_steps import needed_steps
from tests.review.practice import ALL, Review
from tests.review.world import WHY
from workflows.practice_review import selection_paper


def _chosen(method: ReviewMethod = ReviewMethod.OWN_STAFF, **more: str) -> Review:
    """Terms approved, a method chosen."""
    world = Review()
    world.approve_terms()
    world.say(say.MethodChosen(method=method, reasons=WHY, **more))
    return world


def test_no_candidate_is_entered_before_the_method_is_chosen() -> None:
    """K-2: it is the first that is asked for."""
    world = Review()
    steps = [one.rel for one in needed_steps(world.case, world.now)]
    assert next(one for one in steps if one != "safety-steps-recorded") == "method-chosen"
    world.draft_terms()
    with pytest.raises(no.MethodNotChosen):
        world.say(say.CandidateEntered(candidate="candidate-1", name="Sample", day_rate=450))


def test_in_a_tender_each_candidate_names_a_day_rate() -> None:
    """K-2"""
    world = _chosen(ReviewMethod.INDEPENDENT_REVIEWER)
    with pytest.raises(no.DayRateMissing):
        world.say(say.CandidateEntered(candidate="candidate-1", name="Sample"))


def test_own_staff_are_appointed_with_reasons_signed_off_and_the_review_begins_without_a_contract() -> None:
    """K-2, K-3: no day rate, no scores, no contract; the CRG Chair agrees and the officers sign."""
    world = _chosen()
    world.say(say.CandidateEntered(candidate="own-1", name="Sample Colleague"))
    with pytest.raises(no.NotATender):
        world.say(say.CandidateScored(candidate="own-1", scores=ALL, reasons=WHY))
    with pytest.raises(no.NotYet, match="nobody has been appointed"):
        world.draft_review()
    world.say(say.SelectionProposed(candidate="own-1", reasons=WHY))
    (first, *_) = [one for one in world.case.rounds if one.open]
    assert first.step == "crg-chair"
    world.approve_all()
    assert world.case.stage is Stage.REVIEW_WORK
    with pytest.raises(no.NoContractForThisMethod):
        world.say(say.ContractIssued(candidate="own-1", day_rate=1, maximum_days=1, more_days=WHY))
    world.draft_review()
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert shown.method
    assert (shown.method.method, shown.method.reasons, shown.contract) == (ReviewMethod.OWN_STAFF, WHY, None)
    assert [one.n.get("begins") for one in world.posted if one.template == "review-step"][-1] is True


def test_of_another_partnerships_staff_the_partnership_is_named() -> None:
    """K-2"""
    world = _chosen(ReviewMethod.ANOTHER_PARTNERSHIP)
    with pytest.raises(no.PartnershipMissing):
        world.say(say.CandidateEntered(candidate="theirs-1", name="Sample Colleague"))
    world.say(say.CandidateEntered(candidate="theirs-1", name="Sample Colleague", organisation="Sample Partnership"))


def test_another_recognised_method_is_named_and_may_have_a_contract() -> None:
    """K-2: who leads it is appointed; where that person is paid, a contract can be issued."""
    world = Review()
    world.approve_terms()
    with pytest.raises(no.MethodNotNamed):
        world.say(say.MethodChosen(method=ReviewMethod.OTHER, reasons=WHY))
    world.say(say.MethodChosen(method=ReviewMethod.OTHER, name="Sample: appreciative inquiry", reasons=WHY))
    world.say(say.CandidateEntered(candidate="lead-1", name="Sample Facilitator", day_rate=300))
    world.say(say.SelectionProposed(candidate="lead-1", reasons=WHY))
    world.approve_all()
    assert world.case.stage is Stage.REVIEW_WORK
    world.say(say.ContractIssued(candidate="lead-1", day_rate=300, maximum_days=5, more_days=WHY))
    world.say(say.DaysUsed(days=1, used_for="Sample"))


def test_who_was_appointed_can_fall_away_and_another_takes_the_work_up() -> None:
    """K-2, B-7: excluded with the reason; nothing is drafted until another is appointed, by another method even."""
    world = _chosen()
    world.say(say.CandidateEntered(candidate="own-1", name="Sample Colleague"))
    world.say(say.SelectionProposed(candidate="own-1", reasons=WHY))
    world.approve_all()
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.MethodChosen(method=ReviewMethod.INDEPENDENT_REVIEWER, reasons=WHY))
    world.say(say.CandidateExcluded(candidate="own-1", reason=WHY))
    with pytest.raises(no.NotYet, match="appoint another"):
        world.draft_review()
    world.say(say.MethodChosen(method=ReviewMethod.INDEPENDENT_REVIEWER, reasons=WHY))
    world.candidate("candidate-1")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    world.approve_all()
    world.restart()
    with pytest.raises(no.NotYet):
        world.draft_review()
    world.say(say.ContractIssued(candidate="candidate-1", day_rate=450, maximum_days=5, more_days=WHY))
    world.draft_review()
    assert world.case.stage is Stage.REVIEW_WORK


def test_a_tender_that_finds_nobody_gives_way_to_another_method() -> None:
    """K-2: who tendered is no longer in the running; the same method is not chosen twice."""
    world = _chosen(ReviewMethod.INDEPENDENT_REVIEWER)
    world.candidate("candidate-1")
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.MethodChosen(method=ReviewMethod.INDEPENDENT_REVIEWER, reasons=WHY))
    world.say(say.MethodChosen(method=ReviewMethod.OWN_STAFF, reasons=WHY))
    assert stands.in_the_running(world.case) == []
    with pytest.raises(no.CandidateOut):
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))


def test_the_paper_that_is_signed_says_the_method_and_why() -> None:
    """K-2, K-3"""
    world = _chosen()
    world.say(say.CandidateEntered(candidate="own-1", name="Sample Colleague"))
    world.say(say.SelectionProposed(candidate="own-1", reasons=WHY))
    n = selection_paper(world.engine.run, 1).n
    assert (n["method"], n["method_reasons"], n["criteria"]) == (ReviewMethod.OWN_STAFF, WHY, [])
