"""API: days on which work stops. A day entered here, or taken back, reaches every live case ("a late announcement")."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import AwareDatetime, ConfigDict, Field

from api.auth import Anyone, BusinessUnit, Caller
from api.broadcast import tell_of_day, tell_of_opening, would_close
from api.deps import Deps, TheDeps
from api.etags import IfMatch, tag_of, tagged, unchanged
from api.intake import Outcome
from api.message import TheMessage, answer
from calendar_rules.england import england
from calendar_rules.model import Model
from calendar_rules.working_days import WEEKEND, ClosedDay, ClosedKind
from delivery.words import day as in_words
from review.facts import Speaker
from review.kit.refusals import BeyondTheCalendar, DayHasPassed, NoWorkingDayAnyway
from review.open_case import calendar_years
from store.closures import TakenBack
from store.errors import AlreadyClosed, AlreadyTakenBack
from store.inbox import Message, MessageStatus, Standing

KIND = "closure"
KIND_TAKEN_BACK = "closure-taken-back"
routes = APIRouter(tags=["Calendar"])


class Closure(Model):
    """A day on which no work is done: a local closure, or a bank holiday proclaimed late."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    day: date
    why: str = Field(min_length=1, max_length=300, description="what the record gives as the reason")
    kind: ClosedKind = ClosedKind.CLOSURE


class ClosureEntered(Closure):
    """A closed day, and how many cases were told of it: live ones whose days count, rehearsals left out."""

    message: str
    cases_told: int


class ClosureTakenBack(Model):
    """A closure that was entered by mistake, and when and why it was taken back (X-2)."""

    day: date
    why: str = Field(description="the reason for which it had been closed")
    kind: ClosedKind
    reason: str = Field(description="why it is no closure after all")
    taken_back_at: AwareDatetime

    @classmethod
    def of(cls, taken: TakenBack) -> "ClosureTakenBack":
        return cls(**taken.closed.model_dump(), reason=taken.reason, taken_back_at=taken.at)


class Closures(Model):
    """All closed days that the partnership has entered, earliest first, and those it has taken back."""

    items: list[ClosedDay]
    taken_back: list[ClosureTakenBack]


