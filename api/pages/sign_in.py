"""Signing in to the pages: the choice of how; with the council's own account, to its OpenID provider and back; and out
again. Without such an account: `api.pages.sign_in_code`.

Without a client id in the settings there is no such page: people then come through a portal that sets the cookie.
"""

import hmac
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import ADDRESS, COOKIE, of_claims
from api.deps import Deps, deps_of
from api.pages.auth import invented, of_problem, sign_in_path
from api.pages.forms import fields
from api.pages.layout import HEADERS, page, plain
from api.problems import Problem
from api.provider import BACK, GOOD_FOR, Asked, Provider
from settings.keys import CannotOpen

ASKED = "crg_signing_in"  # the cookie of a browser that is away at the provider
_PLACE = b"signing-in"
# Where a sign-in may lead: pages of this very site that are read after it.
_LISTS = r"cases|cases\.csv|today|start|crg|actions|directory|closures|replies|calendar|links|disclosures"
_PAGES = rf"{_LISTS}|protocol|editions|docs"
ONWARD = re.compile(rf"/(({_PAGES})(/[\w-]+)*)?(\?[\w.=&%+-]*)?", re.ASCII)


def router() -> APIRouter:
    """`/sign-in`, `/sign-in/council`, `/sign-in/back`, `/sign-out`."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/sign-in", choose, methods=["GET"])
    routes.add_api_route("/sign-in/council", away, methods=["GET"])
    routes.add_api_route(BACK, back, methods=["GET"])
    routes.add_api_route("/sign-out", out, methods=["POST"])
    return routes


async def choose(request: Request, next: str = "/cases") -> Response:
    """How to sign in; straight to the provider where no codes are mailed."""
    if sign_in_path(request) is None:
        return not_here(request)
    if not deps_of(request).settings.sign_in_codes:
        return await away(request, next)
    return await choice(request, onward(next))


async def choice(request: Request, next: str, error: str | None = None, typed: str = "") -> Response:
    """The page on which one chooses, with what is wrong with the address that was typed."""
    partnership = (await deps_of(request).store.directory.read()).partnership
    context = {"partnership": partnership, "next": next, "error": error, "typed": typed, "invented": invented(request)}
    return page(request, "sign-in.html", context, status=422 if error else 200)


def not_here(request: Request) -> Response:
    """There is no sign-in of our own."""
    return plain(request, "Not here", "Sign in through the partnership's portal.", status=404)


def onward(next: str) -> str:
    """Where somebody wanted to be, if that is a page of ours."""
    return next if ONWARD.fullmatch(next) else "/cases"


async def away(request: Request, next: str = "/cases") -> Response:
    """To the provider."""
    if sign_in_path(request) is None:
        return not_here(request)
    deps, asked = deps_of(request), Asked.now(onward(next))
    try:
        where = await _provider(request).way_there(asked)
    except Problem as problem:
        return of_problem(request, problem)
    answer = RedirectResponse(where, status_code=303, headers=HEADERS)
    sealed = urlsafe_b64encode(deps.keyring.seal_json(asked.model_dump(), _PLACE)).decode()
    keep(answer, deps, ASKED, sealed, GOOD_FOR, path="/sign-in")
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
    if not caller.roles:
        structlog.get_logger().warning("signed-in-without-office", person=caller.sub, do="crg doctor --token")
    holder = claims.model_dump(mode="json", include={"sub", "roles", "people", "exp"})
    answer = await signed_in(request, caller.sub, asked.onward, holder)
    answer.delete_cookie(ASKED, path="/sign-in")
    return answer


async def signed_in(request: Request, person: str, there: str, holder: dict[str, Any]) -> Response:
    """A session begins, and its browser goes to where it wanted to be."""
    deps, now, settings = deps_of(request), deps_of(request).now(), deps_of(request).settings
    token = await deps.store.sessions.begin(
        holder,
        at=now,
        ends_at=now + timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=settings.session_idle_minutes),
    )
    structlog.get_logger().info("signed-in", person=person, by="code" if ADDRESS in holder else "account")
    answer = RedirectResponse(there, status_code=303, headers=HEADERS)
    keep(answer, deps, COOKIE, token, settings.session_hours * 3600)
    return answer


async def out(request: Request) -> Response:
    """The session ends here; where the provider has a place for it, the way leads there."""
    held, sessions = request.cookies.get(COOKIE), deps_of(request).store.sessions
    by_account = not held or not await sessions.has(held, ADDRESS)
    if held:
        await sessions.end(held)
    there = None
    if sign_in_path(request) and by_account:
        try:
            there = await _provider(request).way_out()
        except Problem:
            there = None  # it does not answer, which keeps nobody signed in here
    onwards = [("Sign out of the council's account, too", there)] if there else []
    if begin := sign_in_path(request):
        back = onward((await fields(request)).get("next", ""))
        onwards.append(("Sign in again", f"{begin}?{urlencode({'next': back})}"))
    answer = plain(request, "You have signed out", "To use these pages again, sign in.", status=200, onward=onwards)
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
    return plain(request, "You are not signed in", why, status=401, onward=[("Sign in again", begin)])


def keep(answer: Response, deps: Deps, name: str, value: str, seconds: int, path: str = "/") -> None:
    """Give the browser a cookie that no script reads and no other site sends along with a form."""
    secure = urlsplit(deps.settings.public_url).scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=secure)
