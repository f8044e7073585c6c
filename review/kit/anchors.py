"""The events that deadlines are counted from, as the facts stand now. Pure."""

from collections.abc import Callable
from datetime import datetime, time

from calendar_rules.edition import Anchor
from calendar_rules.lengths import LONDON
from review.case import reads
from review.case.reads_referral import NOT_NOTIFIED
from review.case.sign_off import RoundStatus
from review.case.state import CaseState
from review.facts.notification import IncidentReported
from review.facts.panel import PanelResponded, PartnersDecided
from review.facts.practice_review import ReviewMonitored
from review.facts.referral import ReferralReceived


def _aware(case: CaseState, subject: str | None) -> datetime | None:
    incident = case.last(IncidentReported)
    return incident.aware_at if incident else None


def _views_asked(case: CaseState, subject: str | None) -> datetime | None:
    return reads.views_asked_at(case, int(subject or 1))


def _incident(case: CaseState, subject: str | None) -> datetime | None:
    incident = case.last(IncidentReported)
    return incident.incident_at if incident else None


def _received(case: CaseState, subject: str | None) -> datetime | None:
    """When the Business Unit received what its leaders are told of: a referral (§6), a case that was not notified
    and goes to the CRG (N-2), or the notification (§1).
    """
    if subject == "referral":
        return reads.referred_at(case)
    if subject and subject.startswith(NOT_NOTIFIED):
        declined = reads.declined_as(case, subject)
        return declined.happened_at if declined else None
    if subject and (again := reads.reopened_as(case, subject)):
        return again.happened_at  # the CRG considers it once more
    if subject and subject == reads.referring(case) and (came := case.entry(ReferralReceived)):
        return came.happened_at  # and was returned at once
    return reads.received_at(case)


def _draft_received(case: CaseState, subject: str | None) -> datetime | None:
    ask = reads.ask(case, subject or "")
    return ask.received_at if ask else None


def _sent_to_crg(case: CaseState, subject: str | None) -> datetime | None:
    """When the draft went to the CRG; a Chair who takes over, or is asked again, has the time from then on."""
    one = next((one for one in case.rounds if one.id == (subject or "").partition(":")[0]), None)
    sent = reads.sent_to_crg(case, one.document.version) if one and (subject or "").count(":") == 1 else None
    return sent.happened_at if sent else None


def _panel_meeting(case: CaseState, subject: str | None) -> datetime | None:
    day = reads.panel_meeting(case, int(subject or 1))
    return datetime.combine(day, time(12), LONDON) if day else None


def _decision(case: CaseState, subject: str | None) -> datetime | None:
    """When it was decided; of a decision that still waits for the partners, when it was recorded."""
    put = case.entry(PartnersDecided)
    return reads.decided_at(case) or (put.happened_at if put else reads.considered_at(case))


def _panel_responded(case: CaseState, subject: str | None) -> datetime | None:
    return case.entries_of(PanelResponded)[-1].happened_at if reads.final_response(case) else None


def _monitored(case: CaseState, number: str | None) -> datetime | None:
    """The monitoring before this one; of the first, the last signature for the reviewer."""
    before = int(number or 1) - 1
    if not before:
        signed = [one for one in case.rounds if one.document.document == "reviewer-selection"]
        agreed = [ask.given_at for one in signed if one.status is RoundStatus.APPROVED for ask in one.asks]
        return max((given for given in agreed if given), default=None)
    told = case.entries_of(ReviewMonitored)
    return told[before - 1].happened_at if len(told) >= before else None


ANCHORS: dict[str, Callable[[CaseState, str | None], datetime | None]] = {  # beside what `set_by` names
    Anchor.INCIDENT: _incident,
    Anchor.AWARE: _aware,
    Anchor.VIEWS_ASKED: _views_asked,
    Anchor.NOTIFIED: lambda case, _: reads.notified_at(case),
    Anchor.RECEIVED: _received,
    Anchor.REFERRED: _received,
    Anchor.REQUEST_SENT: lambda case, agency: case.requests.get(agency or ""),
    Anchor.DRAFT_RECEIVED: _draft_received,
    Anchor.SENT_TO_CRG: _sent_to_crg,
    Anchor.PANEL_MEETING: _panel_meeting,
    Anchor.DECISION: _decision,
    Anchor.SUBMITTED: lambda case, _: reads.panel_has_it_since(case),
    Anchor.PANEL_RESPONDED: _panel_responded,
    Anchor.MONITORED: _monitored,
}
