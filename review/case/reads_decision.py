"""How the partners' decision stands: made, put to the partners, sent back (R-15).

A decision that follows the recommendation stands as it is recorded. One that differs from it, or that comes after the
Panel disagreed, is made when each partner has agreed to it. Pure.
"""

from datetime import datetime
from typing import NamedTuple

from review.case.entries import Entry
from review.case.reads_rapid_review import disagreed, draft, submitted
from review.case.sign_off import Round, RoundStatus
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.enums import Decision
from review.facts.panel import PartnersDecided
from review.facts.signing import SignOffGiven

DECISION_PAPER = "partners-decision"  # the document that is signed where each partner has to agree


class Agreement(NamedTuple):
    """What each partner is asked to agree to: a decision, or one made before the Panel disagreed (`again`)."""

    entry: Entry[PartnersDecided]
    key: str
    again: bool


def decision(case: CaseState) -> PartnersDecided | None:
    """The partners' decision, once it is made; one that still waits for a partner to agree is none."""
    entry = decision_entry(case)
    return entry.fact if entry else None


def decision_entry(case: CaseState) -> Entry[PartnersDecided] | None:
    entry = case.entry(PartnersDecided)
    first = _to_be_made(case, entry)
    return entry if first is None or _stands_at(case, first, RoundStatus.APPROVED) else None


def decided_at(case: CaseState) -> datetime | None:
    """When it was decided: when the last partner agreed, where each had to."""
    entry = decision_entry(case)
    if entry is None:
        return None
    first = _to_be_made(case, entry)
    one = agreement_round(case, first) if first else None
    return max([entry.happened_at, *(ask.given_at for ask in (one.asks if one else []) if ask.given_at)])


def agreement_wanted(case: CaseState) -> Agreement | None:
    """What each partner's officer or deputy has to agree to, whether they have by now or not; None where one officer's
    word is enough.
    """
    entry, no = case.entry(PartnersDecided), disagreed(case)
    made = _made_by(case, entry)
    if entry and no and made and case.place(made) < case.place(no):
        return Agreement(entry, f"{entry.reported.message}:{no.reported.message}", True)
    return _to_be_made(case, entry)


def _made_by(case: CaseState, entry: Entry[PartnersDecided] | None) -> Entry[Fact] | None:
    """The entry with which a decision was made: the decision itself, or the last signature under it."""
    first = _to_be_made(case, entry)
    if first is None:
        return entry
    one = agreement_round(case, first) if _stands_at(case, first, RoundStatus.APPROVED) else None
    given = [signed for signed in case.entries_of(SignOffGiven) if one and signed.fact.round == one.id]
    return given[-1] if given else None


def _to_be_made(case: CaseState, entry: Entry[PartnersDecided] | None) -> Agreement | None:
    """What each partner has to agree to before a decision is made: it differs, or the Panel has disagreed before it."""
    no = disagreed(case)
    if entry is None or not (differs(case, entry.fact) or (no and case.place(no) < case.place(entry))):
        return None
    return Agreement(entry, entry.reported.message, False)


def agreement_round(case: CaseState, wanted: Agreement) -> Round | None:
    """The round over a decision that waits for each partner."""
    return next((one for one in reversed(case.rounds) if one.entry == wanted.key), None)


def agreement_outstanding(case: CaseState) -> Agreement | None:
    """The decision that is before the partners: out for their agreement, or about to go out. None once all agree or one
    sends it back.
    """
    wanted = agreement_wanted(case)
    one = agreement_round(case, wanted) if wanted else None
    return wanted if one is None or one.status in (RoundStatus.OPEN, RoundStatus.STOPPED) else None


def decision_sent_back(case: CaseState) -> bool:
    """Whether a partner has not agreed to the decision that was recorded last: another is to be recorded."""
    wanted = agreement_wanted(case)
    return wanted is not None and _stands_at(case, wanted, RoundStatus.SENT_BACK)


def _stands_at(case: CaseState, wanted: Agreement, status: RoundStatus) -> bool:
    one = agreement_round(case, wanted)
    return one is not None and one.status is status


def differs(case: CaseState, fact: PartnersDecided) -> bool:
    """Whether a decision departs from the recommendation that was submitted (R-15)."""
    sent = submitted(case)
    recommended = draft(case, sent.version) if sent else None
    if recommended is None:
        return False
    if recommended.national_review:
        return fact.decision is not Decision.NATIONAL_REVIEW
    review = bool(recommended.recommendation and recommended.recommendation.review)
    return review != (fact.decision is Decision.PRACTICE_REVIEW)
