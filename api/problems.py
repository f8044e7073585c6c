"""API: every refusal as a problem document (RFC 9457), with a stable type, a sentence for a person and named fields.

A refusal names its kind (`review.kit.refusals`); here each kind has its HTTP status.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import Field

from api.headers import SAFE
from calendar_rules.model import Model
from delivery.files.scan import WITHHELD
from review.kit.refusals import (
    ChangedMeanwhile,
    NotNow,
    NotRight,
    NotThere,
    NotYours,
    Refused,
    all_refusals,
    kind_of,
)
from store import errors as store_errors
from store.errors import StoreError

MEDIA_TYPE = "application/problem+json"
AS_WRITTEN = {"crg": "CRG", "json": "JSON", "panel": "Panel"}

STATUSES: dict[type[Refused], HTTPStatus] = {
    NotNow: HTTPStatus.CONFLICT,
    NotYours: HTTPStatus.FORBIDDEN,
    NotRight: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotThere: HTTPStatus.NOT_FOUND,
    ChangedMeanwhile: HTTPStatus.PRECONDITION_FAILED,
}

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
    "session-ended": (HTTPStatus.UNAUTHORIZED, "You have signed out, or not used it for long. Sign in again."),
    "sign-in-not-good": (HTTPStatus.UNAUTHORIZED, "The sign-in was not good, or too long ago. Sign in again."),
    "provider-unreachable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The council's sign-in does not answer. Try again in a minute; the links in emails work without it.",
    ),
    "not-one-person": (
        HTTPStatus.FORBIDDEN,
        "The token stands for several people, or for nobody. Here it must name exactly one person of the directory.",
    ),
    "not-in-directory": (
        HTTPStatus.FORBIDDEN,
        "You have signed in, but you are not an active person of this partnership's directory. Ask the Business Unit.",
    ),
    "issuer-unreachable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The issuer's keys cannot be fetched, so no token can be checked. Try again in a minute.",
    ),
    "unknown-case": (
        HTTPStatus.NOT_FOUND,
        "We cannot find that case, or you do not have access to it. Check the reference: it looks like CR-2026-001.",
    ),
    "not-found": (HTTPStatus.NOT_FOUND, "There is nothing at this address. GET /v1 lists what there is."),
    "method-not-allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method. See /docs."),
    "invalid-request": (HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as it should be; errors names fields."),
    "malformed-json": (HTTPStatus.BAD_REQUEST, "The body is not JSON in UTF-8. Check quotes, commas and brackets."),
    "body-too-large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than 2 MB. Send less at once."),
    "unsupported-media-type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."),
    "file-too-large": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The files are larger than we can take at once. Send fewer at a time, or smaller ones.",
    ),
    "file-refused": (HTTPStatus.UNPROCESSABLE_ENTITY, "The file is not taken. The detail says why, and what to do."),
    "file-infected": (
        HTTPStatus.GONE,
        f"{WITHHELD}, so it cannot be opened. Ask whoever sent it for another.",
    ),
    "file-unknown": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "A file is named that you have not sent to this case. Send it to its files first, then name what was answered.",
    ),
    "file-not-taken": (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "No file can be sent this way. Open your document, copy its text into the boxes of this page, and send that.",
    ),
    "form-not-read": (
        HTTPStatus.BAD_REQUEST,
        "What was sent could not be read as this page's form. Open the page again, and send it from there.",
    ),
    "not-as-pdf": (
        HTTPStatus.NOT_ACCEPTABLE,
        "Only a paper that is kept as Word can be had as PDF. Read this one as it is kept: leave out ?as=pdf.",
    ),
    "pdf-not-made": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "This machine cannot make a PDF now. Read the paper in Word, and tell those who run the system: "
        "their log says which packages are missing.",
    ),
    "unknown-edition": (HTTPStatus.UNPROCESSABLE_ENTITY, "No edition has this id. GET /v1/editions lists them."),
    "example-text": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This holds the invented text of an example. What is sent here becomes the legal record: write what is true.",
    ),
    "unknown-host": (
        HTTPStatus.MISDIRECTED_REQUEST,
        "This is the embedded stack of one machine: open it as http://127.0.0.1, or as CRG_PUBLIC_URL says.",
    ),
    "rehearsals-off": (HTTPStatus.FORBIDDEN, "Cases whose clock can be moved are switched off on this system."),
    "directory-empty": (HTTPStatus.CONFLICT, "The directory holds no people yet. Enter them before the first case."),
    "store-unavailable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database does not answer, or can keep nothing now: it is down, busy or full. Try again in a minute, "
        "with the same Idempotency-Key.",
    ),
    "cannot-be-opened": (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "What is kept here cannot be opened: a key is missing from CRG_KEYS, or what was sealed has been changed. "
        "Tell those who run this system.",
    ),
    "not-ready": (HTTPStatus.SERVICE_UNAVAILABLE, "A part of the system does not answer; what is sent is kept."),
    "internal": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. Try again, then tell the operator."),
}  # fmt: skip


class FieldError(Model):
    """What is wrong with one field."""

    field: str = Field(description="where, as names and positions joined by dots; empty for the whole body")
    detail: str


class ProblemDocument(Model):
    """A problem document (RFC 9457). `type` is stable; `detail` is a sentence for a person."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class Problem(Refused):
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
        headers = SAFE | self.headers
        return JSONResponse(content, status_code=self.status, media_type=MEDIA_TYPE, headers=headers)


