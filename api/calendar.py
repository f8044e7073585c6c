"""API: days on which work stops. A day entered here reaches every live case ("a late announcement")."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import tagged
from api.broadcast import tell_of_day
from api.intake import Outcome
from api.means import Means, TheMeans
from api.message import TheMessage, answer
from api.who import Anyone, BusinessUnit
from calendar_rules.lengths import london
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.facts import Speaker
from review.opening import calendar_years
from review.refusals import BeyondTheCalendar, DayHasPassed
from store.errors import AlreadyClosed
from store.inbox import Message, MessageStatus

KIND = "closure"
routes = APIRouter(tags=["Calendar"])


class Closure(BaseModel):
    """A day on which no work is done: a local closure, or a bank holiday proclaimed late."""

    model_config = ConfigDict(extra="forbid")

    day: date
    why: str = Field(min_length=1, max_length=300, description="what the record gives as the reason")
    kind: ClosedKind = ClosedKind.CLOSURE


class ClosureEntered(Closure):
    """A closed day, and how many live cases were told of it."""

    message: str
    cases_told: int


class Closures(BaseModel):
    """All closed days that the partnership has entered, earliest first."""

    items: list[ClosedDay]


@routes.get("/v1/calendar/closures", operation_id="list-closures", response_model=Closures)
async def list_closures(request: Request, _: Anyone, means: TheMeans) -> Response:
    """Closure days and proclaimed bank holidays. Who may: everybody with an office."""
    return tagged(request, Closures(items=await means.store.closures.all()))


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
    means: TheMeans,
    sent: TheMessage,
    response: Response,
) -> ClosureEntered:
    """Enter a day as closed; every open deadline of every live case that it touches moves. Who may: business-unit."""
    letter = Message(
        id=sent.id,
        fingerprint=sent.fingerprint(caller.sub),
        reference=None,
        kind=KIND,
        body={"closure": body.model_dump(mode="json"), "by": caller.speaker.model_dump(mode="json")},
        by=caller.sub,
        received_at=means.now(),
    )
    means.in_hand.add(sent.id)
    try:
        if await means.store.inbox.get(sent.id) is None:
            await _check(means, body)
        standing = await means.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            await close(means, letter)
            standing = await means.store.inbox.get(sent.id) or standing
    finally:
        means.in_hand.discard(sent.id)
    answer(Outcome.of(standing), response, created_at="/v1/calendar/closures")
    told = (standing.answer or {}).get("cases_told", 0)
    return ClosureEntered(**body.model_dump(), message=sent.id, cases_told=int(str(told)))


async def _check(means: Means, body: Closure) -> None:
    today = london(means.now()).date()
    if body.day < today:
        raise DayHasPassed(day=f"{body.day:%d %B %Y}".lstrip("0"), fields={"day": "has passed"})
    first, last = calendar_years(means.now())
    if body.day.year > last:
        raise BeyondTheCalendar(what="The closure", first=first, last=last, fields={"day": "check the year"})
    if any(one.day == body.day for one in await means.store.closures.all()):
        raise AlreadyClosed(f"{body.day.isoformat()} is already entered as closed: there is nothing left to do")


async def close(means: Means, letter: Message) -> None:
    """Enter the day of a kept message and tell every live case; safe to do again where it was left half done."""
    body = Closure.model_validate(letter.body["closure"])
    speaker = Speaker.model_validate(letter.body["by"])
    try:
        day = await means.store.closures.add(
            body.day, why=body.why, kind=body.kind, by=letter.by, at=letter.received_at
        )
    except AlreadyClosed:
        day = ClosedDay(**body.model_dump())
    told = await tell_of_day(means, day, by=speaker)
    done: dict[str, Any] = {"cases_told": told}
    await means.store.inbox.settle(letter.id, MessageStatus.RECORDED, done, means.now())
