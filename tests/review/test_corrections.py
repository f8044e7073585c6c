"""What was entered wrongly is corrected, kept, and everything counted from it is counted again (X-2)."""

from datetime import date

import pytest

from review.case import reads
from review.case.deadline import PASSED, Status
from review.facts.enums import Authority, Decision, NotNotifiedOutcome, PanelResponse, Stage, View, Viewer
from review.facts.notification import AuthorityTold, NotNotifiedDecided, PartnerViewGiven
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelResponded
from review.facts.rapid_review import ReturnsRequested
from review.kit import refusals as no
from tests.review.corrections import correct, take_back
from tests.review.world import WHY, World, agree, at, decided, in_care, incident, notified, paper, scoping, view


def test_the_first_entry_is_kept_and_says_what_corrected_it() -> None:
    """X-2, X-3: nothing is overwritten or lost."""
    world = World()
    wrong = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    fix = correct(world, wrong, view(Viewer.DCS))
    kept = next(entry for entry in world.case.entries if entry.reported.message == wrong)
    assert kept.corrected_by == fix
    assert reads.view_of(world.case, Viewer.DCS) is View.NOTIFY
    assert world.lines("corrected") == ["Correction"]


def test_what_is_looked_up_by_kind_is_what_stands_wherever_a_correction_has_put_it() -> None:
    """X-2: what is right stands after what was wrong, before all that came since."""
    world = World()
    wrong = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    assert len(world.case.every(PartnerViewGiven)) == 2
    correct(world, wrong, view(Viewer.DCS))
    looked_through = [one.fact for one in world.case.entries if isinstance(one.fact, PartnerViewGiven)]
    assert [one.fact for one in world.case.said(PartnerViewGiven)] == looked_through
    assert [one.view for one in world.case.every(PartnerViewGiven)] == [View.NOTIFY, View.NOTIFY]


def test_a_correction_can_itself_be_corrected() -> None:
    """X-2"""
    world = World()
    wrong = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    first = correct(world, wrong, view(Viewer.DCS, View.NOTIFY, happened_at=at("2026-05-11T10:30")))
    correct(world, first, view(Viewer.DCS, View.DO_NOT_NOTIFY))
    assert reads.view_of(world.case, Viewer.DCS) is View.DO_NOT_NOTIFY
    with pytest.raises(no.UnknownMessage):
        correct(world, wrong, view(Viewer.DCS))


def test_a_corrected_aware_time_moves_the_open_deadline() -> None:
    """X-2, D-1: aware on Tuesday 12 May, not Monday: due on Tuesday 19 May."""
    world = World(now="2026-05-13T09:00")
    correct(world, "m1", incident(aware_at=at("2026-05-12T09:00")))
    assert world.deadline("D-1").due == at("2026-05-19T23:59:59")
    assert world.deadline("D-1").status(world.now) is Status.MOVED
    assert world.lines("deadline-moved")[0].endswith("correction: potential notifiable incident reported")


def test_a_deadline_that_a_correction_makes_overdue_rings_at_once() -> None:
    """X-2, anchors entered late: aware on Friday 1 May; 4 May is a bank holiday; D-1 was due on 11 May."""
    world = World(now="2026-05-13T09:00")
    correct(world, "m1", incident(incident_at=at("2026-05-01T08:00"), aware_at=at("2026-05-01T09:00")))
    assert world.deadline("D-1").due == at("2026-05-11T23:59:59")
    world.wait("2026-05-13T09:01")
    assert PASSED in world.deadline("D-1").fired
    assert world.mails("deadline-overdue") == ["chief", "dcs", "sbu-1", "sbu-2"]
    assert world.mails("deadline-reminder") == []


def test_a_met_deadline_is_judged_again_when_what_it_was_counted_from_was_wrong() -> None:
    """X-2, X-3, D-1: aware on Tuesday 12 May, not Monday 11 May: it was due a day later; the record says so."""
    world = World(now="2026-05-13T09:00")
    world.notify()
    correct(world, "m1", incident(aware_at=at("2026-05-12T09:00")))
    assert world.deadline("D-1").due == at("2026-05-19T23:59:59")
    assert world.lines("deadline-moved") == [
        "D-1 Notification to the Panel moved from Mon 18 May 2026 23:59 to Tue 19 May 2026 23:59: "
        "correction: potential notifiable incident reported",
        "N-8 Business Unit has its copy of the notification moved from Mon 18 May 2026 23:59 to Tue 19 May 2026 23:59: "
        "correction: potential notifiable incident reported",
    ]


