"""§2 in the pure core up to the meeting: scoping, requests, returns, what the author reads (R-1 to R-9, D-4 to D-7)."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from review.case import reads
from review.chapters.report.criteria import CRITERIA, Group
from review.chapters.report.papers import CriterionAnswer, RapidReviewReport
from review.facts.enums import Recommendation
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingMoved,
    Representative,
    ReturnsRead,
    ReturnsRequested,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.facts.report import DraftSentForSignOff
from review.kit import refusals as no
from review.kit.backward_plan import safe_times
from review.next_steps import next_steps
from tests.review.world import COMPLETE, EXPECTED, WHY, World, at, cast, scoping, speaker


def test_the_rapid_review_is_due_at_the_end_of_the_fifteenth_working_day_after_the_notification() -> None:
    """R-1, D-7: notified on Monday 11 May 2026; Whitsun Monday, 25 May, is no working day; due on Tuesday 2 June."""
    world = World()
    world.notify()
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")


def test_the_scoping_meeting_is_due_48_hours_after_receipt_to_the_minute() -> None:
    """R-2, D-4"""
    world = World()
    world.notify()
    assert world.deadline("D-4").due == at("2026-05-13T11:00")


@pytest.mark.parametrize(
    ("told", "starts"),
    [
        ("2026-05-12T20:30", "2026-05-13T10:00"),  # Tuesday evening: Wednesday morning
        ("2026-05-15T20:30", "2026-05-16T10:00"),  # Friday evening: by Sunday evening, so no working day will do
    ],
)
def test_the_scoping_meeting_is_proposed_for_a_morning(told: str, starts: str) -> None:
    """§2, D-4"""
    world = World()
    world.now = at(told)
    world.notify()
    (arrange,) = [one for one in next_steps(world.case, world.now) if one.rel == "scoping-meeting-arranged"]
    assert datetime.fromisoformat(arrange.example["starts_at"]) == at(starts)


def test_the_scoping_meeting_sets_the_date_of_the_rapid_review_meeting() -> None:
    """R-2"""
    world = World()
    world.notify()
    world.say(scoping(meeting="2026-05-27T10:00"))
    assert reads.meeting_at(world.case) == at("2026-05-27T10:00")
    assert world.deadline("D-4").status(world.now) == "met"


def test_an_expected_agency_is_asked_or_its_absence_explained() -> None:
    """R-2, R-8"""
    world = World()
    world.notify()
    given = scoping().model_dump() | {"agencies": ["police"], "left_out": [{"agency": "health", "reason": WHY}]}
    with pytest.raises(no.ExpectedAgencyUnexplained, match="social-care"):
        world.say(ScopingMeetingHeld.model_validate(given))
    world.say(scoping(agencies=("police",)))
    assert reads.scope(world.case) == ["police"]


def test_the_request_is_due_five_working_days_after_the_notification() -> None:
    """R-3, D-5"""
    world = World()
    world.notify()
    assert world.deadline("D-5").due == at("2026-05-18T23:59:59")
    world.say(scoping())
    world.say(ReturnsRequested())
    assert world.deadline("D-5").status(world.now) == "met"


def test_an_agency_confirms_that_its_senior_officers_know() -> None:
    """R-3"""
    world = World()
    world.scope()
    world.say(SeniorOfficersInformed(agency="police", officer="Chief Superintendent"), speaker("lead-police"))
    assert world.lines("senior-officers-informed") == ["Agency's senior officers informed: police"]


def test_each_agency_has_five_days_from_its_own_request() -> None:
    """R-4, D-6: asked on Monday 11 May, the 5th day is a Saturday: Monday 18 May. Asked on Thursday 14 May: Tuesday."""
    world = World()
    world.scope()
    world.wait("2026-05-14T09:00")
    world.say(AgencyAdded(agency="school", reason=WHY))
    assert world.deadline("D-6:police").due == at("2026-05-18T23:59:59")
    assert world.deadline("D-6:school").due == at("2026-05-19T23:59:59")


def test_a_return_after_the_deadline_is_still_taken_and_marked_late() -> None:
    """R-4, D-6"""
    world = World()
    world.scope()
    world.wait("2026-05-20T09:00")
    assert world.deadline("D-6:police").overdue(world.now)
    world.returned("police")
    assert world.deadline("D-6:police").status(world.now) == "late"
    assert reads.outstanding(world.case) == ["social-care", "health"]


def test_a_nil_return_with_a_named_officer_meets_the_deadline() -> None:
    """R-4"""
    world = World()
    world.scope()
    world.returned("health", nil=True)
    assert world.deadline("D-6:health").status(world.now) == "met"


def test_a_return_can_be_replaced_until_the_meeting_and_earlier_ones_are_kept() -> None:
    """R-4"""
    world = World()
    world.scope()
    world.returned("police")
    world.returned("police")
    assert [one.content.version for one in world.case.every(AgencyReturned) if one.content] == [1, 2]
    world.hold_meeting()
    with pytest.raises(no.ReturnsClosed):
        world.returned("police")
    world.returned("health")  # its first: late, and still taken


def test_the_very_same_return_again_is_refused() -> None:
    """R-4: a duplicate."""
    world = World()
    world.scope()
    world.returned("police", nil=True)
    with pytest.raises(no.ReturnUnchanged, match="once something in it has changed"):
        world.returned("police", nil=True)


def test_what_is_missing_is_known_for_the_pack() -> None:
    """R-5"""
    world = World()
    world.scope()
    world.returned("police")
    assert reads.outstanding(world.case) == ["social-care", "health"]


def test_who_came_to_the_rapid_review_meeting_is_recorded() -> None:
    """R-6"""
    world = World()
    world.scope()
    world.hold_meeting(representatives=[Representative(agency="school", name="Sample Head Teacher")])
    held = reads.meeting_held(world.case)
    assert held
    assert held.attended == ["chair", "member", "sbu-1"]
    with pytest.raises(no.AlreadyRecorded):
        world.hold_meeting()


def test_the_meeting_can_be_moved_until_it_was_held() -> None:
    """R-6"""
    world = World()
    world.scope()
    world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-28T10:00"), reason=WHY))
    assert reads.meeting_at(world.case) == at("2026-05-28T10:00")
    world.hold_meeting()
    with pytest.raises(no.AlreadyRecorded):
        world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-29T10:00"), reason=WHY))


@pytest.mark.parametrize("field", [field for field in RapidReviewReport.SECTIONS if not field.startswith("why_no")])
def test_each_part_of_the_record_that_is_missing_is_listed(field: str) -> None:
    """R-7"""
    gaps = COMPLETE.model_copy(update={field: "  "}).missing(expected=dict.fromkeys(EXPECTED, "Sample"))
    assert gaps == [RapidReviewReport.SECTIONS[field]]


def test_a_complete_report_lacks_nothing() -> None:
    """R-7"""
    assert COMPLETE.missing(expected=dict.fromkeys(EXPECTED, "Sample")) == []
    assert len(RapidReviewReport().missing(expected={})) == 10 + 1 + 1 + 1 + 1 + 11


@pytest.mark.parametrize("none", [Recommendation.CRITERIA_NOT_MET, Recommendation.CRITERIA_MET_NO_REVIEW])
def test_without_a_local_review_the_report_says_why_no_more_is_to_be_learned(none: Recommendation) -> None:
    """R-7: of three recommendations two are for no review (Working Together 2018, p. 87)."""
    without = COMPLETE.model_copy(update={"recommendation": none})
    assert without.missing(expected={}) == ["Why no further learning is to be gained"]


def test_the_report_names_the_agencies_explains_absences_and_says_who_took_part() -> None:
    """R-8"""
    bare = COMPLETE.model_copy(update={"agencies_involved": ["police"], "took_part_in_decision": []})
    bare = bare.model_copy(update={"outsiders_in_decision": []})
    assert bare.missing(expected={"police": "Northmoor Police", "health": "Northmoor Hospital"}) == [
        "Who took part in the decision",
        "Absence of Northmoor Hospital explained",
    ]


def test_eleven_criteria_are_each_answered_with_reasons() -> None:
    """R-9: four criteria and four circumstances of §4, three national ones of §5."""
    assert [sum(one.group is group for one in CRITERIA) for group in Group] == [4, 4, 3]
    answers = {id: answer for id, answer in COMPLETE.criteria.items() if id != "recurrent-themes"}
    gaps = COMPLETE.model_copy(update={"criteria": answers}).missing(expected={})
    assert gaps == ["Criterion recurrent-themes answered with reasons"]


def test_of_the_panels_view_alone_not_yet_known_is_an_answer() -> None:
    """R-7, R-9: with reasons, as every answer."""
    assert COMPLETE.criteria["panel-considered"].met == "not-yet-known"
    unknown = CriterionAnswer(met="not-yet-known", reasons=WHY)
    answers = COMPLETE.criteria | {"improvements": unknown, "panel-considered": CriterionAnswer(met="not-yet-known")}
    assert COMPLETE.model_copy(update={"criteria": answers}).missing(expected={}) == [
        "Criterion improvements answered with reasons",
        "Criterion panel-considered answered with reasons",
    ]


@pytest.mark.parametrize(
    ("recommended", "met", "contradicts"),
    [
        (Recommendation.CRITERIA_NOT_MET, 4, "not met, and answers 4 of the four with yes"),
        (Recommendation.CRITERIA_NOT_MET, 1, "not met, and answers 1 of the four with yes"),
        (Recommendation.CRITERIA_NOT_MET, 0, None),
        (Recommendation.CRITERIA_MET, 0, "met, and answers none of the four with yes"),
        (Recommendation.CRITERIA_MET_NO_REVIEW, 0, "met, and answers none of the four with yes"),
        (Recommendation.CRITERIA_MET, 1, None),
        (Recommendation.CRITERIA_MET_NO_REVIEW, 4, None),
    ],
)
def test_a_recommendation_that_its_own_answers_contradict_is_found(
    recommended: Recommendation, met: int, contradicts: str | None
) -> None:
    """R-7, R-9: all eleven criteria "yes" and "criteria not met" went out without a word."""
    answers = {
        one.id: CriterionAnswer(met=number < met or one.group is not Group.CRITERIA, reasons=WHY)
        for number, one in enumerate(CRITERIA)
    }
    found = COMPLETE.model_copy(update={"recommendation": recommended, "criteria": answers}).contradictions()
    assert (contradicts is None) == (not found)
    assert (contradicts or "") in " ".join(found)


def test_a_draft_that_contradicts_itself_is_warned_about_and_not_blocked() -> None:
    """R-7, R-9"""
    world = World()
    world.meet()
    world.read()
    world.deliver()
    world.send_draft(
        contradictions=["It recommends that the criteria are not met, and answers 4 of the four with yes."]
    )
    assert world.mails("draft-contradicts") == ["sbu-1", "sbu-2", "chair"]
    assert world.lines("draft-contradicts") == [
        "Warning: version 1 of the draft report contradicts itself. It recommends that the criteria are not met, and "
        "answers 4 of the four with yes."
    ]
    assert reads.open_round(world.case)


def test_a_return_is_read_in_the_version_that_came_last() -> None:
    """R-10"""
    world = World()
    world.scope()
    world.returned("police")
    with pytest.raises(no.UnknownVersion):
        world.say(ReturnsRead(reader="sbu-1", returns={"police": 2}))
    with pytest.raises(no.UnknownVersion):
        world.say(ReturnsRead(reader="sbu-1", returns={"health": 0}))
    world.say(ReturnsRead(reader="sbu-1", returns={"police": 1}))


def test_an_agency_is_listed_once() -> None:
    """R-2"""
    with pytest.raises(ValidationError, match="listed twice"):
        scoping(agencies=("police", "police"))


def test_the_backward_plan_gives_the_latest_safe_times() -> None:
    """Backward plan of D-7 on Tuesday 2 June 2026: draft out on Sunday, with the CRG from Thursday (R-16), meeting by
    Wednesday, returns by Tuesday, after the bank holiday.
    """
    world = World()
    world.notify()
    assert [(step.id, step.at) for step in safe_times(world.case)] == [
        ("latest-request", at("2026-05-21T23:59:59")),
        ("latest-returns", at("2026-05-26T23:59:59")),
        ("latest-meeting", at("2026-05-27T23:59:59")),
        ("latest-draft-to-crg", at("2026-05-28T23:59:59")),
        ("latest-draft-out", at("2026-05-31T23:59:59")),
    ]


def test_a_meeting_set_too_late_is_warned_about_as_soon_as_it_is_set() -> None:
    """Backward plan: the latest safe time is Wednesday 27 May."""
    world = World()
    world.notify()
    world.say(scoping(meeting="2026-06-01T10:00"))
    (line,) = world.lines("slack-eaten")
    assert line.startswith("Warning: the rapid review meeting is set for Monday 1 June 2026; ")
    assert line.endswith("the latest safe time was Wed 27 May 2026 23:59")
    assert world.mails("slack-warning") == ["sbu-1", "sbu-2", "chair"]


def test_a_stage_that_runs_late_is_warned_about_when_its_latest_safe_time_passes() -> None:
    """Backward plan"""
    world = World()
    world.scope()
    world.wait("2026-06-01T09:00")
    assert [line.partition(";")[0] for line in world.lines("slack-eaten")] == [
        "Warning: agencies' returns are still out",
        "Warning: the rapid review meeting has not been held",
        "Warning: the draft is not out to the CRG",
        "Warning: the draft is not out for sign-off",
    ]


def test_returns_that_are_missing_are_not_warned_about_once_the_meeting_was_held_without_them() -> None:
    """Backward plan, R-4: the latest safe time for returns, Tuesday 26 May, protects the meeting only."""
    world = World()
    world.scope()
    world.wait("2026-05-26T10:00")
    world.hold_meeting()
    world.wait("2026-05-28T09:00")
    assert reads.outstanding(world.case)
    assert world.lines("slack-eaten") == []


def test_work_that_is_done_in_time_is_not_warned_about() -> None:
    """Backward plan"""
    world = World()
    world.send_out()
    world.wait("2026-06-01T09:00")
    assert world.lines("slack-eaten") == []


def test_a_meeting_that_nobody_records_is_asked_for_on_the_next_working_day() -> None:
    """R-6: set for Friday 22 May 2026; Monday the 25th is a bank holiday, so on Tuesday at nine. Moved, it is asked for
    anew; recorded in time, not at all.
    """
    world = World()
    world.scope(meeting="2026-05-22T10:00")
    world.wait("2026-05-26T08:59")
    assert world.mails("meeting-unrecorded") == []
    world.wait("2026-05-26T09:00")
    assert world.mails("meeting-unrecorded") == ["sbu-1", "sbu-2"]
    world.say(RapidReviewMeetingMoved(starts_at=at("2026-05-28T10:00"), reason=WHY))
    world.wait("2026-05-28T12:00")
    world.sent.clear()
    world.hold_meeting()
    world.wait("2026-05-29T12:00")
    assert world.mails("meeting-unrecorded") == []


def test_people_read_an_agencys_name_and_not_its_id() -> None:
    """R-10, R-6: in warnings, refusals and what is to be done next."""
    who = cast()
    named = [one.model_copy(update={"name": f"Northmoor {one.id.title()}"}) for one in who.agencies]
    world = World(who=who.model_copy(update={"agencies": named}))
    world.scope()
    assert "Send the return of Northmoor Police" in [one.title for one in next_steps(world.case, world.now)]
    world.returned("police")
    world.hold_meeting()
    with pytest.raises(no.ReturnsClosed, match="Northmoor Police's return"):
        world.returned("police")
    world.draft()
    world.agree(1)
    with pytest.raises(no.AuthorDidNotReadReturns, match="Northmoor Police"):
        world.say(DraftSentForSignOff(version=1))
