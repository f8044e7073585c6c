"""What was entered wrongly is corrected, kept, and everything counted from it is counted anew (X-2)."""

from datetime import date

import pytest

from review import refusals as no
from review import timing
from review.clocks import PASSED, Status
from review.correctable import CORRECTABLE, INSTEAD
from review.facts import FACTS, Corrected, Fact
from review.said.editions import NotificationWithdrawn
from review.said.notification import AuthorityTold, NotNotifiedDecided
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded
from review.said.rapid_review import AgencyAdded, RapidReviewMeetingHeld, ReturnsRequested, ScopingMeetingArranged
from review.said.referral import CrgConsidered
from review.said.standing import CasePaused, CaseReopened, CaseResumed, CaseWithdrawn, TakenBack
from review.words import Authority, CrgOutcome, Decision, NotNotifiedOutcome, PanelResponse, Stage, View, Viewer
from tests.review.world import WHY, World, agree, at, decided, in_care, incident, notified, paper, scoping, view


def correct(world: World, message: str, right: object) -> str:
    return world.say(Corrected.model_validate({"corrects": message, "right": right, "reason": WHY}))


def take_back(world: World, message: str) -> str:
    return world.say(TakenBack(takes_back=message, reason=WHY))


def test_the_first_entry_is_kept_and_says_what_corrected_it() -> None:
    """X-2, X-3: nothing is overwritten or lost."""
    world = World()
    wrong = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    fix = correct(world, wrong, view(Viewer.DCS))
    kept = next(entry for entry in world.case.entries if entry.said.message == wrong)
    assert kept.corrected_by == fix
    assert world.case.view_of(Viewer.DCS) is View.NOTIFY
    assert world.lines("corrected") == ["Correction"]


def test_a_correction_can_itself_be_corrected() -> None:
    """X-2"""
    world = World()
    wrong = world.say(view(Viewer.DCS, View.DO_NOT_NOTIFY))
    first = correct(world, wrong, view(Viewer.DCS, View.NOTIFY, happened_at=at("2026-05-11T10:30")))
    correct(world, first, view(Viewer.DCS, View.DO_NOT_NOTIFY))
    assert world.case.view_of(Viewer.DCS) is View.DO_NOT_NOTIFY
    with pytest.raises(no.UnknownMessage):
        correct(world, wrong, view(Viewer.DCS))


def test_a_corrected_aware_time_moves_the_open_deadline() -> None:
    """X-2, D-1: aware on Tuesday 12 May, not Monday: due on Tuesday 19 May."""
    world = World(now="2026-05-13T09:00")
    correct(world, "m1", incident(aware_at=at("2026-05-12T09:00")))
    assert world.clock("D-1").due == at("2026-05-19T23:59:59")
    assert world.clock("D-1").status(world.now) is Status.MOVED
    assert world.lines("deadline-moved")[0].endswith("correction: potential notifiable incident reported")


def test_a_deadline_that_a_correction_makes_overdue_rings_at_once() -> None:
    """X-2, anchors entered late: aware on Friday 1 May; 4 May is a bank holiday; D-1 was due on 11 May."""
    world = World(now="2026-05-13T09:00")
    correct(world, "m1", incident(incident_at=at("2026-05-01T08:00"), aware_at=at("2026-05-01T09:00")))
    assert world.clock("D-1").due == at("2026-05-11T23:59:59")
    world.wait("2026-05-13T09:01")
    assert PASSED in world.clock("D-1").rung
    assert world.mails("deadline-overdue") == ["chief", "dcs", "sbu-1", "sbu-2"]
    assert world.mails("deadline-reminder") == []


def test_a_met_deadline_is_judged_anew_when_what_it_was_counted_from_was_wrong() -> None:
    """X-2, X-3, D-1: aware on Tuesday 12 May, not Monday 11 May: it was due a day later; the record says so."""
    world = World(now="2026-05-13T09:00")
    world.notify()
    correct(world, "m1", incident(aware_at=at("2026-05-12T09:00")))
    assert world.clock("D-1").due == at("2026-05-19T23:59:59")
    assert world.lines("deadline-moved") == [
        "D-1 Notification to the Panel moved from Mon 18 May 2026 23:59 to Tue 19 May 2026 23:59: "
        "correction: potential notifiable incident reported"
    ]


