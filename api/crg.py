"""API: the Case Review Group's meetings with their agenda (G-2), and the action log across cases (G-11)."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from api.attendance import of_the_crg
from api.auth import READERS, Allow, Caller, Reader
from api.crg_bodies import (
    AMENDED,
    CALL,
    HELD,
    MEETING,
    MOVED,
    OFF,
    MeetingAmended,
    MeetingCall,
    MeetingCancelled,
    MeetingHeld,
    MeetingList,
    MeetingMail,
    MeetingMoved,
    MeetingWhole,
)
from api.deps import Deps, TheDeps
from api.etags import IfMatch, tag_of, tagged, unchanged
from api.input_checks import sound_times
from api.message import Sent, TheMessage
from api.paths import After, Limit
from api.visibility import agencies_of_caller
from calendar_rules.model import Model
from review.chapters.crg.agenda import ActionLine, Agenda, AgendaPage
from review.facts.directory import Role
from review.kit.refusals import UnknownPerson
from store.actions import Own
from store.meeting import Meeting, MeetingRecord

routes = APIRouter(tags=["CRG"])
Id = Annotated[str, Path(pattern=f"^{MEETING}$", description="names the day for which it was called first")]
CONVENERS = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
Convener = Annotated[Caller, Depends(Allow(*CONVENERS, what="A CRG meeting"))]
LogReader = Annotated[Caller, Depends(Allow(*READERS, Role.AGENCY, what="The action log"))]

_BY_ITSELF = ("mails", "invited")  # of a meeting: they go out, and are answered, without anybody changing it


class ActionList(Model):
    """One page of actions, the one due first first; `next` goes into `after` for the following one."""

    items: list[ActionLine]
    next: str | None


@routes.get("/v1/crg/meetings", operation_id="list-crg-meetings", response_model=MeetingList)
async def list_meetings(request: Request, _: Reader, deps: TheDeps, after: After = None, limit: Limit = 50) -> Response:
    """Meetings of the CRG, the latest first (G-2). Who may: every office but agency and observer."""
    return tagged(request, await _listed(deps, after=after, limit=limit))


@routes.post("/v1/crg/meetings", status_code=201, operation_id="call-crg-meeting")
async def call_meeting(
    body: Annotated[MeetingCall, Body(openapi_examples={"example": {"summary": "A meeting", "value": CALL}})],
    caller: Convener,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> Meeting:
    """Call a meeting of the CRG; one a day at most. Who may: business-unit, crg-chair.

    Its Chair and members are invited, and some working days before they are mailed the agenda.
    """
    sound_times(body)
    if if_match is not None and not await deps.store.meetings.heard(sent.id):
        unchanged(if_match, tag_of(await _listed(deps)))
    return await called(deps, body, message=sent.id, by=caller.sub)


async def called(deps: Deps, body: MeetingCall, *, message: str, by: str) -> Meeting:
    """The meeting, called for as long as the settings have it where nothing else is said."""
    said = dict(body) | {"minutes": body.minutes or deps.settings.meeting_minutes}
    return await deps.store.meetings.call(**said, message=message, by=by, at=deps.now())


@routes.get("/v1/crg/meetings/{id}", operation_id="read-crg-meeting", response_model=MeetingWhole)
async def read_meeting(request: Request, id: Id, _: Reader, deps: TheDeps) -> Response:
    """A meeting, its changes with reasons, and who has been told. Who may: every office but agency and observer."""
    return tagged(request, await _whole(deps, id), passing=_BY_ITSELF)


@routes.post("/v1/crg/meetings/{id}/moved", status_code=201, operation_id="move-crg-meeting")
async def move_meeting(
    id: Id,
    body: Annotated[MeetingMoved, Body(openapi_examples={"example": {"summary": "Another day", "value": MOVED}})],
    caller: Convener,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> Meeting:
    """Set a meeting for another time; its id stays, those invited are told. Who may: business-unit, crg-chair."""
    await _as_it_was_read(deps, if_match, id, sent)
    sound_times(body)
    return await deps.store.meetings.move(id, **dict(body), message=sent.id, by=caller.sub, at=deps.now())


@routes.post("/v1/crg/meetings/{id}/cancelled", status_code=201, operation_id="cancel-crg-meeting")
async def cancel_meeting(
    id: Id,
    body: Annotated[MeetingCancelled, Body(openapi_examples={"example": {"summary": "Why", "value": OFF}})],
    caller: Convener,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> Meeting:
    """Cancel a meeting, which frees its day; those invited are told. Who may: business-unit, crg-chair."""
    await _as_it_was_read(deps, if_match, id, sent)
    return await deps.store.meetings.cancel(id, reason=body.reason, message=sent.id, by=caller.sub, at=deps.now())


@routes.post("/v1/crg/meetings/{id}/retried", status_code=202, operation_id="retry-crg-meeting")
async def retry_meeting(id: Id, _: Convener, deps: TheDeps) -> Meeting:
    """Try again what could not be delivered: the address has been put right. Who may: business-unit, crg-chair."""
    meeting = await deps.store.meetings.get(id)
    await deps.store.meetings.look_again(id)
    return meeting


@routes.get("/v1/crg/meetings/{id}/agenda", operation_id="read-crg-agenda", response_model=Agenda)
async def read_agenda(
    request: Request,
    id: Id,
    _: Reader,
    deps: TheDeps,
    rehearsal: Annotated[bool, Query(description="of rehearsals instead of real cases")] = False,
) -> Response:
    """The agenda, written from what is live now: cases by stage, requests, actions, concerns, the Panel (G-2).

    Of a meeting that was held, as it stood then. Who may: every office but agency and observer.
    """
    meeting = await deps.store.meetings.get(id)
    if meeting.record is not None:
        return tagged(request, Agenda.model_validate(meeting.record.agenda))
    found = await agenda_of(deps, meeting, rehearsal=rehearsal)
    return tagged(request, found.agenda)


@routes.post("/v1/crg/meetings/{id}/held", status_code=201, operation_id="record-crg-meeting")
async def record_meeting(
    id: Id,
    body: Annotated[MeetingHeld, Body(openapi_examples={"example": {"summary": "Who came", "value": HELD}})],
    caller: Convener,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> Meeting:
    """Record who came; the agenda is kept as it stands now. Who may: business-unit, crg-chair."""
    held = (await deps.store.meetings.get(id)).record
    if held is None or (held.attended, held.notes) != (body.attended, body.notes):  # else it says the same again
        await _as_it_was_read(deps, if_match, id, sent)
    return await hold(deps, id, body, by=caller.sub)


@routes.post("/v1/crg/meetings/{id}/amended", status_code=201, operation_id="amend-crg-meeting")
async def amend_meeting(
    id: Id,
    body: Annotated[MeetingAmended, Body(openapi_examples={"example": {"summary": "Put right", "value": AMENDED}})],
    caller: Convener,
    deps: TheDeps,
    sent: TheMessage,
    if_match: IfMatch = None,
) -> Meeting:
    """Put right the record of a meeting; the earlier one is kept (X-2). Who may: business-unit, crg-chair."""
    await _as_it_was_read(deps, if_match, id, sent)
    return await amend(deps, id, body, message=sent.id, by=caller.sub)


@routes.get("/v1/actions", operation_id="list-actions", response_model=ActionList)
async def list_actions(
    request: Request,
    caller: LogReader,
    deps: TheDeps,
    owner: Annotated[str | None, Query(max_length=63, description="id of the person who is responsible for it")] = None,
    agency: Annotated[str | None, Query(max_length=63, description="id of the agency")] = None,
    overdue: Annotated[bool | None, Query(description="overdue ones only, or none")] = None,
    closed: Annotated[bool, Query(description="closed ones instead of open ones, of ended cases too")] = False,
    rehearsal: Annotated[bool, Query(description="of rehearsals instead of real cases")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The action log: open actions of all cases, or the closed ones (G-11).

    Who may: every office but observer; an agency reads its own.
    """
    page = await deps.store.actions.list(
        owner=owner,
        agency=agency,
        overdue=overdue,
        closed=closed,
        rehearsal=rehearsal,
        own=await own_actions(deps, caller),
        after=after,
        limit=limit,
        now=deps.now(),
    )
    return tagged(request, ActionList(items=page.items, next=page.next))