class Mistake(Model):
    """Why a day that was entered as closed is a working day after all."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    reason: str = Field(min_length=1, max_length=300, description="what the record gives as the reason")


class ClosureOpened(ClosureTakenBack):
    """A day open again, and how many cases were told of it: live ones whose days count, rehearsals left out."""

    message: str
    cases_told: int


@routes.get("/v1/calendar/closures", operation_id="list-closures", response_model=Closures)
async def list_closures(request: Request, _: Anyone, deps: TheDeps) -> Response:
    """Closure days and proclaimed bank holidays, and those that were taken back. Who may: everybody with an office."""
    return tagged(request, await listed(deps))


@routes.post("/v1/calendar/closures", status_code=201, operation_id="enter-closure")
async def enter_closure(
    body: Annotated[
        Closure,
        Body(
            openapi_examples={
                "example": {
                    "summary": "A bank holiday proclaimed late",
                    "value": {"day": "2027-05-10", "why": "Sample: state occasion", "kind": "proclaimed"},
                }
            }
        ),
    ],
    caller: BusinessUnit,
    deps: TheDeps,
    sent: TheMessage,
    response: Response,
    if_match: IfMatch = None,
) -> ClosureEntered:
    """Enter a day as closed; every open deadline of every live case that it touches moves. Who may: business-unit."""
    standing = await enter(
        deps, body, caller, message=sent.id, fingerprint=sent.fingerprint(caller.sub), if_match=if_match
    )
    answer(Outcome.of(standing), response, created_at="/v1/calendar/closures")
    told = (standing.answer or {}).get("cases_told", 0)
    return ClosureEntered(**body.model_dump(), message=sent.id, cases_told=int(str(told)))


@routes.delete("/v1/calendar/closures/{day}", operation_id="take-back-closure")
async def take_back_closure(
    day: date,
    body: Annotated[
        Mistake,
        Body(
            openapi_examples={
                "example": {
                    "summary": "A closure entered for the wrong week",
                    "value": {"reason": "Sample: the training day is a week later"},
                }
            }
        ),
    ],
    caller: BusinessUnit,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> ClosureOpened:
    """Take back a day that was entered as closed by mistake: open deadlines move back, and what was entered is kept.

    A bank holiday of the national calendar is not among them. Who may: business-unit.
    """
    standing = await take_back(
        deps, day, body, caller, message=sent.id, fingerprint=sent.fingerprint(caller.sub), if_match=if_match
    )
    return ClosureOpened.model_validate((standing.answer or {}) | {"message": sent.id})


async def enter(
    deps: Deps, body: Closure, caller: Caller, *, message: str, fingerprint: str, if_match: str | None = None
) -> Standing:
    """Enter a day as closed under a message's id, which counts once, and tell every live case.

    Raises a refusal or a store error where the day cannot be entered, `KeyReused`, and a 412 problem.
    """
    letter = _letter(deps, KIND, {"closure": body.model_dump(mode="json")}, caller, message, fingerprint)

    async def checked() -> Message:
        await _check(deps, body)
        return letter

    return await _once(deps, letter, if_match, checked, lambda: close(deps, letter))


async def take_back(
    deps: Deps, day: date, body: Mistake, caller: Caller, *, message: str, fingerprint: str, if_match: str | None = None
) -> Standing:
    """Take back a closed day under a message's id, which counts once, and tell every live case (X-2).

    Raises a store error where the day is not entered, `KeyReused`, and a 412 problem.
    """
    told = {"day": day.isoformat(), "reason": body.reason}
    letter = _letter(deps, KIND_TAKEN_BACK, told, caller, message, fingerprint)

    async def with_what_it_names() -> Message:
        # The very closure is named: one entered later is never taken back by a message that was left half done.
        entered_at = await deps.store.closures.entered_at(day)
        return letter.model_copy(update={"body": letter.body | {"entered_at": entered_at.isoformat()}})

    async def as_it_was_kept() -> None:
        await open_again(deps, await deps.store.inbox.message(message) or letter)

    return await _once(deps, letter, if_match, with_what_it_names, as_it_was_kept)


def _letter(deps: Deps, kind: str, told: dict[str, Any], caller: Caller, message: str, fingerprint: str) -> Message:
    return Message(
        id=message,
        fingerprint=fingerprint,
        reference=None,
        kind=kind,
        body=told | {"by": caller.speaker.model_dump(mode="json")},
        by=caller.sub,
        received_at=deps.now(),
    )


async def _once(
    deps: Deps,
    letter: Message,
    if_match: str | None,
    checked: Callable[[], Awaitable[Message]],
    carry_out: Callable[[], Awaitable[None]],
) -> Standing:
    """Keep a message that comes for the first time as it was `checked`, and carry out what is not yet done of it."""
    deps.in_hand.add(letter.id)
    try:
        if await deps.store.inbox.get(letter.id) is None:
            await _as_it_was_read(deps, if_match)
            letter = await checked()
        standing = await deps.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            await carry_out()
            standing = await deps.store.inbox.get(letter.id) or standing
    finally:
        deps.in_hand.discard(letter.id)
    return standing


async def listed(deps: Deps) -> Closures:
    """All closed days that the partnership has entered, and those it has taken back."""
    taken_back = [ClosureTakenBack.of(one) for one in await deps.store.closures.taken_back()]
    return Closures(items=await deps.store.closures.all(), taken_back=taken_back)


async def _as_it_was_read(deps: Deps, if_match: str | None) -> None:
    """Raise a 412 problem where the closed days are not as they were read: the tag is that of their list."""
    if if_match is not None:
        unchanged(if_match, tag_of(await listed(deps)))


async def _check(deps: Deps, body: Closure) -> None:
    today = deps.today()
    if body.day < today:
        raise DayHasPassed(day=in_words(body.day), fields={"day": "has passed"})
    first, last = calendar_years(deps.now())
    if body.day.year > last:
        raise BeyondTheCalendar(what="The closure", first=first, last=last, fields={"day": "check the year"})
    if because := await _no_working_day(deps, body):
        raise NoWorkingDayAnyway(
            day=in_words(body.day), because=because, fields={"day": "already is not a working day"}
        )
    if any(one.day == body.day for one in await deps.store.closures.all()):
        raise AlreadyClosed(f"{in_words(body.day)} is already entered as closed: there is nothing left to do")


async def _no_working_day(deps: Deps, body: Closure) -> str | None:
    """Why nobody works on the day in any case. A bank holiday that was proclaimed late can be told to the cases that
    were opened before the calendar had it, where there are any.
    """
    because = england(body.day.year, body.day.year).why_closed(body.day)
    if because is None or because in WEEKEND.values() or body.kind is not ClosedKind.PROCLAIMED:
        return because
    return None if await would_close(deps, body.day) else because


async def close(deps: Deps, letter: Message) -> None:
    """Enter the day of a kept message and tell every live case; safe to do again where it was left half done."""
    body = Closure.model_validate(letter.body["closure"])
    speaker = Speaker.model_validate(letter.body["by"])
    try:
        day = await deps.store.closures.add(body.day, why=body.why, kind=body.kind, by=letter.by, at=letter.received_at)
    except AlreadyClosed:
        day = ClosedDay(**body.model_dump())
    except AlreadyTakenBack:  # in between: nobody is told of what holds no more
        await deps.store.inbox.settle(letter.id, MessageStatus.RECORDED, {"cases_told": 0}, deps.now())
        return
    told = await tell_of_day(deps, day, by=speaker)
    done: dict[str, Any] = {"cases_told": told}
    await deps.store.inbox.settle(letter.id, MessageStatus.RECORDED, done, deps.now())


async def open_again(deps: Deps, letter: Message) -> None:
    """Take back the closure of a kept message and tell every case whose days count; safe to do again (X-2)."""
    taken = await deps.store.closures.take_back(
        date.fromisoformat(str(letter.body["day"])),
        entered_at=datetime.fromisoformat(str(letter.body["entered_at"])),
        reason=str(letter.body["reason"]),
        by=letter.by,
        at=letter.received_at,
    )
    told = await tell_of_opening(deps, taken, by=Speaker.model_validate(letter.body["by"]))
    done = ClosureOpened(**ClosureTakenBack.of(taken).model_dump(), message=letter.id, cases_told=told)
    await deps.store.inbox.settle(letter.id, MessageStatus.RECORDED, done.model_dump(mode="json"), deps.now())