def test_a_corrected_notification_moves_what_is_counted_from_it_and_when_the_duty_was_met() -> None:
    """X-2, D-1, D-4, D-5, D-7: notified on Monday 11 May, not on Wednesday 13 May."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify(received_at=at("2026-05-13T15:00"))
    assert world.clock("D-7").due == at("2026-06-04T23:59:59")
    right = {"happened_at": at("2026-05-11T15:00"), "received_at": at("2026-05-11T16:00")}
    correct(world, wrong, notified(**right))
    assert world.clock("D-4").due == at("2026-05-13T16:00")
    assert world.clock("D-5").due == at("2026-05-18T23:59:59")
    assert world.clock("D-7").due == at("2026-06-02T23:59:59")
    assert world.clock("D-1").met_at == at("2026-05-11T15:00")
    assert world.lines("deadline-met-corrected") == [
        "D-1 Notification to the Panel met at Mon 11 May 2026 15:00, not Wed 13 May 2026 15:00 (correction)"
    ]


def test_a_meeting_that_a_correction_puts_beyond_the_plan_is_warned_about() -> None:
    """X-2, backward plan: with D-7 on 4 June the meeting of 2 June was safe; with D-7 on 2 June it is not."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify()
    world.say(scoping(meeting="2026-06-01T10:00"))
    assert world.lines("slack-eaten") == []
    correct(world, wrong, notified(happened_at=at("2026-05-11T15:00")))
    assert [line.partition(";")[0] for line in world.lines("slack-eaten")] == [
        "Warning: the rapid review meeting is set for Monday 1 June 2026"
    ]


def test_a_corrected_scoping_meeting_changes_whom_to_ask_and_when_to_meet() -> None:
    """X-2, R-2: an agency that falls out of scope owes nothing more; one that comes in is asked."""
    world = World()
    world.notify()
    wrong = world.say(scoping())
    world.say(ReturnsRequested())
    right = scoping(agencies=("social-care", "police", "school"), meeting="2026-05-28T14:00")
    correct(world, wrong, right)
    assert world.case.scope == ["social-care", "police", "school"]
    assert world.case.meeting_at == at("2026-05-28T14:00")
    assert world.clock("D-6:health").status(world.now) is Status.STOPPED
    assert world.clock("D-6:school").open


def test_a_duty_that_was_not_done_after_all_runs_again() -> None:
    """X-2, D-2: the Secretary of State was told, not Ofsted."""
    world = World(in_care())
    wrong = world.say(AuthorityTold(authority=Authority.OFSTED))
    world.wait("2026-05-15T09:00")
    correct(world, wrong, AuthorityTold(authority=Authority.SECRETARY_OF_STATE))
    assert world.clock("D-2:ofsted").open
    assert world.clock("D-2:ofsted").due == at("2026-05-18T23:59:59")
    assert world.clock("D-2:secretary-of-state").met_at == at("2026-05-11T11:00")
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
    assert world.clock("D-6:police").open
    assert world.clock("D-6:health").status(world.now) is Status.MET


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
    assert world.clock("D-2:ofsted").due == at("2026-05-18T23:59:59")
    fix = correct(world, fix, incident())
    assert world.clock("D-2:ofsted").status(world.now) is Status.STOPPED
    correct(world, fix, in_care())
    assert world.clock("D-2:ofsted").open


def test_the_panels_meeting_on_another_date_moves_its_deadline() -> None:
    """X-2, D-9"""
    world = World()
    world.submit()
    wrong = world.say(PanelAcknowledged(meeting_date=date(2026, 5, 19)))
    correct(world, wrong, PanelAcknowledged(meeting_date=date(2026, 5, 20)))
    assert world.clock("D-9").due == at("2026-06-04T23:59:59")


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
    assert world.case.agreed_to_notify


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
    world.say(decided())
    fixed = world.case.entries_of(PanelResponded)[-1].said.message
    with pytest.raises(no.CannotBeCorrected):
        correct(world, fixed, PanelResponded(response=more, reasons=WHY))


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
    said = decided(Decision.NO_FURTHER_ACTION, difference_reason=WHY)
    wrong = world.say(said)
    assert world.case.stage is Stage.CONCLUDED
    correct(world, wrong, said.model_copy(update={"reasons": "Sample: better reasons."}))
    with pytest.raises(no.CaseEnded):
        world.say(scoping())


# --- taken back ---


def test_every_kind_of_fact_can_be_corrected_or_says_what_to_do_instead() -> None:
    """X-2: anything entered wrongly can be put right."""
    assert {kind for kind, fact in FACTS.items() if fact in INSTEAD} | CORRECTABLE == set(FACTS)
    assert all(len(instead.split()) > 2 for instead in INSTEAD.values())


