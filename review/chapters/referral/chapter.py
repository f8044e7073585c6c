"""§6 Referrals: what one must have, what the CRG makes of it, and what follows. Pure. A-1..A-3."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import get_args

from calendar_rules.lengths import due, london
from review.case import reads
from review.case.entries import Entry
from review.case.state import CaseState
from review.facts import Corrected, Reported
from review.facts.directory import Role
from review.facts.enums import CrgOutcome, NotNotifiedOutcome, Route, Stage
from review.facts.notification import IncidentReported, NotNotifiedDecided, PartnerViewGiven
from review.facts.referral import CrgConsidered, ReferralCompleted, ReferralFact, ReferralReceived
from review.facts.speaking_for import speaks_for
from review.kit import changes, deadline_ends, notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import (
    agencies,
    born_by,
    crg_among,
    in_calendar,
    needs,
    not_a_day_to_come,
    not_before,
    once,
    people,
)
from review.kit.offer import Offer


def crg_is_to_consider(case: CaseState) -> bool:
    """A complete referral, or a case of N-2's no that was referred to the CRG, waits for it (A-3)."""
    if reads.considered(case):
        return False
    if declined := reads.declined(case):
        return declined.outcome is NotNotifiedOutcome.REFER_TO_CRG
    return reads.referral(case) is not None and not reads.referral_lacks(case)


def may_become_an_incident(case: CaseState) -> None:
    """A referral becomes a serious incident by the CRG's decision; a request for information never (A-3, A-4)."""
    if case.route is Route.REFERRAL:
        needs(_serious(case), "the CRG has not decided to treat the referral as a serious incident")
    needs(case.route is not Route.INFORMATION_REQUEST, "another partnership's request is no case of ours; open one")


def advised_submission(case: CaseState) -> datetime | None:
    """Where a referral came first: D-7 as the flowchart once counts it, from the referral's receipt. Advice only."""
    referred = reads.referred_at(case)
    if referred is None or "D-7" not in case.deadlines:
        return None
    return due(referred, case.edition.deadlines["D-7"].length, case.calendar)


# --- checks ---


def _received(case: CaseState, fact: ReferralReceived, reported: Reported, now: datetime) -> None:
    needs(case.route is Route.REFERRAL, "a referral opens a case of its own")
    once(reads.referral(case), "The referral")
    born_by(case, fact.children, now)
    if fact.agency:
        agencies(case, [fact.agency], "agency")


def _completed(case: CaseState, fact: ReferralCompleted, reported: Reported, now: datetime) -> None:
    if not reads.referral_lacks(case):
        raise no.ReferralComplete
    agency = reads.referring(case) or ""
    if Role.BUSINESS_UNIT not in reported.by.roles and not speaks_for(reported.by.people, agency, case.cast):
        raise no.WrongAgency(agency=reads.called(case, agency))


def _considered(case: CaseState, fact: CrgConsidered, reported: Reported, now: datetime) -> None:
    if lacking := reads.referral_lacks(case):
        raise no.NothingToConsider(because=f"the referral was returned; it lacks {' and '.join(lacking)}")
    if not crg_is_to_consider(case):
        raise no.NothingToConsider(because="no referral waits for it")
    people(case, fact.attended, "attended")
    crg_among(case, fact.attended)
    at = changes.when(case, reported, now)
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
    referred = reads.referred_at(case)
    return ("the referral", referred) if referred else reads.origin(case)


# --- what follows ---


def _returned(case: CaseState, entry: Entry[ReferralReceived], now: datetime) -> None:
    """One without safeguarding lead or senior officer's support is returned (A-1)."""
    if reads.referral_lacks(case):
        changes.enter(case, Stage.REFERRAL_RETURNED, now)


def _complete(case: CaseState, entry: Entry[ReferralCompleted], now: datetime) -> None:
    """It goes to the CRG (A-1)."""
    changes.enter(case, Stage.REFERRAL, now)


def _serious_after_all(case: CaseState, entry: Entry[CrgConsidered | Corrected], now: datetime) -> None:
    """The CRG treats as a serious incident what was not notified: both are asked for their view again (A-3, N-2)."""
    considers = isinstance(entry.fact, CrgConsidered) or isinstance(entry.fact.right, CrgConsidered)
    if considers and reads.declined(case) and _serious(case):
        changes.set_aside(case, NotNotifiedDecided, entry)
        changes.set_aside(case, PartnerViewGiven, entry)
        deadline_ends.notifying_again(case, "the CRG treats it as a serious incident", now)
        changes.enter(case, Stage.DISCUSSION, now)


def _serious(case: CaseState) -> bool:
    considered = reads.considered(case)
    return considered is not None and considered.outcome is CrgOutcome.SERIOUS_INCIDENT


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    told = reads.referral(case)
    if told and reads.referral_lacks(case):
        lead = case.cast.agency(told.agency or "")
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
            attended=notify.holders(case, Role.CRG_CHAIR, Role.CRG_MEMBER) or ["nobody"],
            outcome=CrgOutcome.LEARNING_REVIEW,
            reasons=CrgConsidered.sample["reasons"],
        )
        title = "Record what the CRG made of the referral"
        yield Offer(body=body, needed=True, title=title, deadline=f"A-3:{reads.to_consider(case)}")
    if told and _serious(case):
        yield Offer(body=_incident(case), needed=True, title="Report the serious incident; the aware time is kept")


def _incident(case: CaseState) -> IncidentReported:
    aware = (reads.referred_at(case) or case.opened_at) - timedelta(days=1)
    children = [child.model_dump() | {"harm": "seriously-harmed"} for child in reads.children(case)]
    times = {"incident_at": aware - timedelta(hours=3), "aware_at": aware}
    return IncidentReported.model_validate(IncidentReported.sample | {"children": children} | times)


CHAPTER = Chapter(
    title="§6 Referrals",
    facts=get_args(ReferralFact),
    checks={ReferralReceived: _received, ReferralCompleted: _completed, CrgConsidered: _considered},
    offers=_offers,
    consequences={
        ReferralReceived: (_returned,),
        ReferralCompleted: (_complete,),
        CrgConsidered: (_serious_after_all,),
        Corrected: (_serious_after_all,),
    },
)
