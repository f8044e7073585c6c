"""The record of a case that was put together, as a zip, from its page (B-8)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.bundling import bundle
from api.deps import deps_of
from api.handing_out import as_file
from api.pages.auth import frame, holding, of_problem, reader
from api.problems import Problem
from review.facts.any_stage import RecordBundled


def router() -> APIRouter:
    """`/cases/{reference}/bundles/{row}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/bundles/{row}", fetch, methods=["GET"])
    return routes


async def fetch(request: Request, reference: str, row: str) -> Response:
    """The zip of what was put together by this row of the record; for the Business Unit."""
    caller = await holding(request, await reader(request), RecordBundled.title, RecordBundled.may_report)
    if isinstance(caller, Response):
        return caller
    try:
        found = await bundle(deps_of(request), reference, int(row) if row.isascii() and row.isdigit() else 0)
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))
    return as_file(found.content, "application/zip", found.name)
