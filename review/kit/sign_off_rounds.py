"""How a sign-off round changes: opened over one version, answered, passed on, overtaken. R-11, D-8."""

from datetime import datetime
from itertools import count

from calendar_rules.edition import ReminderKind
from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.sign_off import (
    Round,
    RoundStatus,
    SignatureRequest,
    accountable,
    deputies,
    is_delegate,
    numbered,
    of_a_partner,
    on_behalf_of,
    partner_of,
    seats,
    signatories,
    signs_for_another,
)
from review.case.state import CaseState
from review.facts import DocumentRef
from review.facts.enums import Verdict
from review.facts.practice_review import EarlyCommentGiven
from review.facts.report import DraftAgreed
from review.facts.signing import SignOffGiven
from review.kit import notify
from review.kit.deadlines import meet, stop


def open_round(
    case: CaseState,
    title: str,
    document: DocumentRef,
    now: datetime,
    *,
    asked: list[str] | None = None,
    step: str = "",
    then: str = "",
    for_comment: bool = False,
    entry: str = "",
) -> Round:
    """Start a round over one version; an open round over an older version is void (R-11).

    `asked` are the capacities that sign, the accountable officers' where it is left out; `step` tells apart the rounds
    that one version passes through (K-7); `then` says what follows when all have approved; `for_comment` asks for early
    comment in the place of an approval; `entry` is the key of the entry that the round makes good (R-15).
    """
    id = f"{document.document}-{document.version}" + (f"-{step}" if step else "")
    for one in case.rounds:
        if one.id == id:
            return one
        if one.open and one.document.document == document.document:
            overtake(case, one, now)
    asks = [
        _request(case, capacity, officer)
        for capacity, officer in seats_of(case, asked or case.edition.national.accountable_capacities).items()
    ]
    round = Round(
        id=id,
        title=title,
        document=document,
        opened_at=now,
        asks=asks,
        step=step,
        then=then,
        for_comment=for_comment,
        entry=entry,
    )
    case.rounds.append(round)
    line = f"{round.what}, asked of {', '.join(reads.capacity_called(case, ask.capacity) for ask in asks)}"
    case.add_record_row(
        RowKind.FACT,
        "sign-off-opened",
        line,
        now=now,
        about=id,
        detail={"sha256": document.sha256, "version": document.version},
    )
    return round


def _request(case: CaseState, capacity: str, officer: str) -> SignatureRequest:
    return SignatureRequest(
        capacity=capacity,
        officer=officer,
        stand_in=signs_for_another(case.cast, capacity),
        delegate=is_delegate(case.cast, officer),
    )


def seats_of(case: CaseState, capacities: list[str]) -> dict[str, str]:
    """Who is asked in which capacity, by the edition and the cast of now (R-11)."""
    return seats(case.cast, capacities, each=case.edition.national.each_officer_signs)


def sign(case: CaseState, fact: SignOffGiven, entry: Entry, now: datetime) -> None:
    one = next(one for one in case.rounds if one.id == fact.round)
    _answer(case, one, one.ask_of(fact.officer, fact.capacity), fact, entry, now)


def agree(case: CaseState, fact: DraftAgreed, entry: Entry, now: datetime) -> None:
    """The CRG Chair agrees the draft report for the CRG, or sends it back (R-16)."""
    one = next(one for one in case.rounds if one.of_the_crg and one.document.version == fact.version)
    _answer(case, one, one.ask_of(fact.officer), fact, entry, now)


def _answer(
    case: CaseState,
    one: Round,
    ask: SignatureRequest | None,
    fact: SignOffGiven | DraftAgreed,
    entry: Entry,
    now: datetime,
) -> None:
    if ask is None:
        raise LookupError(f"{fact.officer} is not asked in {one.id}; checks come first")
    ask.verdict, ask.given_by, ask.given_at = fact.verdict, fact.officer, entry.happened_at
    ask.as_deputy, ask.comments = ask.stand_in or fact.officer != ask.officer, fact.comments
    ask.on_behalf_of = on_behalf_of(case.cast, fact.officer, ask.capacity)
    deadline_id = deadline_of(one, ask)
    if deadline_id in case.deadlines:
        meet(case, deadline_id, entry.happened_at, now, message=entry.reported.message)
    one.settle()
    case.post(notify.signed(case, one, ask, entry.reported.reply))
    if fact.verdict is Verdict.SEND_BACK:
        case.post(notify.sent_back(case, one, ask))
        case.post(notify.new_version_to_come(case, one, ask))
    if one.status is not RoundStatus.OPEN:
        for other in one.asks:
            if (deadline := case.deadlines.get(deadline_of(one, other))) and deadline.open:
                stop(case, deadline.id, "the draft was sent back", now)
        _closed(case, one, now)


