"""A first case to try things with: a rehearsal begun with an invented incident, which leads on by itself from there."""

import secrets
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import deps_of
from api.intake import Outcome
from api.opening import DEFAULT_EDITION, CaseOpening, open_up, sample_now
from api.pages.auth import frame, holding, of_problem, reader, writer
from api.pages.forms import fields
from api.pages.intake import fingerprint, message_id, not_refused
from api.pages.layout import HEADERS, page, plain
from api.problems import Problem, of_refusal
from review.kit.refusals import Refusal
from review.offices import MAY_REPORT

PATH = "/cases/rehearse"
WHAT = "Opening a rehearsal"
MAY = MAY_REPORT["incident-reported"]


def router() -> APIRouter:
    """`/cases/rehearse`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, begin, methods=["POST"])
    return routes


async def show(request: Request) -> Response:
    """What a rehearsal is, and the two ways to begin one."""
    caller = await holding(request, await reader(request), WHAT, MAY)
    if isinstance(caller, Response):
        return caller
    around = await frame(request, caller)
    if not deps_of(request).settings.rehearsals:
        return of_problem(request, Problem("rehearsals-off"), around)
    return page(request, "rehearse.html", around | {"once": secrets.token_urlsafe(9)})


async def begin(request: Request) -> Response:
    """Open it with the invented incident, and lead to it."""
    caller = await holding(request, await writer(request), WHAT, MAY)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    once = (await fields(request)).get("once", "")
    starts = deps.now().replace(second=0, microsecond=0).isoformat()
    given = {"edition": DEFAULT_EDITION, "rehearsal": {"starts_at": starts}}
    body = CaseOpening.model_validate(sample_now() | given)
    try:
        key = await not_refused(deps, message_id("rehearse", caller.sub, once))
        outcome: Outcome = await open_up(
            deps,
            body=body,
            speaker=caller.speaker,
            by=caller.sub,
            message=key,
            fingerprint=fingerprint("rehearse", CaseOpening.model_validate(body.model_dump(exclude={"rehearsal"}))),
        )
    except Problem as problem:
        return of_problem(request, problem, around)
    except Refusal as no:
        return of_problem(request, of_refusal(no.as_dict()), around)
    if outcome.reference is None:
        line = "It appears in the list of rehearsals shortly."
        return plain(request, "The rehearsal is being opened", line, status=202, frame=around)
    where = f"/cases/{outcome.reference}?{urlencode({'said': outcome.message})}#guide"
    return RedirectResponse(where, status_code=303, headers=HEADERS)
