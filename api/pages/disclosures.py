"""The disclosure log of a case as a page: what was shared, with whom, why, on what basis, by whom, when (B-8)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.disclosures import disclosure_of
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import names_in, page
from api.problems import Problem
from api.visibility import read
from review.links import directory_with
from review.views import RowKind


def router() -> APIRouter:
    """`/cases/{reference}/disclosures`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/disclosures", disclosures, methods=["GET"])
    return routes


async def disclosures(request: Request, reference: str) -> Response:
    """The log of a case, the newest first; for every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The disclosure log", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        reading = await read(deps, reference)
    except Problem as problem:
        return of_problem(request, problem, around)
    rows = await deps.store.record.rows(reference, kind=RowKind.DISCLOSURE)
    directory = directory_with(reading.case, await deps.store.directory.read())
    context = around | {
        "reference": reference,
        "items": [disclosure_of(row) for row in rows][::-1],
        "name": names_in(directory),
    }
    return page(request, "disclosures.html", context)