def comment(case: CaseState, fact: EarlyCommentGiven, entry: Entry, now: datetime) -> None:
    """An early comment, or the word that there is none, answers for every capacity of this person (K-7)."""
    for one in (one for one in case.rounds if one.open and one.for_comment):
        for ask in (ask for ask in one.asks if not ask.answered):
            if fact.officer not in (*accountable(case.cast, ask.capacity), *deputies(case.cast, ask.capacity)):
                continue
            if fact.officer in _officers_beside(one, ask):
                continue
            ask.commented, ask.given_by, ask.given_at = True, fact.officer, entry.happened_at
            ask.as_deputy, ask.comments = ask.stand_in or fact.officer != ask.officer, fact.comments
            ask.on_behalf_of = on_behalf_of(case.cast, fact.officer, ask.capacity)
            if (deadline_id := deadline_of(one, ask)) in case.deadlines:
                meet(case, deadline_id, entry.happened_at, now, message=entry.reported.message)
        one.settle()
        if not one.open:
            _closed(case, one, now)


def wait_no_longer(case: CaseState, now: datetime) -> None:
    """The CRG has closed early comment, with its reason: nobody owes one any more (K-7)."""
    for one in (one for one in case.rounds if one.open and one.for_comment):
        one.status = RoundStatus.CLOSED
        for ask in one.asks:
            if (deadline_id := deadline_of(one, ask)) in case.deadlines:
                stop(case, deadline_id, "the CRG waits no longer for early comment", now)
        _closed(case, one, now)


def _closed(case: CaseState, one: Round, now: datetime) -> None:
    case.add_record_row(RowKind.FACT, "sign-off-closed", f"{one.what}: {one.status}", now=now, about=one.id)


def pass_on(case: CaseState, one: Round, ask: SignatureRequest, now: datetime) -> None:
    """An unanswered ask goes to whoever now holds the office; once deputies are asked, it is those of now."""
    deadline, rule = case.deadlines.get(deadline_of(one, ask)), case.edition.deadlines[rule_of(one)]
    asked = deadline is not None and any(
        reminder.kind == ReminderKind.DEPUTY and reminder.name in deadline.fired for reminder in rule.reminders
    )
    ask.deputies = deputies(case.cast, ask.capacity) if asked else []
    holders = signatories(case.cast, ask.capacity)
    if ask.officer in holders or not holders:
        return
    if deadline:
        stop(case, deadline.id, "another officer holds the office", now)
    beside = _officers_beside(one, ask)
    free = [person for person in holders if person not in beside] if accountable(case.cast, ask.capacity) else holders
    if not free or (beside and free is holders):  # of a partner without an officer one deputy is enough
        _asked_no_more(case, one, ask, now)
        return
    ask.officer, ask.received_at, ask.deputies, ask.attempt = free[0], None, [], ask.attempt + 1
    ask.reissued = False
    ask.stand_in = signs_for_another(case.cast, ask.capacity)
    ask.delegate = is_delegate(case.cast, ask.officer)
    line = f"Sign-off for {ask.capacity} passes to the officer who now holds the office"
    case.add_record_row(RowKind.FACT, "officer-replaced", line, now=now, about=f"{one.id}:{ask.capacity}")


def _officers_beside(one: Round, ask: SignatureRequest) -> list[str]:
    """The partner's other officers, who are asked in capacities of their own."""
    partner = partner_of(ask.capacity)
    return [other.officer for other in one.asks if other is not ask and partner_of(other.capacity) == partner]


