"""Referrals, information requests, learning reviews, merging and reopening, without an engine. Dates typed by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from review import refusals as no
from review.bodies import FindingsBody
from review.changes import enter
from review.chapters.referral import advised_submission, referral_lacks
from review.checks import check
from review.clocks import Status
from review.directory import Role
from review.examples import FINDINGS, INFORMATION_REQUEST, REFERRAL
from review.facts import AnyFact, Corrected, Said, Speaker
from review.notices import Invite
from review.opening import open_case
from review.said.editions import NotificationWithdrawn
from review.said.information import (
    AgenciesAsked,
    InformationRequestConcluded,
    InformationRequested,
    InformationSupplied,
)
from review.said.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningTermsSet,
)
from review.said.notification import AuthorityTold, NotNotifiedDecided
from review.said.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.said.rapid_review import AgencyAdded, AgencyReturned
from review.said.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.said.standing import CaseMerged, CasePaused, CaseReopened, CaseResumed, CaseWithdrawn, TakenBack
from review.steps import next_steps
from review.taking import take
from review.timing import start
from review.view import agency_view, case_view
from review.words import Authority, Decision, NotNotifiedOutcome, PanelResponse, Route, Stage, View, Viewer
from tests.review.world import (
    CALENDAR,
    EDITION,
    SBU,
    WHY,
    World,
    at,
    cast,
    decided,
    fact_of,
    in_care,
    incident,
    notified,
    paper,
    speaker,
    view,
)


def opened(fact: AnyFact, now: str = "2026-05-11T11:00", by: Speaker = SBU) -> World:
    """A case that begins so; facts are taken, and the run is played as far as the rapid review goes."""
    world = World.__new__(World)
    world.now, world.messages = at(now), 0
    world.case = open_case(
        "CR-2026-0002",
        Said(message="opening", by=by, recorded_at=world.now, fact=fact),
        edition=EDITION,
        calendar=CALENDAR,
        cast=cast(),
        partnership="Sample Partnership",
        now=world.now,
    )
    return world


def say(world: World, fact: Any, by: Speaker = SBU) -> None:
    """Check and take; the engine's part is not played. A refusal leaves the case as it was."""
    said = world.envelope(fact, by)
    before = world.case.model_dump_json()
    try:
        check(world.case, said, world.now)
    except no.Refusal:
        assert world.case.model_dump_json() == before
        raise
    take(world.case, said, world.now)


def referral(**more: Any) -> ReferralReceived:
    return ReferralReceived.model_validate(REFERRAL | {"agency": "school"} | more)


def request() -> InformationRequested:
    return InformationRequested.model_validate(INFORMATION_REQUEST)


def considered(outcome: str = "learning-review", day: str = "2026-05-11", **more: Any) -> CrgConsidered:
    given = {"meeting_date": day, "attended": ["chair", "member"], "outcome": outcome, "reasons": WHY}
    return CrgConsidered.model_validate(given | more)


def declined() -> World:
    """Both said no, and referred it to the CRG (N-2)."""
    world = World()
    for officer in Viewer:
        say(world, view(officer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    return world


def findings(version: int, **without: str) -> LearningFindingsDrafted:
    body = FindingsBody(author="sbu-1", findings=FINDINGS.model_copy(update=without))
    return body.to_fact(paper("learning-findings-draft", version), World().case)


def stage(world: World) -> Stage:
    return world.case.stage


def offered(world: World) -> list[str]:
    return [step.rel for step in next_steps(world.case, world.now) if step.needed]


# --- A-1 ---


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({"safeguarding_lead": ""}, ["the agency's safeguarding lead"]),
        ({"senior_officer": " "}, ["a senior officer's support"]),
        (
            {"safeguarding_lead": "", "senior_officer": ""},
            ["the agency's safeguarding lead", "a senior officer's support"],
        ),
    ],
)
def test_a_referral_that_lacks_lead_or_senior_officer_is_taken_in_and_returned(
    lacking: dict[str, str], named: list[str]
) -> None:
    """A-1: recorded, with the reason; it is completed, and only then considered."""
    world = opened(referral(**lacking))
    assert world.case.route is Route.REFERRAL
    assert stage(world) is Stage.REFERRAL_RETURNED
    assert referral_lacks(world.case) == named
    assert offered(world) == ["referral-completed"]
    with pytest.raises(no.NothingToConsider, match="returned; it lacks"):
        say(world, considered())
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))
    assert world.case.stage is Stage.REFERRAL
    assert offered(world) == ["crg-considered"]
    with pytest.raises(no.ReferralComplete):
        say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))


