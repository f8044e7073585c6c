"""Forms on the CRG's pages: a meeting called, moved, cancelled, held, its record amended, tried again (G-2, X-2).

They say the same as the routes under `/v1/crg/meetings`, which hold the rules.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from api.auth import Caller
from api.crg import CONVENERS, amend, called, hold
from api.crg_bodies import MeetingAmended, MeetingCall, MeetingCancelled, MeetingHeld, MeetingMoved
from api.deps import Deps, deps_of
from api.input_checks import sound_times
from api.pages.auth import frame, holding, writer
from api.pages.forms import chosen, fields
from api.pages.intake import message_id
from api.pages.layout import HEADERS, plain
from api.problems import Problem, of_refusal, of_store_error
from calendar_rules.lengths import LONDON
from review.kit.refusals import Refusal
from store.errors import StoreError
from store.meeting import Meeting

Fields = Mapping[str, str]
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True)
class Sent:
    """What stood in a form: its fields, and who was ticked."""

    fields: Fields
    attended: list[str]

    def key(self, what: str, by: str) -> str:
        """The same for the same form sent again, so that a second click counts once."""
        once = self.fields.get("once") or secrets.token_hex(16)
        said = sorted(f"{name}={value}" for name, value in self.fields.items())
        return message_id(f"crg-{what}", by, once, *said, *sorted(self.attended))


@dataclass(frozen=True)
class Mistake:
    """A form that could not be taken: which, what stood in it, and what is wrong with it, by field where it is one."""

    act: str
    sent: Sent
    sentence: str
    errors: Mapping[str, str]

    @property
    def summary(self) -> list[dict[str, str]]:
        """Every mistake with the way to its field."""
        found = [{"text": text, "href": f"#{self.field_id(name)}"} for name, text in self.errors.items()]
        return found or [{"text": self.sentence, "href": f"#{self.act}"}]

    def field_id(self, name: str) -> str:
        return f"{self.act}-reason" if name == "reason" else name


Show = Callable[[Request, Caller, str, Mistake], Awaitable[Response]]
ShowAll = Callable[[Request, Caller, Mistake], Awaitable[Response]]


def in_the_forms(mistake: Mistake | None) -> dict[str, Any]:
    """What a page needs to show its forms: as they were sent where one could not be taken, with what is wrong."""

    def kept(act: str, name: str, otherwise: str = "") -> str:
        return mistake.sent.fields.get(name, "") if mistake and mistake.act == act else otherwise

    def ticked(act: str, otherwise: list[str]) -> list[str]:
        return mistake.sent.attended if mistake and mistake.act == act else otherwise

    def wrong(act: str, name: str) -> dict[str, str] | None:
        found = mistake.errors.get(name) if mistake and mistake.act == act else None
        return {"text": found} if found else None

    once = secrets.token_urlsafe(9)
    return {"mistake": mistake, "kept": kept, "ticked": ticked, "wrong": wrong, "once": once}


class NotFilledIn(Exception):
    """What is missing in a form: a sentence for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__(". ".join(errors.values()))


_MISSING = {
    "day": "Enter the day",
    "time": "Enter the time",
    "link": "Enter a web address that begins with https://, or leave it empty",
    "minutes": "Enter how many minutes it lasts, from 15 to 600, or leave it empty",
    "reason": "Enter the reason, in up to 2,000 characters",
    "attended": "Select who attended, up to 100 people",
    "notes": "Notes must be 20,000 characters or fewer",
}


async def call(request: Request, show: ShowAll) -> Response:
    """Call a meeting and lead to it; or show the meetings again with what stands in the way."""
    caller = await _convener(request)
    if isinstance(caller, Response):
        return caller
    sent = await _sent(request)
    try:
        meeting = await _called(deps_of(request), sent, caller)
    except (NotFilledIn, StoreError, Problem) as no:
        return await show(request, caller, _mistake("call", sent, no))
    return _to(meeting.id)


async def change(request: Request, id: str, act: str, show: Show) -> Response:
    """Do what a form says and lead back to the meeting; or show the meeting again with what stands in the way."""
    caller = await _convener(request)
    if isinstance(caller, Response):
        return caller
    if act not in ACTS:
        return plain(
            request, "Page not found", "This form does not exist.", status=404, frame=await frame(request, caller)
        )
    sent = await _sent(request)
    try:
        await ACTS[act](deps_of(request), id, sent, caller)
    except (NotFilledIn, StoreError, Refusal, Problem) as no:
        return await show(request, caller, id, _mistake(act, sent, no))
    return _to(id)


