"""The Panel's answer and the partners' decision in the pure core (R-13 to R-15, D-9)."""

from datetime import date

import pytest

from review.case import reads
from review.facts.any_stage import TakenBack
from review.facts.enums import Decision, PanelResponse, Recommendation, Stage
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelMeetingMoved
from review.facts.report import SubmittedToPanel
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.world import WHY, World, agree, at, decided


def test_the_response_is_due_ten_working_days_after_the_panels_meeting() -> None:
    """R-13, D-9: meeting on Tuesday 19 May 2026; Whitsun Monday in between; due on Wednesday 3 June."""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    assert world.deadline("D-9").due == at("2026-06-03T23:59:59")
    world.wait("2026-06-04T09:00")
    assert world.mails("panel-chaser") == ["sbu-1", "sbu-2", "panel"]
    agree(world)
    assert world.deadline("D-9").status(world.now) == "late"


def test_what_the_panel_asks_for_is_answered_and_a_second_response_awaited() -> None:
    """R-13, D-9"""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    agree(world, PanelResponse.ASKS_FOR_MORE)
    with pytest.raises(no.NotYet, match="asked for"):
        agree(world)
    world.say(PanelAnswered(answer=WHY, meeting_date=date(2026, 5, 26)))
    assert world.deadline("D-9:2").due == at("2026-06-09T23:59:59")
    agree(world, PanelResponse.DISAGREES)
    assert [world.deadline(id).status(world.now) for id in ("D-9", "D-9:2")] == ["met", "met"]
    assert world.case.stage is Stage.DECISION


def test_nothing_is_answered_that_was_not_asked() -> None:
    """R-13"""
    world = World()
    world.submit()
    with pytest.raises(no.NotYet):
        world.say(PanelAnswered(answer=WHY, meeting_date=date(2026, 5, 26)))


def test_the_panels_meeting_lies_after_the_submission_and_within_the_calendar() -> None:
    """R-13: the last day of a long month counts like any other."""
    world = World()
    world.submit()
    with pytest.raises(no.BeforeTheIncident):
        world.say(PanelAcknowledged(meeting_date=date(2026, 5, 10)))
    with pytest.raises(no.BeyondTheCalendar):
        world.say(PanelAcknowledged(meeting_date=date(2033, 11, 30)))
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 31)))


@pytest.mark.parametrize(
    ("decision", "stage"),
    [
        (Decision.PRACTICE_REVIEW, Stage.PRACTICE_REVIEW),
        (Decision.LEARNING_REVIEW, Stage.LEARNING_REVIEW),
        (Decision.NATIONAL_REVIEW, Stage.NATIONAL_REVIEW),
        (Decision.NO_FURTHER_ACTION, Stage.CONCLUDED),
    ],
)
def test_the_partners_decide_and_say_why_where_they_depart_from_the_recommendation(
    decision: Decision, stage: Stage
) -> None:
    """R-14, R-15: meeting the criteria does not decide (R-9)."""
    world = World()
    world.submit()
    agree(world)
    part = {"national_part": "assists"} if decision is Decision.NATIONAL_REVIEW else {}
    if decision is not Decision.PRACTICE_REVIEW:
        with pytest.raises(no.DifferenceUnexplained, match="are met, and a review is recommended"):
            world.say(decided(decision, **part))
    world.decide(decision, **part)
    assert world.case.stage is stage


def test_for_a_national_review_it_is_said_whether_local_work_stops_or_assists() -> None:
    """R-15"""
    world = World()
    world.submit(national_review=True)
    agree(world, PanelResponse.NATIONAL_REVIEW)
    with pytest.raises(no.NationalPartMissing):
        world.say(decided(Decision.NATIONAL_REVIEW))
    world.say(decided(Decision.NATIONAL_REVIEW, national_part="stops"))


@pytest.mark.parametrize(
    ("recommended", "national", "decision", "departs"),
    [
        (Recommendation.CRITERIA_MET, False, Decision.PRACTICE_REVIEW, False),
        (Recommendation.CRITERIA_MET, False, Decision.NO_FURTHER_ACTION, True),
        (Recommendation.CRITERIA_MET_NO_REVIEW, False, Decision.PRACTICE_REVIEW, True),
        (Recommendation.CRITERIA_MET_NO_REVIEW, False, Decision.LEARNING_REVIEW, False),
        (Recommendation.CRITERIA_MET_NO_REVIEW, False, Decision.NO_FURTHER_ACTION, False),
        (Recommendation.CRITERIA_NOT_MET, False, Decision.PRACTICE_REVIEW, True),
        (Recommendation.CRITERIA_NOT_MET, False, Decision.LEARNING_REVIEW, False),
        (Recommendation.CRITERIA_MET, True, Decision.NATIONAL_REVIEW, False),
        (Recommendation.CRITERIA_MET, True, Decision.PRACTICE_REVIEW, True),
    ],
)
def test_when_a_decision_departs_from_the_recommendation(
    recommended: Recommendation, national: bool, decision: Decision, departs: bool
) -> None:
    """R-15, R-7"""
    world = World()
    world.submit(recommendation=recommended, national_review=national)
    assert reads.differs(world.case, decided(decision)) is departs


