"""What follows from the facts of a practice review: who is told, which rounds stop, how D-10 moves (K-3 to K-9, B-5).

Pure. Part of `review.chapters.practice_review`.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue

from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.sign_off import RoundStatus
from review.case.state import CaseState
from review.chapters.practice_review import mails, publication
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW, SELECTION, TERMS
from review.facts import Corrected
from review.facts import practice_review as say
from review.facts.any_stage import TakenBack
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.enums import Decision
from review.facts.panel import PartnersDecided
from review.kit import notify, sign_off_rounds
from review.kit.chapter import Consequence
from review.kit.deadline_kinds_practice_review import NOT_DECIDED
from review.kit.deadlines import owed_again

_SBU, _CHAIR, _MEMBER = Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER
_MINE = (TERMS, SELECTION, REVIEW)


def _conflict(case: CaseState, entry: Entry[say.ConflictDeclared], now: datetime) -> None:
    """A proposal of a candidate with a conflict of interest is void (K-2, B-7)."""
    proposals = case.every(say.SelectionProposed)
    if not proposals or proposals[-1].candidate != entry.fact.candidate:
        return
    version = len(proposals)
    passed = stands.passed(case, SELECTION, version)
    for one in (one for one in stands.rounds_over(case, SELECTION, version) if one.open):
        sign_off_rounds.stop_round(case, one, "a conflict of interest became known", now)
    n = {"step": "contracted" if stands.contract(case) else "selected" if passed else "proposed"}
    people = notify.holders(case, _CHAIR, _SBU, Role.ACCOUNTABLE_OFFICER)
    case.post(notify.to_each(people, f"conflict-declared:{entry.reported.message}", "conflict-declared", n))


def _days_used(case: CaseState, entry: Entry[say.DaysUsed], now: datetime) -> None:
    """At 80 % of the days agreed it is warned (K-4)."""
    _mind_the_days(case, now)


def _put_right(case: CaseState, entry: Entry[Corrected | TakenBack], now: datetime) -> None:
    """Days, the decision for a review, and early comments may stand otherwise now (X-2)."""
    fact = entry.fact
    of_days = say.DaysUsed | say.ContractIssued | say.DaysExtensionAgreed
    if isinstance(fact, Corrected) and isinstance(fact.right, of_days):
        _mind_the_days(case, now)
    mind_the_decision(case, now)
    _mind_the_comments(case, now)


def _assured(case: CaseState, entry: Entry[say.ReviewAssured], now: datetime) -> None:
    """A version that lacks something goes back (K-6)."""
    fact = entry.fact
    if not fact.sound:
        drafted = stands.draft(case, fact.version)
        more = set(fact.lacks) - set(drafted.missing if drafted else [])
        lacks = [
            *(drafted.missing if drafted else []),
            *(["the points that the group has listed in the portal"] if more else []),
        ]
        _tell(case, (_SBU, _CHAIR), f"review-back:{fact.version}", "review-back", version=fact.version, lacks=lacks)


def _comment_sought(case: CaseState, entry: Entry[say.EarlyCommentSought], now: datetime) -> None:
    """On a newer version: nobody owes a comment on the one before (K-7)."""
    for one in (one for one in case.rounds if one.open and one.for_comment):
        sign_off_rounds.overtake(case, one, now)


def _comment_given(case: CaseState, entry: Entry[say.EarlyCommentGiven], now: datetime) -> None:
    """It answers for every capacity of its officer (K-7)."""
    asked = next((one for one in case.rounds if one.open and one.for_comment), None)
    sign_off_rounds.comment(case, entry.fact, entry, now)
    if asked:
        case.post(notify.recorded_by_reply(entry, document_title=asked.title))


def _comment_closed(case: CaseState, entry: Entry[say.EarlyCommentClosed], now: datetime) -> None:
    """Nobody owes a comment any more (K-7)."""
    sign_off_rounds.wait_no_longer(case, now)


def _over(case: CaseState, entry: Entry[say.ReviewPublished | say.ReviewNotPublished], now: datetime) -> None:
    """Officers, chairs and the CRG are told; what hangs on the plan is in `publication` (K-8)."""
    published, at = isinstance(entry.fact, say.ReviewPublished), entry.happened_at
    cause, people = f"review-over:{entry.reported.message}", (*notify.LEADERS, _MEMBER)
    _tell(case, people, cause, "review-over", published=published, decided_at=at)


def _tell(case: CaseState, roles: Iterable[Role], cause: str, template: str, **n: object) -> None:
    case.post(notify.to_each(notify.holders(case, *roles), cause, template, n))


def _mind_the_days(case: CaseState, now: datetime) -> None:
    """At 80 % of the days agreed, those who agree on more are warned; again when more have been agreed (K-4)."""
    used, maximum = stands.days_used(case), stands.days_agreed(case)
    if used >= stands.WARN_AT * maximum:
        n = {"used": f"{used:g}", "maximum": f"{maximum:g}"}
        number = len(case.every(say.ContractIssued))
        cause = f"days-warning:{maximum:g}" + (f":{number}" if number > 1 else "")
        notices = notify.to_each(notify.holders(case, _SBU, _CHAIR), cause, "days-warning", n)
        if notices and notices[0].key not in case.done and all(one.key != notices[0].key for one in case.outbox):
            line = f"Warning: {used:g} of the contract's {maximum:g} days are used"
            case.add_record_row(RowKind.WARNING, "days-nearly-used", line, now=now, about="K-4")
        case.post(notices)


def mind_the_decision(case: CaseState, now: datetime) -> None:
    """Where the decision for a practice review was wrong, its rounds stop, as D-10 does; where it is right again,
    whoever has not answered is asked again (X-2, R-15).
    """
    deadline = case.deadlines.get("D-10")
    decided, again = reads.review_wanted(case) is Decision.PRACTICE_REVIEW, deadline and owed_again(case, deadline)
    for one in (one for one in case.rounds if one.document.document in _MINE):
        if one.open and not decided:
            sign_off_rounds.stop_round(case, one, NOT_DECIDED, now)
        elif again and one.stopped_why == NOT_DECIDED:
            sign_off_rounds.ask_again(case, one, now)


def _decided(case: CaseState, entry: Entry[PartnersDecided], now: datetime) -> None:
    """A practice review that is decided on after all goes on: whoever has not answered is asked again (R-15, X-2)."""
    mind_the_decision(case, now)


def _mind_the_comments(case: CaseState, now: datetime) -> None:
    """An early comment that was entered wrongly answers for nobody: who gave none is asked again (X-2, K-7)."""
    last = next((one for one in reversed(case.rounds) if one.for_comment), None)
    if last is None or last.status not in (RoundStatus.OPEN, RoundStatus.ANSWERED, RoundStatus.CLOSED):
        return
    left = stands.still_to_comment(case)
    for ask in (ask for ask in last.asks if ask.commented and ask.capacity in left):
        ask.commented, ask.given_by, ask.given_at, ask.as_deputy, ask.comments = False, None, None, False, ""
    if left and any(ask.capacity in left for ask in last.asks) and not last.open:
        sign_off_rounds.ask_again(case, last, now)


def record(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    """Exactly which version is published, or is not: the one that was agreed (K-8)."""
    paper = stands.agreed_paper(case, REVIEW)
    if paper is None or not isinstance(fact, say.ReviewPublished | say.ReviewNotPublished):
        return {}
    return {"version": paper.version, "sha256": paper.sha256}


CONSEQUENCES: dict[type[Fact], tuple[Consequence, ...]] = {
    say.ConflictDeclared: (_conflict,),
    say.ContractIssued: (mails.contract_issued,),
    say.ContractEnded: (mails.contract_ended,),
    say.DaysUsed: (_days_used,),
    say.MilestoneReached: (mails.progress,),
    say.ProgressReported: (mails.progress,),
    say.ReviewExtended: (mails.extended,),
    say.ReviewAssured: (_assured,),
    say.EarlyCommentSought: (_comment_sought,),
    say.EarlyCommentGiven: (_comment_given,),
    say.EarlyCommentClosed: (_comment_closed,),
    say.PublicationPlanned: (publication.plan_told,),
    say.AdvanceCopySent: (publication.copy_sent,),
    say.ReviewPublished: (_over, publication.available),
    say.ReviewNotPublished: (_over,),
    PartnersDecided: (_decided,),
    Corrected: (_put_right, publication.plan_put_right),
    TakenBack: (_put_right,),
}
