"""The chronology of a review: the events of all agencies as one, with gaps and days that several agencies tell of (§7).

Optional: agencies give theirs by a step, where a review is under way. As a page, a picture, a table for a spreadsheet
and a paper in Word or as PDF. An agency sees what it gave itself, and nothing of the others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS, Caller, not_for_you
from api.called import titled
from api.deps import deps_of
from api.handing_out import as_file, handed_out, made_now, wanted_as
from api.pages.auth import frame, of_problem, reader
from api.pages.layout import HEADERS, page
from api.pages.owing import namer
from api.pages.step_titles import may_take, step_path
from api.picture import chronology as picture
from api.problems import Problem
from api.visibility import AgencyOut, CaseOut, own_agencies, read, seen
from delivery.files.csv_out import as_csv
from delivery.naming import Namer
from review.chapters.chronology.papers import GAP_DAYS, AgencyChronology, Merged, merged
from review.facts.chronology import ChronologyGiven
from review.kit.notify import dated
from review.kit.open_files import chronologies
from review.links import directory_with

HEADS = ("Date", "Time", "Agency", "What happened", "Source", "Marked")
PAPER = "chronology"
QUICK = 200  # events: a PDF of no more takes some two seconds
EVENTS_A_SECOND = 50  # laid out, at least, where a second core is free


class Found(NamedTuple):
    """The events of all agencies, or of one's `own`; who is called what, and the case as its reader sees it."""

    events: list[Merged]
    name: Namer
    view: CaseOut | AgencyOut
    own: list[str]
    partnership: str
    version: int
    at: datetime


def router() -> APIRouter:
    """`/cases/{reference}/chronology`, and the same as a table or a paper."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/chronology", show, methods=["GET"])
    routes.add_api_route("/cases/{reference}/chronology/table", table, methods=["GET"])
    routes.add_api_route("/cases/{reference}/chronology/word", word, methods=["GET"])
    return routes


async def show(request: Request, reference: str) -> Response:
    """The page; for every office that sees whole cases, and an agency for its own."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    found = await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    steps = [one for one in found.view.next_steps if one.rel == ChronologyGiven.kind_name() and may_take(one, caller)]
    context = await frame(request, caller) | {
        "reference": reference,
        "events": found.events,
        "own": found.own,
        "name": found.name,
        "marks": marks,
        "gap_days": GAP_DAYS,
        "pdf_seconds": pdf_seconds(len(found.events)),
        "wide": picture.wide(found.events, found.name, reference) if found.events else "",
        "narrow": picture.narrow(found.events, found.name, reference) if found.events else "",
        "steps": [(titled(one, found.name), step_path(reference, one, found.view.next_steps)) for one in steps],
    }
    return page(request, "chronology.html", context)


async def table(request: Request, reference: str) -> Response:
    """Comma-separated, for a spreadsheet."""
    caller = await reader(request)
    found = caller if isinstance(caller, Response) else await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    return as_file(as_csv([HEADS, *_rows(found)]), "text/csv; charset=utf-8", f"{reference}-chronology.csv")


async def word(request: Request, reference: str) -> Response:
    """In Word; `?as=pdf` as PDF."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    found = await _found(request, reference, caller)
    if isinstance(found, Response):
        return found
    n = {
        "of": [found.name(one) for one in found.own],
        "gap_days": GAP_DAYS,
        "events": [
            {"when": f"{dated(one.event.day)}, {one.event.time}".rstrip(", "), "agency": found.name(one.agency)}
            | {"what": one.event.what, "source": one.event.source, "marked": "; ".join(marks(one, found.name))}
            for one in found.events
        ],
    }
    deps = deps_of(request)
    try:
        held = await made_now(
            deps, PAPER, n, reference=reference, partnership=found.partnership, version=found.version, at=found.at
        )
        return await handed_out(deps, held, reference, wanted_as(request), HEADERS)
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))


def pdf_seconds(events: int) -> int:
    """About how long a PDF of so many events takes to be made, in tens of seconds; 0 where nobody notices."""
    return 0 if events <= QUICK else 10 * -(-events // (10 * EVENTS_A_SECOND))


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


async def _found(request: Request, reference: str, caller: Caller) -> Found | Response:
    """The latest chronology of each agency, merged; or the page that says why there is none to see."""
    deps = deps_of(request)
    try:
        reading = await read(deps, reference)
        case, whole = reading.case, caller.holds(*READERS)
        own = [] if whole else await own_agencies(deps, caller, case)
        if not whole and not own:
            raise not_for_you("The chronology of a case", READERS)
        view = await seen(deps, caller, reading)
        if not isinstance(view, CaseOut | AgencyOut):
            raise Problem("unknown-case")
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))
    shown = chronologies(case, None if whole else own)
    told: dict[str, AgencyChronology] = {}
    for agency, content in shown.items():
        held = await deps.store.documents.get(reference, content.document, content.version)
        if held:
            told[agency] = AgencyChronology.model_validate_json(held.content)
    directory = directory_with(case, await deps.store.directory.read())
    name = namer(directory, whole=whole, own=own)
    version = max(1, sum(whole or one.agency in own for one in case.every(ChronologyGiven)))
    now = deps.case_now(reading.line)
    return Found(merged(told), name, view, own, directory.partnership, version, now)
