"""The practice review: K-1 to K-9, D-10, G-6, G-8, B-4, B-5. Dates were worked out by hand on a calendar."""

from datetime import date, timedelta
from typing import Any

import pytest

from calendar_rules.edition import Outsider, load_edition
from calendar_rules.lengths import london
from review import practice_standing as stands
from review import refusals as no
from review.bodies import BODIES
from review.checks import check
from review.clocks import Status
from review.directory import Role
from review.facts import Corrected, Said, Speaker
from review.practice_papers import REVIEW, SELECTION, TERMS, ReviewRecommendation, ReviewReport, TermsOfReference
from review.practice_view import practice_review_view
from review.said import practice_review as say
from review.said.involvement import AdvocacyConsidered, InvolvementExplained, PersonInvited
from review.said.panel import PartnersDecided
from review.said.standing import CasePaused, CaseResumed
from review.sign_off import RoundStatus
from review.steps import next_steps
from review.words import Decision, InvolvedGroup, SelectionCriterion, Stage, Verdict
from tests.review.practice import Review
from tests.review.world import WHY, World, cast, fact_of, follow, needed, paper, speaker, tick

HEADS = ["senior-police", "lead-school"]


def plan(day: str = "2026-09-01", **more: Any) -> say.PublicationPlanned:
    given: dict[str, Any] = {"managers": HEADS, "media": WHY, "communications": "Sample: Communications"}
    return say.PublicationPlanned(publication_date=date.fromisoformat(day), **(given | more))


def use(world: Review, edition: str) -> None:
    world.case.edition = load_edition(edition)


# --- the way through ---


@pytest.mark.parametrize("restart", [False, True])
def test_the_needed_steps_lead_from_the_decision_to_the_publication(restart: bool) -> None:
    """K-1 to K-8, G-8, D-10; begun again from its state after every step, the review goes the same way."""
    world = Review()
    taken: list[str] = []
    while not stands.finished(world.case) and len(taken) < 60:
        for offered in next_steps(world.case, world.now):
            by = Speaker(people=offered.people or ["sbu-1"], roles=offered.roles)
            check(
                world.case, Said(message="try", by=by, recorded_at=world.now, fact=fact_of(offered, world)), world.now
            )
            assert BODIES[offered.rel].model_validate(offered.example), offered.rel
        step = needed(world)
        assert step, f"nothing is needed after {taken[-1:]}"
        follow(world, step)
        taken.append(step.rel)
        world.wait(tick(world.now, hours=1))
        if restart:
            world.restart()
    others = {"safety-steps-recorded", "person-invited", "advocacy-considered", "contribution-recorded"}
    assert [rel for rel in taken if rel not in others] == [
        "terms-drafted",
        "terms-sent-for-approval",
        "candidate-entered",
        "candidate-scored",
        *["sign-off-given"] * 3,
        "selection-proposed",
        *["sign-off-given"] * 4,
        "contract-issued",
        "milestone-set",
        "review-drafted",
        "review-assured",
        "early-comment-sought",
        *["early-comment-given"] * 4,
        "final-draft-sent",
        *["sign-off-given"] * 7,
        "publication-planned",
        "review-published",
    ]
    assert world.clock("D-10").status(world.now) is Status.MET


def test_a_practice_review_needs_a_decision_for_one() -> None:
    """K-1"""
    world = World()
    with pytest.raises(no.PracticeReviewNotDecided):
        world.say(say.TermsDrafted(content=paper("terms-of-reference-draft", 1)))


# --- K-1 ---


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


def test_terms_sent_back_are_drafted_anew_and_everyone_signs_the_new_version() -> None:
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


# --- K-2, K-3 ---


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
    assert not [clock.id for clock in world.case.clocks.values() if clock.open and clock.rule == "D-8"]
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
    (notice, *_) = [one for one in world.case.outbox if one.template == "conflict-declared"]
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
    assert world.clock(f"D-8:{one.id}:crg-chair").status(world.now) is Status.LATE
    world.sign_in(one.id, "chair", "crg-chair")
    assert one.status is RoundStatus.APPROVED


