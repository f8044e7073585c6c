"""The people of a case as a page: who lives with whom, as a picture and in words (X-4)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import page
from api.pages.step_titles import may_take, step_path
from api.picture import family as picture
from api.problems import Problem
from api.visibility import CaseOut, read, seen
from calendar_rules.lengths import london

STEPS = ("family-member-added", "child-added", "home-recorded", "corrected")


def router() -> APIRouter:
    """`/cases/{reference}/family`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/family", family, methods=["GET"])
    return routes


async def family(request: Request, reference: str) -> Response:
    """Everybody of the case; for every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The people of a case", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        view = await seen(deps, caller, await read(deps, reference))
    except Problem as problem:
        return of_problem(request, problem, around)
    if not isinstance(view, CaseOut):
        return of_problem(request, Problem("unknown-case"), around)
    known = picture.people(view.children, view.family)
    boxes = picture.households(known, view.homes, london(view.case_now).date())
    offered = [one for rel in STEPS for one in view.next_steps if one.rel == rel and may_take(one, caller)]
    context = around | {
        "case": view,
        "boxes": boxes,
        "lives": {
            who.id: [(box, stay) for box in boxes for stay in box.stays if stay.who.id == who.id and box.address]
            for who in known
        },
        "not_recorded": picture.NOT_RECORDED,
        "wide": picture.wide(boxes, reference),
        "narrow": picture.narrow(boxes, reference),
        "key": picture.key(boxes),
        "steps": [(one.title, step_path(reference, one, view.next_steps)) for one in offered],
    }
    return page(request, "family.html", context)
