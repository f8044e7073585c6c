"""What the CRG makes of a referral, within which time, and what puts it right: A-3. Dates typed by hand."""

from typing import Any

import pytest

from calendar_rules.notifying import HEADS
from review.case import reads
from review.case.deadline import Status
from review.chapters.referral.chapter import advised_submission
from review.facts import Corrected
from review.facts.any_stage import CaseReopened, TakenBack
from review.facts.enums import Decision, NotNotifiedOutcome, Stage, View, Viewer
from review.facts.learning_review import (
    LearningTermsSet,
)
from review.facts.notification import NotNotifiedDecided
from review.facts.referral import ReferralCompleted
from review.kit import deadlines
from review.kit import refusals as no
from review.kit.changes import enter
from review.next_steps import next_steps
from review.view import agency_view, case_view
from tests.review.referrals import considered, declined, offered, opened, referral, say, stage
from tests.review.world import (
    WHY,
    World,
    at,
    fact_of,
    incident,
    notified,
    speaker,
    view,
)


@pytest.mark.parametrize(
    ("outcome", "wanted"),
    [
        ("learning-review", Decision.LEARNING_REVIEW),
        ("practice-review", Decision.PRACTICE_REVIEW),
        ("no-further-action", Decision.NO_FURTHER_ACTION),
        ("serious-incident", None),
    ],
)
def test_each_outcome_of_the_crg_leads_on(outcome: str, wanted: Decision | None) -> None:
    """A-3: a practice or near-miss case needs no incident."""
    world = opened(referral())
    say(world, considered(outcome))
    assert reads.review_wanted(world.case) is wanted
    with pytest.raises(no.NothingToConsider, match="no referral waits"):
        say(world, considered("no-further-action"))
    may_report = "incident-reported" in offered(world)
    assert may_report == (wanted is None)


def test_a_practice_review_is_counted_from_the_day_of_the_crg_s_meeting() -> None:
    """A-3, D-10: met on Thursday 7 May, recorded on the 11th; six months end on 7 November 2026."""
    world = opened(referral(happened_at=at("2026-05-05T09:00")))
    say(world, considered("practice-review", "2026-05-07"))
    since = deadlines.since(world.case, "D-10")
    assert since is not None
    deadline = deadlines.start(world.case, "D-10", world.now, since=since)
    assert deadline.due == at("2026-11-07T23:59:59")


def test_the_crg_cannot_have_met_before_the_referral_or_tomorrow() -> None:
    """A-3"""
    world = opened(referral(happened_at=at("2026-05-08T15:00")))
    with pytest.raises(no.BeforeTheIncident, match="the referral"):
        say(world, considered(day="2026-05-07"))
    with pytest.raises(no.InTheFuture):
        say(world, considered(day="2026-05-12"))
    with pytest.raises(no.UnknownPerson):
        say(world, considered(attended=["nobody-known"]))
    with pytest.raises(no.NotYourRole):
        say(world, considered(), speaker("lead-school"))


def test_what_waits_for_its_agency_or_the_crg_is_due_by_the_partnership_s_own_times() -> None:
    """A-1, A-3: received on Monday 11 May 2026: ten working days, Whit Monday (the 25th) among them, end on the 26th.

    Completed on the 18th: twenty working days end on 16 June.
    """
    world = opened(referral(senior_officer=""))
    since = deadlines.since(world.case, "A-1", "school")
    assert since is not None
    deadline = deadlines.start(world.case, "A-1", world.now, since=since, subject="school")
    assert deadline.due == at("2026-05-26T23:59:59")
    (step,) = agency_view(world.case, ["school"], world.now).next_steps
    assert (step.deadline, step.due) == ("A-1:school", deadline.due)
    world.now = at("2026-05-18T09:00")
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))
    assert deadline.met_at == world.now
    since = deadlines.since(world.case, "A-3", reads.referred_as(world.case))
    assert since is not None
    deadline = deadlines.start(world.case, "A-3", world.now, since=since, subject=reads.referred_as(world.case))
    assert deadline.due == at("2026-06-16T23:59:59")
    world.now = at("2026-06-02T16:00")
    say(world, considered(day="2026-06-02"))
    assert deadline.met_at == world.now


