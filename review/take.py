"""A fact is taken into the case, or refused on the relay's way; what follows from it follows.

Pure; whether a fact may be taken is said beforehand by `review.check`.
"""

from datetime import datetime

from pydantic import JsonValue

from calendar_rules.notifying import HEADS
from review.case.entries import Entry
from review.case.record import RowKind, Settled
from review.case.state import CaseState
from review.chapters import CHAPTERS, consequences
from review.correct import correct, take_back
from review.facts import Corrected, Fact, Reported
from review.facts.any_stage import TakenBack
from review.facts.directory import Role
from review.facts.notification import PartnerViewGiven
from review.kit import corrections_notify, notify
from review.kit.changes import when
from review.kit.deadlines import recount, settle, start_owed, start_set_by
from review.kit.refusals import Refusal


def apply_fact(case: CaseState, reported: Reported, now: datetime) -> None:
    """Take a fact that has been checked. A message that was seen before changes nothing."""
    if case.seen(reported.message):
        return
    entry = Entry(reported=reported, happened_at=when(case, reported, now), taken_at=now, stage=case.stage)
    case.entries.append(entry)
    case.settled.append(settlement(reported.message, now))
    case.add_record_row(
        RowKind.FACT,
        reported.fact.kind,
        notify.of_fact(reported.fact) + _in_whose_place(case, reported) + _by_reply(reported),
        now=now,
        about=reported.fact.about,
        reported=reported,
        happened_at=entry.happened_at,
        detail=reported.fact.model_dump(mode="json") | _known_to_the_case(case, reported.fact) | _way(reported),
    )
    if isinstance(reported.fact, Corrected):
        correct(case, reported.fact, entry, now)
    if isinstance(reported.fact, TakenBack):
        take_back(case, reported.fact, entry, now)
    start_set_by(case, entry, now)
    if reported.fact.moves_deadlines:
        recount(case, reported.fact.moves_deadlines, now)
    for follows in consequences(type(reported.fact)):
        follows(case, entry, now)
    corrections_notify.notify_those_told(case, entry, now)
    start_owed(case, now)
    settle(case, now)


def _by_reply(reported: Reported) -> str:
    """ ", by a reply to the email, taken up by sbu-manager; the version had not been opened": how it came in (R-11)."""
    reply = reported.reply
    if reply is None:
        return ""
    taken = f", taken up by {reply.taken_up_by}" if reply.taken_up_by else ""
    opened = "" if reply.opened is None else f"; the version had {'' if reply.opened else 'not '}been opened"
    return f", by a reply to the email{taken}{opened}"


def _way(reported: Reported) -> dict[str, JsonValue]:
    return {"reply": reported.reply.model_dump(mode="json")} if reported.reply else {}


def _in_whose_place(case: CaseState, reported: Reported) -> str:
    """ ", ash standing in for bo": where the office in which it is said is that of somebody who is away, or has
    delegated it (R-11).
    """
    fact = reported.fact
    able = set(fact.may_report) & set(reported.by.roles)
    if isinstance(fact, PartnerViewGiven) and fact.officer in HEADS:
        able = {Role(fact.officer)}  # a view is given in one office
    for person in reported.by.people:
        who = case.cast.person(person)
        if who is None or able & {role for role in who.roles if role not in who.instead_of}:
            continue
        for role in (role for role in who.instead_of if role in able):
            how = "standing in for" if role in who.stands_in else "on behalf of"
            return f", {person} {how} {who.instead_of[role]}"
    return ""


def _known_to_the_case(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    return {key: value for chapter in CHAPTERS for key, value in chapter.record(case, fact).items()}


def refuse(case: CaseState, reported: Reported, refusal: Refusal, now: datetime) -> None:
    """Note that a message which came by the relay was refused; nothing else changes, and its sender can read why."""
    if case.seen(reported.message):
        return
    case.refused[reported.message] = Settled(
        message=reported.message, status="refused", refusal=refusal.as_dict(), at=now
    )
    case.settled.append(case.refused[reported.message])
    detail: dict[str, JsonValue] = {"refusal": refusal.name(), "fact": reported.fact.model_dump(mode="json")}
    case.add_record_row(
        RowKind.REFUSED, reported.fact.kind, f"Refused: {refusal.text}", now=now, reported=reported, detail=detail
    )


def settlement(message: str, now: datetime) -> Settled:
    """That a message was recorded."""
    return Settled(message=message, status="recorded", at=now)
