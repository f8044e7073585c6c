"""API: a rehearsal's clock is moved, with everything that falls due on the way. Only where rehearsals are on."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Body
from pydantic import AwareDatetime, Field

from api.auth import Reader
from api.case_clock import CaseClock, ClockStands
from api.deps import Deps, TheDeps
from api.paths import Reference
from api.problems import Problem
from api.reading import Reading
from api.tags import CASES
from api.visibility import read
from calendar_rules.lengths import LONDON, london
from calendar_rules.model import Model
from calendar_rules.working_days import BeyondCalendar
from review.case.state import CaseState

FURTHEST = timedelta(days=400)  # in one move
WITHIN = 45.0  # seconds that a reader waits; the clock goes on by itself
MORNING = time(9)

routes = APIRouter(tags=[CASES])


class ClockMove(Model):
    """Where a rehearsal's clock is to be moved to."""

    to: AwareDatetime = Field(description="after the present moment of the case, by 400 days at the most")


class ClockMoved(Model):
    """How the clock of a rehearsal stands. `resting`: all that fell due on the way is done."""

    reference: str
    case_now: AwareDatetime
    resting: bool


class Pick(NamedTuple):
    """A moment to which a clock is often moved."""

    words: str
    at: datetime


@routes.post("/v1/cases/{reference}/clock", operation_id="move-clock")
async def move_clock(
    reference: Reference,
    body: Annotated[
        ClockMove,
        Body(openapi_examples={"example": {"summary": "A morning", "value": {"to": "2026-12-22T09:00:00Z"}}}),
    ],
    _: Reader,
    deps: TheDeps,
) -> ClockMoved:
    """Move a rehearsal's clock: what falls due on the way falls due, and its emails are sent.

    Only where rehearsals are switched on. Who may: every office but agency and observer.
    """
    resting = await move(deps, reference, body.to)
    line = (await read(deps, reference)).line
    return ClockMoved(reference=reference, case_now=deps.case_now(line), resting=resting)


async def move(deps: Deps, reference: str, to: datetime) -> bool:
    """Move it; whether all that fell due on the way is done by then. Raises a problem."""
    reading = await read(deps, reference)
    if not (reading.case.rehearsal and deps.settings.rehearsals):
        raise Problem("rehearsals-off", "Only the clock of a rehearsal can be moved, where rehearsals are switched on.")
    now = deps.case_now(reading.line)
    if not now < to <= now + FURTHEST:
        raise Problem(
            "invalid-request", "Choose a time after the case's present one, no more than 400 days ahead of it."
        )
    clock = CaseClock(deps.temporal, deps.store.cases, reference)
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN):
            try:
                await clock.move_to(to)
                await clock.rest()
            except ClockStands as stands:
                raise Problem("invalid-request", f"The clock was not moved all the way: {stands}") from stands
            return True
    return False


def offered(deps: Deps, reading: Reading) -> Mapping[str, Pick]:
    """The quick picks; none where this clock cannot be moved."""
    if not (reading.case.rehearsal and deps.settings.rehearsals):
        return {}
    return picks(reading.case, deps.case_now(reading.line))


def picks(case: CaseState, now: datetime) -> Mapping[str, Pick]:
    """Where to: an hour on, the next working morning, the next deadline."""
    found = {"hour": Pick("One hour later", now + timedelta(hours=1))}
    with suppress(BeyondCalendar):
        morning = datetime.combine(case.calendar.add(london(now).date(), 1), MORNING, LONDON)
        found["morning"] = Pick("The next working day", morning)
    coming = [one for one in case.deadlines.values() if one.open and one.due > now]
    if coming:
        first = min(coming, key=lambda one: one.due)
        found["deadline"] = Pick(f"The next deadline ({first.title})", first.due)
    return found
