"""API: the Case Review Group's meetings with their agenda (G-2), and the action log across cases (G-11)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from api.answers import tagged
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
from api.means import Means, TheMeans
from api.message import TheMessage
from api.sight import own_agencies
from api.sound import sound_times
from api.who import READERS, Allow, Caller, Reader
from review.agenda import ActionLine, Agenda, Live, actions, agenda
from review.case import CaseState
from review.directory import Role
from review.refusals import UnknownPerson
from store.meetings import Meeting, MeetingRecord

routes = APIRouter(tags=["CRG"])
Id = Annotated[str, Path(pattern=f"^{MEETING}$", description="names the day for which it was called first")]
CONVENERS = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
Convener = Annotated[Caller, Depends(Allow(*CONVENERS, what="A CRG meeting"))]
LogReader = Annotated[Caller, Depends(Allow(*READERS, Role.AGENCY, what="The action log"))]


class ActionList(BaseModel):
    """Actions of all cases, the one due first first."""

    items: list[ActionLine]


@routes.get("/v1/crg/meetings", operation_id="list-crg-meetings", response_model=MeetingList)
async def list_meetings(request: Request, _: Reader, means: TheMeans) -> Response:
    """Meetings of the CRG (G-2). Who may: every office but agency and observer."""
    return tagged(request, MeetingList(items=await means.store.meetings.all()))


@routes.post("/v1/crg/meetings", status_code=201, operation_id="call-crg-meeting")
async def call_meeting(
    body: Annotated[MeetingCall, Body(openapi_examples={"example": {"summary": "A meeting", "value": CALL}})],
    caller: Convener,
    means: TheMeans,
    sent: TheMessage,
) -> Meeting:
    """Call a meeting of the CRG; one a day at most. Who may: business-unit, crg-chair.

    Its Chair and members are invited, and some working days before they are mailed the agenda.
    """
    sound_times(body)
    return await means.store.meetings.call(
        starts_at=body.starts_at,
        link=body.link,
        message=sent.id,
        by=caller.sub,
        at=means.now(),
    )


@routes.get("/v1/crg/meetings/{id}", operation_id="read-crg-meeting", response_model=MeetingWhole)
async def read_meeting(request: Request, id: Id, _: Reader, means: TheMeans) -> Response:
    """A meeting, its changes with reasons, and who has been told. Who may: every office but agency and observer."""
    meeting = await means.store.meetings.get(id)
    return tagged(request, MeetingWhole(**dict(meeting), mails=await mails_of(means, id)))


@routes.post("/v1/crg/meetings/{id}/moved", status_code=201, operation_id="move-crg-meeting")
async def move_meeting(
    id: Id,
    body: Annotated[MeetingMoved, Body(openapi_examples={"example": {"summary": "Another day", "value": MOVED}})],
    caller: Convener,
    means: TheMeans,
    sent: TheMessage,
) -> Meeting:
    """Set a meeting for another time; its id stays, those invited are told. Who may: business-unit, crg-chair."""
    sound_times(body)
    return await means.store.meetings.move(id, **dict(body), message=sent.id, by=caller.sub, at=means.now())


@routes.post("/v1/crg/meetings/{id}/cancelled", status_code=201, operation_id="cancel-crg-meeting")
async def cancel_meeting(
    id: Id,
    body: Annotated[MeetingCancelled, Body(openapi_examples={"example": {"summary": "Why", "value": OFF}})],
    caller: Convener,
    means: TheMeans,
    sent: TheMessage,
) -> Meeting:
    """Cancel a meeting, which frees its day; those invited are told. Who may: business-unit, crg-chair."""
    return await means.store.meetings.cancel(id, reason=body.reason, message=sent.id, by=caller.sub, at=means.now())


@routes.post("/v1/crg/meetings/{id}/retried", status_code=202, operation_id="retry-crg-meeting")
async def retry_meeting(id: Id, _: Convener, means: TheMeans) -> Meeting:
    """Try again what could not be delivered: the address has been put right. Who may: business-unit, crg-chair."""
    meeting = await means.store.meetings.get(id)
    await means.store.meetings.look_again(id)
    return meeting


@routes.get("/v1/crg/meetings/{id}/agenda", operation_id="read-crg-agenda", response_model=Agenda)
async def read_agenda(
    request: Request,
    id: Id,
    _: Reader,
    means: TheMeans,
    rehearsal: Annotated[bool, Query(description="of rehearsals instead of real cases")] = False,
) -> Response:
    """The agenda, written from what is live now: cases by stage, requests, actions, concerns, the Panel (G-2).

    Of a meeting that was held, as it stood then. Who may: every office but agency and observer.
    """
    meeting = await means.store.meetings.get(id)
    if meeting.record is not None:
        return tagged(request, Agenda.model_validate(meeting.record.agenda))
    return tagged(request, await agenda_of(means, meeting, rehearsal=rehearsal))


@routes.post("/v1/crg/meetings/{id}/held", status_code=201, operation_id="record-crg-meeting")
async def record_meeting(
    id: Id,
    body: Annotated[MeetingHeld, Body(openapi_examples={"example": {"summary": "Who came", "value": HELD}})],
    _: Convener,
    means: TheMeans,
    sent: TheMessage,
) -> Meeting:
    """Record who came; the agenda is kept as it stands now. Who may: business-unit, crg-chair."""
    return await hold(means, id, body)


@routes.post("/v1/crg/meetings/{id}/amended", status_code=201, operation_id="amend-crg-meeting")
async def amend_meeting(
    id: Id,
    body: Annotated[MeetingAmended, Body(openapi_examples={"example": {"summary": "Put right", "value": AMENDED}})],
    caller: Convener,
    means: TheMeans,
    sent: TheMessage,
) -> Meeting:
    """Put right the record of a meeting; the earlier one is kept (X-2). Who may: business-unit, crg-chair."""
    return await amend(means, id, body, message=sent.id, by=caller.sub)


@routes.get("/v1/actions", operation_id="list-actions", response_model=ActionList)
async def list_actions(
    request: Request,
    caller: LogReader,
    means: TheMeans,
    owner: Annotated[str | None, Query(max_length=63, description="id of the person who owes it")] = None,
    agency: Annotated[str | None, Query(max_length=63, description="id of the agency")] = None,
    overdue: Annotated[bool | None, Query(description="overdue ones only, or none")] = None,
    closed: Annotated[bool, Query(description="closed ones instead of open ones, of ended cases too")] = False,
    rehearsal: Annotated[bool, Query(description="of rehearsals instead of real cases")] = False,
) -> Response:
    """The action log: open actions of all cases, or the closed ones (G-11).

    Who may: every office but observer; an agency reads its own.
    """
    lines = await actions_for(
        means, caller, rehearsal=rehearsal, owner=owner, agency=agency, overdue=overdue, closed=closed
    )
    return tagged(request, ActionList(items=lines))


async def actions_for(
    means: Means,
    caller: Caller,
    *,
    rehearsal: bool = False,
    owner: str | None = None,
    agency: str | None = None,
    overdue: bool | None = None,
    closed: bool = False,
) -> list[ActionLine]:
    """The action log as this caller may see it: whole, or what is their agency's or their own."""
    live = await (_all if closed else _live)(means, rehearsal=rehearsal)
    lines = list(actions(live, owner=owner, agency=agency, overdue=overdue, closed=closed))
    if caller.holds(*READERS):
        return lines
    own = {one.case.reference: own_agencies(caller, one.case) for one in live}
    return [line for line in lines if line.agency in own[line.reference] or line.owner in caller.people]