# --- K-4, K-5 ---


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


# --- K-6 ---


def test_a_report_names_analysis_summary_agencies_and_the_outcome_for_children() -> None:
    """K-6"""
    bare = ReviewRecommendation(what="Sample: share more.")
    assert ReviewReport(recommendations=[bare]).missing() == [
        "Analysis",
        "Summary",
        "Recommendation 1: the agencies that it is for",
        "Recommendation 1: the outcome for children",
    ]
    assert ReviewReport(summary="Sample", analysis="Sample").missing() == ["Recommendations"]


def test_what_a_version_lacks_is_named_once() -> None:
    """K-6: also where the CRG lists what the system has found already."""
    world = Review()
    world.contract()
    version = world.draft_review(missing=["Summary"])
    world.say(say.ReviewAssured(version=version, sound=False, lacks=["Summary"]))
    (notice, *_) = [one for one in world.case.outbox if one.template == "review-back"]
    assert notice.n["lacks"] == ["Summary"]
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.missing, one.lacks) for one in shown.versions] == [(["Summary"], [])]


def test_a_version_that_lacks_something_goes_back_with_the_list() -> None:
    """K-6"""
    world = Review()
    world.contract()
    version = world.draft_review(missing=["Analysis", "Summary"])
    with pytest.raises(no.NotSound, match="Analysis; Summary"):
        world.say(say.ReviewAssured(version=version, sound=True))
    world.say(say.ReviewAssured(version=version, sound=False))
    (notice, *_) = [one for one in world.case.outbox if one.template == "review-back"]
    assert notice.n["lacks"] == ["Analysis", "Summary"]
    with pytest.raises(no.NotAssured):
        world.say(say.EarlyCommentSought(version=version))
    step = needed(world)
    assert step
    world.draft_review()
    with pytest.raises(no.SoundAndLacking):
        world.say(say.ReviewAssured(version=2, sound=True, lacks=["Sample: the daily life"]))
    with pytest.raises(no.LacksNotNamed):
        world.say(say.ReviewAssured(version=2, sound=False))


# --- K-7, G-6 ---


def test_the_final_draft_waits_for_the_early_comments_or_the_reason_why_not() -> None:
    """K-7: by accountable officers or deputies, and the Independent Chair; it is no sign-off."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    (one,) = [one for one in world.case.rounds if one.open]
    assert (one.for_comment, [ask.officer for ask in one.asks]) == (
        True,
        ["officer-local-authority", "officer-health", "officer-police", "independent"],
    )
    with pytest.raises(no.NotAskedToComment):
        world.say(say.EarlyCommentGiven(officer="member", comments=WHY))
    with pytest.raises(no.NotAskedToComment):
        world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY), speaker("officer-police"))
    world.say(say.EarlyCommentGiven(officer="deputy-health", comments=WHY))
    assert stands.still_to_comment(world.case) == ["local-authority", "police", "independent-chair"]
    world.explain()
    with pytest.raises(no.NotYet):
        world.say(say.FinalDraftSent(version=1))
    world.say(say.EarlyCommentClosed(reason=WHY))
    assert one.status is RoundStatus.CLOSED
    world.say(say.FinalDraftSent(version=1))
    assert stands.being_signed(world.case, REVIEW) == 1


def test_early_comment_is_asked_as_a_sign_off_is_with_clock_reminder_deputy_and_escalation() -> None:
    """K-7, R-11, D-8: answered with comments, or with none; a sign-off is not what is asked."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    (one,) = [one for one in world.case.rounds if one.open]
    assert world.clock(f"D-8:{one.id}:health").due == tick(world.now, hours=48)
    with pytest.raises(no.CommentAsked):
        world.sign_in(one.id, "officer-health", "health")
    with pytest.raises(no.NoCommentGiven):
        world.say(say.EarlyCommentGiven(officer="officer-health"))
    world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY))
    world.say(say.EarlyCommentGiven(officer="independent", nothing_to_add=True))
    assert [(ask.capacity, ask.comments) for ask in one.asks if ask.commented] == [
        ("health", WHY),
        ("independent-chair", ""),
    ]
    assert world.clock(f"D-8:{one.id}:health").met_at
    world.wait(tick(world.now, hours=73))
    assert world.mails("comment-reminder") == ["officer-local-authority", "officer-police"]
    assert world.mails("comment-deputy") == ["deputy-local-authority", "deputy-police"]
    assert set(world.mails("comment-escalation")) == {"chair", "sbu-1", "sbu-2", "independent"}
    for partner in ("local-authority", "police"):
        world.say(say.EarlyCommentGiven(officer=f"deputy-{partner}", nothing_to_add=True))
    assert one.status is RoundStatus.ANSWERED
    assert stands.early_comment_over(world.case)


