"""Who may read the pages about cases: somebody who has signed in with an office.

They sign in with the council's account (`api.pages.sign_in`), where a setting names us to its provider; else they come
through the portal, whose sign-in sets the cookie.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import COOKIE, READERS, Caller, caller_of, not_for_you, of_cookie
from api.deps import deps_of
from api.pages.layout import HEADERS, here, plain
from api.problems import Problem
from delivery.naming import namer
from delivery.words import plain as in_words
from review.facts.confirming import CONFIRMERS
from review.facts.directory import Directory, Role


def sign_in_path(request: Request) -> str | None:
    """Where to sign in on this very site, if anywhere."""
    return "/sign-in" if deps_of(request).settings.oidc_client_id else None


def invented(request: Request) -> bool:
    """Whether people sign in by choosing who to be, as in the embedded stack."""
    return sign_in_path(request) is not None and bool(getattr(request.app.state, "embedded", False))


async def reader(request: Request) -> Caller | Response:
    """Who is reading; or the way to the sign-in, or the page that says who may."""
    try:
        caller = await caller_of(request)
    except Problem as problem:
        if problem.status != HTTPStatus.UNAUTHORIZED:
            return of_problem(request, problem)
        caller = None
    if caller is None:
        return _sign_in(request)
    if caller.roles:
        return caller
    return plain(
        request,
        "You do not have permission to see this page",
        "You have signed in, but with none of the offices that read cases.",
        "If you should have one, ask the Business Unit.",
        status=403,
    )


async def writer(request: Request) -> Caller | Response:
    """Who sends a form of a page that needs a sign-in. The cookie counts only where the browser says that the form
    stood on this very site: another site could send one too, and cannot say that.
    """
    if request.cookies.get(COOKIE) and request.headers.get("sec-fetch-site") != "same-origin":
        return plain(request, "Please use our own page", "Another site sent this. Nothing was done.", status=403)
    try:
        return await of_cookie(request) or _sign_in(request)
    except Problem as problem:
        return _sign_in(request) if problem.status == HTTPStatus.UNAUTHORIZED else of_problem(request, problem)


async def holding(
    request: Request, caller: Caller | Response, what: str, offices: tuple[Role, ...]
) -> Caller | Response:
    """The same reader or writer where they hold one of these offices; else the page that says who may."""
    if isinstance(caller, Response) or caller.holds(*offices):
        return caller
    return of_problem(request, not_for_you(what, offices), await frame(request, caller))


async def frame(request: Request, caller: Caller) -> dict[str, Any]:
    """What the frame of a page says: the partnership, who has signed in, and where to be somebody else."""
    deps = deps_of(request)
    directory, ours = await deps.store.directory.read(), caller.holds(Role.BUSINESS_UNIT)
    return {
        "partnership": directory.partnership,
        "signed_in": called(caller, directory),
        "sign_in": sign_in_path(request),
        "invented": invented(request),
        "crg": caller.holds(*READERS),
        "business_unit": ours,
        "replies": await deps.store.replies.count_open() if ours and deps.settings.replies_are_read else None,
        "confirms": caller.holds(*CONFIRMERS),
    }


def called(caller: Caller, directory: Directory) -> str:
    """Who has signed in, in words: a person's name, or the office that several people hold."""
    if len(caller.people) == 1:
        return namer(directory, whole=True)(caller.people[0])
    return " and ".join(in_words(role.value) for role in caller.roles)


def of_problem(request: Request, problem: Problem, frame: Mapping[str, Any] | None = None) -> HTMLResponse:
    """A problem of the API as a page."""
    titles = {
        HTTPStatus.NOT_FOUND: "Page not found",
        HTTPStatus.FORBIDDEN: "You do not have permission to see this page",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is too large to send",
    }
    title = titles.get(HTTPStatus(problem.status), "This cannot be shown now")
    onward = [("See the list of cases", "/cases")] if problem.name == "unknown-case" else []
    return plain(request, title, problem.detail, status=problem.status, frame=frame, onward=onward)


def _sign_in(request: Request) -> Response:
    path = sign_in_path(request)
    if path:
        return RedirectResponse(f"{path}?next={quote(here(request))}", status_code=303, headers=HEADERS)
    return plain(
        request,
        "Please sign in first",
        "These pages are for people with an office in the partnership's reviews.",
        "Please come through the partnership's portal: it signs you in and brings you back here.",
        status=401,
    )
