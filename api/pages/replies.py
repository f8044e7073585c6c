"""The page of replies to mails: each with the mail beside it, to be taken up with one click, or set aside (R-11)."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.attendance import is_of_the_crg
from api.auth import Caller
from api.deps import deps_of
from api.handing_out import as_file
from api.pages.auth import frame, holding, reader, writer
from api.pages.forms import fields
from api.pages.layout import HEADERS, page
from api.replies.taking import NotTakenUp, downloaded, set_aside, take_up
from delivery.naming import namer
from review.facts.directory import Role
from store.replies import Kept

PATH = "/replies"
SHOWN, BEFORE = 100, 20  # replies that wait, and the latest that do not
LONGEST = 4_000  # characters of a reason


def router() -> APIRouter:
    """`/replies`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(f"{PATH}/{{id}}/taken-up", taken_up, methods=["POST"])
    routes.add_api_route(f"{PATH}/{{id}}/as-it-came", as_it_came, methods=["POST"])
    routes.add_api_route(f"{PATH}/{{id}}/set-aside", aside, methods=["POST"])
    return routes


async def show(request: Request) -> Response:
    """Replies that wait for the Business Unit, and the latest that were dealt with."""
    caller = await _business_unit(request, await reader(request))
    return caller if isinstance(caller, Response) else await _shown(request, caller)


async def taken_up(request: Request, id: str) -> Response:
    """Take up what the reply says."""
    caller = await _business_unit(request, await writer(request))
    if isinstance(caller, Response):
        return caller
    try:
        await take_up(deps_of(request), id, by=caller.sub)
    except NotTakenUp as no:
        return await _shown(request, caller, {id: str(no)})
    return RedirectResponse(f"{PATH}#dealt-with", status_code=303, headers=HEADERS)


async def aside(request: Request, id: str) -> Response:
    """Set the reply aside, with a reason."""
    caller = await _business_unit(request, await writer(request))
    if isinstance(caller, Response):
        return caller
    reason = (await fields(request)).get("reason", "").strip()
    if not reason or len(reason) > LONGEST:
        wrong = "Enter why nothing is taken up from this reply" if not reason else "Enter a shorter reason"
        return await _shown(request, caller, {id: wrong}, reason)
    try:
        await set_aside(deps_of(request), id, by=caller.sub, reason=reason)
    except NotTakenUp as no:
        return await _shown(request, caller, {id: str(no)})
    return RedirectResponse(f"{PATH}#dealt-with", status_code=303, headers=HEADERS)


async def as_it_came(request: Request, id: str) -> Response:
    """The mail itself, with all that is attached to it; of a case, it stands in its disclosure log first (B-8)."""
    caller = await _business_unit(request, await writer(request))
    if isinstance(caller, Response):
        return caller
    deps = deps_of(request)
    try:
        raw = await downloaded(deps, id, by=caller.sub)
    except NotTakenUp as no:
        return await _shown(request, caller, {id: str(no)})
    return as_file(raw, "message/rfc822", f"reply-{id[:12]}.eml")


async def _business_unit(request: Request, caller: Caller | Response) -> Caller | Response:
    return await holding(request, caller, "Replies by email", (Role.BUSINESS_UNIT,))


async def _shown(request: Request, caller: Caller, errors: dict[str, str] | None = None, reason: str = "") -> Response:
    """The replies; beside the one that was not set aside, why not, and the `reason` that was typed."""
    deps = deps_of(request)
    waiting = await deps.store.replies.open(limit=SHOWN)
    before = await deps.store.replies.settled(limit=BEFORE)
    directory = await deps.store.directory.read()
    context = await frame(request, caller) | {
        "waiting": [_line(one) for one in waiting],
        "many": await deps.store.replies.count_open(),
        "before": [_line(one) for one in before],
        "name": namer(directory, whole=True),
        "errors": errors or {},
        "reason": reason,
        "read": deps.settings.replies_are_read,
    }
    return page(request, "replies.html", context, status=409 if errors else 200)


def _line(kept: Kept) -> dict[str, Any]:
    """What is shown of one reply; an empty one where it does not open."""
    blank = {"sender": "", "subject": "", "text": "", "whole": "", "files": [], "passed": False, "form": None}
    blank |= {"machine": False, "what": "", "why": "", "opened": None, "answer": None, "by": "", "reason": ""}
    found: dict[str, Any] = blank | kept.found
    return found | {
        "id": kept.id,
        "reference": kept.about,
        "there": f"/{'crg' if is_of_the_crg(kept.about) else 'cases'}/{kept.about}" if kept.about else "",
        "person": kept.person,
        "received_at": kept.received_at,
        "settled_at": kept.settled_at,
        "status": kept.status.value,
        "says": _says(found["answer"]),
    }


def _says(answer: dict[str, Any] | None) -> str:
    """The answer, in words."""
    if answer is None:
        return ""
    if answer["kind"] == "agency-returned":
        return "Nil return" if answer["nil"] else "Return"
    if answer["kind"] == "early-comment-given":
        return "No comments"
    return "Approved" if answer["verdict"] == "approve" else f"Send back: {answer['comments']}"
