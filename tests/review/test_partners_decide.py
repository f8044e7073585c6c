"""The partners' decision is the three partners' (R-15). Dates counted by hand: submitted on Monday 11 May 2026."""

from datetime import date

import pytest

from review.case import reads
from review.case.sign_off import RoundStatus
from review.facts.any_stage import TakenBack
from review.facts.enums import Decision, PanelResponse, Recommendation, Stage, Verdict
from review.facts.panel import PanelAcknowledged, PanelAnswered, PartnersDecided
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.corrections import correct
from tests.review.world import WHY, World, agree, at, cast, decided, follow, needed, speaker

OFFICERS = ["officer-local-authority", "officer-health", "officer-police"]


def put(world: World, decision: Decision = Decision.LEARNING_REVIEW, **more: str) -> str:
    """A decision that differs from what was recommended, which is a practice review."""
    return world.say(decided(decision, difference_reason=WHY, **more))


def test_a_decision_that_follows_the_recommendation_is_recorded_by_one_and_told_to_all() -> None:
    """R-15"""
    world = World()
    world.submit()
    agree(world)
    world.say(decided(), speaker("officer-health"))
    assert world.case.stage is Stage.PRACTICE_REVIEW
    assert world.mails("partners-decision") == [*OFFICERS, "chair", "independent", "member"]
    assert not [one for one in world.case.rounds if one.document.document == "partners-decision"]


def test_a_decision_that_differs_is_made_when_each_partner_has_agreed() -> None:
    """R-15, R-11: D-10 and the learning review run from the last of them."""
    world = World()
    world.submit()
    agree(world)
    world.sent.clear()
    put(world)
    assert (world.case.stage, reads.decision(world.case)) == (Stage.DECISION, None)
    assert world.mails("sign-off-request") == OFFICERS
    assert not world.mails("partners-decision")
    with pytest.raises(no.DecisionAwaitsAgreement, match="the local authority, health, the police"):
        world.say(decided())
    world.wait("2026-05-12T10:00")
    world.sign("officer-local-authority")
    world.sign("officer-health")
    assert reads.decision(world.case) is None
    world.sign("officer-police")
    assert world.case.stage is Stage.LEARNING_REVIEW
    assert reads.decided_at(world.case) == at("2026-05-12T10:00")
    assert world.deadline("R-15").met_at == at("2026-05-12T10:00")
    (told,) = [one for one in world.posted if one.template == "partners-decision" and one.to == "chair"]
    assert (told.n["each_agreed"], told.n["differs"], told.n["before_response"]) == (True, True, False)


def test_after_a_panel_that_disagrees_each_partner_agrees_though_it_follows_the_recommendation() -> None:
    """R-15"""
    world = World()
    world.submit()
    agree(world, PanelResponse.DISAGREES)
    world.decide()
    assert world.case.rounds[-1].document.document == "partners-decision"
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_a_silent_officers_deputy_is_asked_and_agrees() -> None:
    """R-15, R-11, D-8"""
    world = World()
    world.submit()
    agree(world)
    put(world)
    world.sign("officer-local-authority")
    world.sign("officer-health")
    world.wait("2026-05-13T11:30")
    world.sign("deputy-police")
    assert world.case.stage is Stage.LEARNING_REVIEW


def test_a_partner_who_sends_it_back_is_told_to_those_who_bring_them_together() -> None:
    """R-15: the next decision is recorded as the first was."""
    world = World()
    world.submit()
    agree(world)
    put(world)
    world.sign("officer-health", Verdict.SEND_BACK)
    assert world.mails("decision-sent-back") == ["sbu-1", "sbu-2", "chair"]
    assert not world.mails("sign-off-sent-back")
    assert (world.case.stage, reads.decision(world.case)) == (Stage.DECISION, None)
    world.say(decided())
    assert world.case.stage is Stage.PRACTICE_REVIEW
    assert world.case.last(PartnersDecided) == decided()


def test_the_partners_may_decide_before_the_panel_answers_and_the_panel_is_chased_beside() -> None:
    """R-15, R-13, D-9, D-10: decided on Monday 11 May 2026: six months end on 11 November."""
    world = World()
    world.submit()
    world.say(decided())
    assert world.case.stage is Stage.PRACTICE_REVIEW
    assert world.deadline("D-10").due == at("2026-11-11T23:59:59")
    assert "R-15" not in world.case.deadlines
    (told,) = [one for one in world.posted if one.template == "partners-decision" and one.to == "chair"]
    assert told.n["before_response"]
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    assert world.deadline("D-9").due == at("2026-06-03T23:59:59")
    agree(world, PanelResponse.ASKS_FOR_MORE)
    world.say(PanelAnswered(answer=WHY, meeting_date=date(2026, 5, 26)))
    agree(world)
    (heard,) = [one for one in world.posted if one.template == "panel-decision" and one.to == "chair"]
    assert (heard.n["decided"], heard.n["again"]) == (True, False)
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_a_case_without_a_review_ends_only_when_the_panel_has_answered() -> None:
    """R-13, R-15"""
    world = World()
    world.submit()
    world.decide(Decision.NO_FURTHER_ACTION)
    assert not reads.ended(world.case)
    agree(world)
    assert world.case.stage is Stage.CONCLUDED