def test_another_partnership_refers_without_lead_or_officer_of_ours() -> None:
    """A-1: it names itself, and whom to answer."""
    more = {"source": "partnership", "agency": None, "safeguarding_lead": "", "senior_officer": ""}
    world = opened(referral(**more, partnership="Sample Neighbours", contact="Business Manager"))
    assert world.case.stage is Stage.REFERRAL
    with pytest.raises(ValueError, match="whom to answer"):
        referral(**more, partnership="Sample Neighbours")
    with pytest.raises(ValueError, match="name the agency"):
        referral(agency=None)


def test_an_agency_refers_and_completes_for_itself_only() -> None:
    """A-1: through its own safeguarding lead; it sees its own part of the case."""
    lead = speaker("lead-school")
    world = opened(referral(senior_officer=""), by=lead)
    part = agency_view(world.case, ["school"], world.now)
    assert [step.rel for step in part.next_steps] == ["referral-completed"]
    with pytest.raises(no.WrongAgency):
        opened(referral(agency="police"), by=lead)
    with pytest.raises(no.UnknownAgency):
        opened(referral(agency="circus"))
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"), lead)
    assert agency_view(world.case, ["school"], world.now).next_steps == []


def test_a_lead_who_sits_on_the_crg_completes_no_other_agency_s_referral() -> None:
    """A-1: through the agency's own safeguarding lead; the CRG's seat gives no other."""
    world = opened(referral(senior_officer=""))
    complete = ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer")
    for other in (["lead-police"], ["lead-police", "member"]):
        with pytest.raises(no.WrongAgency):
            say(world, complete, Speaker(people=other, roles=[Role.AGENCY, Role.CRG_MEMBER]))
    say(world, complete, speaker("senior-school"))
    assert stage(world) is Stage.REFERRAL


def test_the_referring_agency_reads_what_the_crg_made_of_it_and_why() -> None:
    """A-1, A-3: outcome and reasons; an agency that is only asked for a return reads neither."""
    world = opened(referral())
    say(world, considered("no-further-action", reasons="The school has changed its form."))
    shown = agency_view(world.case, ["school"], world.now).referral
    assert shown is not None
    assert (shown.outcome, shown.reasons) == ("no-further-action", "The school has changed its form.")
    assert agency_view(world.case, ["police"], world.now).referral is None


def test_a_referral_that_was_entered_wrongly_is_corrected() -> None:
    """A-1, X-2: also when it was received; the first entry is kept."""
    world = opened(referral(happened_at=at("2026-05-08T15:00")))
    right = referral(happened_at=at("2026-05-07T15:00"), nature="good-practice")
    say(world, Corrected(corrects="opening", right=right, reason=WHY))
    assert world.case.referred_at == at("2026-05-07T15:00")
    assert len(world.case.entries_of(ReferralReceived)) == 1
    assert len(world.case.entries) == 3
    with pytest.raises(no.NotYet, match="a case of its own"):
        say(World(), referral())


@pytest.mark.parametrize("fact", [referral, request])
def test_what_opens_a_case_lies_within_its_calendar(fact: Any) -> None:
    """A-1, A-4: deadlines are counted from it; a year that was typed wrongly opens nothing."""
    long_ago = fact().model_copy(update={"happened_at": at("2000-01-01T00:00")})
    with pytest.raises(no.BeyondTheCalendar, match="2024"):
        opened(long_ago)


def test_slack_is_shown_whatever_the_dates() -> None:
    """X-3: what was due before the calendar begins has been due since its first day at least."""
    world = World()
    clock = world.clock("D-1").model_copy(update={"due": at("2000-01-01T00:00")})
    assert clock.slack(at("2024-01-04T12:00"), CALENDAR) == -3
    assert clock.slack(at("2099-01-04T12:00"), CALENDAR) < -2000


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_blank_words_name_nobody_and_give_no_reason(blank: str) -> None:
    """A-1, A-3: blanks are no name of a lead or an officer, and no reason."""
    with pytest.raises(ValueError, match="at least 1 character"):
        ReferralCompleted(safeguarding_lead="A Lead", senior_officer=blank)
    with pytest.raises(ValueError, match="at least 1 character"):
        considered(reasons=blank)
    assert considered(reasons=" Because. \n").reasons == "Because."


