"""The page of days on which no work is done, with the forms by which the Business Unit enters one or takes it back.

They say the same as `/v1/calendar/closures`, which holds the rules ("a late announcement", X-2).
"""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import Caller
from api.calendar import Closure, Mistake, enter, listed, take_back
from api.deps import Deps, deps_of
from api.pages.auth import frame, holding, of_problem, reader, writer
from api.pages.forms import fields, mistakes
from api.pages.intake import fingerprint, message_id, not_refused
from api.pages.layout import HEADERS, page
from api.problems import Problem, of_store_error
from calendar_rules.england import england
from calendar_rules.working_days import ClosedDay
from review.facts.directory import Role
from review.kit.refusals import Refusal
from store.errors import StoreError

PATH = "/closures"
_MISSING = {
    "day": "Enter the day",
    "why": "Enter why no work is done on that day",
    "kind": "Choose what kind of day it is",
    "reason": "Enter why it is a working day after all",
}
_CALLED = {"why": "The reason", "reason": "The reason"}


class Wrong(NamedTuple):
    """A form that could not be taken: what stood in it, the day of the one that takes back, what is wrong by field."""

    sent: Mapping[str, str]
    taking_back: str
    errors: Mapping[str, str]


def router() -> APIRouter:
    """`/closures`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, entered, methods=["POST"])
    routes.add_api_route(f"{PATH}/{{day}}/taken-back", taken_back, methods=["POST"])
    return routes


async def show(request: Request) -> Response:
    """Closed days to come and gone by, bank holidays, and what was taken back."""
    caller = await reader(request)
    return caller if isinstance(caller, Response) else await _shown(request, caller)


async def entered(request: Request) -> Response:
    """Enter a day, and lead back to the list; or show the form again with what stands in the way."""
    caller = await _business_unit(request)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), await fields(request)
    try:
        body = Closure.model_validate(_given(sent, "day", "why", "kind"))
        key = await _key(deps, caller, "closure", sent)
        await enter(deps, body, caller, message=key, fingerprint=fingerprint("closure", body))
    except (ValidationError, Refusal, StoreError, Problem) as no:
        return await _shown(request, caller, Wrong(sent, "", _why(no, "day")))
    return RedirectResponse(PATH, status_code=303, headers=HEADERS)


async def taken_back(request: Request, day: str) -> Response:
    """Take back a day that was entered by mistake, and lead back to the list; or say what stands in the way."""
    caller = await _business_unit(request)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), await fields(request)
    try:
        which = date.fromisoformat(day)
    except ValueError:
        return of_problem(request, Problem("not-found"), await frame(request, caller))
    try:
        body = Mistake.model_validate(_given(sent, "reason"))
        key = await _key(deps, caller, f"closure-taken-back-{which}", sent)
        await take_back(deps, which, body, caller, message=key, fingerprint=fingerprint(which.isoformat(), body))
    except (ValidationError, StoreError, Problem) as no:
        return await _shown(request, caller, Wrong(sent, which.isoformat(), _why(no, "reason")))
    return RedirectResponse(PATH, status_code=303, headers=HEADERS)


async def _business_unit(request: Request) -> Caller | Response:
    return await holding(request, await writer(request), "Entering closed days", (Role.BUSINESS_UNIT,))


def _given(sent: Mapping[str, str], *names: str) -> dict[str, str]:
    """What was filled in of a form."""
    return {name: sent[name] for name in names if sent.get(name)}


async def _key(deps: Deps, caller: Caller, what: str, sent: Mapping[str, str]) -> str:
    """The same for the same form, so that a second click counts once."""
    return await not_refused(deps, message_id(what, caller.sub, sent.get("once", "")))


def _why(no: Exception, otherwise: str) -> Mapping[str, str]:
    """What is wrong by its field; what has none stands at the field of `otherwise`."""
    if isinstance(no, ValidationError):
        return mistakes(no, _MISSING, _CALLED) or {otherwise: _MISSING[otherwise]}
    if isinstance(no, Refusal):
        return {otherwise: no.text}
    problem = of_store_error(no) if isinstance(no, StoreError) else no
    return {otherwise: problem.detail if isinstance(problem, Problem) else str(no)}


async def _shown(request: Request, caller: Caller, wrong: Wrong | None = None) -> Response:
    deps = deps_of(request)
    held, today = await listed(deps), deps.today()
    holidays = england(today.year, today.year + 1).closed
    context = await frame(request, caller) | {
        "coming": [one for one in held.items if one.day >= today],
        "gone": [one for one in held.items if one.day < today][::-1],
        "taken_back": held.taken_back[::-1],
        "holidays": [one for one in holidays if one.day >= today and not _is_in(one, held.items)],
        "sent": wrong.sent if wrong and not wrong.taking_back else {},
        "reason": wrong.sent.get("reason", "") if wrong else "",
        "taking_back": wrong.taking_back if wrong else "",
        "errors": wrong.errors if wrong else {},
        "once": secrets.token_urlsafe(9),
    }
    return page(request, "closures.html", context, status=422 if wrong else 200)


def _is_in(holiday: ClosedDay, closed: list[ClosedDay]) -> bool:
    return any(one.day == holiday.day for one in closed)
