"""What somebody has typed is not lost with their sign-in: the page that holds it until they have signed in again."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from api.auth import Caller, of_cookie
from api.pages.auth import sign_in_path, writer
from api.pages.layout import here, page
from api.problems import Problem


async def writer_with(request: Request, typed: dict[str, list[str]]) -> Caller | Response:
    """Who sends this form, as `writer`. Where the sign-in has ended, a page that keeps what was typed."""
    if not await _ended(request):
        return await writer(request)
    path = sign_in_path(request)
    context = {
        "partnership": "",
        "action": here(request),
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "sign_in": f"{path}?next={quote('/cases')}" if path else None,
    }
    return page(request, "kept.html", context, status=401)


async def _ended(request: Request) -> bool:
    """Whether nobody is signed in, or nobody any more. What another site sent is not looked at."""
    if request.headers.get("sec-fetch-site") != "same-origin":
        return False
    try:
        return await of_cookie(request) is None
    except Problem as problem:
        return problem.status == HTTPStatus.UNAUTHORIZED