# --- A-3 ---


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
    assert world.case.review_wanted is wanted
    with pytest.raises(no.NothingToConsider, match="no referral waits"):
        say(world, considered("no-further-action"))
    may_report = "incident-reported" in offered(world)
    assert may_report == (wanted is None)


def test_a_practice_review_is_counted_from_the_day_of_the_crg_s_meeting() -> None:
    """A-3, D-10: met on Thursday 7 May, recorded on the 11th; six months end on 7 November 2026."""
    world = opened(referral(happened_at=at("2026-05-05T09:00")))
    say(world, considered("practice-review", "2026-05-07"))
    since = world.case.since("D-10")
    assert since is not None
    clock = start(world.case, "D-10", world.now, since=since)
    assert clock.due == at("2026-11-07T23:59:59")


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
    since = world.case.since("A-1", "school")
    assert since is not None
    clock = start(world.case, "A-1", world.now, since=since, subject="school")
    assert clock.due == at("2026-05-26T23:59:59")
    (step,) = agency_view(world.case, ["school"], world.now).next_steps
    assert (step.deadline, step.due) == ("A-1:school", clock.due)
    world.now = at("2026-05-18T09:00")
    say(world, ReferralCompleted(safeguarding_lead="A Lead", senior_officer="An Officer"))
    assert clock.met_at == world.now
    since = world.case.since("A-3", world.case.referred_as)
    assert since is not None
    clock = start(world.case, "A-3", world.now, since=since, subject=world.case.referred_as)
    assert clock.due == at("2026-06-16T23:59:59")
    world.now = at("2026-06-02T16:00")
    say(world, considered(day="2026-06-02"))
    assert clock.met_at == world.now


def test_the_crg_s_time_runs_for_each_decision_not_to_notify_of_its_own() -> None:
    """N-2, A-3: set aside by the CRG, declined again: it is considered again, and counted from then."""
    world = declined()
    assert world.case.referred_as == "not-notified"
    first = start(world.case, "A-3", world.now, since=world.now, subject="not-notified")
    say(world, considered("serious-incident"))
    assert first.met_at
    for officer in Viewer:
        say(world, view(officer, View.DO_NOT_NOTIFY))
    world.now = at("2026-05-12T09:00")
    say(world, NotNotifiedDecided(outcome=NotNotifiedOutcome.REFER_TO_CRG, reasons=WHY))
    assert world.case.referred_as == "not-notified-2"
    assert world.case.since("A-3", "not-notified-2") == world.now
    second = start(world.case, "A-3", world.now, since=world.now, subject="not-notified-2")
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
    clock = start(world.case, "D-1", world.now, since=world.case.incident.aware_at)
    assert clock.due == at("2026-05-07T23:59:59")
    assert clock.status(world.now) is Status.LATE
    assert world.case.origin == ("the incident", at("2026-04-29T08:00"))
    right = told.model_copy(update={"incident_at": at("2026-04-28T08:00")})
    say(world, Corrected(corrects=world.case.entries[-1].said.message, right=right, reason=WHY))
    assert world.case.incident.incident_at == at("2026-04-28T08:00")


def test_where_a_referral_came_first_the_earlier_date_is_shown_as_advice_and_never_rules() -> None:
    """A-3, D-7: received on Friday 8 May, notified on Monday 11 May: Whit Monday (25 May) lies in both spans."""
    world = opened(referral(happened_at=at("2026-05-08T15:00")))
    assert advised_submission(world.case) is None
    say(world, considered("serious-incident"))
    for fact in (incident(), view(Viewer.DCS), view(Viewer.CHIEF_EXECUTIVE), notified()):
        say(world, fact)
    since = world.case.since("D-7")
    assert since is not None
    assert start(world.case, "D-7", world.now, since=since).due == at("2026-06-02T23:59:59")
    shown = case_view(world.case, world.now).referral
    assert shown is not None
    assert shown.advised_submission == at("2026-06-01T23:59:59")


