"""Touch points of a practice review: accountable officers and Independent Chair are kept informed (flowchart, G-5).

Room: review. Pure. What the publication plan tells is in `review.publication`.
"""

from calendar_rules.lengths import end_of_day
from review import practice_standing as stands
from review import telling
from review.case import CaseState
from review.directory import Role
from review.practice_papers import REVIEW, SELECTION, TERMS
from review.said.practice_review import (
    ContractEnded,
    ContractIssued,
    MilestoneReached,
    ProgressReported,
    ReviewExtended,
)
from review.told import Entry

_TOUCHED = (Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR)
_CRG = (Role.CRG_CHAIR, Role.CRG_MEMBER)
_AGREED = {TERMS: "terms-agreed", SELECTION: "reviewer-selected"}


def said(case: CaseState, entry: Entry) -> None:
    """What a fact of the review is told of, and to whom."""
    fact = entry.said.fact
    match fact:
        case MilestoneReached() | ProgressReported():
            wider = _TOUCHED if case.knows("touch-points") else ()  # before, only the CRG was told
            people = telling.holders(case, *_CRG, *wider)
            cause = f"review-progress:{entry.said.message}"
            case.post(telling.to_each(people, cause, "review-progress", {"title": fact.title}))
        case ContractIssued() if case.knows("touch-points"):
            _step(case, "contract-issued", entry.said.message)
        case ContractEnded():
            _step(case, "contract-ended", entry.said.message)
        case ReviewExtended() if case.knows("touch-points"):
            _step(case, "extended", entry.said.message, until=end_of_day(fact.extended_date))


def signed(case: CaseState, round_id: str) -> None:
    """Terms approved, a reviewer selected, the report signed off by all: told once, when the last has signed."""
    one = next(one for one in case.rounds if one.id == round_id)
    paper = one.document
    if paper.document not in stands.TITLES or stands.agreed(case, paper.document) != paper.version:
        return
    if not case.knows("touch-points"):
        return
    if paper.document == REVIEW:
        cause = f"review-shared:{paper.version}"
        notices = telling.to_each(telling.holders(case, *_TOUCHED), cause, "review-shared", {"version": paper.version})
        case.post(notice.model_copy(update={"attach": [paper]}) for notice in notices)
    else:
        _step(case, _AGREED[paper.document], str(paper.version))


def _step(case: CaseState, step: str, which: str, **n: object) -> None:
    people = telling.holders(case, *_TOUCHED, *_CRG)
    case.post(telling.to_each(people, f"review-step:{step}:{which}", "review-step", {"step": step, **n}))
