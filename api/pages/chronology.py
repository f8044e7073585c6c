"""The chronology of a review: the events of all agencies as one, with gaps and days that several agencies tell of (§7).

Optional: agencies give theirs by a step, where a review is under way. As a page, a picture, a table for a spreadsheet
and a Word document.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS, Caller
from api.deps import deps_of
from api.handing_out import as_file
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import page
from api.pages.owing import namer
from api.pages.step_titles import may_take, step_path, titled
from api.picture import chronology as picture
from api.problems import Problem
from api.visibility import CaseOut, read, seen
from delivery.files.csv_out import as_csv
from delivery.naming import Namer
from delivery.papers.kinds import WORD
from review.chapters.chronology.papers import GAP_DAYS, AgencyChronology, Merged, merged
from review.facts.chronology import ChronologyGiven
from review.kit.notify import dated
from review.links import directory_with

HEADS = ("Date", "Time", "Agency", "What happened", "Source", "Marked")


class Found(NamedTuple):
    """The events of all agencies, who is called what, and the case as its reader sees it."""

    events: list[Merged]
    name: Namer
    view: CaseOut


def router() -> APIRouter:
    """`/cases/{reference}/chronology`, and the same as a table or a Word document."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/chronology", show, methods=["GET"])
    routes.add_api_route("/cases/{reference}/chronology/table", table, methods=["GET"])
    routes.add_api_route("/cases/{reference}/chronology/word", word, methods=["GET"])
    return routes


async def show(request: Request, reference: str) -> Response:
    """The page; for every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The chronology of a case", READERS)
    found = await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    if isinstance(caller, Response):
        return caller
    steps = [one for one in found.view.next_steps if one.rel == ChronologyGiven.kind_name() and may_take(one, caller)]
    context = await frame(request, caller) | {
        "reference": reference,
        "events": found.events,
        "name": found.name,
        "marks": marks,
        "gap_days": GAP_DAYS,
        "wide": picture.wide(found.events, found.name, reference) if found.events else "",
        "narrow": picture.narrow(found.events, found.name, reference) if found.events else "",
        "steps": [(titled(one, found.name), step_path(reference, one, found.view.next_steps)) for one in steps],
    }
    return page(request, "chronology.html", context)


async def table(request: Request, reference: str) -> Response:
    """Comma-separated, for a spreadsheet."""
    caller = await holding(request, await reader(request), "The chronology of a case", READERS)
    found = await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    return as_file(as_csv([HEADS, *_rows(found)]), "text/csv; charset=utf-8", f"{reference}-chronology.csv")


async def word(request: Request, reference: str) -> Response:
    """A Word document."""
    from delivery.files.word_out import table_document

    caller = await holding(request, await reader(request), "The chronology of a case", READERS)
    found = await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    lines = [
        f"Case {reference}. Official-sensitive.",
        f"Marked: {GAP_DAYS} days or more without an event of any agency; days of several agencies.",
    ]
    made = table_document(f"Chronology of case {reference}", lines, HEADS, _rows(found))
    return as_file(made, WORD, f"{reference}-chronology.docx")


def marks(one: Merged, name: Namer) -> list[str]:
    """What is marked of an event, in words."""
    gap = [f"{one.gap} days since the event before"] if one.gap else []
    return gap + ([f"Same day: {', '.join(map(name, one.beside))}"] if one.beside else [])


def _rows(found: Found) -> list[Sequence[str]]:
    return [
        (dated(one.event.day), one.event.time, found.name(one.agency), one.event.what, one.event.source,
         "; ".join(marks(one, found.name)))
        for one in found.events
    ]  # fmt: skip


async def _found(request: Request, reference: str, caller: Caller | Response) -> Found | Response:
    """The latest chronology of each agency, merged; or the page that says why there is none to see."""
    if isinstance(caller, Response):
        return caller
    deps = deps_of(request)
    try:
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
        if not isinstance(view, CaseOut):
            raise Problem("unknown-case")
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))
    told: dict[str, AgencyChronology] = {}
    latest: dict[str, Any] = {
        str(one.fact["agency"]): one.fact["content"]
        for one in view.facts
        if one.kind == ChronologyGiven.kind_name() and not one.corrected_by
    }
    for agency, content in latest.items():
        held = await deps.store.documents.get(reference, content["document"], content["version"])
        if held:
            told[agency] = AgencyChronology.model_validate_json(held.content)
    directory = directory_with(reading.case, await deps.store.directory.read())
    return Found(merged(told), namer(directory, whole=True), view)
