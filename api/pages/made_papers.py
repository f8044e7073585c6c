"""Papers of a case that are made for who asks (`api/made_papers.py`), opened from its pages."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.handing_out import handed_out, wanted_as
from api.made_papers import paper_made
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import HEADERS
from api.problems import Problem


def router() -> APIRouter:
    """`/cases/{reference}/made/{paper}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/made/{paper}", as_paper, methods=["GET"])
    return routes


async def as_paper(request: Request, reference: str, paper: str) -> Response:
    """In Word; `?as=pdf` as PDF. For every office that sees whole cases."""
    caller = await holding(request, await reader(request), "This paper", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        held = await paper_made(deps, caller, reference, paper)
        return await handed_out(deps, held, reference, wanted_as(request), HEADERS)
    except Problem as problem:
        return of_problem(request, problem, around)
