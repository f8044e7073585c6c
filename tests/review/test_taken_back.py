"""What was entered wrongly is taken back, in ended cases too, and what follows from that (X-2)."""

from datetime import date

import pytest

from review.case import reads
from review.case.deadline import Status
from review.correctable import CORRECTABLE
from review.facts import FACTS, Fact
from review.facts.any_stage import CasePaused, CaseReopened, CaseResumed, CaseWithdrawn
from review.facts.editions import NotificationWithdrawn
from review.facts.enums import CrgOutcome, NotNotifiedOutcome, Stage, View, Viewer
from review.facts.notification import NotNotifiedDecided
from review.facts.rapid_review import AgencyAdded, RapidReviewMeetingHeld, ReturnsRequested, ScopingMeetingArranged
from review.facts.referral import CrgConsidered
from review.kit import deadlines
from review.kit import refusals as no
from tests.review.corrections import correct, take_back
from tests.review.world import WHY, World, at, in_care, incident, notified, scoping, view

_INSTEAD = [fact.instead_of_correcting for fact in FACTS.values() if fact.instead_of_correcting]


def test_every_kind_of_fact_can_be_corrected_or_says_what_to_do_instead() -> None:
    """X-2: anything entered wrongly can be put right."""
    assert {kind for kind, fact in FACTS.items() if fact.instead_of_correcting} | CORRECTABLE == set(FACTS)
    assert all(len(instead.split()) > 2 for instead in _INSTEAD)


def test_an_agency_added_by_mistake_owes_nothing_and_is_told_so() -> None:
    """X-2, R-4: its deadline stops; asked again, it runs again, and what was due before is due still."""
    world = World()
    world.scope()
    wrong = world.say(AgencyAdded(agency="school", reason=WHY))
    assert world.deadline("D-6:school").open
    back = take_back(world, wrong)
    assert "school" not in reads.scope(world.case)
    assert world.deadline("D-6:school").stopped_why == "the agency is no longer in scope"
    assert world.mails("request-withdrawn") == ["lead-school"]
    assert next(one for one in world.case.entries if one.reported.message == wrong).corrected_by == back
    world.say(AgencyAdded(agency="school", reason=WHY))
    assert world.deadline("D-6:school").open


def test_an_agency_put_back_into_scope_owes_its_return_again() -> None:
    """X-2, R-2, R-4, D-6: left out by one correction of the scoping meeting, in again by the next."""
    world = World()
    world.notify()
    wrong = world.say(scoping())
    world.say(ReturnsRequested())
    without = correct(world, wrong, scoping(agencies=("social-care", "police")))
    assert world.deadline("D-6:health").status(world.now) is Status.STOPPED
    correct(world, without, scoping())
    assert world.deadline("D-6:health").open
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
    assert world.deadline("D-1").open
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")


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
    assert reads.notified_at(world.case) is None
    assert world.deadline("D-1").open
    assert not world.deadline("D-7").open
    take_back(world, dcs)
    assert reads.view_of(world.case, Viewer.DCS) is None


def test_what_was_taken_back_can_be_said_again_and_counts_from_then() -> None:
    """X-2, D-7: notified on Monday 11 May by mistake; truly on Wednesday 13 May."""
    world = World(now="2026-05-13T15:00")
    wrong = world.notify(happened_at=at("2026-05-11T15:00"))
    take_back(world, wrong)
    assert not world.deadline("D-7").open
    world.say(notified(happened_at=at("2026-05-13T14:00")))
    assert world.deadline("D-7").open
    assert world.deadline("D-7").due == at("2026-06-04T23:59:59")
    assert world.deadline("D-1").met_at == at("2026-05-13T14:00")


def test_what_began_the_case_is_not_taken_back() -> None:
    """X-2, X-1: a case that should not be is withdrawn."""
    with pytest.raises(no.CannotBeCorrected, match="withdraw the case"):
        take_back(World(), "m1")


def test_a_pause_entered_with_a_wrong_time_gives_back_what_it_truly_took() -> None:
    """X-2, X-1, D-5: paused on Wednesday 13 May at 09:00, not on Tuesday; resumed on Thursday: one working day less."""
    world = World()
    world.notify()
    due = world.deadline("D-5").due
    world.wait("2026-05-14T09:00")
    paused = world.say(CasePaused(reason=WHY, happened_at=at("2026-05-12T09:00")))
    world.say(CaseResumed(reason=WHY, happened_at=at("2026-05-14T09:00")))
    moved = world.deadline("D-5").due
    correct(world, paused, CasePaused(reason=WHY, happened_at=at("2026-05-13T09:00")))
    assert due < world.deadline("D-5").due < moved
    take_back(world, world.case.entries_of(CaseResumed)[-1].reported.message)
    assert reads.paused(world.case)


def test_a_signature_is_its_officers_own() -> None:
    """X-2, R-11: the refusal says what is done instead."""
    world = World()
    world.send_out()
    signed = world.sign("officer-health")
    with pytest.raises(no.CannotBeCorrected, match="everybody is asked again for a newer version"):
        take_back(world, signed)


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
    deadlines.stop(world.case, "D-1", "the DCS and the Chief Executive decided not to notify", world.now)
    world.say(CaseWithdrawn(reason=WHY))
    take_back(world, wrong)
    assert not world.deadline("D-1").open
    world.say(CaseReopened(reason=WHY))
    assert world.deadline("D-1").open


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
    assert not [deadline.id for deadline in world.case.deadlines.values() if deadline.open]


def test_that_no_child_in_care_died_ends_d_2_in_a_withdrawn_case_too() -> None:
    """X-2, N-4, D-2"""
    world = World(in_care())
    world.say(CaseWithdrawn(reason=WHY))
    correct(world, "m1", incident())
    assert not [deadline.id for deadline in world.case.deadlines.values() if deadline.open]


def test_a_serious_incident_of_the_crg_that_is_taken_back_lets_the_decision_stand_again() -> None:
    """X-2, A-3, N-2: both views and the decision not to notify are as they were."""
    world, _ = declined(NotNotifiedOutcome.REFER_TO_CRG)
    wrong = world.say(considered("serious-incident"))
    assert reads.declined(world.case) is None
    take_back(world, wrong)
    assert world.case.every(NotNotifiedDecided) != []
    assert reads.agreed_not_to_notify(world.case)


def test_a_decision_of_the_crg_corrected_to_a_serious_incident_sets_the_no_aside() -> None:
    """X-2, A-3, D-1: as if it had been said so at first; corrected back, the no stands again."""
    world, _ = declined(NotNotifiedOutcome.REFER_TO_CRG)
    wrong = world.say(considered("learning-review"))
    fixed = correct(world, wrong, considered("serious-incident"))
    assert world.case.every(NotNotifiedDecided) == []
    assert world.deadline("D-1").open
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
    held = world.case.entries_of(RapidReviewMeetingHeld)[-1].reported.message
    with pytest.raises(no.CannotBeCorrected, match="that one stays: draft a newer version instead"):
        take_back(world, held)
