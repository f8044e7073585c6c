"""Signing in without an account of the council's: a code is mailed, and typed in the browser that asked for it.

Whatever address is given, the answer is the same: the page tells nobody who is in the directory.
"""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import by_code
from api.deps import deps_of
from api.pages.auth import sign_in_path
from api.pages.layout import HEADERS, business_unit, page, plain
from api.pages.sign_in import choice, keep, not_here, onward, signed_in
from api.pages.tries import tries_of
from api.sign_in_codes import addresses, codes_of
from store.sign_in_codes import COUNTED, GOOD_FOR, MOST_MAILS, Verdict

CODE = "crg_code"  # the cookie of a browser that waits for a code
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
LONGEST = 254  # characters of an address
EXPIRED = f"Codes work for {int(GOOD_FOR.total_seconds() // 60)} minutes. This one has expired."
OVER = {
    Verdict.EXPIRED: ("This code has expired", EXPIRED),
    Verdict.TOO_MANY: ("Too many wrong codes", "For safety, no code works here any more until you ask for a new one."),
    Verdict.UNKNOWN: (
        "This code does not work here",
        "A code works once, and only in the browser where you asked for it.",
    ),
}


def router() -> APIRouter:
    """`/sign-in/code` and `/sign-in/code/entered`."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/sign-in/code", ask, methods=["POST"])
    routes.add_api_route("/sign-in/code", show, methods=["GET"])
    routes.add_api_route("/sign-in/code/entered", enter, methods=["POST"])
    return routes


async def ask(request: Request, address: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "") -> Response:
    """Send a code to that address, if somebody of the directory has it."""
    if (no := _not_taken(request)) is not None:
        return no
    deps, there, given = deps_of(request), onward(next), address.strip()
    if not ADDRESS.fullmatch(given) or len(given) > LONGEST:
        return await choice(request, there, "Enter your email address, like name@example.org", given[:LONGEST])
    if wait := tries_of(request).asked(request):
        return await _too_many(request, wait)
    now = deps.now()
    token = await deps.store.sign_in_codes.ask(at=now)
    codes_of(request).send(token, given, now)
    answer = RedirectResponse(f"/sign-in/code?next={quote(there)}", status_code=303, headers=HEADERS)
    keep(answer, deps, CODE, token, int(COUNTED.total_seconds()), path="/sign-in")
    return answer


async def show(request: Request, next: str = "/cases") -> Response:
    """Where the code is typed."""
    if not _offered(request):
        return not_here(request)
    if not request.cookies.get(CODE):
        return RedirectResponse(f"/sign-in?next={quote(onward(next))}", status_code=303, headers=HEADERS)
    return await _form(request, onward(next))


async def enter(request: Request, code: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "") -> Response:
    """A session begins, where the code is good."""
    if (no := _not_taken(request)) is not None:
        return no
    deps, there = deps_of(request), onward(next)
    if not code.strip():
        return await _form(request, there, "Enter the code from the email")
    token = request.cookies.get(CODE, "")
    known = addresses(await deps.store.directory.read())
    tried = await deps.store.sign_in_codes.enter(token, code[:100], known, at=deps.now())
    if tried.verdict is Verdict.WRONG:
        tries = "1 try" if tried.left == 1 else f"{tried.left} tries"
        return await _form(request, there, f"This is not the code from our latest email to you. You have {tries} left")
    if tried.person is None:
        return await _over(request, tried.verdict, there)
    until = deps.now() + timedelta(hours=deps.settings.session_hours)
    holder = by_code(tried.person, known[tried.person], until)
    answer = await signed_in(request, tried.person, there, holder)
    answer.delete_cookie(CODE, path="/sign-in")
    return answer


def _offered(request: Request) -> bool:
    return sign_in_path(request) is not None and deps_of(request).settings.sign_in_codes


def _not_taken(request: Request) -> Response | None:
    """Why a form is not taken: there is no such sign-in, or another site has sent it."""
    if not _offered(request):
        return not_here(request)
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return plain(request, "Sign in on our own page", "Another site sent this. Nothing was done.", status=403)
    return None


async def _form(request: Request, next: str, error: str | None = None) -> Response:
    deps = deps_of(request)
    context = {
        "partnership": (await deps.store.directory.read()).partnership,
        "next": next,
        "error": error,
        "minutes": int(GOOD_FOR.total_seconds() // 60),
        "most": MOST_MAILS,
        "contact": business_unit(deps.settings),
    }
    return page(request, "sign-in-code.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if error else 200)


async def _over(request: Request, verdict: Verdict, next: str) -> Response:
    """A code that will not do any more, and the way to another."""
    title, why = OVER[verdict]
    partnership = (await deps_of(request).store.directory.read()).partnership
    again = ("Ask for a new code", f"/sign-in?next={quote(next)}")
    return plain(request, title, why, status=HTTPStatus.UNAUTHORIZED, partnership=partnership, onward=[again])


async def _too_many(request: Request, wait: int) -> Response:
    minutes = -(-wait // 60)
    partnership = (await deps_of(request).store.directory.read()).partnership
    answer = plain(
        request,
        "Too many codes",
        f"Too many codes have been asked for from your network. Try again in {minutes} minutes.",
        "The links in emails work without a code.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        partnership=partnership,
    )
    answer.headers["Retry-After"] = str(wait)
    return answer
