"""API: answers that can be asked for again. A tag of the content lets a reader fetch only what has changed."""

import hashlib
import json
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send


def tagged(request: Request, content: BaseModel, *, tag: str | None = None, passing: str | None = None) -> Response:
    """The content with its ETag; 304 without it where the reader has this very content already.

    `passing` names a field that changes by itself, such as the present moment, and is no change of the content.
    """
    sent = content.model_dump(mode="json", by_alias=True)
    etag = tag or _tag({name: value for name, value in sent.items() if name != passing})
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if _matches(request.headers.get("If-None-Match", ""), etag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(sent, headers=headers)


def _tag(content: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}"'


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