def test_a_case_of_two_noes_that_was_referred_is_considered_likewise() -> None:
    """N-2, A-3: treated as serious after all, the decision not to notify is set aside and D-1 runs again."""
    world = declined()
    assert stage(world) is Stage.CRG_REFERRAL
    assert world.clock("D-1").status(world.now) is Status.STOPPED
    say(world, considered("serious-incident"))
    assert world.case.stage is Stage.DISCUSSION
    assert world.case.declined is None
    assert world.case.views == {None}
    assert offered(world)[:2] == ["partner-view-given"] * 2
    assert world.clock("D-1").open
    assert world.clock("D-1").due == at("2026-05-18T23:59:59")
    for officer in Viewer:
        say(world, view(officer))
    say(world, notified())
    assert world.clock("D-1").met_at


def asked_anew(world: World) -> bool:
    """The decision not to notify and both views stand no more."""
    return not world.case.every(NotNotifiedDecided) and world.case.views == {None}


def corrected(world: World, right: Any) -> None:
    last = world.case.entries_of(type(right))[-1].said.message
    say(world, Corrected(corrects=last, right=right, reason=WHY))


def test_an_outcome_of_the_crg_that_was_a_slip_is_corrected_even_when_its_review_has_begun() -> None:
    """X-2, A-3: a second later, and later too: what was begun by mistake stays on the record."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    corrected(world, considered("learning-review"))
    wanted = [world.case.review_wanted]
    say(world, LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1"))
    corrected(world, considered("learning-review", reasons="Better reasons."))
    corrected(world, considered("practice-review"))
    wanted.append(world.case.review_wanted)
    assert wanted == [Decision.LEARNING_REVIEW, Decision.PRACTICE_REVIEW]
    assert world.case.every(LearningTermsSet) != []


def test_a_slip_that_set_a_decision_not_to_notify_aside_lets_it_stand_again() -> None:
    """X-2, N-2: the decision and both views; and the other way round they are set aside."""
    world = declined()
    say(world, considered("serious-incident"))
    corrected(world, considered("serious-incident", reasons="Better reasons."))
    assert asked_anew(world)
    corrected(world, considered("learning-review"))
    assert world.case.declined is not None
    assert world.case.agreed_not_to_notify
    assert stage(world) is Stage.CRG_REFERRAL
    assert world.case.review_wanted is Decision.LEARNING_REVIEW
    corrected(world, considered("serious-incident"))
    assert asked_anew(world)
    assert stage(world) is Stage.DISCUSSION
    assert world.clock("D-1").open
    say(world, view(Viewer.DCS))
    with pytest.raises(no.CannotBeCorrected, match="rests on it"):
        corrected(world, considered("learning-review"))
    corrected(world, considered("serious-incident", reasons="Best reasons."))
    assert world.case.view_of(Viewer.DCS) is View.NOTIFY


# --- A-4 ---


def test_information_is_asked_supplied_with_its_lawful_basis_and_concluded() -> None:
    """A-4, B-8: the disclosure is a row of the record: what, to whom, on what basis."""
    world = opened(request())
    assert (world.case.route, world.case.stage) == (Route.INFORMATION_REQUEST, Stage.GATHERING)
    supplied = InformationSupplied(what="Three pages.", to="Sample Neighbours", lawful_basis="Section 16H.")
    with pytest.raises(no.NotYet, match="no agency has been asked"):
        say(world, supplied)
    with pytest.raises(no.NotYet, match="has not gone out"):
        say(world, AgencyAdded(agency="school", reason=WHY))
    say(world, AgenciesAsked(agencies=["police", "health"]))
    assert world.case.scope == ["police", "health"]
    with pytest.raises(no.AgenciesAskedAlready, match="agency-added"):
        say(world, AgenciesAsked(agencies=["school"]))
    world.case.requests = {"police": world.now, "health": world.now}
    say(world, AgencyReturned(agency="police", nil=True, officer="Head"))
    with pytest.raises(no.NotYet, match="nothing has been supplied"):
        say(world, InformationRequestConcluded(reasons=WHY))
    say(world, supplied)
    (row,) = [row for row in world.case.untold if row.kind == "disclosure"]
    told = {"what": "Three pages.", "to": "Sample Neighbours", "lawful_basis": "Section 16H."}
    assert row.detail == {**told, "why": world.case.asked, "pack": None}
    say(world, AgencyReturned(agency="health", nil=True, officer="Head"))  # a late one is still taken
    say(world, InformationRequestConcluded(reasons=WHY))
    assert world.case.stage is Stage.CONCLUDED


def test_a_request_for_information_never_becomes_a_case_of_ours() -> None:
    """A-4"""
    world = opened(request())
    with pytest.raises(no.NotYet, match="open one"):
        say(world, incident())
    with pytest.raises(no.NotYet, match="no incident"):
        say(world, view(Viewer.DCS))
    with pytest.raises(no.NotYet, match="for another partnership only"):
        say(World(), AgenciesAsked(agencies=["police"]))
    with pytest.raises(no.NotYet, match="route of its own"):
        say(World(), request())


# --- A-5 ---


def learning() -> World:
    world = opened(referral())
    say(world, considered("learning-review"))
    say(world, LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1"))
    named = [{"agency": "school", "office": "Teacher"}]
    say(world, LearningParticipantsNamed.model_validate({"participants": named}))
    return world


def judged(version: int, verdict: str = "agreed", **more: Any) -> LearningReviewAssured:
    given = {"version": version, "verdict": verdict, "reasons": WHY, "attended": ["chair"]}
    return LearningReviewAssured.model_validate(given | more)


def test_a_learning_review_begins_with_its_terms_and_those_who_take_part() -> None:
    """A-5"""
    world = opened(referral())
    terms = LearningTermsSet(terms=WHY, method=WHY, lead="sbu-1")
    with pytest.raises(no.NotYet, match="no learning review"):
        say(world, terms)
    say(world, considered("learning-review"))
    with pytest.raises(no.NotYet, match="terms"):
        say(world, findings(1))
    say(world, terms)
    with pytest.raises(no.NotYet, match="takes part"):
        say(world, findings(1))
    with pytest.raises(no.UnknownAgency):
        say(
            world,
            LearningParticipantsNamed.model_validate({"participants": [{"agency": "circus", "office": "Clown"}]}),
        )


def test_findings_that_lack_a_part_are_not_agreed_and_go_back_with_the_list() -> None:
    """A-5: quality-assured by the CRG, version by version."""
    world = learning()
    say(world, findings(1, actions=""))
    with pytest.raises(no.DraftIncomplete, match="actions"):
        say(world, judged(1))
    with pytest.raises(no.NothingLacking):
        say(world, judged(1, "sent-back"))
    say(world, judged(1, "sent-back", lacking=["actions"]))
    assert offered(world) == ["learning-findings-drafted"]
    say(world, findings(2))
    with pytest.raises(no.NotTheLatestVersion):
        say(world, judged(1))
    assert offered(world) == ["learning-review-assured"]
    say(world, judged(2))
    with pytest.raises(no.AlreadyRecorded):
        say(world, findings(3))


# --- X-1 ---


def test_a_case_is_merged_only_when_what_never_pauses_is_carried() -> None:
    """X-1: D-1 and D-2 are open; the other case must be named as carrying them."""
    world = World(in_care())
    merged: dict[str, Any] = {"into": "CR-2026-0009", "reason": WHY}
    with pytest.raises(no.DutyNotCarried, match="D-2:ofsted, D-2:secretary-of-state, D-1"):
        world.say(CaseMerged(**merged))
    with pytest.raises(no.DutyNotCarried):
        world.say(CaseMerged(**merged, carried=["D-1"]))
    with pytest.raises(no.MergedIntoItself):
        world.say(CaseMerged(into="CR-2026-0001", reason=WHY))
    world.say(CaseMerged(**merged, carried=["D-1", "D-2:ofsted", "D-2:secretary-of-state"]))
    assert world.case.stage is Stage.MERGED
    assert not [clock for clock in world.case.clocks.values() if clock.open]
    assert "carried by CR-2026-0009" in (world.clock("D-1").stopped_why or "")
    assert "chair" in world.mails("case-merged")
    with pytest.raises(no.CaseEnded):
        world.say(CasePaused(reason=WHY))


def test_a_case_is_merged_only_into_one_that_truly_carries_what_never_pauses() -> None:
    """X-1, D-1: as the other case was found when the merger was said."""
    world = World()
    merged: dict[str, Any] = {"into": "CR-2026-0009", "carried": ["D-1"], "reason": WHY}
    for found, why in (
        ({"ended": True, "rehearsal": False, "clocks": ["D-1"]}, "has ended"),
        ({"ended": False, "rehearsal": True, "clocks": ["D-1"]}, "rehearsal"),
        ({"ended": False, "rehearsal": False, "clocks": ["D-7"]}, "does not carry D-1"),
        ({"ended": False, "rehearsal": False, "clocks": ["D-1"], "route": "information-request"}, "supplied and concl"),
    ):
        with pytest.raises(no.CannotBeMerged, match=why):
            world.say(CaseMerged(**merged, other=found))
    world.say(CaseMerged(**merged, other={"ended": False, "rehearsal": False, "clocks": ["D-1"]}))
    assert world.case.stage is Stage.MERGED


def test_another_partnerships_request_goes_on_only_in_another_such_request() -> None:
    """X-1, A-3, A-4: a case in a request is never considered by the CRG; a request in a case is never supplied."""
    into: dict[str, Any] = {"into": "CR-2026-0009", "reason": WHY}
    for case, route, taken in (
        (referral(), "information-request", False),
        (request(), "referral", False),
        (request(), "information-request", True),
        (referral(), "serious-incident", True),
    ):
        world = opened(case)
        merged = CaseMerged(**into, other={"ended": False, "rehearsal": False, "clocks": [], "route": route})
        if taken:
            say(world, merged)
            assert world.case.stage is Stage.MERGED
            continue
        with pytest.raises(no.CannotBeMerged, match="another partnership's request"):
            say(world, merged)


def test_whoever_was_told_that_a_case_ended_hears_that_it_goes_on() -> None:
    """X-1, A-3: members of the CRG and the agency that referred, too; none who had not been told."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    enter(world.case, Stage.CONCLUDED, world.now)
    world.case.done |= {f"case-concluded>{person}": world.now for person in ("chair", "member", "gone")}
    say(world, CaseReopened(reason=WHY))
    told = world.mails("case-reopened")
    assert {"chair", "member", "lead-school"} <= set(told)
    assert len(told) == len(set(told))
    assert not {"gone", "dcs", "lead-police"} & set(told)


