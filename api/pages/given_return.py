"""What an agency has returned, as a page: for the agency itself, and for those who read the case whole (R-4)."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import Deps, deps_of
from api.pages.auth import frame, of_problem, reader
from api.pages.layout import page
from api.paper_lines import parts
from api.problems import Problem
from api.visibility import own_agencies, read
from review.chapters.rapid_review.papers import RETURN_OF
from review.links import ReturnRead, directory_with, return_read

VERSION = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
DRAFT = "-draft"  # how the name of one ends


def router() -> APIRouter:
    """`/cases/{reference}/returns/{agency}/{version}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/returns/{agency}/{version}", show, methods=["GET"])
    return routes


def paper_path(reference: str, document: str, version: int) -> str:
    """Where a paper of a case is read: a return on the page of returns, all else on a page of its own."""
    if document.startswith(RETURN_OF):
        return f"/cases/{reference}/returns/{document.removeprefix(RETURN_OF)}/{version}"
    return f"/cases/{reference}/papers/{document}/{version}"


async def show(request: Request, reference: str, agency: str, version: str) -> Response:
    """One version of a return, under the headings that were asked."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        case = (await read(deps, reference)).case
        own = None if caller.holds(*READERS) else await own_agencies(deps, caller, case)
        if own is not None and not own:
            raise Problem("unknown-case")
        number = int(version) if VERSION.fullmatch(version) else 0
        given = None if own is not None and agency not in own else return_read(case, agency, number)
        held = await deps.store.documents.get(reference, f"{RETURN_OF}{agency}", number) if given else None
        if given is None or held is None:
            raise Problem("not-found", "We cannot find that return, or you do not have access to it.")
    except Problem as problem:
        return of_problem(request, problem, around)
    directory = directory_with(case, await deps.store.directory.read())
    context = around | {
        "reference": reference,
        "agency": directory.agency_names.get(agency, agency),
        "version": number,
        "given": given,
        "parts": parts(given, held.content),
        "files": await _files(deps, reference, given),
    }
    return page(request, "given-return.html", context)


async def _files(deps: Deps, reference: str, given: ReturnRead) -> list[tuple[str, str]]:
    """What came with it: each file's name, and where it is read."""
    held = {(one.document, one.version): one for one in await deps.store.documents.versions(reference)}
    named = [held[place] for one in given.files if (place := (one.document, one.version)) in held]
    return [(one.title, paper_path(reference, one.document, one.version)) for one in named]
