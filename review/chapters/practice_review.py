"""The practice review: what may be said when, by whom, and what follows from it (§7, K-1 to K-9, G-8, B-4, B-5).

Room: review. How things stand is looked up in `review.practice_standing`; what comes next: `review.practice_steps`.
"""

from collections.abc import Iterable
from datetime import datetime

from review import practice_standing as stands
from review import practice_told, publication, rounds, telling, timing
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.facts import Corrected
from review.practice_checks import CHECKS
from review.practice_papers import REVIEW, SELECTION, TERMS
from review.practice_steps import offers
from review.record import RowKind
from review.said import practice_review as say
from review.told import Entry
from review.words import Decision

_SBU, _CHAIR, _MEMBER = Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER
_MINE = (TERMS, SELECTION, REVIEW)
_NOT_DECIDED = "no practice review was decided on"


# --- K-1 ---


# --- K-2, K-3 ---


# --- K-4, K-5 ---


# --- K-6, K-7 ---


# --- K-8, G-8, B-4 ---


# --- K-9, B-5 ---


# --- what follows ---


def _consequences(case: CaseState, entry: Entry, now: datetime) -> None:
    fact = entry.said.fact
    match fact:
        case say.DaysUsed():
            _mind_the_days(case, now)
        case say.ReviewAssured() if not fact.sound:
            drafted = stands.draft(case, fact.version)
            lacks = [*(drafted.missing if drafted else []), *(["what the CRG has listed"] if fact.lacks else [])]
            _tell(case, (_SBU, _CHAIR), f"review-back:{fact.version}", "review-back", version=fact.version, lacks=lacks)
        case say.EarlyCommentSought():
            roles = (Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR)
            _tell(case, roles, f"early-comment:{fact.version}", "early-comment", version=fact.version)
        case say.ReviewPublished() | say.ReviewNotPublished():
            published, at = isinstance(fact, say.ReviewPublished), entry.happened_at
            _tell(case, (*telling.LEADERS, _MEMBER), "review-over", "review-over", published=published, decided_at=at)
        case say.ReviewExtended():
            timing.recount(case, "the review was extended", now)
        case Corrected():
            _mind_the_decision(case, now)
    practice_told.said(case, entry)
    publication.follows(case, entry, now)


def _tell(case: CaseState, roles: Iterable[Role], cause: str, template: str, **n: object) -> None:
    case.post(telling.to_each(telling.holders(case, *roles), cause, template, n))


def _mind_the_days(case: CaseState, now: datetime) -> None:
    """At 80 % of the days agreed, those who agree on more are warned; anew when more have been agreed (K-4)."""
    used, maximum = stands.days_used(case), stands.days_agreed(case)
    if used >= stands.WARN_AT * maximum:
        n = {"used": f"{used:g}", "maximum": f"{maximum:g}"}
        notices = telling.to_each(telling.holders(case, _SBU, _CHAIR), f"days-warning:{maximum:g}", "days-warning", n)
        if notices and notices[0].key not in case.done and all(one.key != notices[0].key for one in case.outbox):
            line = f"Warning: {used:g} of the contract's {maximum:g} days are used"
            case.tell(RowKind.WARNING, "days-nearly-used", line, now=now, about="K-4")
        case.post(notices)


def _mind_the_decision(case: CaseState, now: datetime) -> None:
    """Where the decision for a practice review was wrong, its clock and its rounds stop; where it is right again, the
    clock runs on, and whoever has not answered is asked again (X-2).
    """
    clock = case.clocks.get("D-10")
    mine = [one for one in case.rounds if one.document.document in _MINE]
    if clock and case.review_wanted is not Decision.PRACTICE_REVIEW:
        timing.stop(case, "D-10", _NOT_DECIDED, now)
        for one in (one for one in mine if one.open):
            rounds.stop_round(case, one, _NOT_DECIDED, now)
    elif clock and clock.stopped_at:
        timing.run_again(case, clock, "a practice review was decided on", now)
        for one in (one for one in mine if one.stopped_why == _NOT_DECIDED):
            rounds.ask_again(case, one, now)


_CRG = (_SBU, _CHAIR)
_COMMENT = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.INDEPENDENT_CHAIR, _SBU)

CHAPTER = Chapter(
    title="Practice review",
    checks=CHECKS,
    may_say={
        "terms-drafted": _CRG,
        "terms-sent-for-approval": _CRG,
        "candidate-entered": (_SBU,),
        "candidate-scored": _CRG,
        "conflict-declared": _CRG,
        "conflict-resolved": _CRG,
        "candidate-excluded": _CRG,
        "selection-proposed": _CRG,
        "contract-issued": (_SBU,),
        "days-used": (_SBU,),
        "days-extension-agreed": _CRG,
        "milestone-set": _CRG,
        "milestone-reached": _CRG,
        "progress-reported": _CRG,
        "review-drafted": (_SBU,),
        "review-assured": _CRG,
        "early-comment-sought": _CRG,
        "early-comment-given": _COMMENT,
        "early-comment-closed": _CRG,
        "final-draft-sent": _CRG,
        "publication-planned": _CRG,
        "advance-copy-sent": (_SBU,),
        "review-published": _CRG,
        "review-not-published": _CRG,
        "review-extended": _CRG,
        "delay-told": (_SBU,),
    },
    offers=offers,
    consequences=_consequences,
    outlive=(say.DelayTold,),
)
