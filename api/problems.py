"""API: every refusal as a problem document (RFC 9457), with a stable type, a sentence for a person and named fields.

`api.statuses` has the one table from a refusal to its HTTP status.
"""

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.statuses import STATUSES as STATUSES
from review.refusals import Refusal
from store import errors as store_errors
from store.errors import StoreError

MEDIA_TYPE = "application/problem+json"

_STORE_NAMES: dict[type[StoreError], str] = {store_errors.KeyReused: "idempotency-key-reused"}

# Problems of the way in, which no room below knows of. name -> (status, what it means and what to do next)
OWN: dict[str, tuple[HTTPStatus, str]] = {
    "not-signed-in": (HTTPStatus.UNAUTHORIZED, "Send a token: Authorization: Bearer and the token of your sign-in."),
    "token-expired": (HTTPStatus.UNAUTHORIZED, "The token has expired. Sign in again."),
    "token-for-another-audience": (
        HTTPStatus.UNAUTHORIZED,
        "The token was issued for another service. Sign in to this one.",
    ),
    "token-not-accepted": (HTTPStatus.UNAUTHORIZED, "The token is not of this issuer, or damaged. Sign in again."),
    "issuer-unreachable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The issuer's keys cannot be fetched, so no token can be checked. Try again in a minute.",
    ),
    "unknown-case": (HTTPStatus.NOT_FOUND, "No case of this reference is yours to see. Check the reference."),
    "not-found": (HTTPStatus.NOT_FOUND, "There is nothing at this address. GET /v1 lists what there is."),
    "method-not-allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method. See /docs."),
    "invalid-request": (HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as it should be; errors names fields."),
    "malformed-json": (HTTPStatus.BAD_REQUEST, "The body is not JSON in UTF-8. Check quotes, commas and brackets."),
    "body-too-large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than 2 MB. Send less at once."),
    "unsupported-media-type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."),
    "unknown-edition": (HTTPStatus.UNPROCESSABLE_ENTITY, "No edition has this id. GET /v1/editions lists them."),
    "rehearsals-off": (HTTPStatus.FORBIDDEN, "Cases whose clock can be moved are switched off on this system."),
    "directory-empty": (HTTPStatus.CONFLICT, "The directory holds no people yet. Enter them before the first case."),
    "not-ready": (HTTPStatus.SERVICE_UNAVAILABLE, "A part of the system does not answer; what is sent is kept."),
    "internal": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. Try again, then tell the operator."),
}  # fmt: skip


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="where, as names and positions joined by dots; empty for the whole body")
    detail: str


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457). `type` is stable; `detail` is a sentence for a person."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class Problem(Exception):
    """Refuse a request. `name` is the tail of the problem's type."""

    def __init__(
        self,
        name: str,
        detail: str | None = None,
        *,
        status: HTTPStatus | None = None,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.status = status or status_of(name)
        self.detail = detail or OWN[name][1]
        self.errors = [FieldError(field=field, detail=text) for field, text in (errors or {}).items()]
        self.headers = dict(headers or {})
        if self.status == HTTPStatus.UNAUTHORIZED:
            self.headers.setdefault("WWW-Authenticate", f'Bearer error="{_oauth_error(name)}"')
        super().__init__(self.detail)

    def document(self) -> ProblemDocument:
        return ProblemDocument(
            type=f"/problems/{self.name}",
            title=title_of(self.name),
            status=self.status,
            detail=self.detail,
            errors=self.errors,
        )

    def response(self) -> JSONResponse:
        content = self.document().model_dump(mode="json", exclude={"errors"} if not self.errors else None)
        headers = {"Cache-Control": "no-store"} | self.headers
        return JSONResponse(content, status_code=self.status, media_type=MEDIA_TYPE, headers=headers)


def store_problem_name(kind: type[StoreError]) -> str:
    return _STORE_NAMES.get(kind) or "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")


def names() -> dict[str, HTTPStatus]:
    """Every problem there is, with its status; where review and store share a name, the review's counts."""
    of_store = {store_problem_name(kind): STATUSES[kind] for kind in STATUSES if issubclass(kind, StoreError)}
    of_review = {kind.name(): STATUSES[kind] for kind in STATUSES if issubclass(kind, Refusal)}
    return of_store | of_review | {name: status for name, (status, _) in OWN.items()}


def status_of(name: str) -> HTTPStatus:
    return names().get(name, HTTPStatus.CONFLICT)


