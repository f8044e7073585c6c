"""What follows from the facts of a practice review: who is told, which rounds stop, how D-10 moves (K-3 to K-9, B-5).

Room: review; pure. Part of `review.chapters.practice_review`.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue

from review import practice_standing as stands
from review import practice_told, publication, rounds, telling, timing
from review.case import CaseState
from review.directory import Role
from review.fact import Fact
from review.facts import Corrected
from review.practice_papers import REVIEW, SELECTION, TERMS
from review.record import RowKind
from review.said import practice_review as say
from review.said.standing import TakenBack
from review.sign_off import RoundStatus
from review.told import Entry
from review.words import Decision

_SBU, _CHAIR, _MEMBER = Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER
_MINE = (TERMS, SELECTION, REVIEW)
_NOT_DECIDED = "no practice review was decided on"


def consequences(case: CaseState, entry: Entry, now: datetime) -> None:
    """What a fact leads to, part by part of the review."""
    for part in (_of_the_tender, _of_the_work, _of_the_drafts, _of_the_end):
        part(case, entry, now)
    practice_told.said(case, entry)
    publication.follows(case, entry, now)


def _of_the_tender(case: CaseState, entry: Entry, now: datetime) -> None:
    """K-2, B-7"""
    fact, proposals = entry.said.fact, case.every(say.SelectionProposed)
    if not isinstance(fact, say.ConflictDeclared) or not proposals or proposals[-1].candidate != fact.candidate:
        return
    version = len(proposals)
    passed = stands.passed(case, SELECTION, version)
    for one in (one for one in stands.rounds_over(case, SELECTION, version) if one.open):
        rounds.stop_round(case, one, "a conflict of interest became known", now)
    n = {"step": "contracted" if stands.contract(case) else "selected" if passed else "proposed"}
    people = telling.holders(case, _CHAIR, _SBU, Role.ACCOUNTABLE_OFFICER)
    case.post(telling.to_each(people, f"conflict-declared:{entry.said.message}", "conflict-declared", n))


def _of_the_work(case: CaseState, entry: Entry, now: datetime) -> None:
    """K-4, K-5, K-9"""
    fact = entry.said.fact
    match fact:
        case say.DaysUsed():
            _mind_the_days(case, now)
        case say.ReviewExtended():
            timing.recount(case, "the review was extended", now)
        case Corrected() | TakenBack():
            if isinstance(getattr(fact, "right", None), say.DaysUsed | say.ContractIssued | say.DaysExtensionAgreed):
                _mind_the_days(case, now)
            _mind_the_decision(case, now)
            _mind_the_comments(case, now)


def _of_the_drafts(case: CaseState, entry: Entry, now: datetime) -> None:
    """K-6, K-7"""
    fact = entry.said.fact
    match fact:
        case say.ReviewAssured() if not fact.sound:
            drafted = stands.draft(case, fact.version)
            more = set(fact.lacks) - set(drafted.missing if drafted else [])
            lacks = [*(drafted.missing if drafted else []), *(["what the CRG has listed"] if more else [])]
            _tell(case, (_SBU, _CHAIR), f"review-back:{fact.version}", "review-back", version=fact.version, lacks=lacks)
        case say.EarlyCommentSought() if case.knows("early-comment-round"):
            for one in (one for one in case.rounds if one.open and one.for_comment):
                rounds.overtake(case, one, now)
        case say.EarlyCommentSought():  # before: one mail, no round
            roles = (Role.ACCOUNTABLE_OFFICER, Role.INDEPENDENT_CHAIR)
            _tell(case, roles, f"early-comment:{fact.version}", "early-comment", version=fact.version)
        case say.EarlyCommentGiven():
            rounds.comment(case, fact, entry, now)
        case say.EarlyCommentClosed():
            rounds.wait_no_longer(case, now)


def _of_the_end(case: CaseState, entry: Entry, now: datetime) -> None:
    """K-8; what hangs on the plan is in `review.publication`."""
    fact = entry.said.fact
    match fact:
        case say.ReviewPublished() | say.ReviewNotPublished():
            published, at = isinstance(fact, say.ReviewPublished), entry.happened_at
            cause, people = f"review-over:{entry.said.message}", (*telling.LEADERS, _MEMBER)
            _tell(case, people, cause, "review-over", published=published, decided_at=at)


def _tell(case: CaseState, roles: Iterable[Role], cause: str, template: str, **n: object) -> None:
    case.post(telling.to_each(telling.holders(case, *roles), cause, template, n))


def _mind_the_days(case: CaseState, now: datetime) -> None:
    """At 80 % of the days agreed, those who agree on more are warned; anew when more have been agreed (K-4)."""
    used, maximum = stands.days_used(case), stands.days_agreed(case)
    if used >= stands.WARN_AT * maximum:
        n = {"used": f"{used:g}", "maximum": f"{maximum:g}"}
        number = len(case.every(say.ContractIssued))
        cause = f"days-warning:{maximum:g}" + (f":{number}" if number > 1 else "")
        notices = telling.to_each(telling.holders(case, _SBU, _CHAIR), cause, "days-warning", n)
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
    elif clock and clock.stopped_why == _NOT_DECIDED and not case.halted:
        timing.run_again(case, clock, "a practice review was decided on", now)
        for one in (one for one in mine if one.stopped_why == _NOT_DECIDED):
            rounds.ask_again(case, one, now)


def _mind_the_comments(case: CaseState, now: datetime) -> None:
    """An early comment that was entered wrongly answers for nobody: who gave none is asked again (X-2, K-7)."""
    last = next((one for one in reversed(case.rounds) if one.for_comment), None)
    if last is None or last.status not in (RoundStatus.OPEN, RoundStatus.ANSWERED, RoundStatus.CLOSED):
        return
    left = stands.still_to_comment(case)
    for ask in (ask for ask in last.asks if ask.commented and ask.capacity in left):
        ask.commented, ask.given_by, ask.given_at, ask.as_deputy, ask.comments = False, None, None, False, ""
    if left and any(ask.capacity in left for ask in last.asks) and not last.open:
        rounds.ask_again(case, last, now)


def record(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    """Exactly which version is published, or is not: the one that was agreed (K-8)."""
    paper = stands.agreed_paper(case, REVIEW)
    if paper is None or not isinstance(fact, say.ReviewPublished | say.ReviewNotPublished):
        return {}
    return {"version": paper.version, "sha256": paper.sha256}
