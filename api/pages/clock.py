"""A rehearsal's clock is moved from the page of its case, by a quick pick or to a day and an hour."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import READERS
from api.deps import deps_of
from api.pages.auth import frame, holding, of_problem, writer
from api.pages.cases import REFERENCE
from api.pages.forms import fields
from api.pages.layout import HEADERS
from api.problems import Problem
from api.rehearsing import Pick, move, offered
from api.visibility import read
from calendar_rules.lengths import LONDON


def router() -> APIRouter:
    """`/cases/{reference}/clock`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/clock", moved, methods=["POST"])
    return routes


async def moved(request: Request, reference: str) -> Response:
    """Move the clock and lead back to the case; or say what stands in the way."""
    caller = await holding(request, await writer(request), "Moving a rehearsal's clock", READERS)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), await fields(request)
    try:
        if not REFERENCE.fullmatch(reference):
            raise Problem("unknown-case")
        reading = await read(deps, reference)
        resting = await move(deps, reference, _wanted(sent, offered(deps, reading)))
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))
    where = f"/cases/{reference}?{urlencode({'clock': 'moved' if resting else 'moving'})}#clock"
    return RedirectResponse(where, status_code=303, headers=HEADERS)


def _wanted(sent: Mapping[str, str], quick: Mapping[str, Pick]) -> datetime:
    if pick := quick.get(sent.get("to", "")):
        return pick.at
    try:
        there = datetime.fromisoformat(f"{sent.get('day', '')}T{sent.get('hour') or '09:00'}")
        return there.replace(tzinfo=LONDON)
    except ValueError:
        raise Problem("invalid-request", "Enter the day and the time that the clock is to show.") from None