def explanation(name: str) -> str | None:
    """What a type of problem means; None where there is no such type."""
    if name in OWN:
        return OWN[name][1]
    for kind in STATUSES:
        if issubclass(kind, Refusal) and kind.name() == name:
            return kind.sentence
    for kind in STATUSES:
        if issubclass(kind, StoreError) and store_problem_name(kind) == name:
            return kind.__doc__
    return None


def title_of(name: str) -> str:
    return name.replace("-", " ").capitalize()


def of_refusal(refusal: Mapping[str, Any]) -> Problem:
    """The problem of a refusal as it travels: {"type", "detail", "fields"}."""
    return Problem(str(refusal["type"]), str(refusal["detail"]), errors=refusal.get("fields") or {})


def of_store_error(error: StoreError) -> Problem:
    text = str(error)
    name = store_problem_name(type(error))
    return Problem(name, f"{text[:1].upper()}{text[1:]}.", status=STATUSES[type(error)])


def _oauth_error(name: str) -> str:
    return "invalid_request" if name == "not-signed-in" else "invalid_token"


def invalid(errors: Mapping[str, str]) -> Problem:
    """A request whose fields are not as they should be."""
    first = next(iter(errors.items()), ("", "the request is not as it should be"))
    where = f"{first[0]}: " if first[0] else ""
    return Problem("invalid-request", f"The request cannot be taken. {where}{first[1]}.", errors=errors)


# What is said in the place of the validator's own words, by its kind of error.
_PLAIN = {
    "missing": "is missing",
    "string_too_short": "is blank; say it in words",
    "extra_forbidden": "is not known here; take it out, or correct its name",
    "timezone_aware": "has no offset; write a time such as 2026-05-11T09:00:00+01:00 or 2026-05-11T08:00:00Z",
    "union_tag_invalid": "is no kind that is known here; GET /v1/schemas/corrected names all",
    "union_tag_not_found": "lacks its kind; name it, as the case's facts show it",
    "model_attributes_type": "Send one JSON object: names and values in braces",
    "too_short": "holds too few; give at least {min_length}",
    "too_long": "holds too many; give at most {max_length}",
    "string_too_long": "is too long; {max_length} characters are the most",
    "enum": "is not known here; choose {expected}",
    "literal_error": "is not known here; choose {expected}",
    "greater_than": "is too small; give more than {gt:g}",
    "greater_than_equal": "is too small; give at least {ge}",
    "less_than_equal": "is too large; give at most {le}",
    "date_from_datetime_parsing": "is no date; write one such as 2026-05-11",
    "string_type": "is no text; put it in quotation marks",
    "list_type": "is no list; put it in square brackets",
    "string_pattern_mismatch": "is not written as it must be: {form}",
}
# What a text that must look a certain way is, by the pattern that it must match.
_FORMS = (
    ("https?://", "a web address that begins with https://"),
    ("[A-Z]{2}-", "a case's reference such as CR-2026-001"),
    ("[a-z0-9-]", "an id of lower-case letters, digits and hyphens"),
    ("[0-9a-f]{64}", "64 hexadecimal digits"),
    (r"\S", "it is blank; say it in words"),
)


def _of_validation(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return Problem("malformed-json")
    if places := [one["loc"][1] for one in found if one["loc"][0] == "path"]:
        return Problem("unknown-case" if "reference" in places else "not-found")
    errors: dict[str, str] = {}
    for one in found:
        loc = [str(part) for part in one["loc"]]
        about = one.get("ctx", {})
        if field := getattr(about.get("error"), "field", ""):
            loc.append(field)
        place = ".".join(loc[1:] if loc[:1] in (["body"], ["query"], ["path"], ["header"]) else loc)
        plain = _PLAIN.get(one["type"])
        if pattern := about.get("pattern"):
            about |= {"form": next((form for part, form in _FORMS if part in pattern), f"it must match {pattern}")}
        text = plain.format_map(about) if plain else str(one["msg"]).removeprefix("Value error, ")
        errors.setdefault(_printable(place), _printable(text))
    return invalid(errors)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:300]


_HTTP = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.BAD_REQUEST: "malformed-json",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
}


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
        return answer(request, _of_validation(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        name = _HTTP.get(HTTPStatus(error.status_code), "invalid-request")
        return answer(request, Problem(name, status=HTTPStatus(error.status_code), headers=error.headers))

    @app.exception_handler(Exception)
    async def _internal(request: Request, error: Exception) -> Response:
        # The class only: a message may carry what somebody wrote.
        fault = secrets.token_hex(4)
        structlog.get_logger().error("request-failed", method=request.method, error=type(error).__name__, fault=fault)
        return answer(request, Problem("internal", f"{OWN['internal'][1]} The fault is {fault}."), fault)
