"""The page of one case. Everybody sees what the API shows them."""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import Caller
from api.called import called, titled
from api.deps import Deps, deps_of
from api.facts import title_of
from api.opening import editions_of
from api.pages.auth import frame, invented, of_problem, reader
from api.pages.given_return import paper_path
from api.pages.guide import Guide, guide
from api.pages.in_brief import in_brief
from api.pages.layout import page
from api.pages.owing import namer
from api.pages.step_titles import entry_path, may_take, step_path
from api.pages.tasks import tasks
from api.picture.of_case import drawn
from api.problems import Problem
from api.reading import Reading
from api.reads import papers_of
from api.rehearsing import offered
from api.timeline import timeline, told_in
from api.ui_views import address
from api.visibility import AgencyOut, CaseOut, own_agencies, read, seen
from calendar_rules.lengths import london
from calendar_rules.working_days import ONE_DAY
from delivery.naming import paper_called
from review.chapters.chronology.papers import CHRONOLOGY_OF
from review.correctable import CORRECTABLE
from review.counted_days import days_of_d7, numbered_day_of_d7
from review.links import directory_with
from review.stage_line import stage_line
from store.inbox import OPENING, MessageStatus

REFERENCE = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]{3,9}")
NEWEST = 40  # rows of the record that are read for its newest lines; several rows can make one line
TEMPLATES = {"case": "case.html", "deadlines": "case-dates.html", "agency": "case-agency.html"}


def router() -> APIRouter:
    """`/cases/{reference}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}", case, methods=["GET"])
    return routes


async def case(request: Request, reference: str, said: str = "", clock: str = "") -> Response:
    """One case: whole, its dates, or an agency's own part, as the reader's office has it."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        if not REFERENCE.fullmatch(reference):
            raise Problem("unknown-case")
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
    except Problem as problem:
        return of_problem(request, problem, around)
    directory = directory_with(reading.case, await deps.store.directory.read())
    own = await own_agencies(deps, caller, reading.case) if isinstance(view, AgencyOut) else ()
    name = called(view, namer(directory, whole=isinstance(view, CaseOut), own=own))
    context = around | {
        "case": view,
        "name": name,
        "titled": lambda one: titled(one, name),
        "href": lambda one: step_path(reference, one, view.next_steps) if may_take(one, caller) else None,
        "said": await _said(deps, reference, said),
        "case_replies": await deps.store.replies.count_open(reference) if around["business_unit"] else 0,
        "temporal": address(deps.settings, reference=reference)
        if invented(request) or deps.settings.temporal_ui_url
        else None,
    }
    if isinstance(view, AgencyOut):
        context["chronology"] = any(name.startswith(CHRONOLOGY_OF) for name in view.links)
    else:
        context["working_day"] = days_of_d7(reading.case).get(london(view.case_now).date(), "")
        context["steps"] = stage_line(view)
        context["drawn"] = drawn(view, reading.case)
    if isinstance(view, CaseOut):
        context |= {
            "brief": in_brief(view, numbered_day_of_d7(reading.case, view.case_now), name),
            "edition": next((one.title for one in editions_of(deps) if one.id == view.edition), view.edition),
            "told": told_in(view),
            "put_right": put_right(view, caller),
            "tasks": tasks(view, caller, name),
            "rehearsing": _rehearsing(deps, reading, guide(view, caller, name), clock),
            "story": timeline(await deps.store.record.newest(reference, NEWEST), name, directory)[:3],
            "papers": await papers_of(deps, reading.case),
            "paper_path": paper_path,
            "paper_called": lambda one: paper_called(one.title, one.document, name),
        }
    return page(request, TEMPLATES[view.view], context)


def _rehearsing(deps: Deps, reading: Reading, guided: Guide | None, moved: str) -> dict[str, Any] | None:
    """What the page of a rehearsal has besides; None where no clock can be moved."""
    picks = offered(deps, reading)
    if not picks:
        return None
    tomorrow = london(deps.case_now(reading.line)).date() + ONE_DAY
    return {"guide": guided, "picks": picks, "moved": moved, "day": tomorrow.isoformat()}


def put_right(view: CaseOut, caller: Caller) -> dict[str, str]:
    """Where each entry that can be corrected is corrected, by its message; for those who may (X-2)."""
    if not any(step.rel == "corrected" and may_take(step, caller) for step in view.next_steps):
        return {}
    standing = (one.message for one in view.facts if not one.corrected_by and one.kind in CORRECTABLE)
    return {one: entry_path(view.reference, "corrected", one) for one in standing}


async def _said(deps: Deps, reference: str, message: str) -> tuple[str, bool, bool] | None:
    """What has just been said of this case by a form: what it is called, whether it waits to be recorded, and whether
    it has opened the case.
    """
    held = await deps.store.inbox.get(message) if message else None
    if held is None or held.reference != reference or held.status is MessageStatus.REFUSED:
        return None
    title = "The case is opened" if held.kind == OPENING else title_of(held.kind)
    return title, held.status is MessageStatus.PENDING, held.kind == OPENING
