"""What a browser shows instead of a page that cannot be shown: what to do, and the reference of the fault.

Callers of `/v1` get a problem document in JSON.
"""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from api.pages.auth import of_problem
from api.pages.layout import HEADERS, plain
from api.problems import Problem

_FOR_PEOPLE = {
    "not-found": "If you typed the web address, check it is correct. If you pasted it, check you copied all of it.",
    "method-not-allowed": "This address takes no form. Go back, and open the page again.",
    "store-unavailable": "Nothing can be read or kept at the moment. Go back and try again in a few minutes.",
    "body-too-large": "This is longer than can be taken at once. Go back, shorten it, and send it again.",
    "file-too-large": "Nothing was sent. Go back, then choose smaller files, or send one at a time.",
}
_DATA = ("/v1", "/problems", "/health", "/codec", "/openapi.json", "/issuer")


def as_page(request: Request, problem: Problem, fault: str | None) -> Response | None:
    """A problem as a page for a person; None where a program asked, which gets the document."""
    if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith(_DATA):
        return None
    if fault is None:
        problem.detail = _FOR_PEOPLE.get(problem.name, problem.detail)
        onward = [("Go to the start page", "/start")] if problem.status == HTTPStatus.NOT_FOUND else []
        shown: Response = of_problem(request, problem, {"onward": onward})
        shown.headers.update(problem.headers)
        return shown
    answered = "It may or may not have been recorded: look before you send it again."
    try:
        return plain(
            request,
            "Sorry, there is a problem with the service",
            "The fault is ours, not yours." + (f" {answered}" if request.method == "POST" else ""),
            "Go back and try again in a few minutes. If it happens again, tell those who run this system, "
            f"with this reference: {fault}.",
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
        )
    except Exception:  # noqa: BLE001  # the frame of every page is at fault, too
        return Response(
            "Sorry, there is a problem with the service. "
            f"Tell those who run this system, with this reference: {fault}.",
            status_code=HTTPStatus.INTERNAL_SERVER_ERROR,
            media_type="text/plain; charset=utf-8",
            headers=HEADERS,
        )