def test_an_agency_added_by_mistake_owes_nothing_and_is_told_so() -> None:
    """X-2, R-4: its clock stops; asked again, it runs again, and what was due before is due still."""
    world = World()
    world.scope()
    wrong = world.say(AgencyAdded(agency="school", reason=WHY))
    assert world.clock("D-6:school").open
    back = take_back(world, wrong)
    assert "school" not in world.case.scope
    assert world.clock("D-6:school").stopped_why == "the agency is no longer in scope"
    assert world.mails("request-withdrawn") == ["lead-school"]
    assert next(one for one in world.case.entries if one.said.message == wrong).corrected_by == back
    world.say(AgencyAdded(agency="school", reason=WHY))
    assert world.clock("D-6:school").open


def test_an_agency_put_back_into_scope_owes_its_return_again() -> None:
    """X-2, R-2, R-4, D-6: left out by one correction of the scoping meeting, in again by the next."""
    world = World()
    world.notify()
    wrong = world.say(scoping())
    world.say(ReturnsRequested())
    without = correct(world, wrong, scoping(agencies=("social-care", "police")))
    assert world.clock("D-6:health").status(world.now) is Status.STOPPED
    correct(world, without, scoping())
    assert world.clock("D-6:health").open
    assert world.mails("return-reminder") == ["lead-health"]


def test_a_decision_not_to_notify_that_was_never_taken_leads_back_to_the_discussion() -> None:
    """X-2, N-2, D-1: the case is live again, and D-1 runs as if it had never stopped."""
    world = World()
    for viewer in (Viewer.DCS, Viewer.CHIEF_EXECUTIVE):
        world.say(view(viewer, View.DO_NOT_NOTIFY))
    wrong = world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    stages = [world.case.stage]
    take_back(world, wrong)
    stages.append(world.case.stage)
    assert stages == [Stage.NOT_NOTIFIED, Stage.DISCUSSION]
    assert world.clock("D-1").open
    assert world.clock("D-1").due == at("2026-05-18T23:59:59")


def test_nothing_is_taken_back_that_a_later_entry_rests_on() -> None:
    """X-2: the refusal names the entry that stands in the way; taken back from the last, all can be."""
    world = World()
    dcs = world.say(view(Viewer.DCS))
    world.say(view(Viewer.CHIEF_EXECUTIVE))
    told = world.say(notified())
    held = world.say(scoping())
    with pytest.raises(no.CannotBeCorrected, match="Scoping meeting held"):
        take_back(world, told)
    with pytest.raises(no.CannotBeCorrected, match="Panel notified"):
        take_back(world, dcs)
    take_back(world, held)
    take_back(world, told)
    assert world.case.notified_at is None
    assert world.clock("D-1").open
    assert not world.clock("D-7").open
    take_back(world, dcs)
    assert world.case.view_of(Viewer.DCS) is None