def test_an_agency_hears_that_its_referral_is_withdrawn_and_goes_on() -> None:
    """A-1, X-1"""
    world = opened(referral())
    say(world, CaseWithdrawn(reason=WHY))
    assert "lead-school" in world.mails("case-withdrawn")
    say(world, CaseReopened(reason=WHY))
    assert {"lead-school", "dcs"} <= set(world.mails("case-reopened"))  # the DCS was told of the withdrawal


def test_a_case_that_was_merged_by_mistake_goes_on_and_its_clocks_run_from_their_anchors() -> None:
    """X-1, X-2, D-1: no duty is lost by a merger."""
    world = World()
    due = world.clock("D-1").due
    world.say(CaseMerged(into="CR-2026-0009", carried=["D-1"], reason=WHY))
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DISCUSSION
    assert world.clock("D-1").open
    assert world.clock("D-1").due == due


def test_a_notification_that_was_withdrawn_by_mistake_stands_again() -> None:
    """B-2, X-1, X-2: its clocks run from their anchors; agencies that were let off are asked again."""
    world = World()
    world.scope()
    due = world.clock("D-7").due
    world.say(NotificationWithdrawn(reasons=WHY, panel_agreement=WHY))
    assert "lead-police" in world.mails("request-withdrawn")
    assert not world.clock("D-7").open
    world.say(CaseReopened(reason=WHY))
    assert world.clock("D-7").open
    assert world.clock("D-7").due == due
    assert world.case.every(NotificationWithdrawn) == []
    assert "lead-police" in world.mails("return-reminder")


