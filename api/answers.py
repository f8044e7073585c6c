"""API: answers that can be asked for again. A tag of the content lets a reader fetch only what has changed."""

import hashlib
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel


def tagged(request: Request, content: BaseModel | dict[str, Any], *, tag: str | None = None) -> Response:
    """The content with its ETag; 304 without it where the reader has this very content already."""
    answer = JSONResponse(content.model_dump(mode="json", by_alias=True) if isinstance(content, BaseModel) else content)
    etag = tag or f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if _matches(request.headers.get("If-None-Match", ""), etag):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


def _matches(asked: str, etag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return etag in tags or "*" in tags
