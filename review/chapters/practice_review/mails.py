"""Touch points of a practice review: accountable officers and Independent Chair are kept informed (flowchart, G-5).

Pure. What the publication plan tells is in `review.chapters.practice_review.publication`.
"""

from datetime import datetime

from calendar_rules.lengths import end_of_day
from review.case.entries import Entry
from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW, SELECTION, TERMS
from review.facts.directory import Role
from review.facts.practice_review import (
    ContractEnded,
    ContractIssued,
    MilestoneReached,
    ProgressReported,
    ReviewExtended,
)
from review.kit import notify

_TOUCHED = (Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR)
_CRG = (Role.CRG_CHAIR, Role.CRG_MEMBER)
_AGREED = {TERMS: "terms-agreed", SELECTION: "reviewer-selected"}


def progress(case: CaseState, entry: Entry[MilestoneReached | ProgressReported], now: datetime) -> None:
    """The CRG, the officers and the Independent Chair are told (K-5)."""
    people = notify.holders(case, *_CRG, *_TOUCHED)
    cause = f"review-progress:{entry.reported.message}"
    case.post(notify.to_each(people, cause, "review-progress", {"title": entry.fact.title}))


def contract_issued(case: CaseState, entry: Entry[ContractIssued], now: datetime) -> None:
    """The CRG, the officers and the Independent Chair are told (K-4)."""
    _step(case, "contract-issued", entry.reported.message)


def contract_ended(case: CaseState, entry: Entry[ContractEnded], now: datetime) -> None:
    """The CRG, the officers and the Independent Chair are told (K-4)."""
    _step(case, "contract-ended", entry.reported.message)


def extended(case: CaseState, entry: Entry[ReviewExtended], now: datetime) -> None:
    """The CRG, the officers and the Independent Chair are told (K-9)."""
    _step(case, "extended", entry.reported.message, until=end_of_day(entry.fact.extended_date))


def signed(case: CaseState, round_id: str) -> None:
    """Terms approved, a reviewer selected, the report signed off by all: told once, when the last has signed."""
    one = next(one for one in case.rounds if one.id == round_id)
    paper = one.document
    if paper.document not in stands.TITLES or stands.agreed(case, paper.document) != paper.version:
        return
    if paper.document == REVIEW:
        cause = f"review-shared:{paper.version}"
        notices = notify.to_each(notify.holders(case, *_TOUCHED), cause, "review-shared", {"version": paper.version})
        case.post(notice.model_copy(update={"attach": [paper]}) for notice in notices)
    elif paper.document == SELECTION and not stands.by_tender(case):  # without a contract, the work begins
        _step(case, _AGREED[paper.document], str(paper.version), begins=True)
    else:
        _step(case, _AGREED[paper.document], str(paper.version))


def _step(case: CaseState, step: str, which: str, **n: object) -> None:
    people = notify.holders(case, *_TOUCHED, *_CRG)
    case.post(notify.to_each(people, f"review-step:{step}:{which}", "review-step", {"step": step, **n}))
