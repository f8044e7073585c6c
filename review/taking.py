"""A fact is taken into the case, or refused on the relay's way; what follows from it follows.

Room: review. Pure; whether a fact may be taken is said beforehand by `review.checks`.
"""

from datetime import datetime

from pydantic import JsonValue

from review import put_right, telling
from review.case import CaseState
from review.changes import when
from review.chapters import CHAPTERS
from review.corrections import correct, take_back
from review.facts import Corrected, Fact, Said
from review.record import RowKind, Settled
from review.refusals import Refusal
from review.said.standing import TakenBack
from review.timing import meet_what_is_fulfilled
from review.told import Entry


def take(case: CaseState, said: Said, now: datetime) -> None:
    """Take a fact that has been checked. A message that was seen before changes nothing."""
    if case.seen(said.message):
        return
    entry = Entry(said=said, happened_at=when(case, said, now), taken_at=now, stage=case.stage)
    case.entries.append(entry)
    case.settled.append(settlement(said.message, now))
    case.tell(
        RowKind.FACT,
        said.fact.kind,
        telling.of_fact(said.fact),
        now=now,
        about=telling.subject_of(said.fact),
        said=said,
        happened_at=entry.happened_at,
        detail=said.fact.model_dump(mode="json") | _known_to_the_case(case, said.fact),
    )
    if isinstance(said.fact, Corrected):
        correct(case, said.fact, entry, now)
    if isinstance(said.fact, TakenBack):
        take_back(case, said.fact, entry, now)
    for chapter in CHAPTERS:
        chapter.consequences(case, entry, now)
    put_right.tell(case, entry, now)
    meet_what_is_fulfilled(case, now)


def _known_to_the_case(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    return {key: value for chapter in CHAPTERS for key, value in chapter.record(case, fact).items()}


def refuse(case: CaseState, said: Said, refusal: Refusal, now: datetime) -> None:
    """Note that a message which came by the relay was refused; nothing else changes, and its sender can read why."""
    if case.seen(said.message):
        return
    case.refused[said.message] = Settled(message=said.message, status="refused", refusal=refusal.as_dict(), at=now)
    case.settled.append(case.refused[said.message])
    detail: dict[str, JsonValue] = {"refusal": refusal.name(), "fact": said.fact.model_dump(mode="json")}
    case.tell(RowKind.REFUSED, said.fact.kind, f"Refused: {refusal.text}", now=now, said=said, detail=detail)


def settlement(message: str, now: datetime) -> Settled:
    """That a message was recorded."""
    return Settled(message=message, status="recorded", at=now)
