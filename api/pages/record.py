"""The record of a case, the newest first: page by page, by kind. `GET /v1/cases/{reference}/record` says the same."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.bundling import bundles_in
from api.called import called
from api.deps import deps_of
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.cases import put_right
from api.pages.layout import page
from api.pages.owing import namer
from api.problems import Problem
from api.timeline import timeline
from api.visibility import CaseOut, read, seen
from review.facts.any_stage import RecordBundled
from review.kit.notify import moment as short_moment
from review.links import directory_with
from review.views import RowKind

EACH = 40  # lines
KINDS = {
    RowKind.FACT: "What was said",
    RowKind.EFFECT: "Emails and papers",
    RowKind.DEADLINE: "Deadlines",
    RowKind.STAGE: "Stages",
    RowKind.WARNING: "Warnings",
    RowKind.FAILED: "What failed",
    RowKind.REFUSED: "What was refused",
    RowKind.DISCLOSURE: "What was shared",
}


class Choice(NamedTuple):
    """A link that narrows the record to one kind."""

    address: str
    words: str
    chosen: bool


def router() -> APIRouter:
    """`/cases/{reference}/record`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/record", record, methods=["GET"])
    return routes


async def record(request: Request, reference: str, kind: str = "", sheet: int = 1) -> Response:
    """One page of the record, of one kind where it is named; for every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The record of a case", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
    except Problem as problem:
        return of_problem(request, problem, around)
    wanted = next((one for one in KINDS if one == kind), None)
    directory = directory_with(reading.case, await deps.store.directory.read())
    rows = await deps.store.record.rows(reference, kind=wanted)
    lines = timeline(rows, called(view, namer(directory, whole=True)), directory)
    last = max(1, -(-len(lines) // EACH))
    at = min(max(1, sheet), last)
    here = f"/cases/{reference}/record"
    context = around | {
        "reference": reference,
        "put_right": put_right(view, caller) if isinstance(view, CaseOut) else {},
        "bundles": [
            (f"/cases/{reference}/bundles/{one.seq}", f"{one.detail.get('to')}, {short_moment(one.happened_at)}")
            for one in bundles_in(rows if wanted is None else [])
        ]
        if caller.holds(*RecordBundled.may_report)
        else [],
        "put_together": f"/cases/{reference}/steps/{RecordBundled.kind_name()}"
        if caller.holds(*RecordBundled.may_report)
        else "",
        "lines": lines[(at - 1) * EACH : at * EACH],
        "many": len(lines),
        "kinds": [
            Choice(here, "Everything", wanted is None),
            *(Choice(f"{here}?kind={one}", words, one is wanted) for one, words in KINDS.items()),
        ],
        "at": at,
        "last": last,
        "address": f"{here}?{f'kind={wanted}&' if wanted else ''}sheet=",
    }
    return page(request, "record.html", context)
