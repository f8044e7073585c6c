"""The page of a person's own calendar address, and the calendar at it."""

import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import Caller
from api.deps import deps_of
from api.etags import is_known
from api.feed import calendar_at, made, revoked
from api.pages.auth import frame, reader, writer
from api.pages.layout import page
from api.pages.tries import tries_of

PATH = "/calendar"
SECRET = {  # of the calendar itself: nobody keeps it but whoever asked
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def router() -> APIRouter:
    """`/calendar`, and `/calendar/{secret}.ics`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(f"{PATH}/made", make, methods=["POST"])
    routes.add_api_route(f"{PATH}/revoked", revoke, methods=["POST"])
    routes.add_api_route(f"{PATH}/{{secret}}.ics", fetch, methods=["GET"])
    return routes


async def show(request: Request) -> Response:
    """Whether who has signed in has an address, and how it is used."""
    caller = await reader(request)
    return caller if isinstance(caller, Response) else await _page(request, caller)


async def make(request: Request) -> Response:
    """A new address, which this page alone shows."""
    caller = await writer(request)
    if isinstance(caller, Response):
        return caller
    return await _page(request, caller, address=await made(deps_of(request), caller))


async def revoke(request: Request) -> Response:
    """The address ends."""
    caller = await writer(request)
    if isinstance(caller, Response):
        return caller
    await revoked(deps_of(request), caller)
    return await _page(request, caller, ended=True)


async def _page(request: Request, caller: Caller, *, address: str = "", ended: bool = False) -> Response:
    made_at = await deps_of(request).store.feeds.made_at(caller.sub)
    context = await frame(request, caller) | {"made_at": made_at, "address": address, "ended": ended}
    return page(request, "calendar.html", context)


async def fetch(request: Request, secret: str) -> Response:
    """The calendar at an address: 304 where the program has it as it is, 404 where there is none."""
    content = await calendar_at(deps_of(request), secret)
    if content is None:
        wait = tries_of(request).wrong(request, f"{secret}.ics")
        status = HTTPStatus.TOO_MANY_REQUESTS if wait else HTTPStatus.NOT_FOUND
        again = {"Retry-After": str(wait)} if wait else {}
        words = "There is no calendar at this address, or it has ended.\n"
        return Response(words, status_code=status, media_type="text/plain", headers=SECRET | again)
    headers = SECRET | {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="case-reviews.ics"'
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