def test_a_withdrawn_case_still_owes_what_the_law_asks_for_a_child_in_care_who_died() -> None:
    """N-4, X-1, D-2: Ofsted and the Secretary of State are told whatever becomes of the case."""
    world = World(in_care())
    world.say(CaseWithdrawn(reason=WHY))
    assert not world.clock("D-1").open
    assert world.clock("D-2:ofsted").open
    world.say(AuthorityTold(authority=Authority.OFSTED))
    assert world.clock("D-2:ofsted").met_at


def test_an_agency_that_was_told_to_wait_is_told_when_its_return_is_wanted_again() -> None:
    """X-1: by the mail of the day that moved, or, where a short pause moved none, by one of its own."""
    world = World()
    world.scope()
    world.returned("police")
    world.say(CasePaused(reason=WHY))
    world.deliver()
    world.now += timedelta(minutes=5)
    world.say(CaseResumed(reason=WHY))
    assert not world.clock("D-6:health").moves
    (again,) = [one for one in world.case.outbox if one.to == "lead-health" and one.template == "return-reminder"]
    assert again.link is not None
    assert not [one for one in world.case.outbox if one.to == "lead-police"]
    world.deliver()
    world.say(CasePaused(reason=WHY))
    world.deliver()
    world.wait(world.now + timedelta(days=3))
    world.say(CaseResumed(reason=WHY))
    assert world.clock("D-6:health").moves
    assert "lead-health" in world.mails("deadline-moved")
    assert not world.mails("return-reminder")


