"""API: checks of size, text and times, before anything looks at what a request says."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, invalid
from review.bodies import invented
from review.facts.names import unseen

LARGEST = 2 * 1024 * 1024  # bytes of a body
AsPage = Callable[[Request, Problem, str | None], Response | None]

_JSON = re.compile(r"application/([\w.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
_TAKES_FILES = re.compile(r"/v1/cases/[^/]+/files|/r/[^/]+|/cases/[^/]+/steps/[^/]+")
_NUMBER = re.compile(r"\s*[+-]?[\d.]+\s*")
_TIMES = re.compile(r".*_at|.*_date|born|day")  # what a field that holds a date or time is called here
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class BodyLimit:
    """Refuse a body that is too large, however it is sent, before more than that of it is read."""

    def __init__(self, app: ASGIApp, as_page: AsPage, largest: int = LARGEST, files: int = 0) -> None:
        """`as_page` makes a page of the refusal for a browser; `files`: bytes of all files of one form."""
        self._app = app
        self._as_page = as_page
        self._text = largest
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        with_files = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        takes_files = with_files and _TAKES_FILES.fullmatch(scope["path"])
        largest = self._text + (self._files if takes_files else 0)
        too_large = "file-too-large" if takes_files else "body-too-large"
        told = headers.get(b"content-length", b"0")
        if told.isdigit() and int(told) > largest:
            await self._refusal(scope, too_large)(scope, receive, send)
            return
        read, refused = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > largest:
                raise Problem(too_large)
            return message

        async def answered(message: Message) -> None:
            """Whatever the application makes of a body that was cut off, the answer says that it is too large."""
            nonlocal refused
            if read <= largest:
                await send(message)
            elif not refused:
                refused = True
                await self._refusal(scope, too_large)(scope, receive, send)

        await self._app(scope, counted, answered)

    def _refusal(self, scope: Scope, name: str) -> Response:
        problem = Problem(name)
        return self._as_page(Request(scope), problem, None) or problem.response()


async def sound_text(request: Request) -> None:
    """Refuse a body that is not said to be JSON; in JSON, NUL characters and lone surrogates, which no database keeps
    and no reader can see, and numbers where a date or time belongs: they would be taken as seconds since 1970.
    """
    body = await request.body()
    if not body:
        return
    if not _JSON.fullmatch(request.headers.get("content-type", "")):
        raise Problem("unsupported-media-type")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem("malformed-json") from None
    sound_body(sent, in_earnest=not request.app.state.settings.rehearsals)


def sound_body(sent: Any, *, in_earnest: bool) -> None:
    """The same of a body that has been read, wherever it came from. Raises a 422 problem that names the fields."""
    wrong = {
        ".".join(path): "holds a character that cannot be kept (NUL, or half of a surrogate pair); leave it out"
        for path, text in _texts(sent, ())
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text)
    }
    wrong |= {
        ".".join(path): "is a number; write a date such as 2026-05-11, or a time such as 2026-05-11T09:00:00+01:00"
        for path in _numbers_for_times(sent, ())
    }
    # What is empty, or of spaces only, the models see to.
    wrong |= {".".join(path): "is blank; enter it" for path, text in _texts(sent, ()) if text.strip() and unseen(text)}
    if wrong:
        raise invalid(wrong)
    if in_earnest:
        _in_earnest(sent)


def _in_earnest(sent: Any) -> None:
    """Raise a 422 problem where the invented text of an example would become part of a legal record."""
    if places := [".".join(path) for path, text in _texts(sent, ()) if invented(text)]:
        raise Problem("example-text", errors=dict.fromkeys(places, "is the text of an example; write what is true"))


async def known_parameters(request: Request) -> None:
    """Refuse a parameter of the address that its route does not take, or takes once and is given twice: one that is
    misspelt would change nothing, and of two only the last would count.
    """
    if not request.query_params:
        return
    taken = set(_parameters(request.scope["route"].dependant))
    unknown = sorted(set(request.query_params) - taken)
    if unknown:
        names = ", ".join(sorted(taken)) or "none"
        raise invalid({name[:100]: f"is not known here; this address takes: {names}" for name in unknown})
    given = Counter(name for name, _ in request.query_params.multi_items())
    if twice := sorted(name for name, times in given.items() if times > 1):
        raise invalid(dict.fromkeys(twice, "is given more than once; give it once"))


def _parameters(dependant: Dependant) -> Iterator[str]:
    """What a route takes in its address, as it is written there. The document of the API, which would say so too, is
    made only for those who ask for it: it takes a second and 15 MB.
    """
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _parameters(one)


def sound_times(body: BaseModel) -> None:
    """Refuse moments outside the years 1900 to 2199, which no calendar here covers."""
    wrong = {
        ".".join(path): "lies outside the years 1900 to 2199; check the year"
        for path, moment in _moments(body, ())
        if not EARLIEST <= moment <= LATEST
    }
    if wrong:
        raise invalid(wrong)


def said_outright(body: BaseModel) -> None:
    """Refuse a body that leaves out what nobody may take for granted (`Fact.outright`)."""
    outright = getattr(type(body), "outright", ())
    if left_out := [name for name in outright if name not in body.model_fields_set]:
        raise invalid(dict.fromkeys(left_out, "is missing; say true or false"))


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


def _numbers_for_times(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    match value:
        case dict():
            for name, one in value.items():
                number = isinstance(one, int | float) or (isinstance(one, str) and _NUMBER.fullmatch(one))
                if number and _TIMES.fullmatch(name):
                    yield (*path, name)
                else:
                    yield from _numbers_for_times(one, (*path, name))
        case list():
            for place, one in enumerate(value):
                yield from _numbers_for_times(one, (*path, str(place)))


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
