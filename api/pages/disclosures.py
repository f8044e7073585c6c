"""The disclosure log of a case as a page: what was shared, with whom, why, on what basis, by whom, when (B-8)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS, not_for_you
from api.deps import deps_of
from api.disclosures import disclosure_of
from api.pages.auth import frame, of_problem, reader
from api.pages.layout import page
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
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    if not caller.holds(*READERS):
        return of_problem(request, not_for_you("The disclosure log", READERS), around)
    try:
        reading = await read(deps, reference)
    except Problem as problem:
        return of_problem(request, problem, around)
    rows = await deps.store.record.rows(reference, kind=RowKind.DISCLOSURE)
    directory = directory_with(reading.case, await deps.store.directory.read())
    names = {who.id: who.name for who in directory.people} | {one.id: one.name for one in directory.agencies}
    context = around | {
        "reference": reference,
        "items": [disclosure_of(row) for row in rows][::-1],
        "name": lambda id: names.get(id, id),
    }
    return page(request, "disclosures.html", context)