async def own_actions(deps: Deps, caller: Caller) -> Own | None:
    """Whose actions the caller may see: those of their agencies, and their own; None for one who sees the whole log."""
    if caller.holds(*READERS):
        return None
    return Own(agencies=await agencies_of_caller(deps, caller), people=caller.people)


async def hold(deps: Deps, id: str, body: MeetingHeld, *, by: str) -> Meeting:
    """Record who came, with the agenda as it stands now."""
    await _known(deps, body.attended)
    stands = await agenda_of(deps, await deps.store.meetings.get(id), rehearsal=False)
    record = MeetingRecord(**body.model_dump(), agenda=stands.agenda.model_dump(mode="json"))
    return await deps.store.meetings.hold(id, record, by=by, at=deps.now())


async def amend(deps: Deps, id: str, body: MeetingAmended, *, message: str, by: str) -> Meeting:
    """Put the record right."""
    await _known(deps, body.attended)
    return await deps.store.meetings.amend(id, **dict(body), message=message, by=by, at=deps.now())


async def _listed(deps: Deps, *, after: str | None = None, limit: int = 50) -> MeetingList:
    page = await deps.store.meetings.page(after=after, limit=limit)
    return MeetingList(items=page.items, next=page.next)


async def _whole(deps: Deps, id: str) -> MeetingWhole:
    return MeetingWhole(
        **dict(await deps.store.meetings.get(id)), mails=await mails_of(deps, id), invited=await of_the_crg(deps, id)
    )


async def _as_it_was_read(deps: Deps, if_match: str | None, id: str, sent: Sent) -> None:
    """Raise a 412 problem where the meeting is not as it was read, unless this very message has changed it."""
    if if_match is not None and not await deps.store.meetings.heard(sent.id):
        unchanged(if_match, tag_of(await _whole(deps, id), passing=_BY_ITSELF))


async def mails_of(deps: Deps, id: str) -> list[MeetingMail]:
    """What was sent about a meeting, in order."""
    return [
        MeetingMail.model_validate(one.model_dump(include=set(MeetingMail.model_fields)))
        for one in await deps.store.mail_log.of_case(id)
    ]


async def _known(deps: Deps, people: list[str]) -> None:
    known = {person.id for person in (await deps.store.directory.read()).people}
    for person in people:
        if person not in known:
            raise UnknownPerson(person=person, fields={"attended": f"{person} is not in the directory"})


async def agenda_of(deps: Deps, meeting: Meeting, *, rehearsal: bool, at_most: int | None = None) -> AgendaPage:
    """What lies before a meeting now; with `at_most`, no more than that many of each long list."""
    before = [
        one.starts_at for one in await deps.store.meetings.all() if one.held_at and one.starts_at < meeting.starts_at
    ]
    since = max(before, default=None)
    return await deps.store.agenda.read(since=since, rehearsal=rehearsal, at_most=at_most, now=deps.now())
