"""The disclosure log of a case as a page: what was shared, with whom, why, on what basis, by whom, when (B-8)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.disclosures import DisclosureOut, disclosure_of
from api.forms.words import sentence
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import page
from api.problems import Problem
from api.visibility import read
from delivery.naming import Namer, namer, subject_words
from delivery.words import plain
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
    name = namer(directory_with(reading.case, await deps.store.directory.read()), whole=True)
    items = [_in_words(disclosure_of(row), name) for row in reversed(rows)]
    return page(request, "disclosures.html", around | {"reference": reference, "items": items, "name": name})


def _in_words(one: DisclosureOut, name: Namer) -> DisclosureOut:
    """A paper as people call it; what was shared otherwise is in words already."""
    what = plain(subject_words(one.what, name))
    by = one.by if one.by == "system" or name(one.by) != one.by else sentence(plain(one.by))  # an office that many hold
    return one.model_copy(update={"what": sentence(what), "why": sentence(one.why), "by": by})
