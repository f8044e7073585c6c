"""API: ETags. A tag of the content lets a reader fetch only what has changed."""

import hashlib
import json
import re
from typing import Annotated, Any

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem

IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=500, description="the ETag that was read; 412 where it has changed")
]

Passing = tuple[str, ...]  # fields
_PASSING = re.compile(r'-[0-9a-f]{8}"')  # the part of a tag that changes by itself


def tagged(request: Request, content: BaseModel, *, tag: str | None = None, passing: Passing = ()) -> Response:
    """The content with its ETag; 304 without it where the reader has this very content already. `passing` as in
    `tag_of`.
    """
    sent = content.model_dump(mode="json", by_alias=True)
    etag = tag or _tag_of(sent, passing)
    return _same(request, etag) or JSONResponse(sent, headers=_headers(etag))


def ready(request: Request, body: bytes, etag: str) -> Response:
    """As `tagged`, for JSON that is at hand."""
    return _same(request, etag) or Response(body, media_type="application/json", headers=_headers(etag))


def tag_of(content: BaseModel, *, passing: Passing = ()) -> str:
    """The ETag that `tagged` gives this content.

    `passing` are fields that change by themselves, as the emails sent meanwhile: the ETag changes with it, so that a
    reader gets it, but its part before the dash does not, and `If-Match` counts that part only.
    """
    return _tag_of(content.model_dump(mode="json", by_alias=True), passing)


def _tag_of(sent: dict[str, Any], passing: Passing) -> str:
    whole = _tag(sent)
    if not passing:
        return whole
    lasting = {name: value for name, value in sent.items() if name not in passing}
    return f'{_tag(lasting)[:-1]}-{whole[1:9]}"'


def without(content: BaseModel, passing: str) -> tuple[bytes, str]:
    """The JSON of the content, and its ETag, but for a field that changes by itself and is no change of the content."""
    sent = content.model_dump(mode="json", by_alias=True, exclude={passing})
    return bytes(JSONResponse(sent).body), _tag(sent)


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "no-store", "Vary": "Authorization, Cookie"}


def _same(request: Request, etag: str) -> Response | None:
    """304, where the reader has this very content already."""
    return Response(status_code=304, headers=_headers(etag)) if is_known(request, etag) else None


def is_known(request: Request, etag: str) -> bool:
    """Whether the reader has this very content already: `If-None-Match` names its ETag."""
    return _matches(request.headers.get("If-None-Match", ""), etag)


def unchanged(if_match: str | None, tag: str) -> None:
    """Raise a 412 problem where what was read has changed since: `If-Match` names the ETag that was read."""
    if if_match is not None and not _matches(re.sub(_PASSING, '"', if_match), re.sub(_PASSING, '"', tag)):
        raise Problem("changed", "It has changed since you read it: read it again, and then say what still applies.")


def _tag(content: dict[str, Any]) -> str:
    lasting = dict(content)
    if isinstance(
        lasting.get("next"), str
    ):  # a cursor is sealed differently each time; only whether there is one counts
        lasting["next"] = True
    return f'"{hashlib.sha256(json.dumps(lasting).encode()).hexdigest()[:32]}"'


def _matches(asked: str, etag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return etag in tags or "*" in tags


class HeadAsGet:
    """Whatever can be read answers HEAD as it answers GET; the server leaves the body out (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
