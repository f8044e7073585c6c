"""Terms of reference, tender and selection of a reviewer: K-1 to K-3. Dates were worked out by hand on a calendar."""

import pytest

from review.case.deadline import Status
from review.case.sign_off import RoundStatus
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import (
    SELECTION,
    TERMS,
    TermsOfReference,
)
from review.facts import practice_review as say
from review.facts.enums import SelectionCriterion, Verdict
from review.kit import refusals as no
from tests.review.practice import Review
from tests.review.world import WHY, tick


def test_terms_that_lack_something_do_not_go_for_approval() -> None:
    """K-1"""
    world = Review()
    version = world.draft_terms(missing=["Method"])
    with pytest.raises(no.DraftIncomplete, match="Method"):
        world.say(say.TermsSentForApproval(version=version))
    assert TermsOfReference(purpose="Sample").missing() == [
        "Period under review",
        "Method",
        "Involvement of children, family and practitioners",
        "Timetable",
        "Questions to be answered",
        "Agencies whose work is looked at",
    ]


def test_terms_sent_back_are_drafted_again_and_everyone_signs_the_new_version() -> None:
    """K-1, R-11"""
    world = Review()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    with pytest.raises(no.RoundOpen):
        world.draft_terms()
    world.sign_for("health")
    world.sign_for("police", Verdict.SEND_BACK)
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.TermsSentForApproval(version=1))
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    assert stands.agreed(world.case, TERMS) is None
    world.approve_all()
    assert stands.agreed(world.case, TERMS) == 2
    assert len([one for one in world.case.rounds if one.document.document == TERMS]) == 2


def test_nobody_is_selected_before_every_candidate_is_scored_on_every_criterion() -> None:
    """K-2"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.candidate("candidate-2", scored=False)
    some = {one: 3 for one in SelectionCriterion if one is not SelectionCriterion.DAY_RATE}
    world.say(say.CandidateScored(candidate="candidate-2", scores=some, reasons=WHY))
    with pytest.raises(no.CandidatesNotScored, match="candidate-2: day-rate"):
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    world.say(say.CandidateScored(candidate="candidate-2", scores={SelectionCriterion.DAY_RATE: 2}, reasons=WHY))
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))


@pytest.mark.parametrize("how", ["resolved", "excluded"])
def test_a_declared_conflict_of_interest_is_resolved_or_the_candidate_excluded(how: str) -> None:
    """K-2"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1", conflict="Sample: worked for the trust.")
    world.candidate("candidate-2")
    with pytest.raises(no.ConflictUnresolved, match="candidate-1"):
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    if how == "resolved":
        world.say(say.ConflictResolved(candidate="candidate-1", how=WHY))
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
        return
    with pytest.raises(no.UnknownCandidate):
        world.say(say.CandidateExcluded(candidate="candidate-9", reason=WHY))
    world.say(say.CandidateExcluded(candidate="candidate-1", reason=WHY))
    with pytest.raises(no.CandidateOut):
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))


def test_a_conflict_excludes_its_candidate_and_does_not_hold_up_another() -> None:
    """K-2: nor need the one who is excluded by it be scored."""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1", conflict="Sample: worked for the trust.", scored=False)
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))
    world.approve_all()
    assert stands.selected(world.case)


def test_a_conflict_that_becomes_known_while_the_proposal_is_out_voids_it_and_the_tender_goes_on() -> None:
    """K-2, B-7, R-11: that of another candidate changes nothing."""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    world.say(say.ConflictDeclared(candidate="candidate-2", conflict=WHY))
    assert [one.step for one in world.case.rounds if one.open] == ["crg-chair"]
    world.say(say.ConflictDeclared(candidate="candidate-1", conflict=WHY))
    assert not [one for one in world.case.rounds if one.open]
    assert not [deadline.id for deadline in world.case.deadlines.values() if deadline.open and deadline.rule == "D-8"]
    assert "chair" in world.mails("conflict-declared")
    world.say(say.ConflictResolved(candidate="candidate-2", how=WHY))
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))
    world.approve_all()
    reviewer = stands.selected(world.case)
    assert reviewer
    assert reviewer.candidate == "candidate-2"


@pytest.mark.parametrize("how", ["resolved", "another"])
def test_a_conflict_that_becomes_known_after_the_selection_holds_up_the_contract(how: str) -> None:
    """K-2, K-3, B-7: resolved with reasons, or another reviewer is selected."""
    world = Review()
    world.select()
    world.say(say.ConflictDeclared(candidate="candidate-1", conflict=WHY))
    assert {"chair", "sbu-1", "officer-health"} <= set(world.mails("conflict-declared"))
    contract = {"day_rate": 450, "maximum_days": 20, "more_days": WHY}
    with pytest.raises(no.ConflictUnresolved):
        world.say(say.ContractIssued(candidate="candidate-1", **contract))
    if how == "resolved":
        world.say(say.ConflictResolved(candidate="candidate-1", how=WHY))
        world.say(say.ContractIssued(candidate="candidate-1", **contract))
        return
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))
    world.approve_all()
    world.say(say.ContractIssued(candidate="candidate-2", **contract))


