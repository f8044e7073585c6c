"""The start page: what this is and where everything is. Open to all: it tells nothing of any case. `/` leads somebody
of the Business Unit to what is due today.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import caller_of
from api.deps import deps_of
from api.pages.auth import frame, invented, sign_in_path
from api.pages.layout import HEADERS, page
from api.pages.new_case import ways_in
from api.problems import Problem
from api.ui_views import OPEN_CASES, OVERDUE_CASES, address
from review.facts.directory import Role


def router() -> APIRouter:
    """`/` and `/start`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", first, methods=["GET"])
    routes.add_api_route("/start", show, methods=["GET"])
    return routes


async def first(request: Request) -> Response:
    """The first page of somebody of the Business Unit is today; everybody else's is the start page."""
    try:
        caller = await caller_of(request)
    except Problem:
        caller = None
    if caller and caller.holds(Role.BUSINESS_UNIT):
        return RedirectResponse("/today", status_code=303, headers=HEADERS)
    return await show(request)


async def show(request: Request) -> Response:
    """What a Business Unit does first; then the API's documents, and the Temporal UI where one is known."""
    settings = deps_of(request).settings
    try:
        caller = await caller_of(request)
    except Problem:
        caller = None  # a session that has ended; the page offers to sign in
    embedded = invented(request)
    if caller:
        around = await frame(request, caller)
    else:
        directory = await deps_of(request).store.directory.read()
        around = {"partnership": directory.partnership, "signed_in": None, "sign_in": sign_in_path(request)}
    context = around | {
        "invented": embedded,
        "codes": settings.sign_in_codes,
        "rehearsals": settings.rehearsals,
        "ways_in": ways_in(caller) if caller else [],
        "mailbox": f"http://127.0.0.1:{settings.mail_ui_port}/" if embedded else None,
        "temporal": address(settings) if embedded or settings.temporal_ui_url else None,
        "open_cases": address(settings, OPEN_CASES),
        "overdue_cases": address(settings, OVERDUE_CASES),
        "public_url": settings.public_url,
    }
    return page(request, "start.html", context)
