"""§6 Referrals: what one must have, what the CRG makes of it, and what follows. Room: review; pure. A-1..A-3."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from calendar_rules.lengths import due, london
from review import changes, examples, telling, timing
from review import refusals as no
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role, speaks_for
from review.facts import Corrected, Said
from review.guards import agencies, born_by, crg_among, in_calendar, needs, not_a_day_to_come, not_before, once, people
from review.offer import Offer
from review.said.notification import IncidentReported, NotNotifiedDecided, PartnerViewGiven
from review.said.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.told import Entry
from review.words import CrgOutcome, NotNotifiedOutcome, ReferralSource, Route, Stage

LEAD, OFFICER = "the agency's safeguarding lead", "a senior officer's support"

AFTER_CONSIDERING = {
    CrgOutcome.LEARNING_REVIEW: Stage.LEARNING_REVIEW,
    CrgOutcome.PRACTICE_REVIEW: Stage.PRACTICE_REVIEW,
}  # no further action ends as every case does: with its last action (G-11)


def referral_lacks(case: CaseState) -> list[str]:
    """What an agency's referral must have and has not (A-1)."""
    told, completed = case.referral, case.last(ReferralCompleted)
    if told is None or completed or told.source is not ReferralSource.AGENCY:
        return []
    held = {LEAD: told.safeguarding_lead, OFFICER: told.senior_officer}
    return [what for what, who in held.items() if not who.strip()]


def crg_is_to_consider(case: CaseState) -> bool:
    """A complete referral, or a case of N-2's no that was referred to the CRG, waits for it (A-3)."""
    if case.considered:
        return False
    if case.declined:
        return case.declined.outcome is NotNotifiedOutcome.REFER_TO_CRG
    return case.referral is not None and not referral_lacks(case)


def may_become_an_incident(case: CaseState) -> None:
    """A referral becomes a serious incident by the CRG's decision; a request for information never (A-3, A-4)."""
    if case.route is Route.REFERRAL:
        needs(_serious(case), "the CRG has not decided to treat the referral as a serious incident")
    needs(case.route is not Route.INFORMATION_REQUEST, "another partnership's request is no case of ours; open one")


def advised_submission(case: CaseState) -> datetime | None:
    """Where a referral came first: D-7 as the flowchart once counts it, from the referral's receipt. Advice only."""
    if case.referred_at is None or "D-7" not in case.clocks:
        return None
    return due(case.referred_at, case.edition.deadlines["D-7"].length, case.calendar)


# --- checks ---


def _received(case: CaseState, fact: ReferralReceived, said: Said, now: datetime) -> None:
    needs(case.route is Route.REFERRAL, "a referral opens a case of its own")
    once(case.referral, "The referral")
    born_by(case, fact.children, now)
    if fact.agency:
        agencies(case, [fact.agency], "agency")


def _completed(case: CaseState, fact: ReferralCompleted, said: Said, now: datetime) -> None:
    if not referral_lacks(case):
        raise no.ReferralComplete
    agency = case.referring or ""
    if Role.BUSINESS_UNIT not in said.by.roles and not speaks_for(said.by.people, agency, case.cast):
        raise no.WrongAgency(agency=agency)


def _considered(case: CaseState, fact: CrgConsidered, said: Said, now: datetime) -> None:
    if lacking := referral_lacks(case):
        raise no.NothingToConsider(because=f"the referral was returned; it lacks {' and '.join(lacking)}")
    if not crg_is_to_consider(case):
        raise no.NothingToConsider(because="no referral waits for it")
    people(case, fact.attended, "attended")
    crg_among(case, fact.attended)
    at = changes.when(case, said, now)
    in_calendar(case, "The CRG's meeting", fact.meeting_date, "meeting_date")
    held = datetime.combine(fact.meeting_date, london(at).time(), london(at).tzinfo)
    not_a_day_to_come("The CRG's meeting", fact.meeting_date, now, "meeting_date")
    words, began = _referred(case)
    if fact.meeting_date < london(began).date():
        not_before("The CRG's meeting", held, words, began, "meeting_date")


def _referred(case: CaseState) -> tuple[str, datetime]:
    """What the CRG considers, in words, and since when it can."""
    if declined := case.entry(NotNotifiedDecided):
        return "the decision not to notify", declined.happened_at
    return ("the referral", case.referred_at) if case.referred_at else case.origin


# --- what follows ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case ReferralReceived() if referral_lacks(case):
            changes.enter(case, Stage.REFERRAL_RETURNED, now)
        case ReferralCompleted():
            changes.enter(case, Stage.REFERRAL, now)
        case CrgConsidered() | Corrected(right=CrgConsidered()) if case.declined and _serious(case):
            changes.set_aside(case, NotNotifiedDecided, entry)
            changes.set_aside(case, PartnerViewGiven, entry)  # both are asked anew (N-2)
            timing.run_again(case, case.clocks["D-1"], "the CRG treats it as a serious incident", now)
            changes.enter(case, Stage.DISCUSSION, now)


def _serious(case: CaseState) -> bool:
    return case.considered is not None and case.considered.outcome is CrgOutcome.SERIOUS_INCIDENT


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    told = case.referral
    if told and referral_lacks(case):
        lead = case.agency(told.agency or "")
        yield Offer(
            body=ReferralCompleted(safeguarding_lead="Sample Lead", senior_officer="Sample Senior Officer"),
            needed=True,
            about=told.agency,
            people=[lead.safeguarding_lead] if lead else [],
            title="Complete the referral that was returned",
            deadline=f"A-1:{told.agency}",
        )
    if crg_is_to_consider(case):
        body = CrgConsidered(
            meeting_date=london(now).date(),
            attended=telling.holders(case, Role.CRG_CHAIR, Role.CRG_MEMBER) or ["nobody"],
            outcome=CrgOutcome.LEARNING_REVIEW,
            reasons=examples.CONSIDERED,
        )
        title = "Record what the CRG made of the referral"
        yield Offer(body=body, needed=True, title=title, deadline=f"A-3:{case.to_consider}")
    if told and case.considered and case.considered.outcome is CrgOutcome.SERIOUS_INCIDENT:
        yield Offer(body=_incident(case), needed=True, title="Report the serious incident; the aware time is kept")


def _incident(case: CaseState) -> IncidentReported:
    aware = (case.referred_at or case.opened_at) - timedelta(days=1)
    children = [child.model_dump() | {"harm": "seriously-harmed"} for child in case.children]
    times = {"incident_at": aware - timedelta(hours=3), "aware_at": aware}
    return IncidentReported.model_validate(examples.INCIDENT | {"children": children} | times)


_SBU, _CRG = Role.BUSINESS_UNIT, (Role.CRG_CHAIR, Role.CRG_MEMBER)

CHAPTER = Chapter(
    title="§6 Referrals",
    checks={ReferralReceived: _received, ReferralCompleted: _completed, CrgConsidered: _considered},
    may_say={
        "referral-received": (_SBU, Role.AGENCY, *_CRG),
        "referral-completed": (_SBU, Role.AGENCY),
        "crg-considered": (_SBU, Role.CRG_CHAIR),
    },
    stages={"crg-considered": (Stage.REFERRAL, Stage.CRG_REFERRAL)},
    leads=((Stage.CRG_REFERRAL, Stage.DISCUSSION),),
    offers=_offers,
    consequences=_follows,
)