async def _convener(request: Request) -> Caller | Response:
    return await holding(request, await writer(request), "A CRG meeting", CONVENERS)


def _to(id: str) -> Response:
    return RedirectResponse(f"/crg/{id}", status_code=303, headers=HEADERS)


def _mistake(act: str, sent: Sent, no: Exception) -> Mistake:
    errors: Mapping[str, str] = {}
    match no:
        case NotFilledIn():
            sentence, errors = str(no), no.errors
        case StoreError():
            sentence, errors = _of_problem(of_store_error(no))
        case Refusal():
            sentence, errors = _of_problem(of_refusal(no.as_dict()))
        case Problem():
            sentence, errors = _of_problem(no)
        case _:
            raise no
    on_the_form = {"day" if field == "starts_at" else field: text for field, text in errors.items()}
    known = {field: text for field, text in on_the_form.items() if field in _MISSING}
    return Mistake(act, sent, sentence, known)


def _of_problem(problem: Problem) -> tuple[str, dict[str, str]]:
    return problem.detail, {one.field: problem.detail for one in problem.errors}


async def _sent(request: Request) -> Sent:
    return Sent(await fields(request), await chosen(request, "attended"))


def _read(body: type[B], sent: Fields, **given: object) -> B:
    """What the form says; or what is missing in it, all at once."""
    errors: dict[str, str] = {}
    if "starts_at" in body.model_fields:
        errors = {
            name: _MISSING[name] for name, kind in (("day", date), ("time", time)) if not _is_one(sent, name, kind)
        }
        given["starts_at"] = datetime.now(LONDON) if errors else _when(sent)
    try:
        read = body(**given)
    except ValidationError as wrong:
        errors |= {name: _MISSING[name] for one in wrong.errors() if (name := str(one["loc"][0])) in _MISSING}
    if errors:
        raise NotFilledIn(errors)
    return read


def _is_one(sent: Fields, name: str, kind: type[date] | type[time]) -> bool:
    try:
        kind.fromisoformat(sent.get(name, ""))
    except ValueError:
        return False
    return True


def _when(sent: Fields) -> datetime:
    day, at = date.fromisoformat(sent["day"]), time.fromisoformat(sent["time"])
    return datetime.combine(day, at.replace(tzinfo=None), LONDON)


async def _called(deps: Deps, sent: Sent, caller: Caller) -> Meeting:
    given = sent.fields
    body = _read(MeetingCall, given, link=given.get("link", ""), minutes=given.get("minutes") or None)
    sound_times(body)
    return await called(deps, body, message=sent.key("called", caller.sub), by=caller.sub)


async def _moved(deps: Deps, id: str, sent: Sent, caller: Caller) -> None:
    given = sent.fields
    reason, link, minutes = given.get("reason", ""), given.get("link") or None, given.get("minutes") or None
    body = _read(MeetingMoved, given, reason=reason, link=link, minutes=minutes)
    sound_times(body)
    key = sent.key(f"moved-{id}", caller.sub)
    await deps.store.meetings.move(id, **dict(body), message=key, by=caller.sub, at=deps.now())


async def _cancelled(deps: Deps, id: str, sent: Sent, caller: Caller) -> None:
    body = _read(MeetingCancelled, sent.fields, reason=sent.fields.get("reason", ""))
    key = sent.key(f"cancelled-{id}", caller.sub)
    await deps.store.meetings.cancel(id, reason=body.reason, message=key, by=caller.sub, at=deps.now())


async def _held(deps: Deps, id: str, sent: Sent, caller: Caller) -> None:
    body = _read(MeetingHeld, sent.fields, attended=sent.attended, notes=sent.fields.get("notes", ""))
    await hold(deps, id, body, by=caller.sub)


async def _amended(deps: Deps, id: str, sent: Sent, caller: Caller) -> None:
    notes, reason = sent.fields.get("notes", ""), sent.fields.get("reason", "")
    body = _read(MeetingAmended, sent.fields, attended=sent.attended, notes=notes, reason=reason)
    await amend(deps, id, body, message=sent.key(f"amended-{id}", caller.sub), by=caller.sub)


async def _retried(deps: Deps, id: str, sent: Sent, caller: Caller) -> None:
    await deps.store.meetings.look_again(id)


ACTS: dict[str, Callable[[Deps, str, Sent, Caller], Awaitable[None]]] = {
    "moved": _moved,
    "cancelled": _cancelled,
    "held": _held,
    "amended": _amended,
    "retried": _retried,
}
