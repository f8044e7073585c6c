"""Forms on the CRG's pages: a meeting called, moved, cancelled, held, its record amended, tried again (G-2, X-2).

Room: api. They say the same as the routes under `/v1/crg/meetings`, which hold the rules.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.crg import CONVENERS, amend, hold
from api.crg_bodies import MeetingAmended, MeetingCall, MeetingCancelled, MeetingHeld, MeetingMoved
from api.means import Means, means_of
from api.pages.forms import fields
from api.pages.frame import HEADERS, plain
from api.pages.gate import frame, of_problem, writer
from api.problems import Problem, of_refusal, of_store_error
from api.sound import sound_times
from api.who import Caller, not_for_you
from calendar_rules.lengths import LONDON
from review.refusals import Refusal
from store.errors import StoreError
from store.meetings import Meeting

Fields = Mapping[str, str]
Show = Callable[[Request, Caller, str, str], Awaitable[Response]]
ShowAll = Callable[[Request, Caller, str], Awaitable[Response]]


class NotFilledIn(Exception):
    """What is missing in a form, as a sentence."""


@contextmanager
def filled_in(otherwise: str) -> Iterator[None]:
    """Read a form; where it cannot be read, say so in this sentence."""
    try:
        yield
    except ValueError:  # pydantic's is one
        raise NotFilledIn(otherwise) from None


async def call(request: Request, show: ShowAll) -> Response:
    """Call a meeting and lead to it; or show the meetings again with what stands in the way."""
    caller = await _convener(request)
    if isinstance(caller, Response):
        return caller
    try:
        meeting = await _called(means_of(request), await fields(request), caller)
    except (NotFilledIn, StoreError, Problem) as no:
        return await show(request, caller, _sentence(no))
    return _to(meeting.id)


async def change(request: Request, id: str, act: str, show: Show) -> Response:
    """Do what a form says and lead back to the meeting; or show the meeting again with what stands in the way."""
    caller = await _convener(request)
    if isinstance(caller, Response):
        return caller
    if act not in ACTS:
        return plain(request, "Not found", "There is no such form.", status=404, frame=await frame(request, caller))
    try:
        await ACTS[act](means_of(request), id, await fields(request), caller)
    except (NotFilledIn, StoreError, Refusal, Problem) as no:
        return await show(request, caller, id, _sentence(no))
    return _to(id)


async def _convener(request: Request) -> Caller | Response:
    caller = await writer(request)
    if isinstance(caller, Response) or caller.holds(*CONVENERS):
        return caller
    return of_problem(request, not_for_you("A CRG meeting", CONVENERS), await frame(request, caller))


def _to(id: str) -> Response:
    return RedirectResponse(f"/crg/{id}", status_code=303, headers=HEADERS)


def _sentence(no: Exception) -> str:
    match no:
        case StoreError():
            return of_store_error(no).detail
        case Refusal():
            return of_refusal(no.as_dict()).detail
        case Problem():
            return no.detail
        case _:
            return str(no)


async def _called(means: Means, sent: Fields, caller: Caller) -> Meeting:
    with filled_in("Give the day and the time; the link, if there is one, is a web address."):
        body = MeetingCall(starts_at=_when(sent), link=sent.get("link", ""))
    sound_times(body)
    return await means.store.meetings.call(**dict(body), message=secrets.token_hex(16), by=caller.sub, at=means.now())


def _when(sent: Fields) -> datetime:
    return datetime.fromisoformat(f"{sent.get('day', '')}T{sent.get('time', '')}").replace(tzinfo=LONDON)


async def _moved(means: Means, id: str, sent: Fields, caller: Caller) -> None:
    with filled_in("Give the day, the time, a reason, and a web address if the link is another."):
        body = MeetingMoved(starts_at=_when(sent), reason=sent.get("reason", ""), link=sent.get("link") or None)
    sound_times(body)
    await means.store.meetings.move(id, **dict(body), message=secrets.token_hex(16), by=caller.sub, at=means.now())


async def _cancelled(means: Means, id: str, sent: Fields, caller: Caller) -> None:
    with filled_in("Give the reason for which the meeting is cancelled."):
        body = MeetingCancelled(reason=sent.get("reason", ""))
    await means.store.meetings.cancel(
        id, reason=body.reason, message=secrets.token_hex(16), by=caller.sub, at=means.now()
    )


async def _held(means: Means, id: str, sent: Fields, caller: Caller) -> None:
    with filled_in("Give the ids of those who came, as the directory has them."):
        body = MeetingHeld(attended=_people(sent), notes=sent.get("notes", ""))
    await hold(means, id, body)


def _people(sent: Fields) -> list[str]:
    return sent.get("attended", "").replace(",", " ").split()


async def _amended(means: Means, id: str, sent: Fields, caller: Caller) -> None:
    with filled_in("Give the ids of those who came, and the reason for which the record is amended."):
        body = MeetingAmended(attended=_people(sent), notes=sent.get("notes", ""), reason=sent.get("reason", ""))
    await amend(means, id, body, message=secrets.token_hex(16), by=caller.sub)


async def _retried(means: Means, id: str, sent: Fields, caller: Caller) -> None:
    await means.store.meetings.look_again(id)


ACTS: dict[str, Callable[[Means, str, Fields, Caller], Awaitable[None]]] = {
    "moved": _moved,
    "cancelled": _cancelled,
    "held": _held,
    "amended": _amended,
    "retried": _retried,
}