def test_early_comment_can_be_sought_on_a_later_version_and_is_then_waited_for_again() -> None:
    """K-7: the request for the earlier version is over; what was said of it does not count for the later one."""
    world = Review()
    world.contract()
    world.say(say.EarlyCommentSought(version=world.sound()))
    world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY))
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.EarlyCommentSought(version=1))
    world.say(say.EarlyCommentSought(version=world.sound()))
    first, second = [one for one in world.case.rounds if one.for_comment]
    assert first.status is RoundStatus.SUPERSEDED
    assert (second.document.version, len(second.asks)) == (2, 4)
    world.explain()
    with pytest.raises(no.NotYet):
        world.say(say.FinalDraftSent(version=2))
    for officer in ("officer-local-authority", "officer-health", "officer-police", "independent"):
        world.say(say.EarlyCommentGiven(officer=officer, comments=WHY))
    world.say(say.FinalDraftSent(version=2))


def test_a_run_of_before_asks_for_early_comment_by_mail_only() -> None:
    """K-7: recorded histories replay; the next run of the case opens the round."""
    world = Review()
    world.case.ask_for_ways(lambda way: way != "early-comment-round")
    world.contract()
    version = world.sound()
    run, world.run = world.run, lambda: None  # type: ignore[method-assign]  # that run opens no round
    world.say(say.EarlyCommentSought(version=version))
    assert len(world.mails("early-comment")) == 4
    world.say(say.EarlyCommentGiven(officer="officer-health", comments=WHY))
    world.run = run  # type: ignore[method-assign]
    world.run()
    (one,) = [one for one in world.case.rounds if one.open]
    assert [ask.capacity for ask in one.asks] == ["local-authority", "police", "independent-chair"]


def test_the_final_report_cannot_be_signed_off_while_involvement_is_neither_had_nor_explained() -> None:
    """G-6, K-7: neither sent for sign-off, nor approved where somebody is invited after that."""
    world = Review()
    world.contract()
    world.comment()
    with pytest.raises(no.InvolvementOpen, match="children"):
        world.say(say.FinalDraftSent(version=1))
    world.explain()
    world.say(say.FinalDraftSent(version=1))
    invited = {"person": "mother", "name": "Sample Parent", "invited_by": "Sample", "how": "Sample"}
    world.say(PersonInvited.model_validate({"group": InvolvedGroup.FAMILY} | invited))
    with pytest.raises(no.InvolvementOpen, match="mother"):
        world.sign_for("crg-chair")
    world.say(InvolvementExplained(person="mother", reasons=WHY))
    with pytest.raises(no.InvolvementOpen, match="advocacy for mother"):
        world.sign_for("crg-chair")
    world.say(AdvocacyConsidered(person="mother", used=False, reasons=WHY))
    world.sign_for("crg-chair")


