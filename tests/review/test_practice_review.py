"""The practice review as a whole: its way through, its offices, a wrong decision (§7). Dates worked out by hand."""

from datetime import date

import pytest

from review.bodies import BODIES
from review.case import reads
from review.case.deadline import Status
from review.case.sign_off import RoundStatus
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import (
    REVIEW,
    TERMS,
)
from review.check import validate_fact
from review.facts import Corrected, Reported, Speaker
from review.facts import practice_review as say
from review.facts.directory import Role
from review.facts.enums import Decision, Verdict
from review.facts.panel import PartnersDecided
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review
from tests.review.world import WHY, World, decided, fact_of, follow, needed, paper, tick


@pytest.mark.parametrize("restart", [False, True])
def test_the_needed_steps_lead_from_the_decision_to_the_publication(restart: bool) -> None:
    """K-1 to K-8, G-8, D-10; begun again from its state after every step, the review goes the same way."""
    world = Review()
    taken: list[str] = []
    while not reads.review_finished(world.case) and len(taken) < 60:
        for offered in next_steps(world.case, world.now):
            by = Speaker(people=offered.people or ["sbu-1"], roles=offered.roles)
            validate_fact(
                world.case,
                Reported(message="try", by=by, recorded_at=world.now, fact=fact_of(offered, world)),
                world.now,
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
    others |= {"learning-disseminated"}  # of the rapid review
    assert [rel for rel in taken if rel not in others] == [
        "method-chosen",
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
    assert world.deadline("D-10").status(world.now) is Status.MET


def test_a_practice_review_needs_a_decision_for_one() -> None:
    """K-1"""
    world = World()
    with pytest.raises(no.PracticeReviewNotDecided):
        world.say(say.TermsDrafted(content=paper("terms-of-reference-draft", 1)))


def test_a_decision_corrected_away_stops_the_review_and_corrected_again_lets_it_run_on() -> None:
    """X-2, D-10"""
    world = Review()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    message = world.case.entry(PartnersDecided)
    assert message
    learning = decided(Decision.LEARNING_REVIEW, difference_reason=WHY)
    fixed = world.say(Corrected(corrects=message.reported.message, right=learning, reason=WHY))
    assert world.deadline("D-10").status(world.now) is Status.STOPPED
    terms, decision = world.case.rounds[-2:]  # the other decision differs, and is with the partners
    assert (terms.status, decision.document.document) == (RoundStatus.STOPPED, "partners-decision")
    assert {one.subject.partition(":")[0] for one in world.case.deadlines.values() if one.open and one.subject} == {
        decision.id
    }
    with pytest.raises(no.PracticeReviewNotDecided):
        world.draft_terms()
    practice = PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=WHY)
    world.say(Corrected(corrects=fixed, right=practice, reason=WHY))
    assert world.deadline("D-10").open


def test_rounds_that_stopped_with_a_wrong_decision_are_asked_again_of_whoever_has_not_answered() -> None:
    """X-2, K-1, R-11: an approval that was given stands; the others have 48 hours again; a new version can follow."""
    world = Review()
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    world.sign_for("health")
    decision = world.case.entry(PartnersDecided)
    assert decision
    learning = decided(Decision.LEARNING_REVIEW, difference_reason=WHY)
    fixed = world.say(Corrected(corrects=decision.reported.message, right=learning, reason=WHY))
    assert stands.being_signed(world.case, TERMS) is None
    assert stands.round_due(world.case, TERMS) is None
    world.wait(tick(world.now, hours=72))
    practice = PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=WHY)
    world.say(Corrected(corrects=fixed, right=practice, reason=WHY))
    (one,) = [one for one in world.case.rounds if one.open]
    assert [(ask.capacity, ask.attempt, ask.verdict) for ask in one.asks] == [
        ("local-authority", 2, None),
        ("health", 1, Verdict.APPROVE),
        ("police", 2, None),
    ]
    assert world.deadline(f"D-8:{one.id}:police:2").due == tick(world.now, hours=48)
    world.sign_for("police", Verdict.SEND_BACK)
    world.say(say.TermsSentForApproval(version=world.draft_terms()))
    world.approve_all()
    assert stands.agreed(world.case, TERMS) == 2


def test_a_review_that_is_decided_on_after_all_goes_on_where_it_stood() -> None:
    """R-15, X-2, D-10, K-5: the other decision was sent back by a partner, and the first one is made again."""
    world = Review()
    world.contract()
    world.say(say.MilestoneSet(milestone="first", what=WHY, planned_date=date(2026, 9, 30)))
    made = world.case.entry(PartnersDecided)
    assert made
    learning = decided(Decision.LEARNING_REVIEW, difference_reason=WHY)
    world.say(Corrected(corrects=made.reported.message, right=learning, reason=WHY))
    assert [world.deadline(id).open for id in ("D-10", "K-5:first")] == [False, False]
    world.sign_for("health", Verdict.SEND_BACK)
    world.say(PartnersDecided(decision=Decision.PRACTICE_REVIEW, reasons=WHY))
    assert [world.deadline(id).open for id in ("D-10", "K-5:first")] == [True, True]


def test_only_the_offices_of_the_table_may_say_what_a_review_needs() -> None:
    """K-4: the Business Unit issues the contract."""
    world = Review()
    world.select()
    contract = say.ContractIssued(candidate="candidate-1", day_rate=450, maximum_days=20, more_days=WHY)
    with pytest.raises(no.NotYourRole):
        world.say(contract, Speaker(people=["member"], roles=[Role.CRG_MEMBER]))


def test_what_is_agreed_is_told_when_the_last_has_signed_and_the_report_is_shared() -> None:
    """G-5, flowchart: terms, reviewer, contract; the report itself goes to those who signed it for the partners."""
    world = Review()
    world.agree_report()
    steps = [notice.n["step"] for notice in world.posted if notice.template == "review-step"]
    assert list(dict.fromkeys(steps)) == ["terms-agreed", "reviewer-selected", "contract-issued"]
    shared = [notice for notice in world.posted if notice.template == "review-shared"]
    assert [notice.to for notice in shared] == [
        "officer-local-authority",
        "officer-health",
        "officer-police",
        "independent",
    ]
    assert {(one.document, one.version) for notice in shared for one in notice.attach} == {(REVIEW, 1)}