async def hold(means: Means, id: str, body: MeetingHeld) -> Meeting:
    """Record who came, with the agenda as it stands now."""
    await _known(means, body.attended)
    stands = await agenda_of(means, await means.store.meetings.get(id), rehearsal=False)
    record = MeetingRecord(**body.model_dump(), agenda=stands.model_dump(mode="json"))
    return await means.store.meetings.hold(id, record, at=means.now())


async def amend(means: Means, id: str, body: MeetingAmended, *, message: str, by: str) -> Meeting:
    """Put the record right."""
    await _known(means, body.attended)
    return await means.store.meetings.amend(id, **dict(body), message=message, by=by, at=means.now())


async def mails_of(means: Means, id: str) -> list[MeetingMail]:
    """What was sent about a meeting, in order."""
    return [
        MeetingMail.model_validate(one.model_dump(include=set(MeetingMail.model_fields)))
        for one in await means.store.mail_log.of_case(id)
    ]


async def _known(means: Means, people: list[str]) -> None:
    known = {person.id for person in (await means.store.directory.read()).people}
    for person in people:
        if person not in known:
            raise UnknownPerson(person=person, fields={"attended": f"{person} is not in the directory"})


async def agenda_of(means: Means, meeting: Meeting, *, rehearsal: bool) -> Agenda:
    before: list[datetime] = [
        one.starts_at for one in await means.store.meetings.all() if one.held_at and one.starts_at < meeting.starts_at
    ]
    return agenda(await _live(means, rehearsal=rehearsal), since=max(before, default=None))


async def _live(means: Means, *, rehearsal: bool) -> list[Live]:
    found = [await means.store.cases.get(reference) for reference in await means.store.cases.live()]
    return [
        Live(CaseState.model_validate(one.state), await means.case_now(one))
        for one in found
        if one is not None and one.rehearsal is rehearsal
    ]


async def _all(means: Means, *, rehearsal: bool) -> list[Live]:
    """Every case, ended ones too."""
    found, after = [], None
    while True:
        page = await means.store.cases.list(rehearsal=rehearsal, after=after, limit=200)
        found += [one for line in page.items if (one := await means.store.cases.get(line.reference))]
        if (after := page.next) is None:
            return [Live(CaseState.model_validate(one.state), await means.case_now(one)) for one in found]