def test_agencies_hear_of_a_pause_and_of_a_withdrawal_and_so_do_calendars() -> None:
    """X-1, R-2, R-4: an agency whose return is out is told; one that has answered is left in peace."""
    world = World()
    world.scope()
    world.returned("police")
    world.case.invites["rapid-review"] = Invite(
        meeting="rapid-review", sequence=1, title="rapid review meeting", starts_at=at("2026-05-28T10:00"), minutes=150
    )
    world.case.done["rapid-review-invite:1>chair"] = world.now
    world.say(CasePaused(reason=WHY))
    assert "lead-police" not in world.mails("request-paused")
    assert "lead-health" in world.mails("request-paused")
    world.say(CaseWithdrawn(reason=WHY))
    assert "lead-health" in world.mails("request-withdrawn")
    assert "lead-police" not in world.mails("request-withdrawn")
    assert world.mails("meeting-cancelled") == ["chair"]
    (cancelled,) = [notice.invite for notice in world.case.outbox if notice.template == "meeting-cancelled"]
    assert cancelled is not None
    assert (cancelled.sequence, cancelled.cancelled) == (2, True)


def test_a_withdrawn_case_is_reopened_where_it_was_left_and_its_clocks_run_from_their_anchors() -> None:
    """X-1: withdrawn with a draft out for sign-off, reopened four days later; what was overdue meanwhile is overdue."""
    world = World()
    world.send_out()
    due = {id: clock.due for id, clock in world.case.clocks.items() if clock.open}
    assert "D-7" in due
    world.say(CaseWithdrawn(reason=WHY))
    with pytest.raises(no.CaseEnded):
        world.say(CasePaused(reason=WHY))
    world.wait("2026-05-15T12:00")
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.REPORT
    assert {id: clock.due for id, clock in world.case.clocks.items() if clock.open} == due
    assert world.case.rounds[-1].open
    assert world.clock("D-8:rapid-review-1:health").overdue(world.now)
    assert world.case.just_reopened
    world.sign("officer-health")
    assert not world.case.just_reopened
    with pytest.raises(no.CannotBeReopened, match="has not ended"):
        world.say(CaseReopened(reason=WHY))


