"""The embedded stack's sign-in: choose who to be. It asks for no password, which is why production never has it.

The cookie holds the same token that `crg token` prints.
"""

import re
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import COOKIE
from api.deps import deps_of
from api.issuer import Issuer
from api.pages.layout import HEADERS, page, plain
from api.problems import Problem
from crg.embedded.errors import NobodyKnown
from crg.embedded.issuer import bearer_for, mint
from crg.embedded.signed_out import SignedOut
from delivery.words import plain as in_words
from review.facts.directory import WRITTEN_TO_ONLY, Role

PATH = "/login"
MINUTES = 480
ONWARD = re.compile(r"/(cases(/[A-Z0-9-]{1,40})?|docs)?")  # where a sign-in may lead: pages of this site


def router() -> APIRouter:
    """The page, the choice, and the way out."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, choose, methods=["POST"])
    routes.add_api_route("/logout", leave, methods=["POST"])
    return routes


async def show(request: Request, next: str = "/cases") -> Response:
    """Everybody of the directory and every office, to choose from."""
    directory = await deps_of(request).store.directory.read()
    people = [who for who in directory.people if who.active and not set(who.roles) <= set(WRITTEN_TO_ONLY)]
    held = {role for who in people for role in who.roles}
    context = {
        "partnership": directory.partnership,
        "next": _onward(next),
        "offices": [(role.value, _title(role)) for role in Role if role in held and role not in WRITTEN_TO_ONLY],
        "people": [(who.id, f"{who.name}, {who.job_title}" if who.job_title else who.name) for who in people],
    }
    return page(request, "login.html", context)


async def choose(request: Request, who: Annotated[str, Form()], next: Annotated[str, Form()] = "/cases") -> Response:
    """Be that person, or hold that office, until the token expires."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return plain(request, "Please sign in here", "Another site tried to sign you in.", status=403)
    means = deps_of(request)
    try:
        bearer = bearer_for(await means.store.directory.read(), who)
    except NobodyKnown:
        return plain(request, "Nobody of that name signs in", "Go back and choose from the list.", status=422)
    answer = RedirectResponse(_onward(next), status_code=303, headers=HEADERS)
    answer.set_cookie(
        COOKIE,
        mint(means.settings, bearer, minutes=MINUTES),
        max_age=MINUTES * 60,
        httponly=True,
        samesite="lax",
        secure=means.settings.public_url.startswith("https:"),
    )
    return answer


async def leave(request: Request) -> Response:
    """Forget the token, and let it be good no longer: somebody may have copied it."""
    issuer: Issuer = request.app.state.issuer
    with suppress(Problem):
        claims = await issuer.claims(request.cookies.get(COOKIE, ""))
        if claims.jti and isinstance(issuer.signed_out, SignedOut):
            issuer.signed_out.add(claims.jti, claims.exp)
    answer = RedirectResponse("/", status_code=303, headers=HEADERS)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def _onward(wanted: str) -> str:
    return wanted if ONWARD.fullmatch(wanted) else "/cases"


def _title(role: Role) -> str:
    words = in_words(role.value)
    return words[:1].upper() + words[1:]
