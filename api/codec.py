"""API: the codec endpoint, through which the Temporal UI shows sealed payloads to those allowed (design, Privacy).

It opens and never seals: facts go in through the API, which knows who sends them.

The UI asks from an address of its own, so the browser must be told that it may: exactly the UI's addresses on this
machine and that of `CRG_TEMPORAL_UI_URL`, with the sign-in's cookie. A browser sends the cookie within one site only,
that is 127.0.0.1; a UI elsewhere sends the token of its own sign-in.
"""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.auth import Caller, caller_of, not_for_you, of_cookie
from api.deps import deps_of
from api.problems import Problem
from review.facts.directory import Role
from settings.temporal import WANTED, BadPayloads, decode_payloads

MAY_OPEN = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
HEADERS_OF_THE_UI = "authorization, content-type, x-namespace"
BODY_AT_MOST = 8 * 1024 * 1024  # bytes; a page of a history is less


def router() -> APIRouter:
    """`POST /codec/decode`, and the browser's question beforehand."""
    routes = APIRouter(prefix="/codec", include_in_schema=False)
    routes.add_api_route("/decode", before, methods=["OPTIONS"])
    routes.add_api_route("/decode", decode, methods=["POST"])
    return routes


async def before(request: Request) -> Response:
    """May this page ask? (CORS preflight; says nothing of any payload.)"""
    headers = allowed(request)
    if not headers:
        return Response(status_code=HTTPStatus.FORBIDDEN)
    headers |= {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": HEADERS_OF_THE_UI,
        "Access-Control-Max-Age": "600",
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


async def decode(request: Request) -> Response:
    """Open payloads. Who may: business-unit, crg-chair."""
    return await opened(request, may=_may_open)


async def opened(request: Request, *, may: Callable[[Request], Awaitable[None]]) -> Response:
    """The payloads that the UI has sent, opened for whoever `may`, which raises a `Problem` for all others."""
    try:
        await may(request)
        answer: Response = JSONResponse(await _payloads(request))
    except Problem as problem:  # with the headers below, so that the UI can show what is wrong
        answer = problem.response()
    answer.headers.update({"Vary": "Origin", "Cache-Control": "no-store"} | allowed(request))
    return answer


async def _may_open(request: Request) -> None:
    if not (await _caller(request)).holds(*MAY_OPEN):
        raise not_for_you("Opening what is sealed", MAY_OPEN)


async def _payloads(request: Request) -> dict[str, Any]:
    deps = deps_of(request)
    try:
        body = json.loads(await _body(request))
    except (ValueError, RecursionError):
        raise Problem("malformed-json") from None
    if not isinstance(body, dict):
        raise Problem("invalid-request", WANTED)
    try:
        return await decode_payloads(body, deps.keyring, deps.store.vault)
    except BadPayloads as problem:
        raise Problem("invalid-request", str(problem)) from None


async def _body(request: Request) -> bytes:
    """No more of it than a page of the UI can hold."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > BODY_AT_MOST:
            raise Problem("invalid-request", f"Send at most {BODY_AT_MOST // 1024 // 1024} MB of payloads at once.")
    return content


async def _caller(request: Request) -> Caller:
    """By bearer token, or by the cookie: opening changes nothing, and no other site can read the answer."""
    caller = await caller_of(request) or await of_cookie(request)
    if caller is None:
        raise Problem("not-signed-in")
    return caller


def allowed(request: Request) -> dict[str, str]:
    """By which headers a browser lets the page read the answer that asks; none where it is no page of the UI."""
    settings, origin = deps_of(request).settings, request.headers.get("origin")
    port = settings.temporal_ui_port
    if not origin or origin not in (f"http://127.0.0.1:{port}", f"http://localhost:{port}", settings.temporal_ui_url):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