def test_a_case_that_was_not_notified_is_reopened_and_d_1_runs_from_the_aware_time() -> None:
    """X-1, D-1"""
    world = World()
    for officer in Viewer:
        world.say(view(officer, View.DO_NOT_NOTIFY))
    world.say(NotNotifiedDecided(outcome=NotNotifiedOutcome.CLOSE, reasons=WHY))
    assert stage(world) is Stage.NOT_NOTIFIED
    world.wait("2026-05-20T09:00")
    world.say(CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DISCUSSION
    assert world.clock("D-1").due == at("2026-05-18T23:59:59")
    assert world.clock("D-1").overdue(world.now)
    world.say(view(Viewer.DCS))


def test_a_concluded_case_is_reopened_for_another_decision() -> None:
    """X-1, R-15: the decision for no further action stays in the case, marked, and another can be made."""
    world = opened(referral())
    say(world, considered("no-further-action"))
    world.case.left, world.case.stage = Stage.REFERRAL, Stage.CONCLUDED
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.REFERRAL
    assert world.case.entries_of(CrgConsidered) == []
    assert [entry.corrected_by is not None for entry in world.case.entries] == [False, True, False]
    say(world, considered("learning-review"))
    assert world.case.review_wanted is Decision.LEARNING_REVIEW


def test_a_partners_decision_for_no_further_action_is_set_aside_by_a_reopening() -> None:
    """X-1, R-15"""
    world = World()
    world.submit()
    world.now = at("2026-05-20T10:00")
    world.say(PanelAcknowledged(meeting_date=date(2026, 5, 20)))
    world.say(PanelResponded(response=PanelResponse.AGREES, reasons=WHY))
    world.say(decided(Decision.NO_FURTHER_ACTION, difference_reason=WHY))
    assert world.case.ended
    say(world, CaseReopened(reason=WHY))
    assert world.case.stage is Stage.DECISION
    assert world.case.decision is None
    assert world.case.entries_of(PartnersDecided) == []
    world.say(decided())
    assert world.case.review_wanted is Decision.PRACTICE_REVIEW


def test_only_business_unit_and_chair_merge_or_reopen() -> None:
    """X-1"""
    world = World()
    with pytest.raises(no.NotYourRole):
        world.say(CaseMerged(into="CR-2026-0009", reason=WHY), Speaker(people=["dcs"], roles=[Role.DCS]))


def test_a_case_reopened_after_no_further_action_is_considered_anew_in_its_time() -> None:
    """A-3, X-1: reopened on Monday 1 June 2026: twenty working days end on Monday 29 June."""
    world = opened(referral())
    since = world.case.since("A-3", world.case.to_consider)
    assert since is not None
    first = start(world.case, "A-3", world.now, since=since, subject=world.case.to_consider)
    say(world, considered("no-further-action"))
    enter(world.case, Stage.CONCLUDED, world.now)
    world.now = at("2026-06-01T10:00")
    say(world, CaseReopened(reason=WHY))
    assert (world.case.stage, world.case.to_consider) == (Stage.REFERRAL, "reopened-1")
    assert world.case.since("A-3", "reopened-1") == world.now
    again = start(world.case, "A-3", world.now, since=world.now, subject="reopened-1")
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
    decision = world.case.entries[-1].said.message
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "incident-reported"]
    say(world, fact_of(step, world))
    reported = world.case.entries[-1].said.message
    enter(world.case, Stage.DISCUSSION, world.now)
    clock = start(world.case, "D-1", world.now, since=world.case.incident.aware_at)
    with pytest.raises(no.CannotBeCorrected, match="take back that one first"):
        say(world, Corrected(corrects=decision, right=considered("learning-review"), reason=WHY))
    say(world, TakenBack(takes_back=reported, reason=WHY))
    assert world.case.stage is Stage.REFERRAL
    assert clock.stopped_at
    say(world, Corrected(corrects=decision, right=considered("learning-review"), reason=WHY))
    assert world.case.review_wanted is Decision.LEARNING_REVIEW


def test_an_incident_of_a_referral_that_the_panel_knows_is_withdrawn_not_taken_back() -> None:
    """A-3, X-2, B-2"""
    world = opened(referral())
    say(world, considered("serious-incident"))
    (step,) = [one for one in next_steps(world.case, world.now) if one.rel == "incident-reported"]
    say(world, fact_of(step, world))
    reported = world.case.entries[-1].said.message
    for officer in Viewer:
        say(world, view(officer))
    say(world, notified())
    with pytest.raises(no.CannotBeCorrected, match="withdraw the notification, or the case, instead"):
        say(world, TakenBack(takes_back=reported, reason=WHY))


def test_the_agency_behind_a_merged_referral_hears_where_it_goes_on() -> None:
    """X-1, A-1: the other case's reference and no more; and when it goes on by itself again."""
    world = opened(referral())
    world.say(CaseMerged(into="CR-2026-0009", carried=[], reason=WHY))
    (told,) = [one for one in world.case.outbox if one.template == "referral-goes-on"]
    assert (told.to, told.n) == ("lead-school", {"other": "CR-2026-0009", "agency": "school"})
    world.say(CaseReopened(reason=WHY))
    assert [one.n["other"] for one in world.case.outbox if one.template == "referral-goes-on"] == ["CR-2026-0009", None]
