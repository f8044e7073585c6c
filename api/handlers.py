"""API: every error leaves as a problem document, or as a page if a person reads it in a browser."""

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.outages import away
from api.problems import OWN, Problem, invalid, of_refusal, of_store_error
from review.kit.refusals import Refusal
from settings.keys import CannotOpen
from store.errors import StoreError

LATER = {"Retry-After": "30"}  # seconds

# What is said in the place of the validator's own words, by its kind of error.
_PLAIN = {
    "missing": "is missing",
    "string_too_short": "is blank; enter it",
    "extra_forbidden": "is not known here; take it out, or correct its name",
    "timezone_aware": "has no offset; write a time such as 2026-05-11T09:00:00+01:00 or 2026-05-11T08:00:00Z",
    "union_tag_invalid": "is no kind that is known here; GET /v1/schemas/corrected names all",
    "union_tag_not_found": "lacks its kind; name it, as the case's facts show it",
    "too_short": "holds too few; give at least {min_length}",
    "too_long": "holds too many; give at most {max_length}",
    "string_too_long": "is too long; {max_length} characters are the most",
    "enum": "is not known here; choose {expected}",
    "literal_error": "is not known here; choose {expected}",
    "greater_than": "is too small; give more than {gt:g}",
    "greater_than_equal": "is too small; give at least {ge}",
    "less_than_equal": "is too large; give at most {le}",
    "string_pattern_mismatch": "is not written as it must be: {form}",
}
# The rest, by what was expected: the first word of the validator's kind of error.
_EXPECTED = {
    "bool": "is neither true nor false; give one of the two",
    "date": "is no date; write one such as 2026-05-11",
    "datetime": "is no time; write one such as 2026-05-11T09:00:00+01:00",
    "dict": "is no object; put names and values in braces",
    "finite": "is no number; give one",
    "float": "is no number; give one",
    "int": "is no whole number; give one",
    "list": "is no list; put it in square brackets",
    "model": "is no object; put names and values in braces",
    "string": "is no text; put it in quotation marks",
}
# What a text that must look a certain way is, by the pattern that it must match.
_FORMS = (
    ("https?://", "a web address that begins with https://"),
    ("[A-Z]{2}-", "a case's reference such as CR-2026-001"),
    ("[a-z0-9-]", "an id of lower-case letters, digits and hyphens"),
    ("[0-9a-f]{64}", "64 hexadecimal digits"),
    ("[!-}]", "200 characters of ASCII at the most, with no ~ in front and no space in front or at the end"),
    (r"\S", "it is blank; enter it"),
)


def of_validation(error: RequestValidationError) -> Problem:
    """What is wrong with a request, in words of ours: where it is, and what to write there."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return Problem("malformed-json")
    if places := [one["loc"][1] for one in found if one["loc"][0] == "path"]:
        return Problem("unknown-case" if "reference" in places else "not-found")
    errors: dict[str, str] = {}
    for one in found:
        loc = [str(part) for part in one["loc"] if part != "[key]"]
        about = one.get("ctx", {})
        if field := getattr(about.get("error"), "field", ""):
            loc.append(field)
        place = ".".join(loc[1:] if loc[:1] in (["body"], ["query"], ["path"], ["header"]) else loc)
        errors.setdefault(_printable(place), _printable(_in_words(one["type"], str(one["msg"]), about)))
    return invalid(errors)


def _in_words(kind: str, message: str, about: Mapping[str, Any]) -> str:
    given = dict(about)
    if "reason" in given:  # of an email address
        return f"is no email address: {given['reason']}".removesuffix(".")
    if expected := given.get("expected"):  # words of JSON, not of Python
        given["expected"] = str(expected).replace("True", "true").replace("False", "false")
    if pattern := given.get("pattern"):
        given["form"] = next((form for part, form in _FORMS if part in pattern), f"it must match {pattern}")
    plain = _PLAIN.get(kind) or _EXPECTED.get(kind.partition("_")[0])
    return plain.format_map(given) if plain else message.removeprefix("Value error, ")


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:300]


_HTTP = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.BAD_REQUEST: "malformed-json",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
}


def _taken(request: Request) -> list[str]:
    """The methods that this address takes, by whichever route."""

    def taken(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return [method for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS") if taken(method)]


AsPage = Callable[[Request, Problem, str | None], Response | None]


def install(app: FastAPI, as_page: AsPage) -> None:
    """Let every error leave as a problem document; or, where a person reads it in a browser, as a page."""

    def answer(request: Request, problem: Problem, fault: str | None = None) -> Response:
        return as_page(request, problem, fault) or problem.response()

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        return answer(request, problem)

    @app.exception_handler(Refusal)
    async def _refusal(request: Request, refusal: Refusal) -> Response:
        return answer(request, of_refusal(refusal.as_dict()))

    @app.exception_handler(StoreError)
    async def _store(request: Request, error: StoreError) -> Response:
        return answer(request, of_store_error(error))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> Response:
        return answer(request, of_validation(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        status, headers = HTTPStatus(error.status_code), dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_taken(request))
        return answer(request, Problem(_HTTP.get(status, "invalid-request"), status=status, headers=headers))

    @app.exception_handler(Exception)
    async def _internal(request: Request, error: Exception) -> Response:
        return answer(request, *of_fault(request, error))

    _install_for_the_store(app, answer)


def _install_for_the_store(app: FastAPI, answer: Callable[..., Response]) -> None:
    @app.exception_handler(SQLAlchemyError)
    async def _database(request: Request, error: SQLAlchemyError) -> Response:
        if not away(error):
            return answer(request, *of_fault(request, error))
        structlog.get_logger().error("store-unavailable", exc_info=error)
        return answer(request, Problem("store-unavailable", headers=LATER))

    @app.exception_handler(CannotOpen)
    async def _keys(request: Request, error: CannotOpen) -> Response:
        structlog.get_logger().error("cannot-be-opened", why=str(error))  # names a key, and nothing that was sealed
        return answer(request, Problem("cannot-be-opened"))


def of_fault(request: Request, error: Exception) -> tuple[Problem, str]:
    """The problem of a fault of ours and its reference, which the log has, too."""
    # The class only: a message may carry what somebody wrote.
    fault = secrets.token_hex(4)
    structlog.get_logger().error("request-failed", method=request.method, error=type(error).__name__, fault=fault)
    return Problem("internal", f"{OWN['internal'][1]} The fault is {fault}."), fault
