"""Signing in to the pages, with the council's own account: to its OpenID provider, back, and out again.

Without a client id in the settings there is no such page: people then come through a portal that sets the cookie.
"""

import hmac
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import COOKIE, of_claims
from api.deps import Deps, deps_of
from api.pages.auth import of_problem, sign_in_path
from api.pages.layout import HEADERS, plain
from api.problems import Problem
from api.provider import BACK, GOOD_FOR, Asked, Provider
from settings.keys import CannotOpen

ASKED = "crg_signing_in"  # the cookie of a browser that is away at the provider
_PLACE = b"signing-in"
# Where a sign-in may lead: pages of this very site that are read after it.
ONWARD = re.compile(r"/((cases|crg|actions|protocol|directory|disclosures|docs)(/[\w-]+)*)?(\?[\w.=&%+-]*)?", re.ASCII)


def router() -> APIRouter:
    """`/sign-in`, `/sign-in/back`, `/sign-out`."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/sign-in", away, methods=["GET"])
    routes.add_api_route(BACK, back, methods=["GET"])
    routes.add_api_route("/sign-out", out, methods=["POST"])
    return routes


async def away(request: Request, next: str = "/cases") -> Response:
    """To the provider."""
    if sign_in_path(request) is None:
        return plain(request, "Not here", "Please come through the partnership's portal.", status=404)
    deps, asked = deps_of(request), Asked.now(next if ONWARD.fullmatch(next) else "/cases")
    try:
        where = await _provider(request).way_there(asked)
    except Problem as problem:
        return of_problem(request, problem)
    answer = RedirectResponse(where, status_code=303, headers=HEADERS)
    sealed = urlsafe_b64encode(deps.keyring.seal_json(asked.model_dump(), _PLACE)).decode()
    _set(answer, deps, ASKED, sealed, GOOD_FOR, path="/sign-in")
    return answer


async def back(request: Request, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
    """From the provider: a session begins, and the person is where they wanted to be."""
    deps, asked = deps_of(request), _asked(request)
    if asked is None or not hmac.compare_digest(asked.state.encode(), state.encode()):
        return _again(request, "This sign-in was begun in another window, or too long ago.")
    if iss and iss != deps.settings.oidc_issuer:
        return _again(request, "The answer came from another sign-in than ours.")
    if error or not code:
        structlog.get_logger().warning("sign-in-refused", error=error[:100])
        return _again(request, "The council's sign-in did not let you in.")
    try:
        claims = await _provider(request).who(code, asked)
        caller = await of_claims(request, claims)
    except Problem as problem:
        structlog.get_logger().warning("sign-in-refused", error=problem.name)
        if problem.status == HTTPStatus.UNAUTHORIZED:
            return _again(request, "The council's sign-in gave an answer that is not good here.")
        return of_problem(request, problem)
    now, settings = deps.now(), deps.settings
    token = await deps.store.sessions.begin(
        claims.model_dump(mode="json", include={"sub", "roles", "people", "exp"}),
        at=now,
        ends_at=now + timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=settings.session_idle_minutes),
    )
    structlog.get_logger().info("signed-in", person=caller.sub)
    answer = RedirectResponse(asked.onward, status_code=303, headers=HEADERS)
    _set(answer, deps, COOKIE, token, settings.session_hours * 3600)
    answer.delete_cookie(ASKED, path="/sign-in")
    return answer


async def out(request: Request) -> Response:
    """The session ends here; where the provider has a place for it, the way leads there."""
    held = request.cookies.get(COOKIE)
    if held:
        await deps_of(request).store.sessions.end(held)
    there = None
    if sign_in_path(request):
        try:
            there = await _provider(request).way_out()
        except Problem:
            there = None  # it does not answer, which keeps nobody signed in here
    more = ("Sign out of the council's account, too", there) if there else None
    answer = plain(
        request, "You have signed out", "Whoever uses this browser next has to sign in again.", status=200, onward=more
    )
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


def _asked(request: Request) -> Asked | None:
    try:
        sealed = urlsafe_b64decode(request.cookies.get(ASKED, "").encode())
        asked = Asked.model_validate(deps_of(request).keyring.open_json(sealed, _PLACE))
    except (CannotOpen, ValidationError, ValueError):
        return None
    return asked if asked.until > time.time() else None


def _again(request: Request, why: str) -> Response:
    begin = f"{deps_of(request).settings.public_url}/sign-in"  # there, as the cookie belongs to one name of the site
    return plain(request, "You are not signed in", why, status=401, onward=("Sign in again", begin))


def _set(answer: Response, deps: Deps, name: str, value: str, seconds: int, path: str = "/") -> None:
    secure = urlsplit(deps.settings.public_url).scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=secure)