def test_what_was_taken_back_can_be_said_again_and_counts_from_then() -> None:
    """X-2, D-7: notified on Monday 11 May by mistake; truly on Wednesday 13 May."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify(happened_at=at("2026-05-11T15:00"))
    take_back(world, wrong)
    assert not world.clock("D-7").open
    world.say(notified(happened_at=at("2026-05-13T14:00")))
    assert world.clock("D-7").open
    assert world.clock("D-7").due == at("2026-06-04T23:59:59")
    assert world.clock("D-1").met_at == at("2026-05-13T14:00")


def test_what_began_the_case_is_not_taken_back() -> None:
    """X-2, X-1: a case that should not be is withdrawn."""
    with pytest.raises(no.CannotBeCorrected, match="withdraw the case"):
        take_back(World(), "m1")


def test_a_pause_entered_with_a_wrong_time_gives_back_what_it_truly_took() -> None:
    """X-2, X-1, D-5: paused on Wednesday 13 May at 09:00, not on Tuesday; resumed on Thursday: one working day less."""
    world = World()
    world.notify()
    due = world.clock("D-5").due
    world.wait("2026-05-14T09:00")
    paused = world.say(CasePaused(reason=WHY, happened_at=at("2026-05-12T09:00")))
    world.say(CaseResumed(reason=WHY, happened_at=at("2026-05-14T09:00")))
    moved = world.clock("D-5").due
    correct(world, paused, CasePaused(reason=WHY, happened_at=at("2026-05-13T09:00")))
    assert due < world.clock("D-5").due < moved
    take_back(world, world.case.entries_of(CaseResumed)[-1].said.message)
    assert world.case.paused


def test_a_signature_is_its_officers_own() -> None:
    """X-2, R-11: the refusal says what is done instead."""
    world = World()
    world.send_out()
    signed = world.sign("officer-health")
    with pytest.raises(no.CannotBeCorrected, match="a newer version is asked of everybody anew"):
        take_back(world, signed)


# --- in a case that has ended, and of what was set aside ---


def declined(outcome: NotNotifiedOutcome) -> tuple[World, str]:
    """Both said no: the world, and the message of the decision."""
    world = World()
    for viewer in (Viewer.DCS, Viewer.CHIEF_EXECUTIVE):
        world.say(view(viewer, View.DO_NOT_NOTIFY))
    return world, world.say(NotNotifiedDecided(outcome=outcome, reasons=WHY))


def considered(outcome: str) -> CrgConsidered:
    return CrgConsidered(meeting_date=date(2026, 5, 11), attended=["chair"], outcome=CrgOutcome(outcome), reasons=WHY)


def test_a_decision_taken_back_in_a_withdrawn_case_lets_d_1_run_when_it_is_reopened() -> None:
    """X-1, X-2, D-1: no duty is lost on the way."""
    world, wrong = declined(NotNotifiedOutcome.REFER_TO_CRG)
    timing.stop(world.case, "D-1", "the DCS and the Chief Executive decided not to notify", world.now)
    world.say(CaseWithdrawn(reason=WHY))
    take_back(world, wrong)
    assert not world.clock("D-1").open
    world.say(CaseReopened(reason=WHY))
    assert world.clock("D-1").open


@pytest.mark.parametrize(
    "ended",
    [CaseWithdrawn(reason=WHY), NotificationWithdrawn(reasons=WHY, panel_agreement=WHY)],
    ids=lambda fact: str(fact.kind),
)
def test_what_is_put_right_in_an_ended_case_starts_no_clock(ended: Fact) -> None:
    """X-1, X-2, B-2: it stays as it ended."""
    world = World()
    world.notify()
    held = world.say(scoping())
    world.say(ended)
    stage = world.case.stage
    take_back(world, held)
    assert world.case.stage is stage
    assert not [clock.id for clock in world.case.clocks.values() if clock.open]


def test_that_no_child_in_care_died_ends_d_2_in_a_withdrawn_case_too() -> None:
    """X-2, N-4, D-2"""
    world = World(in_care())
    world.say(CaseWithdrawn(reason=WHY))
    correct(world, "m1", incident())
    assert not [clock.id for clock in world.case.clocks.values() if clock.open]


def test_a_serious_incident_of_the_crg_that_is_taken_back_lets_the_decision_stand_again() -> None:
    """X-2, A-3, N-2: both views and the decision not to notify are as they were."""
    world, _ = declined(NotNotifiedOutcome.REFER_TO_CRG)
    wrong = world.say(considered("serious-incident"))
    assert world.case.declined is None
    take_back(world, wrong)
    assert world.case.every(NotNotifiedDecided) != []
    assert world.case.agreed_not_to_notify


def test_a_decision_of_the_crg_corrected_to_a_serious_incident_sets_the_no_aside() -> None:
    """X-2, A-3, D-1: as if it had been said so at first; corrected back, the no stands again."""
    world, _ = declined(NotNotifiedOutcome.REFER_TO_CRG)
    wrong = world.say(considered("learning-review"))
    fixed = correct(world, wrong, considered("serious-incident"))
    assert world.case.every(NotNotifiedDecided) == []
    assert world.clock("D-1").open
    again = correct(world, fixed, considered("serious-incident").model_copy(update={"reasons": "Sample: better."}))
    assert world.case.every(NotNotifiedDecided) == []
    correct(world, again, considered("no-further-action"))
    assert world.case.every(NotNotifiedDecided) != []


def test_a_meeting_that_was_to_come_when_it_was_called_can_be_corrected_when_it_is_over() -> None:
    """X-2, R-2: the check of the day on which it was entered counts, too."""
    world = World()
    world.notify()
    wrong = world.say(ScopingMeetingArranged(starts_at=at("2026-05-12T10:00"), link="https://meet.example.org/a"))
    world.wait("2026-05-13T09:00")
    correct(world, wrong, ScopingMeetingArranged(starts_at=at("2026-05-12T11:00"), link="https://meet.example.org/a"))


def test_a_refusal_names_what_stands_in_the_way_for_good() -> None:
    """X-2: it does not send people in a circle."""
    world = World()
    world.meet()
    world.read()
    world.draft()
    held = world.case.entries_of(RapidReviewMeetingHeld)[-1].said.message
    with pytest.raises(no.CannotBeCorrected, match="that one stays: draft a newer version instead"):
        take_back(world, held)