def test_a_corrected_notification_moves_what_is_counted_from_it_and_when_the_duty_was_met() -> None:
    """X-2, D-1, D-4, D-5, D-7: notified on Monday 11 May, not on Wednesday 13 May."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify(received_at=at("2026-05-13T15:00"))
    assert world.deadline("D-7").due == at("2026-06-04T23:59:59")
    right = {"happened_at": at("2026-05-11T15:00"), "received_at": at("2026-05-11T16:00")}
    correct(world, wrong, notified(**right))
    assert world.deadline("D-4").due == at("2026-05-13T16:00")
    assert world.deadline("D-5").due == at("2026-05-18T23:59:59")
    assert world.deadline("D-7").due == at("2026-06-02T23:59:59")
    assert world.deadline("D-1").met_at == at("2026-05-11T15:00")
    assert world.lines("deadline-met-corrected") == [
        "D-1 Notification to the Panel met at Mon 11 May 2026 15:00, not Wed 13 May 2026 15:00 (correction)",
        "N-8 Business Unit has its copy of the notification met at Mon 11 May 2026 16:00, not Wed 13 May 2026 15:00 "
        "(correction)",
    ]


def test_a_meeting_that_a_correction_puts_beyond_the_plan_is_warned_about() -> None:
    """X-2, backward plan: with D-7 on 4 June the meeting of 29 May was safe; with D-7 on 2 June it is not."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify()
    world.say(scoping(meeting="2026-05-29T10:00"))
    assert world.lines("slack-eaten") == []
    correct(world, wrong, notified(happened_at=at("2026-05-11T15:00")))
    assert [line.partition(";")[0] for line in world.lines("slack-eaten")] == [
        "Warning: the rapid review meeting is set for Friday 29 May 2026"
    ]


def test_a_corrected_scoping_meeting_changes_whom_to_ask_and_when_to_meet() -> None:
    """X-2, R-2: an agency that falls out of scope owes nothing more; one that comes in is asked."""
    world = World()
    world.notify()
    wrong = world.say(scoping())
    world.say(ReturnsRequested())
    right = scoping(agencies=("social-care", "police", "school"), meeting="2026-05-28T14:00")
    correct(world, wrong, right)
    assert reads.scope(world.case) == ["social-care", "police", "school"]
    assert reads.meeting_at(world.case) == at("2026-05-28T14:00")
    assert world.deadline("D-6:health").status(world.now) is Status.STOPPED
    assert world.deadline("D-6:school").open


def test_a_duty_that_was_not_done_after_all_runs_again() -> None:
    """X-2, D-2: the Secretary of State was told, not Ofsted."""
    world = World(in_care())
    wrong = world.say(AuthorityTold(authority=Authority.OFSTED))
    world.wait("2026-05-15T09:00")
    correct(world, wrong, AuthorityTold(authority=Authority.SECRETARY_OF_STATE))
    assert world.deadline("D-2:ofsted").open
    assert world.deadline("D-2:ofsted").due == at("2026-05-18T23:59:59")
    assert world.deadline("D-2:secretary-of-state").met_at == at("2026-05-11T11:00")
    assert len(world.lines("deadline-reopened")) == 1


def test_a_return_of_another_agency_is_put_right() -> None:
    """X-2, R-4, D-6"""
    world = World()
    world.scope()
    wrong = world.returned("police", nil=True)
    return_of = {"kind": "agency-returned", "nil": True, "officer": "Head of Safeguarding"}
    with pytest.raises(no.AgencyNotAsked):
        correct(world, wrong, return_of | {"agency": "housing"})
    correct(world, wrong, return_of | {"agency": "health"})
    assert world.deadline("D-6:police").open
    assert world.deadline("D-6:health").status(world.now) is Status.MET


def test_a_corrected_return_names_words_that_came_in() -> None:
    """X-2, R-5: a pack can be made of what is kept only."""
    world = World()
    world.scope()
    wrong = world.returned("police")
    return_of = {"kind": "agency-returned", "agency": "police", "officer": "Head of Safeguarding"}
    with pytest.raises(no.UnknownVersion):
        correct(world, wrong, return_of | {"content": paper("return-police", 7).model_dump()})
    correct(world, wrong, return_of | {"content": paper("return-police", 1).model_dump()})


