"""Opening a case by its form: an incident, a referral, or another partnership's request (`/cases/new/{rel}`)."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.deps import deps_of
from api.facts import title_of
from api.forms import filled
from api.forms.lists import editions, of_directory
from api.forms.steps import OPENINGS
from api.intake import Outcome
from api.opening import DEFAULT_EDITION, editions_of, open_up
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.forms import boxes
from api.pages.intake import fingerprint, message_id, not_refused
from api.pages.kept import writer_with
from api.pages.layout import HEADERS, plain
from api.pages.step_form import Sheet, begun, by_button, dropped, shown, tried
from api.pages.step_titles import lead_of
from api.problems import Problem
from review.offices import MAY_REPORT

PATH = "/cases/new/{rel}"
TITLES = {
    "incident-reported": "Open a case: a serious incident",
    "referral-received": "Open a case: a referral to the Case Review Group",
    "information-requested": "Open a case: another partnership's request for information",
}


def router() -> APIRouter:
    """The form of each way in which a case begins, and what is sent by it."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, begin, methods=["POST"])
    return routes


def ways_in(caller: Caller) -> list[tuple[str, str]]:
    """The ways in which this caller may open a case: where each form stands, and what it is called."""
    return [(f"/cases/new/{rel}", title) for rel, title in TITLES.items() if caller.holds(*MAY_REPORT[rel])]


async def show(request: Request, rel: str) -> Response:
    """An empty form; the edition that cases go by here is chosen in it already."""
    if rel not in OPENINGS:
        return of_problem(request, Problem("not-found"))
    caller = await holding(request, await reader(request), title_of(rel), MAY_REPORT[rel])
    if isinstance(caller, Response):
        return caller
    sheet = await _sheet(request, caller, rel)
    if draft := await begun(request, caller, sheet):
        return shown(request, *draft)
    return shown(request, sheet, filled(sheet.questions, {"edition": DEFAULT_EDITION}))


async def begin(request: Request, rel: str) -> Response:
    """Open the case, and lead to it; or show the form again with what stands in the way."""
    typed = await boxes(request)
    if rel not in OPENINGS:
        return of_problem(request, Problem("not-found"))
    caller = await holding(request, await writer_with(request, typed), title_of(rel), MAY_REPORT[rel])
    if isinstance(caller, Response):
        return caller
    sheet = await _sheet(request, caller, rel)
    if answer := await by_button(request, caller, sheet, typed):
        return answer

    async def said(body: Any, once: str) -> Outcome:
        deps, message = deps_of(request), message_id("open", rel, caller.sub, once)
        key = await not_refused(deps, message)
        one = fingerprint(rel, body)
        return await open_up(deps, body=body, speaker=caller.speaker, by=caller.sub, message=key, fingerprint=one)

    outcome = await tried(request, sheet, typed, said)
    if not isinstance(outcome, Outcome):
        return outcome
    await dropped(request, caller, sheet)
    if outcome.reference is None:
        line = "It is safe here, and the case appears in the list of cases shortly."
        return plain(request, "The case is being opened", line, status=202, frame=sheet.frame)
    where = f"/cases/{outcome.reference}?{urlencode({'said': outcome.message})}"
    return RedirectResponse(where, status_code=303, headers=HEADERS)


async def _sheet(request: Request, caller: Caller, rel: str) -> Sheet:
    deps = deps_of(request)
    directory = await deps.store.directory.read()
    hidden = [] if deps.settings.rehearsals else ["rehearsal"]
    if not any(who.council for who in directory.people):
        hidden.append("council")  # there is only one
    return Sheet(
        model=OPENINGS[rel],
        title=TITLES[rel],
        lead=lead_of(rel),
        action=f"/cases/new/{rel}",
        back=("/cases", "All cases"),
        button="Open the case",
        lists=of_directory(directory) | {"edition": editions(editions_of(deps))},
        without=hidden,
        frame=await frame(request, caller),
    )