def test_a_conflict_that_becomes_known_under_the_contract_is_told_and_the_contract_can_be_ended() -> None:
    """K-2, K-4, B-7: another reviewer is selected, with a contract and days of their own."""
    world = Review()
    world.contract(days=10)
    world.say(say.DaysUsed(days=9, used_for="Sample"))
    world.say(say.ConflictDeclared(candidate="candidate-1", conflict=WHY))
    (notice, *_) = [one for one in world.posted if one.template == "conflict-declared"]
    assert notice.n["step"] == "contracted"
    with pytest.raises(no.AlreadyRecorded):
        world.candidate("candidate-2")
    world.say(say.ContractEnded(reason=WHY))
    with pytest.raises(no.NotYet, match="another reviewer"):
        world.draft_review()
    assert stands.selected(world.case) is None
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))
    world.approve_all()
    world.say(say.ContractIssued(candidate="candidate-2", day_rate=450, maximum_days=10, more_days=WHY))
    assert (stands.days_agreed(world.case), stands.days_used(world.case)) == (10, 0)
    world.say(say.DaysUsed(days=8, used_for="Sample"))
    assert len(world.mails("days-warning")) == 6
    world.draft_review()


def test_the_contracts_day_rate_is_the_one_that_was_signed_off_or_the_reason_is_given() -> None:
    """K-3, K-4"""
    world = Review()
    world.select()
    contract = {"candidate": "candidate-1", "day_rate": 600, "maximum_days": 20, "more_days": WHY}
    with pytest.raises(no.DayRateDiffers, match="450 pounds"):
        world.say(say.ContractIssued(**contract))
    world.say(say.ContractIssued(**contract, rate_reason=WHY))


def test_a_conflict_declared_after_it_was_resolved_is_open_again() -> None:
    """K-2"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1", conflict="Sample: one.")
    world.say(say.ConflictResolved(candidate="candidate-1", how=WHY))
    world.say(say.ConflictDeclared(candidate="candidate-1", conflict="Sample: another."))
    with pytest.raises(no.ConflictUnresolved):
        world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))


def test_the_crg_chair_agrees_to_the_selection_before_the_accountable_officers_are_asked() -> None:
    """K-3"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    asked = [(one.step, [ask.officer for ask in one.asks]) for one in world.case.rounds if one.open]
    assert asked == [("crg-chair", ["chair"])]
    assert stands.selected(world.case) is None
    world.sign_for("crg-chair")
    (second,) = [one for one in world.case.rounds if one.open]
    assert [ask.capacity for ask in second.asks] == ["local-authority", "health", "police"]
    world.approve_all()
    assert stands.selected(world.case)


def test_a_selection_sent_back_leads_to_another_proposal() -> None:
    """K-3, R-11"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    with pytest.raises(no.RoundOpen):
        world.candidate("candidate-2")
    world.sign_for("crg-chair", Verdict.SEND_BACK)
    world.candidate("candidate-2")
    world.say(say.SelectionProposed(candidate="candidate-2", reasons=WHY))
    world.approve_all()
    reviewer = stands.selected(world.case)
    assert reviewer
    assert reviewer.candidate == "candidate-2"
    assert stands.agreed(world.case, SELECTION) == 2


def test_a_round_asked_of_a_chair_has_no_deputy_and_nobody_else_may_sign_it() -> None:
    """K-3, D-8, R-11"""
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
    (one,) = [one for one in world.case.rounds if one.open]
    with pytest.raises(no.NotAskedToSign):
        world.sign_in(one.id, "officer-health", "crg-chair")
    world.wait(tick(world.now, hours=80))
    assert one.asks[0].deputies == []
    assert world.deadline(f"D-8:{one.id}:crg-chair").status(world.now) is Status.LATE
    world.sign_in(one.id, "chair", "crg-chair")
    assert one.status is RoundStatus.APPROVED


def test_agreed_terms_can_be_replaced_and_everyone_signs_the_new_version() -> None:
    """K-1, R-11"""
    world = Review()
    world.approve_terms()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    assert stands.agreed(world.case, TERMS) is None
    with pytest.raises(no.RoundOpen):
        world.draft_terms()
    world.approve_all()
    assert stands.agreed(world.case, TERMS) == 2