def test_the_final_draft_passes_four_rounds_in_order() -> None:
    """K-7: CRG; senior officers of the agencies named; accountable officers; Independent Chair."""
    world = Review()
    world.final()
    seen: list[tuple[str, list[str]]] = []
    while one := next((one for one in world.case.rounds if one.open), None):
        seen.append((one.step, [ask.officer for ask in one.asks]))
        for ask in one.asks:
            world.sign_for(ask.capacity)
    assert seen == [
        ("crg", ["chair"]),
        ("agencies", ["senior-police", "senior-school"]),
        ("accountable", ["officer-local-authority", "officer-health", "officer-police"]),
        ("independent-chair", ["independent"]),
    ]
    assert stands.agreed(world.case, REVIEW) == 1


@pytest.mark.parametrize("capacity", ["crg-chair", "agency-school", "health", "independent-chair"])
def test_sent_back_at_any_step_a_new_version_takes_every_step_from_the_crg_on(capacity: str) -> None:
    """K-7, R-11"""
    world = Review()
    world.final()
    while capacity not in [ask.capacity for one in world.case.rounds if one.open for ask in one.asks]:
        (one,) = [one for one in world.case.rounds if one.open]
        for ask in one.asks:
            world.sign_for(ask.capacity)
    world.sign_for(capacity, Verdict.SEND_BACK)
    assert not [one for one in world.case.rounds if one.open]
    with pytest.raises(no.NotYet):
        world.say(plan())
    version = world.sound()
    world.say(say.FinalDraftSent(version=version))
    (again,) = [one for one in world.case.rounds if one.open]
    assert (again.step, again.document.version) == ("crg", 2)
    world.approve_all()
    assert stands.agreed(world.case, REVIEW) == 2


def test_a_new_senior_officer_is_asked_in_the_place_of_the_old() -> None:
    """K-7, R-11: an open round passes to whoever holds the office now."""
    world = Review()
    world.final()
    world.sign_for("crg-chair")
    changed = cast(2)
    for agency in changed.agencies:
        if agency.id == "school":
            agency.senior_officer = "lead-school"
    world.recast(changed)
    (one,) = [one for one in world.case.rounds if one.open]
    assert one.ask_for("agency-school").officer == "lead-school"


# --- K-8, G-8, B-4 ---


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
    assert world.clock("D-10").status(world.now) is Status.MET
    assert world.mails("review-over")
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.ReviewNotPublished(reasons=WHY))


def test_a_decision_not_to_publish_can_be_thought_better_of_with_reasons() -> None:
    """K-8, D-10: planned and published later, also when the case is concluded; D-10 stays met as it was."""
    world = Review()
    world.agree_report()
    world.say(say.ReviewNotPublished(reasons=WHY))
    met = world.clock("D-10").met_at
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
    assert world.clock("D-10").met_at == met
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
    world.say(say.ReviewAssured(version=version, sound=True))
    world.say(say.FinalDraftSent(version=version))
    world.approve_all()
    with pytest.raises(no.PlanWithoutManagers, match="housing"):
        world.say(say.ReviewPublished(where="Sample"))
    world.say(plan(day, managers=[*HEADS, "senior-housing"]))
    world.say(say.ReviewPublished(where="Sample"))


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
    assert world.clock("D-10").open


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


# --- K-9, D-10, B-5 ---


def test_d_10_is_six_months_from_the_decision_with_its_warnings() -> None:
    """D-10, K-9: decided on Wednesday 1 July 2026; warned on 1 October, 1 December and 17 December."""
    world = Review()
    clock = world.clock("D-10")
    assert london(clock.due).isoformat() == "2027-01-01T23:59:59+00:00"
    warned = []
    for moment in ("2026-09-30T23:00", "2026-10-01T10:00", "2026-12-01T10:00", "2026-12-17T10:00", "2027-01-02T10:00"):
        world.wait(moment)
        warned.append([name for name in clock.rung if name != "passed"])
    assert warned == [
        [],
        ["three-months"],
        ["three-months", "five-months"],
        ["three-months", "five-months", "half-a-month-left"],
        ["three-months", "five-months", "half-a-month-left", "overdue"],
    ]


