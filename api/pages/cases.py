"""The pages about cases: the list, and one case, read only. Everybody sees what the API shows them. Room: api."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.means import Means, means_of
from api.pages.frame import page, plain
from api.pages.gate import of_problem, reader, sign_in_path
from api.pages.start import workflows
from api.paths import After
from api.problems import Problem
from api.reads import papers_of
from api.sight import CaseOut, own_agencies, seen
from api.who import READERS, Caller
from review.case import CaseState
from review.directory import Directory, Role
from review.words import STAGE_TITLES
from store.errors import BadCursor
from store.snapshot import CaseLine

PER_PAGE = 50
REFERENCE = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]{3,9}")
TEMPLATES = {"case": "case.html", "deadlines": "case-dates.html", "agency": "case-agency.html"}


def router() -> APIRouter:
    """`/cases` and `/cases/{reference}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases", cases, methods=["GET"])
    routes.add_api_route("/cases/{reference}", case, methods=["GET"])
    return routes


async def cases(request: Request, show: str = "live", after: After = None) -> Response:
    """The cases, the one opened last first: live ones, overdue ones, or all."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    means = means_of(request)
    show = show if show in ("overdue", "all") else "live"
    overdue, live = (True if show == wanted else None for wanted in ("overdue", "live"))
    try:
        found = await means.store.cases.list(overdue=overdue, live=live, after=after, limit=PER_PAGE)
    except BadCursor:
        return plain(request, "This page of the list is not known", "Begin again with the list of cases.", status=422)
    lines = found.items if caller.holds(*READERS, Role.OBSERVER) else await _asked(means, caller, found.items)
    context = _frame(request, caller, await means.store.directory.read()) | {
        "show": show,
        "lines": lines,
        "stages": {stage.value: title for stage, title in STAGE_TITLES.items()},
        "next": found.next,
        "first": after is None,
    }
    return page(request, "cases.html", context)


async def case(request: Request, reference: str) -> Response:
    """One case: whole, its dates, or an agency's own part, as the reader's office has it."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    means = means_of(request)
    try:
        snapshot = await means.store.cases.get(reference) if REFERENCE.fullmatch(reference) else None
        if snapshot is None:
            raise Problem("unknown-case")
        view = await seen(means, caller, snapshot)
    except Problem as problem:
        return of_problem(request, problem)
    directory = await means.store.directory.read()
    context = _frame(request, caller, directory) | {
        "case": view,
        "name": _namer(directory, whole=isinstance(view, CaseOut)),
        "temporal": workflows(means.settings, reference=reference)
        if sign_in_path(request) or means.settings.temporal_ui_url
        else None,
    }
    if isinstance(view, CaseOut):
        context |= {
            "rows": await means.store.record.rows(reference),
            "papers": await papers_of(means, snapshot),
        }
    return page(request, TEMPLATES[view.view], context)


def _frame(request: Request, caller: Caller, directory: Directory) -> dict[str, Any]:
    return {
        "partnership": directory.partnership,
        "signed_in": caller.speaker.who,
        "sign_in": sign_in_path(request),
    }


def _namer(directory: Directory, *, whole: bool) -> Callable[[str], str]:
    """Ids of people and agencies in words; only those who see a whole case see people's names."""
    names = {one.id: one.name for one in directory.agencies}
    if whole:
        names |= {who.id: who.name for who in directory.people}
    return lambda id: names.get(id, id)


async def _asked(means: Means, caller: Caller, lines: list[CaseLine]) -> list[CaseLine]:
    kept = []
    for line in lines:
        snapshot = await means.store.cases.get(line.reference)
        if snapshot and own_agencies(caller, CaseState.model_validate(snapshot.state)):
            kept.append(line)
    return kept
