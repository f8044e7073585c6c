"""Cases found by the name or a number of a child or of somebody of the family (X-4). It is sent by POST: it stands in
no address, and so in no log, no history of a browser and no link.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.named import LONGEST, PeopleFound, people_named
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.forms import fields
from api.pages.kept import writer_with
from api.pages.layout import page
from api.problems import Problem

WHAT = "Finding a case by a child's name"


def router() -> APIRouter:
    """`/cases/named`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/named", ask, methods=["GET"])
    routes.add_api_route("/cases/named", find, methods=["POST"])
    return routes


async def ask(request: Request) -> Response:
    """The form."""
    caller = await holding(request, await reader(request), WHAT, READERS)
    if isinstance(caller, Response):
        return caller
    return page(request, "named.html", await frame(request, caller) | {"name": "", "error": "", "found": None})


async def find(request: Request) -> Response:
    """Who is called so, and in which cases; or the form again."""
    try:
        name = (await fields(request)).get("name", "")[:LONGEST]
    except Problem as problem:
        return of_problem(request, problem)
    caller = await holding(request, await writer_with(request, {"name": [name]}), WHAT, READERS)
    if isinstance(caller, Response):
        return caller
    error = "" if len(name) > 1 else "Enter a name, or a whole number"
    found: PeopleFound | None = None if error else await people_named(deps_of(request), name)
    context = await frame(request, caller) | {"name": name, "error": error, "found": found}
    return page(request, "named.html", context, status=422 if error else 200)