def test_a_panel_that_disagrees_after_the_decision_has_each_partner_say_whether_it_stands() -> None:
    """R-15: it stands while they are asked; sent back, it is for people to change it."""
    world = World()
    world.submit()
    wrong = world.say(decided())
    world.sent.clear()
    agree(world, PanelResponse.DISAGREES)
    assert world.mails("sign-off-request") == OFFICERS
    assert reads.decision(world.case) == decided()
    (heard,) = [one for one in world.posted if one.template == "panel-decision" and one.to == "chair"]
    assert heard.n["again"]
    world.sign("officer-health", Verdict.SEND_BACK)
    assert all(one.n["made"] for one in world.posted if one.template == "decision-sent-back")
    assert reads.decision(world.case) == decided()
    correct(world, wrong, decided(Decision.LEARNING_REVIEW, difference_reason=WHY))
    assert reads.decision(world.case) is None  # it differs: each agrees to it
    for officer in OFFICERS:
        world.sign(officer)
    assert world.case.stage is Stage.LEARNING_REVIEW


def test_agreement_that_came_after_the_panel_disagreed_is_not_asked_twice() -> None:
    """R-15"""
    world = World()
    world.submit()
    put(world)
    world.sign("officer-local-authority")
    agree(world, PanelResponse.DISAGREES)
    world.wait("2026-05-12T10:00")
    world.sign("officer-health")
    world.sign("officer-police")
    assert world.case.stage is Stage.LEARNING_REVIEW
    assert reads.agreement_outstanding(world.case) is None


def test_the_partners_are_reminded_from_the_panels_response_on() -> None:
    """R-15: responded on Thursday 28 May 2026; ten working days end on Thursday 11 June."""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    world.wait("2026-05-28T10:00")
    agree(world)
    assert world.deadline("R-15").due == at("2026-06-11T23:59:59")
    world.sent.clear()
    world.wait("2026-06-02T09:00")  # Tuesday, the third working day
    assert world.mails("deadline-reminder") == ["sbu-1", "sbu-2"]
    world.sent.clear()
    world.wait("2026-06-08T09:00")
    assert world.mails("deadline-reminder") == ["sbu-1", "sbu-2", *OFFICERS]
    world.sent.clear()
    world.wait("2026-06-12T09:00")
    assert world.mails("deadline-overdue") == ["sbu-1", "sbu-2", *OFFICERS, "chair"]
    world.say(decided())
    assert world.deadline("R-15").status(world.now) == "late"


def test_no_review_needs_the_reason_why_no_more_is_to_be_learned() -> None:
    """R-15, R-7: whatever was recommended, and where another review shares what is known."""
    world = World()
    world.submit(recommendation=Recommendation.CRITERIA_NOT_MET)
    agree(world)
    for decision in (Decision.NO_FURTHER_ACTION, Decision.LEARNING_REVIEW):
        with pytest.raises(no.NoMoreToLearnUnexplained):
            world.say(decided(decision, why_no_more_is_to_be_learned=" "))
    world.decide(Decision.NO_FURTHER_ACTION, difference_reason="")
    assert world.case.stage is Stage.CONCLUDED


def test_a_decision_that_is_taken_back_asks_nobody_any_more() -> None:
    """R-15, X-2"""
    world = World()
    world.submit()
    agree(world)
    wrong = put(world)
    world.say(TakenBack(takes_back=wrong, reason=WHY))
    assert world.case.rounds[-1].status is RoundStatus.STOPPED
    assert not [one for one in world.case.deadlines.values() if one.open and one.rule == "D-8"]
    put(world)
    assert world.case.rounds[-1].open


def test_a_corrected_decision_that_follows_the_recommendation_after_all_needs_no_round() -> None:
    """R-15, X-2"""
    world = World()
    world.submit()
    agree(world)
    wrong = put(world)
    correct(world, wrong, decided())
    assert [one for one in world.case.rounds if one.open] == []
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_a_practice_review_stops_while_the_partners_agree_to_another_decision_and_runs_on_where_they_do() -> None:
    """R-15, X-2, D-10: recommended was none; what was recorded first was another decision."""
    world = World()
    world.submit(recommendation=Recommendation.CRITERIA_NOT_MET)
    agree(world)
    wrong = world.decide(Decision.PRACTICE_REVIEW)
    assert world.deadline("D-10").open
    correct(world, wrong, decided(difference_reason="Sample: another reason."))
    assert not world.deadline("D-10").open
    for officer in OFFICERS:
        world.sign(officer)
    assert world.deadline("D-10").open
    assert world.case.stage is Stage.PRACTICE_REVIEW


def test_nobody_to_agree_for_a_partner_is_named() -> None:
    """R-15"""
    world = World()
    world.submit()
    agree(world)
    world.recast(cast(2, without=("officer-health", "deputy-health")))
    with pytest.raises(no.NobodyToSign, match="health"):
        put(world)


def test_the_steps_lead_through_the_partners_agreement() -> None:
    """R-15: a Panel that takes a national review, which was not recommended."""
    world = World()
    world.submit()
    rels = [step.rel for step in next_steps(world.case, world.now) if not step.needed]
    assert "partners-decided" in rels  # possible, and not asked for before the Panel answers
    agree(world, PanelResponse.NATIONAL_REVIEW)
    taken = []
    while world.case.stage is not Stage.NATIONAL_REVIEW:
        step = needed(world)
        assert step
        taken.append(step.rel)
        follow(world, step)
    assert [one for one in taken if one != "learning-disseminated"][-4:] == [
        "partners-decided",
        "sign-off-given",
        "sign-off-given",
        "sign-off-given",
    ]
    agree_again = world.case.stage
    world.restart()
    assert world.case.stage is agree_again