def test_that_a_child_in_care_died_can_come_out_later() -> None:
    """X-2, N-4, D-2: the duties run from the aware time, and stop where it was a mistake."""
    world = World()
    fix = correct(world, "m1", in_care())
    assert world.deadline("D-2:ofsted").due == at("2026-05-18T23:59:59")
    fix = correct(world, fix, incident())
    assert world.deadline("D-2:ofsted").status(world.now) is Status.STOPPED
    correct(world, fix, in_care())
    assert world.deadline("D-2:ofsted").open


def test_the_panels_meeting_on_another_date_moves_its_deadline() -> None:
    """X-2, D-9"""
    world = World()
    world.submit()
    wrong = world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    correct(world, wrong, PanelAcknowledged(meeting_date=date(2026, 5, 20)))
    assert world.deadline("D-9").due == at("2026-06-04T23:59:59")


def test_a_correction_replaces_like_with_like() -> None:
    """X-2"""
    with pytest.raises(no.WrongKindOfCorrection):
        correct(World(), "m1", view(Viewer.DCS))


def test_what_has_been_acted_on_is_not_corrected_away() -> None:
    """X-2: a request that went out went out."""
    world = World()
    world.notify()
    world.say(scoping())
    asked = world.say(ReturnsRequested())
    with pytest.raises(no.CannotBeCorrected):
        take_back(world, asked)


def test_a_view_that_was_acted_on_stands_but_its_reasons_can_be_put_right() -> None:
    """X-2, N-2"""
    world = World()
    dcs = world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    world.say(notified())
    with pytest.raises(no.CannotBeCorrected):
        correct(world, dcs, view(Viewer.DCS, View.DO_NOT_NOTIFY))
    correct(world, dcs, view(Viewer.DCS).model_copy(update={"reasons": "Sample: other reasons."}))
    assert reads.agreed_to_notify(world.case)


def test_a_view_on_which_a_case_was_closed_stands() -> None:
    """X-2, N-2"""
    world = World()
    dcs = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    world.say(view(Viewer.CHIEF_EXECUTIVE, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    with pytest.raises(no.CannotBeCorrected):
        correct(world, dcs, view(Viewer.DCS))


def test_a_response_on_which_something_rests_still_asks_or_still_does_not() -> None:
    """X-2, R-13"""
    more = PanelResponse.ASKS_FOR_MORE
    world = World()
    world.submit()
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    asked = agree(world, more)
    world.say(PanelAnswered(answer=WHY, meeting_date=date(2026, 5, 26)))
    with pytest.raises(no.CannotBeCorrected):
        correct(world, asked, PanelResponded(response=PanelResponse.AGREES, reasons=WHY))
    final = agree(world)
    correct(world, final, PanelResponded(response=PanelResponse.DISAGREES, reasons=WHY))
    world.decide()
    fixed = world.case.entries_of(PanelResponded)[-1].reported.message
    correct(world, fixed, PanelResponded(response=more, reasons=WHY))  # partners may decide before it answers
    assert (reads.final_response(world.case), world.case.stage) == (None, Stage.PRACTICE_REVIEW)


def test_an_incident_stays_before_all_that_was_said_of_it() -> None:
    """X-2, N-1"""
    world = World(now="2026-05-13T09:00")
    world.notify(happened_at=at("2026-05-12T09:00"))
    late = incident(incident_at=at("2026-05-12T10:00"), aware_at=at("2026-05-12T11:00"))
    with pytest.raises(no.BeforeTheIncident):
        correct(world, "m1", late)


def test_a_correction_obeys_the_checks_of_what_it_corrects() -> None:
    """X-2, R-2"""
    world = World()
    world.notify()
    wrong = world.say(scoping())
    with pytest.raises(no.UnknownAgency):
        correct(world, wrong, scoping(agencies=("social-care", "police", "health", "fire-service")))
    with pytest.raises(no.InTheFuture):
        correct(world, wrong, scoping(happened_at=at("2026-06-11T10:00")))


def test_corrections_are_still_taken_when_the_case_has_ended() -> None:
    """X-2"""
    world = World()
    world.submit()
    agree(world)
    reported = decided(Decision.NO_FURTHER_ACTION, difference_reason=WHY)
    wrong = world.decide(Decision.NO_FURTHER_ACTION)
    assert world.case.stage is Stage.CONCLUDED
    correct(world, wrong, reported.model_copy(update={"reasons": "Sample: better reasons."}))
    with pytest.raises(no.CaseEnded):
        world.say(scoping())