def _asked_no_more(case: CaseState, one: Round, ask: SignatureRequest, now: datetime) -> None:
    """The officer has left, and the partner's others are asked already: one signature fewer is waited for."""
    one.asks = [other for other in one.asks if other is not ask]
    line = f"Sign-off for {ask.capacity} is asked no more: the officer has left, and the partner's others are asked"
    case.add_record_row(RowKind.FACT, "officer-gone", line, now=now, about=f"{one.id}:{ask.capacity}")
    one.settle()
    if not one.open:
        _closed(case, one, now)


def ask_newcomers(case: CaseState, one: Round, now: datetime) -> None:
    """A further accountable officer of a partner that an open round asks is asked, too (R-11)."""
    asked = {ask.officer for ask in one.asks}
    partners = list(dict.fromkeys(partner_of(ask.capacity) for ask in one.asks if of_a_partner(ask.capacity)))
    for partner in partners if case.edition.national.each_officer_signs else ():
        officers = accountable(case.cast, partner)
        for officer in (officer for officer in officers if officer not in asked):
            taken = [ask.capacity for ask in one.asks if partner_of(ask.capacity) == partner]
            if len(taken) >= len(officers):
                break
            numbers = (numbered(partner, number) for number in count(2))
            capacity = next(
                name
                for name in numbers
                if name not in taken and f"{rule_of(one)}:{one.id}:{name}" not in case.deadlines
            )
            one.asks.append(_request(case, capacity, officer))
            whom = reads.capacity_called(case, capacity)
            line = f"{one.what}, asked of {whom}, too: a further accountable officer of the partner"
            case.add_record_row(RowKind.FACT, "officer-added", line, now=now, about=f"{one.id}:{capacity}")


def overtake(case: CaseState, one: Round, now: datetime) -> None:
    """A newer version is sent for sign-off: the round is void, and nobody owes an answer to it any more (R-11)."""
    if one.open:
        one.status = RoundStatus.SUPERSEDED
    for ask in one.asks:
        if deadline_of(one, ask) in case.deadlines:
            stop(case, deadline_of(one, ask), "a newer version is out for sign-off", now)


def stop_round(case: CaseState, one: Round, why: str, now: datetime) -> None:
    """What the round was asked for is no longer wanted: nobody owes an answer to it, while that is so (X-2)."""
    one.status, one.stopped_why = RoundStatus.STOPPED, why
    for ask in one.asks:
        if (own := deadline_of(one, ask)) in case.deadlines:
            stop(case, own, why, now)


def stop_all(case: CaseState) -> None:
    """Whoever is asked to sign is asked no more: the case ends, or its rapid review does (X-1, B-1, B-2)."""
    for one in case.rounds:
        if one.open:
            one.status = RoundStatus.STOPPED


def open_all_again(case: CaseState) -> None:
    """The case goes on after all: so do its rounds, but those that had stopped before it (X-1)."""
    for one in case.rounds:
        if one.status is RoundStatus.STOPPED and not one.stopped_why:
            one.status = RoundStatus.OPEN


def ask_again(case: CaseState, one: Round, now: datetime) -> None:
    """A stopped round is wanted again: answers given stand, and everybody else is asked again (X-2, R-11)."""
    one.status, one.stopped_why = RoundStatus.OPEN, ""
    for ask in one.asks:
        if not ask.answered:
            ask.attempt, ask.reissued, ask.received_at, ask.deputies = ask.attempt + 1, True, None, []
            pass_on(case, one, ask, now)
    line = f"{one.what}, asked again of those who have not answered"
    case.add_record_row(RowKind.FACT, "sign-off-reopened", line, now=now, about=one.id)


def rule_of(one: Round) -> str:
    """The deadline of each answer: 48 hours for an officer, the edition's time for the CRG (D-8, R-16)."""
    return "R-16" if one.of_the_crg else "D-8"


def deadline_of(one: Round, ask: SignatureRequest) -> str:
    return f"{rule_of(one)}:{subject_of_ask(one, ask)}"


def subject_of_ask(one: Round, ask: SignatureRequest) -> str:
    return f"{one.id}:{ask.capacity}" if ask.attempt == 1 else f"{one.id}:{ask.capacity}:{ask.attempt}"
