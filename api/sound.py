"""API: whether what was sent is sound at all, before anybody looks at what it says: size, text, times."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, invalid

LARGEST = 2 * 1024 * 1024  # bytes of a body
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class BodyLimit:
    """Refuse a body that is too large, however it is sent, before more than that of it is read."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > self._largest:
            await Problem("body-too-large").response()(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise Problem("body-too-large")
            return message

        await self._app(scope, counted, send)


async def sound_text(request: Request) -> None:
    """Refuse NUL characters and lone surrogates in a JSON body: no database keeps them, no reader can see them."""
    body = await request.body()
    if not body:
        return
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem("malformed-json") from None
    wrong = {
        ".".join(path): "holds a character that cannot be kept (NUL, or half of a surrogate pair); leave it out"
        for path, text in _texts(sent, ())
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text)
    }
    if wrong:
        raise invalid(wrong)


def sound_times(body: BaseModel) -> None:
    """Refuse moments outside the years 1900 to 2199, which no calendar here covers."""
    wrong = {
        ".".join(path): "lies outside the years 1900 to 2199; check the year"
        for path, moment in _moments(body, ())
        if not EARLIEST <= moment <= LATEST
    }
    if wrong:
        raise invalid(wrong)


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for name, one in value.items():
                yield (*path, "a name"), name
                yield from _texts(one, (*path, name.encode("utf-8", "replace").decode()[:100]))
        case list():
            for number, one in enumerate(value):
                yield from _texts(one, (*path, str(number)))


def _moments(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], datetime]]:
    match value:
        case datetime():
            yield path, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _moments(getattr(value, name), (*path, name))
        case dict():
            for name, one in value.items():
                yield from _moments(one, (*path, str(name)))
        case list():
            for number, one in enumerate(value):
                yield from _moments(one, (*path, str(number)))