def test_an_acknowledgement_that_does_not_come_is_asked_for_then_weekly_until_it_does() -> None:
    """R-13: submitted on Monday 11 May 2026; five working days end on Monday the 18th. Whitsun Monday is the 25th."""
    world = World()
    world.submit()
    assert world.deadline("R-13").due == at("2026-05-18T23:59:59")
    world.sent.clear()
    world.wait("2026-05-18T23:59:58")
    assert not world.mails("acknowledgement-missing")
    world.wait("2026-05-19T08:00")
    assert world.mails("acknowledgement-missing") == ["sbu-1", "sbu-2"]
    world.sent.clear()
    world.wait("2026-05-27T09:00")  # five working days on from Tuesday the 19th, past Whitsun
    assert world.mails("acknowledgement-missing") == ["sbu-1", "sbu-2"]
    world.sent.clear()
    world.wait("2026-06-03T09:00")
    assert world.mails("acknowledgement-missing") == ["sbu-1", "sbu-2"]
    world.say(PanelAcknowledged(meeting_date=date(2026, 6, 9)))
    assert world.deadline("R-13").status(world.now) == "late"
    world.sent.clear()
    world.wait("2026-06-20T09:00")
    assert not world.mails("acknowledgement-missing")


def test_an_acknowledgement_in_time_is_asked_for_by_nobody() -> None:
    """R-13"""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    world.wait("2026-05-30T09:00")
    assert not world.mails("acknowledgement-missing")
    assert world.deadline("R-13").status(world.now) == "met"


def test_a_panel_that_responds_at_once_owes_no_acknowledgement() -> None:
    """R-13"""
    world = World()
    world.submit()
    agree(world)
    assert world.deadline("R-13").status(world.now) == "stopped"


def test_a_meeting_that_the_panel_moves_moves_the_day_of_its_response() -> None:
    """R-13, D-9: from Tuesday 19 May to Tuesday 2 June 2026, so to Tuesday 16 June; back to 26 May: Tuesday 9 June."""
    world = World()
    world.submit()
    with pytest.raises(no.NotYet, match="not named a date"):
        world.say(PanelMeetingMoved(meeting_date=date(2026, 6, 2)))
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    with pytest.raises(no.AlreadyRecorded):
        world.say(PanelMeetingMoved(meeting_date=date(2026, 5, 19)))
    with pytest.raises(no.BeforeTheIncident):
        world.say(PanelMeetingMoved(meeting_date=date(2026, 5, 8)))
    world.say(PanelMeetingMoved(meeting_date=date(2026, 6, 2)))
    assert world.deadline("D-9").due == at("2026-06-16T23:59:59")
    assert world.mails("deadline-moved") == ["sbu-1", "sbu-2", "chair"]
    moved = world.say(PanelMeetingMoved(meeting_date=date(2026, 5, 26)))
    assert world.deadline("D-9").due == at("2026-06-09T23:59:59")
    world.say(TakenBack(takes_back=moved, reason=WHY))
    assert world.deadline("D-9").due == at("2026-06-16T23:59:59")
    agree(world)
    with pytest.raises(no.NotYet, match="since its response"):
        world.say(PanelMeetingMoved(meeting_date=date(2026, 6, 5)))


def test_the_second_meeting_is_moved_by_itself() -> None:
    """R-13, D-9: 26 May 2026, moved to 29 May: due on Friday 12 June."""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    world.say(PanelMeetingMoved(meeting_date=date(2026, 5, 20)))
    agree(world, PanelResponse.ASKS_FOR_MORE)
    world.say(PanelAnswered(answer=WHY, meeting_date=date(2026, 5, 26)))
    world.say(PanelMeetingMoved(meeting_date=date(2026, 5, 29)))
    assert reads.panel_meeting(world.case, 1) == date(2026, 5, 20)
    assert world.deadline("D-9:2").due == at("2026-06-12T23:59:59")


def test_a_meeting_moved_after_d_9_has_passed_is_chased_by_its_new_day() -> None:
    """R-13, D-9"""
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    world.wait("2026-06-04T09:00")
    world.sent.clear()
    world.say(PanelMeetingMoved(meeting_date=date(2026, 6, 9)))
    assert world.deadline("D-9").due == at("2026-06-23T23:59:59")
    world.wait("2026-06-24T09:00")
    assert world.mails("panel-chaser") == ["sbu-1", "sbu-2", "panel"]


def test_a_late_submission_is_told_to_the_panel_with_its_reasons() -> None:
    """R-12, D-7: notified on Monday 11 May 2026; the 15th working day is Tuesday 2 June, past Whitsun Monday."""
    world = World()
    world.approve()
    world.wait("2026-06-02T23:00")
    needed_then = [step.example for step in next_steps(world.case, world.now) if step.rel == "submitted-to-panel"]
    assert "late_reason" not in needed_then[0]
    world.wait("2026-06-03T09:00")
    with pytest.raises(no.LateSubmissionUnexplained, match="2 Jun 2026 23:59"):
        world.say(SubmittedToPanel(version=1, covering_letter=WHY))
    in_time = {"by_other_means": True, "happened_at": at("2026-06-02T15:00")}
    world.restart()
    world.say(SubmittedToPanel(version=1, covering_letter=WHY, late_reason=WHY))
    (sent,) = [one for one in world.posted if one.template == "panel-submission"]
    assert sent.n["late"] is True
    assert world.deadline("D-7").status(world.now) == "late"
    other = World()
    other.approve()
    other.wait("2026-06-03T09:00")
    other.say(SubmittedToPanel.model_validate({"version": 1, "covering_letter": WHY} | in_time))  # entered late only
    assert other.deadline("D-7").status(other.now) == "met"
