"""The frame of every page: templates, headers, static files. It knows HTML and nothing of a case.

No page carries inline script or style, loads anything from elsewhere, or may be framed. No page is kept by a browser or
a proxy, and none tells another site where the reader came from: the path of a link is its secret.
"""

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.deps import deps_of
from api.rendering import environment
from settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
STATIC = {
    "govuk-frontend.min.css": "text/css; charset=utf-8",
    "govuk-frontend.min.js": "text/javascript; charset=utf-8",
    "pages.css": "text/css; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
}


def page(
    request: Request,
    name: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """One page. `context` must hold all that its template names."""
    shown = {"here": request.url.path, "signed_in": None} | dict(context)
    body = environment().get_template(name).render(shown)
    return HTMLResponse(body, status_code=status, headers=HEADERS | dict(headers or {}))


def here(request: Request) -> str:
    """The address that was asked for, within this site."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def plain(
    request: Request,
    title: str,
    *sentences: str,
    status: int,
    partnership: str = "",
    frame: Mapping[str, Any] | None = None,
    again: str | None = None,
    onward: Sequence[tuple[str, str]] = (),
) -> HTMLResponse:
    """A page that only says something: a heading, and what to do next; in the `frame` of who has signed in. `again` is
    where a button asks for a new link, `onward` what links lead on to, and where that is.
    """
    contact = business_unit(deps_of(request).settings) if partnership and status >= HTTPStatus.BAD_REQUEST else ""
    around = {"partnership": partnership, "again": again, "onward": onward, "contact": contact}
    context = {"title": title, "sentences": sentences} | around | dict(frame or {})
    return page(request, "plain.html", context, status=status)


def business_unit(settings: Settings) -> str:
    """How the Business Unit is reached by somebody who has a link and nothing else."""
    address = parseaddr(settings.mail_from)[1]
    return f"{settings.telephone} or {address}" if settings.telephone else address


def received(
    request: Request, line: str, *then: str, waiting: bool, partnership: str, onward: tuple[str, str] | None = None
) -> HTMLResponse:
    """An answer that came in: recorded, or safe here and recorded as soon as the case is there to take it (202).

    `onward` is what a button leads on to, and where that is.
    """
    safe = "It is safe here and will be recorded shortly. You do not need to send it again."
    context = {
        "partnership": partnership,
        "waiting": waiting,
        "title": "Your answer has been received" if waiting else "Your answer is recorded",
        "line": line,
        "sentences": [*([safe] if waiting else []), *then, *([] if onward else ["You can close this page."])],
        "onward": onward,
    }
    return page(request, "recorded.html", context, status=202 if waiting else 200)


def static() -> APIRouter:
    """The few files that the pages load; open, because they say nothing."""
    routes = APIRouter(include_in_schema=False)
    folder = files("api") / "static"
    held = {name: (folder / name).read_bytes() for name in STATIC}

    @routes.get("/static/{name}")
    async def file(name: str) -> Response:
        if name not in held:
            return Response(status_code=404, headers=HEADERS)
        return Response(
            held[name],
            media_type=STATIC[name],
            headers={"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"},
        )

    return routes