def test_the_crg_s_time_runs_for_each_decision_not_to_notify_of_its_own() -> None:
    """N-2, A-3: set aside by the CRG, declined again: it is considered again, and counted from then."""
    world = declined()
    assert reads.referred_as(world.case) == "not-notified"
    first = deadlines.start(world.case, "A-3", world.now, since=world.now, subject="not-notified")
    say(world, considered("serious-incident"))
    assert first.met_at
    for officer in HEADS:
        say(world, view(officer, View.DO_NOT_NOTIFY))
    world.now = at("2026-05-12T09:00")
    say(world, NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    assert reads.referred_as(world.case) == "not-notified-2"
    assert deadlines.since(world.case, "A-3", "not-notified-2") == world.now
    second = deadlines.start(world.case, "A-3", world.now, since=world.now, subject="not-notified-2")
    assert second.open
    say(world, considered("no-further-action", "2026-05-12"))
    assert second.met_at == world.now


def test_the_crg_cannot_have_met_before_what_it_considers() -> None:
    """A-3, D-10: before the referral was complete, or before both said no, there was nothing to consider."""
    world = opened(referral(senior_officer="", happened_at=at("2026-05-05T09:00")))
    done = {"safeguarding_lead": "A Lead", "senior_officer": "An Officer", "happened_at": at("2026-05-08T09:00")}
    say(world, ReferralCompleted.model_validate(done))
    with pytest.raises(no.BeforeTheIncident, match="the referral"):
        say(world, considered("practice-review", "2026-05-07"))
    say(world, considered("practice-review", "2026-05-08"))
    world = declined()
    with pytest.raises(no.BeforeTheIncident, match="the decision not to notify"):
        say(world, considered("practice-review", "2026-05-10"))
    say(world, considered("practice-review", "2026-05-11"))


def test_a_serious_incident_keeps_its_aware_time_so_that_d_1_may_be_late_at_once() -> None:
    """A-3, D-1: aware on Wednesday 29 April 2026; five working days, the May Day holiday between, end on 7 May."""
    world = opened(referral())
    with pytest.raises(no.NotYet, match="CRG has not decided"):
        say(world, incident())
    with pytest.raises(no.NotYet, match="no incident"):
        say(world, view(Viewer.DCS))
    say(world, considered("serious-incident"))
    told = incident(incident_at=at("2026-04-29T08:00"), aware_at=at("2026-04-29T10:00"))
    say(world, told)
    deadline = deadlines.start(world.case, "D-1", world.now, since=reads.incident(world.case).aware_at)
    assert deadline.due == at("2026-05-07T23:59:59")
    assert deadline.status(world.now) is Status.LATE
    assert reads.origin(world.case) == ("the incident", at("2026-04-29T08:00"))
    right = told.model_copy(update={"incident_at": at("2026-04-28T08:00")})
    say(world, Corrected(corrects=world.case.entries[-1].reported.message, right=right, reason=WHY))
    assert reads.incident(world.case).incident_at == at("2026-04-28T08:00")


def test_where_a_referral_came_first_the_earlier_date_is_shown_as_advice_and_never_rules() -> None:
    """A-3, D-7: received on Friday 8 May, notified on Monday 11 May: Whit Monday (25 May) lies in both spans."""
    world = opened(referral(happened_at=at("2026-05-08T15:00")))
    assert advised_submission(world.case) is None
    say(world, considered("serious-incident"))
    for fact in (incident(), view(Viewer.DCS), view(Viewer.CHIEF_EXECUTIVE), notified()):
        say(world, fact)
    since = deadlines.since(world.case, "D-7")
    assert since is not None
    assert deadlines.start(world.case, "D-7", world.now, since=since).due == at("2026-06-02T23:59:59")
    shown = case_view(world.case, world.now).referral
    assert shown is not None
    assert shown.advised_submission == at("2026-06-01T23:59:59")


def test_a_case_of_two_noes_that_was_referred_is_considered_likewise() -> None:
    """N-2, A-3: treated as serious after all, the decision not to notify is set aside and D-1 runs again."""
    world = declined()
    assert stage(world) is Stage.CRG_REFERRAL
    assert world.deadline("D-1").status(world.now) is Status.STOPPED
    say(world, considered("serious-incident"))
    assert world.case.stage is Stage.DISCUSSION
    assert reads.declined(world.case) is None
    assert reads.views(world.case) == {None}
    assert offered(world)[:2] == ["partner-view-given"] * 2
    assert world.deadline("D-1").open
    assert world.deadline("D-1").due == at("2026-05-18T23:59:59")
    for officer in HEADS:
        say(world, view(officer))
    say(world, notified())
    assert world.deadline("D-1").met_at


def reissued(world: World) -> bool:
    """The decision not to notify and both views stand no more."""
    return not world.case.every(NotNotifiedDecided) and reads.views(world.case) == {None}


def corrected(world: World, right: Any) -> None:
    last = world.case.entries_of(type(right))[-1].reported.message
    say(world, Corrected(corrects=last, right=right, reason=WHY))


def test_an_outcome_of_the_crg_that_was_a_slip_is_corrected_even_when_its_review_has_begun() -> None:
    """X-2, A-3: a second later, and later too: what was begun by mistake stays on the record."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    corrected(world, considered("learning-review"))
    wanted = [reads.review_wanted(world.case)]
    say(world, LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1"))
    corrected(world, considered("learning-review", reasons="Better reasons."))
    corrected(world, considered("practice-review"))
    wanted.append(reads.review_wanted(world.case))
    assert wanted == [Decision.LEARNING_REVIEW, Decision.PRACTICE_REVIEW]
    assert world.case.every(LearningTermsSet) != []


def test_a_slip_that_set_a_decision_not_to_notify_aside_lets_it_stand_again() -> None:
    """X-2, N-2: the decision and both views; and the other way round they are set aside."""
    world = declined()
    say(world, considered("serious-incident"))
    corrected(world, considered("serious-incident", reasons="Better reasons."))
    assert reissued(world)
    corrected(world, considered("learning-review"))
    assert reads.declined(world.case) is not None
    assert reads.agreed_not_to_notify(world.case)
    assert stage(world) is Stage.CRG_REFERRAL
    assert reads.review_wanted(world.case) is Decision.LEARNING_REVIEW
    corrected(world, considered("serious-incident"))
    assert reissued(world)
    assert stage(world) is Stage.DISCUSSION
    assert world.deadline("D-1").open
    say(world, view(Viewer.DCS))
    with pytest.raises(no.CannotBeCorrected, match="rests on it"):
        corrected(world, considered("learning-review"))
    corrected(world, considered("serious-incident", reasons="Best reasons."))
    assert reads.view_of(world.case, Viewer.DCS) is View.NOTIFY


def test_a_case_reopened_after_no_further_action_is_considered_again_in_its_time() -> None:
    """A-3, X-1: reopened on Monday 1 June 2026: twenty working days end on Monday 29 June."""
    world = opened(referral())
    since = deadlines.since(world.case, "A-3", reads.to_consider(world.case))
    assert since is not None
    first = deadlines.start(world.case, "A-3", world.now, since=since, subject=reads.to_consider(world.case))
    say(world, considered("no-further-action"))
    enter(world.case, Stage.CONCLUDED, world.now)
    world.now = at("2026-06-01T10:00")
    say(world, CaseReopened(reason=WHY))
    assert (world.case.stage, reads.to_consider(world.case)) == (Stage.REFERRAL, "reopened-1")
    assert deadlines.since(world.case, "A-3", "reopened-1") == world.now
    again = deadlines.start(world.case, "A-3", world.now, since=world.now, subject="reopened-1")
    assert again.due == at("2026-06-29T23:59:59")
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "crg-considered"]
    assert (step.deadline, step.due) == ("A-3:reopened-1", again.due)
    world.now = at("2026-06-03T10:00")
    say(world, considered("learning-review", "2026-06-03"))
    assert again.met_at == world.now
    assert first.met_at == at("2026-05-11T11:00")


def test_an_incident_reported_on_a_wrong_decision_of_the_crg_goes_back_to_it() -> None:
    """A-3, X-2: until the Panel is notified; then the case or the notification is withdrawn."""
    world = opened(referral())
    say(world, considered("serious-incident"))
    decision = world.case.entries[-1].reported.message
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "incident-reported"]
    say(world, fact_of(step, world))
    reported = world.case.entries[-1].reported.message
    enter(world.case, Stage.DISCUSSION, world.now)
    deadline = deadlines.start(world.case, "D-1", world.now, since=reads.incident(world.case).aware_at)
    with pytest.raises(no.CannotBeCorrected, match="take back that one first"):
        say(world, Corrected(corrects=decision, right=considered("learning-review"), reason=WHY))
    say(world, TakenBack(takes_back=reported, reason=WHY))
    assert world.case.stage is Stage.REFERRAL
    assert deadline.stopped_at
    say(world, Corrected(corrects=decision, right=considered("learning-review"), reason=WHY))
    assert reads.review_wanted(world.case) is Decision.LEARNING_REVIEW


def test_an_incident_of_a_referral_that_the_panel_knows_is_withdrawn_not_taken_back() -> None:
    """A-3, X-2, B-2"""
    world = opened(referral())
    say(world, considered("serious-incident"))
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "incident-reported"]
    say(world, fact_of(step, world))
    reported = world.case.entries[-1].reported.message
    for officer in HEADS:
        say(world, view(officer))
    say(world, notified())
    with pytest.raises(no.CannotBeCorrected, match="withdraw the notification, or the case, instead"):
        say(world, TakenBack(takes_back=reported, reason=WHY))