def test_an_extension_moves_d_10_with_its_reason_and_its_bells() -> None:
    """K-9"""
    world = Review()
    with pytest.raises(no.NotAnExtension):
        world.say(say.ReviewExtended(extended_date=date(2027, 1, 1), reason=WHY))
    world.wait("2026-12-20T10:00")
    world.say(say.ReviewExtended(extended_date=date(2027, 4, 30), reason=WHY))
    clock = world.clock("D-10")
    assert london(clock.due).isoformat() == "2027-04-30T23:59:59+01:00"
    (moved,) = clock.moves
    assert (london(moved.was).date(), moved.why) == (date(2027, 1, 1), "the review was extended")
    world.wait("2027-04-16T10:00")
    assert "half-a-month-left" in clock.rung
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
    clock = world.clock("D-10")
    assert london(clock.due).date() == date(2027, 1, 1)
    assert not clock.moves
    assert stands.forecast(world.case, world.now) == date(2027, 1, 31)
    with pytest.raises(no.TimeInThePast):
        world.say(CasePaused(reason=WHY, forecast_date=date(2026, 7, 30)))
    world.deliver()
    world.say(CasePaused(reason=WHY, forecast_date=date(2027, 3, 15)))
    assert stands.forecast(world.case, world.now) == date(2027, 3, 15)
    told = next(notice for notice in world.case.outbox if notice.template == "case-paused")
    assert (told.n["d_10"], told.n["forecast"]) == (clock.model_dump(mode="json")["due"], "2027-03-15")


def test_half_an_hour_of_a_pause_is_no_day_of_the_forecast() -> None:
    """K-9, X-1: D-10 ends with a day; a pause from 10:00 to 10:30 fourteen days later takes fourteen days."""
    world = Review()
    due = london(world.clock("D-10").due).date()
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


def test_a_decision_corrected_away_stops_the_review_and_corrected_again_lets_it_run_on() -> None:
    """X-2, D-10"""
    world = Review()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    message = world.case.entry(PartnersDecided)
    assert message
    learning = PartnersDecided(decision=Decision.LEARNING_REVIEW, reasons=WHY, difference_reason=WHY)
    fixed = world.say(Corrected(corrects=message.said.message, right=learning, reason=WHY))
    assert world.clock("D-10").status(world.now) is Status.STOPPED
    assert world.case.rounds[-1].status is RoundStatus.STOPPED
    assert not [clock.id for clock in world.case.clocks.values() if clock.open and clock.rule == "D-8"]
    with pytest.raises(no.PracticeReviewNotDecided):
        world.draft_terms()
    practice = PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=WHY)
    world.say(Corrected(corrects=fixed, right=practice, reason=WHY))
    assert world.clock("D-10").open


def test_rounds_that_stopped_with_a_wrong_decision_are_asked_again_of_whoever_has_not_answered() -> None:
    """X-2, K-1, R-11: an approval that was given stands; the others have 48 hours anew; a new version can follow."""
    world = Review()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    world.sign_for("health")
    decision = world.case.entry(PartnersDecided)
    assert decision
    learning = PartnersDecided(decision=Decision.LEARNING_REVIEW, reasons=WHY, difference_reason=WHY)
    fixed = world.say(Corrected(corrects=decision.said.message, right=learning, reason=WHY))
    assert stands.being_signed(world.case, TERMS) is None
    assert stands.round_due(world.case, TERMS) is None
    world.wait(tick(world.now, hours=72))
    practice = PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=WHY)
    world.say(Corrected(corrects=fixed, right=practice, reason=WHY))
    (one,) = [one for one in world.case.rounds if one.open]
    assert [(ask.capacity, ask.turn, ask.verdict) for ask in one.asks] == [
        ("local-authority", 2, None),
        ("health", 1, Verdict.APPROVE),
        ("police", 2, None),
    ]
    assert world.clock(f"D-8:{one.id}:police:2").due == tick(world.now, hours=48)
    world.sign_for("police", Verdict.SEND_BACK)
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    world.approve_all()
    assert stands.agreed(world.case, TERMS) == 2