def store_problem_name(kind: type[StoreError]) -> str:
    return _STORE_NAMES.get(kind) or "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")


def names() -> dict[str, HTTPStatus]:
    """Every problem there is, with its status; where review and store share a name, the review's counts."""
    of_store = {store_problem_name(kind): status_for(kind) for kind in StoreError.__subclasses__()}
    of_review = {kind.name(): status_for(kind) for kind in all_refusals()}
    return of_store | of_review | {name: status for name, (status, _) in OWN.items()}


def status_for(refusal: type[Refused]) -> HTTPStatus:
    """The status of a refusal, by its kind."""
    return STATUSES[kind_of(refusal)]


def status_of(name: str) -> HTTPStatus:
    return OWN[name][0] if name in OWN else names().get(name, HTTPStatus.CONFLICT)


def explanation(name: str) -> str | None:
    """What a type of problem means; None where there is no such type."""
    if name in OWN:
        return OWN[name][1]
    for kind in all_refusals():
        if kind.name() == name:
            return kind.sentence
    for error in StoreError.__subclasses__():
        if store_problem_name(error) == name:
            return error.__doc__
    return None


def title_of(name: str) -> str:
    """The name of a type in words: "Not of the CRG"."""
    first, *more = [AS_WRITTEN.get(word, word) for word in name.split("-")]
    return " ".join([first[0].upper() + first[1:], *more])


def of_refusal(refusal: Mapping[str, Any]) -> Problem:
    """The problem of a refusal as it travels: {"type", "detail", "fields"}."""
    return Problem(str(refusal["type"]), str(refusal["detail"]), errors=refusal.get("fields") or {})


def of_store_error(error: StoreError) -> Problem:
    text, kind = str(error), type(error)
    said = f"{text[:1].upper()}{text[1:]}."
    errors = {kind.field: said} if kind.field else None
    return Problem(store_problem_name(kind), said, status=status_for(kind), errors=errors)


def _oauth_error(name: str) -> str:
    return "invalid_request" if name == "not-signed-in" else "invalid_token"


def invalid(errors: Mapping[str, str]) -> Problem:
    """A request whose fields are not as they should be."""
    first = next(iter(errors.items()), ("", "the request is not as it should be"))
    return Problem("invalid-request", f"The request cannot be taken. {first[0] or 'body'}: {first[1]}.", errors=errors)
