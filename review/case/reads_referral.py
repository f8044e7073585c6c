"""What has been said of a referral and of what the CRG made of it (§6). A-1..A-3, N-2."""

from datetime import datetime, time

from calendar_rules.lengths import LONDON
from review.case.entries import Entry
from review.case.reads_stage import recorded
from review.case.state import CaseState
from review.facts.enums import ReferralSource
from review.facts.notification import IncidentReported, NotNotifiedDecided
from review.facts.referral import CrgConsidered, ReferralCompleted, ReferralReceived

REOPENED = "reopened-"  # what it considers again, with a number
NOT_NOTIFIED = "not-notified"  # what the CRG considers where both said no (N-2); "not-notified-2" the second time
_LEAD, _OFFICER = "the agency's safeguarding lead", "a senior officer's support"


def referral(case: CaseState) -> ReferralReceived | None:
    return case.last(ReferralReceived)


def referred_at(case: CaseState) -> datetime | None:
    """When the Business Unit had the referral, with all that it must have (A-1, A-2)."""
    entry: Entry | None = case.entry(ReferralCompleted) or case.entry(ReferralReceived)
    return entry.happened_at if entry else None


def referral_lacks(case: CaseState) -> list[str]:
    """What an agency's referral must have and has not (A-1)."""
    told, completed = referral(case), case.last(ReferralCompleted)
    if told is None or completed or told.source is not ReferralSource.AGENCY:
        return []
    held = {_LEAD: told.safeguarding_lead, _OFFICER: told.senior_officer}
    return [what for what, who in held.items() if not who.strip()]


def referring(case: CaseState) -> str | None:
    """The agency that referred the case; None where it was another partnership, or nobody."""
    told = referral(case)
    return told.agency if told else None


def declined(case: CaseState) -> NotNotifiedDecided | None:
    """The decision not to notify, while it stands (N-2)."""
    return case.last(NotNotifiedDecided)


def views_asked(case: CaseState) -> int:
    """How often both views have been asked for: again with each decision not to notify that was set aside (N-2)."""
    setting = {one.reported.message for one in case.entries if one.fact.sets_aside}
    decided = [one for one in case.entries if isinstance(one.fact, NotNotifiedDecided)]
    return 1 + sum(1 for one in decided if one.corrected_by in setting)


def views_asked_at(case: CaseState, asking: int = 1) -> datetime | None:
    """When the views were asked for: when the incident was recorded, or the decision not to notify was set aside."""
    if asking == 1:
        entry: Entry | None = case.entry(IncidentReported)
        return recorded(case, entry) if entry else None
    setting = [one for one in case.entries if one.fact.sets_aside]
    decided = {one.corrected_by for one in case.entries if isinstance(one.fact, NotNotifiedDecided)}
    asked = [one for one in setting if one.reported.message in decided]
    return recorded(case, asked[asking - 2]) if len(asked) > asking - 2 else None


def considered(case: CaseState) -> CrgConsidered | None:
    """What the CRG has made of the case, unless it was referred to it again since (A-3)."""
    entry = case.entry(CrgConsidered)
    if entry is None or case.after(entry, NotNotifiedDecided):
        return None
    return case.last(CrgConsidered)


def considered_at(case: CaseState) -> datetime | None:
    """The day of the CRG's meeting, at noon."""
    found = considered(case)
    return datetime.combine(found.meeting_date, time(12), LONDON) if found else None


def referred_as(case: CaseState) -> str:
    """What the CRG is to consider, as its deadlines name it: the referral, or a decision not to notify."""
    if declined(case) is None:
        return "referral"
    return NOT_NOTIFIED if views_asked(case) == 1 else f"{NOT_NOTIFIED}-{views_asked(case)}"


def to_consider(case: CaseState) -> str:
    """The same, as A-3 names it: counted again where the case was opened again since the CRG ended it (X-1)."""
    again = considered_again(case)
    if not again or case.after(again[-1], NotNotifiedDecided):
        return referred_as(case)
    return f"{REOPENED}{len(again)}"


def considered_again(case: CaseState) -> list[Entry]:
    """The reopenings by which the CRG's decision to do nothing was set aside (A-3, X-1)."""
    aside = {one.corrected_by for one in case.entries if isinstance(one.fact, CrgConsidered)}
    setting = [one for one in case.entries if one.fact.sets_aside]
    return [one for one in setting if one.reported.message in aside and not isinstance(one.fact, CrgConsidered)]


def declined_as(case: CaseState, subject: str) -> Entry | None:
    """The decision not to notify that a deadline is about, set aside or not."""
    number = int(subject.removeprefix(NOT_NOTIFIED).removeprefix("-") or 1)
    decided = [one for one in case.entries if isinstance(one.fact, NotNotifiedDecided)]
    return decided[number - 1] if len(decided) >= number else None


def reopened_as(case: CaseState, subject: str) -> Entry | None:
    """The reopening that a deadline is counted from (A-3, X-1)."""
    number = subject.removeprefix(REOPENED) if subject.startswith(REOPENED) else ""
    again = considered_again(case)
    return again[int(number) - 1] if number and len(again) >= int(number) else None


def considered_after(case: CaseState, subject: str) -> Entry | None:
    """What the CRG made of the referral, or of that decision not to notify (A-3)."""
    began = declined_as(case, subject) if subject.startswith(NOT_NOTIFIED) else reopened_as(case, subject)
    found = case.after(began, CrgConsidered) if began else case.entries_of(CrgConsidered)
    return next(iter(found), None)
