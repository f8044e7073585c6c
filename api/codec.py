"""API: the codec endpoint, through which the Temporal UI shows sealed payloads to those allowed (design, Privacy).

The UI asks from an address of its own, so that the browser must be told that it may: exactly the UI's addresses on this
machine and the one of `CRG_TEMPORAL_UI_URL`, with the cookie of the sign-in. The cookie goes along only where the site
is the same, that is 127.0.0.1; a UI elsewhere sends the token of its own sign-in.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.means import means_of
from api.problems import Problem
from api.who import COOKIE, Caller, Issuer, caller_of, not_for_you
from review.directory import Role
from settings.keys import Keyring
from settings.temporal import BadPayloads, decode_payloads, encode_payloads

MAY_OPEN = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
HEADERS_OF_THE_UI = "authorization, content-type, x-namespace"

Turn = Callable[[dict[str, Any], Keyring], dict[str, Any]]


def router() -> APIRouter:
    """`POST /codec/decode` and `/codec/encode`, and the browser's question beforehand."""
    routes = APIRouter(prefix="/codec", include_in_schema=False)
    routes.add_api_route("/{turn}", before, methods=["OPTIONS"])
    routes.add_api_route("/decode", decode, methods=["POST"])
    routes.add_api_route("/encode", encode, methods=["POST"])
    return routes


async def before(request: Request, turn: str) -> Response:
    """May this page ask? (CORS preflight; says nothing of any payload.)"""
    allowed = _allowed(request)
    if not allowed:
        return Response(status_code=HTTPStatus.FORBIDDEN)
    allowed |= {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": HEADERS_OF_THE_UI,
        "Access-Control-Max-Age": "600",
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)


async def decode(request: Request) -> Response:
    """Open payloads. Who may: business-unit, crg-chair."""
    return await _answer(request, decode_payloads)


async def encode(request: Request) -> Response:
    """Seal payloads. Who may: business-unit, crg-chair."""
    return await _answer(request, encode_payloads)


async def _answer(request: Request, turn: Turn) -> Response:
    try:
        answer: Response = JSONResponse(await _turned(request, turn))
    except Problem as problem:  # with the headers below, so that the UI can show what is wrong
        answer = problem.response()
    answer.headers.update({"Vary": "Origin", "Cache-Control": "no-store"} | _allowed(request))
    return answer


async def _turned(request: Request, turn: Turn) -> dict[str, Any]:
    caller = await _caller(request)
    if not caller.holds(*MAY_OPEN):
        raise not_for_you("Opening what is sealed", MAY_OPEN)
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Problem("malformed-json") from None
    if not isinstance(body, dict):
        raise Problem("invalid-request", "Send a JSON object with a list `payloads`, as the Temporal UI does.")
    try:
        return turn(body, means_of(request).keyring)
    except BadPayloads as problem:
        raise Problem("invalid-request", f"{str(problem).capitalize()}.") from None


async def _caller(request: Request) -> Caller:
    """By bearer token, or by the cookie: opening changes nothing, and no other site can read the answer."""
    caller = await caller_of(request)
    held = request.cookies.get(COOKIE)
    if caller is None and held:
        issuer: Issuer = request.app.state.issuer
        caller = await issuer.caller(held)
    if caller is None:
        raise Problem("not-signed-in")
    return caller


def _allowed(request: Request) -> dict[str, str]:
    settings, origin = means_of(request).settings, request.headers.get("origin")
    port = settings.temporal_ui_port
    if not origin or origin not in (f"http://127.0.0.1:{port}", f"http://localhost:{port}", settings.temporal_ui_url):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