def test_only_the_offices_of_the_table_may_say_what_a_review_needs() -> None:
    """K-4: the Business Unit issues the contract."""
    world = Review()
    world.select()
    contract = say.ContractIssued(candidate="candidate-1", day_rate=450, maximum_days=20, more_days=WHY)
    with pytest.raises(no.NotYourRole):
        world.say(contract, Speaker(people=["member"], roles=[Role.CRG_MEMBER]))


def test_a_milestone_has_a_clock_that_ends_when_it_is_reached_or_the_review_is_over() -> None:
    """K-5: reminder five working days before, overdue to the CRG Chair and the Business Unit; a corrected day moves."""
    world = Review()
    world.contract()
    first = world.say(say.MilestoneSet(milestone="first", what=WHY, planned_date=date(2026, 8, 10)))
    world.say(say.MilestoneSet(milestone="second", what=WHY, planned_date=date(2026, 8, 10)))
    clock = world.clock("K-5:first")
    world.deliver()
    world.wait("2026-08-03T10:00")
    assert world.mails("deadline-reminder") == ["chair", "chair"]
    right = say.MilestoneSet(milestone="first", what=WHY, planned_date=date(2026, 8, 17))
    world.say(Corrected(corrects=first, right=right, reason=WHY))
    assert london(clock.due).date() == date(2026, 8, 17)
    other = right.model_copy(update={"milestone": "third"})
    with pytest.raises(no.CannotBeCorrected):
        world.say(Corrected(corrects=world.case.entry(say.MilestoneSet).said.message, right=other, reason=WHY))  # type: ignore[union-attr]
    world.deliver()
    world.wait("2026-08-11T10:00")
    assert world.mails("deadline-overdue") == ["chair", "sbu-1", "sbu-2"]
    reached = [one for one in next_steps(world.case, world.now) if one.rel == "milestone-reached"]
    assert [(one.about, one.needed, one.deadline) for one in reached] == [
        ("second", True, "K-5:second"),  # overdue: it is waited for
        ("first", False, "K-5:first"),
    ]
    world.say(say.MilestoneReached(milestone="first", progress=WHY))
    assert clock.status(world.now) is Status.MET
    progress = ["chair", "member", "officer-local-authority", "officer-health", "officer-police", "independent"]
    assert world.mails("review-progress") == progress
    world.comment()
    world.explain()
    world.say(say.FinalDraftSent(version=1))
    world.approve_all()
    world.say(say.ReviewNotPublished(reasons=WHY))
    assert world.clock("K-5:second").stopped_why == "the practice review is over"


def test_the_independent_chair_hears_that_the_review_is_overdue() -> None:
    """D-10, G-5"""
    world = Review()
    world.wait("2027-01-02T10:00")
    assert {"independent", "officer-health", "chair"} <= set(world.mails("deadline-overdue"))


def test_what_is_agreed_is_told_when_the_last_has_signed_and_the_report_is_shared() -> None:
    """G-5, flowchart: terms, reviewer, contract; the report itself goes to those who signed it for the partners."""
    world = Review()
    world.agree_report()
    steps = [notice.n["step"] for notice in world.case.outbox if notice.template == "review-step"]
    assert list(dict.fromkeys(steps)) == ["terms-agreed", "reviewer-selected", "contract-issued"]
    shared = [notice for notice in world.case.outbox if notice.template == "review-shared"]
    assert [notice.to for notice in shared] == [
        "officer-local-authority",
        "officer-health",
        "officer-police",
        "independent",
    ]
    assert {(one.document, one.version) for notice in shared for one in notice.attach} == {(REVIEW, 1)}
