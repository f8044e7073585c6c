"""API: a person's private calendar address: made, shown once, revoked; and what is found at it.

Whoever has the address reads the calendar, as with any address of that kind. So it holds references and what is due,
and what its person may see now: it ends with them, by a new one, and when they revoke it.
"""

from datetime import datetime
from email.utils import parseaddr
from typing import Annotated

import structlog
from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from api.auth import READERS, Anyone, Caller, of_directory
from api.deps import Deps, TheDeps
from api.issuer import Claims
from api.visibility import agencies_of_caller
from calendar_rules.model import Model
from delivery.feed import Entry, calendar
from review.chapters.crg.meeting import TITLE
from review.facts.directory import Role
from store.feeds import Found, Whose
from store.meeting import Meeting

FOLLOW_ALL = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)  # who see to every case
OF_THE_CRG = (*FOLLOW_ALL, Role.CRG_MEMBER)
routes = APIRouter(tags=["Calendar"])

log = structlog.get_logger()


class FeedStands(Model):
    """Whether you have a calendar address, and since when."""

    made_at: AwareDatetime | None


class FeedMade(Model):
    """Your new calendar address. It is shown once; an earlier one has ended."""

    address: Annotated[str, Field(description="give it to your calendar program as a calendar to subscribe to")]


@routes.get("/v1/calendar-feed", operation_id="read-calendar-feed")
async def read_feed(caller: Anyone, deps: TheDeps) -> FeedStands:
    """Whether you have a private address for your calendar. Who may: everybody, of their own."""
    return FeedStands(made_at=await deps.store.feeds.made_at(caller.sub))


@routes.post("/v1/calendar-feed", status_code=201, operation_id="make-calendar-feed")
async def make_feed(caller: Anyone, deps: TheDeps) -> FeedMade:
    """Make a private address at which your calendar fetches your deadlines and meetings; an earlier one ends.

    Who may: everybody, of their own.
    """
    return FeedMade(address=await made(deps, caller))


@routes.delete("/v1/calendar-feed", status_code=204, operation_id="revoke-calendar-feed")
async def revoke_feed(caller: Anyone, deps: TheDeps) -> Response:
    """End the address. Who may: everybody, of their own."""
    await revoked(deps, caller)
    return Response(status_code=204)


async def made(deps: Deps, caller: Caller) -> str:
    """A new address for whoever asks."""
    secret = await deps.store.feeds.make(caller.sub, [one.value for one in caller.roles], at=deps.now())
    log.info("calendar-address-made", person=caller.sub)
    return f"{deps.settings.public_url.rstrip('/')}/calendar/{secret}.ics"


async def revoked(deps: Deps, caller: Caller) -> None:
    """End the address of whoever asks, if there is one."""
    if await deps.store.feeds.revoke(caller.sub):
        log.info("calendar-address-revoked", person=caller.sub)


async def calendar_at(deps: Deps, secret: str) -> bytes | None:
    """The calendar at an address, as its person may see it now; None where the address is none, or has ended."""
    feed = await deps.store.feeds.holder(secret)
    offices = await deps.store.directory.offices(deps.today()) if feed else {}
    if feed is None or feed.person not in offices:
        return None
    claims = Claims(sub=feed.person, roles=feed.roles, exp=0)
    caller = of_directory(claims, offices, several=False)
    found = await deps.store.feeds.found(await _whose(deps, caller), now=deps.now())
    return await _written(deps, found)


async def _whose(deps: Deps, caller: Caller) -> Whose:
    """What is theirs of what they may see: all of it for those who see to every case, an observer's dates of all; else
    what they owe by their office, what they were invited to, and their agencies' own part.
    """
    theirs = caller.holds(*READERS, Role.AGENCY)
    return Whose(
        people=caller.people if theirs else (),
        agencies=await agencies_of_caller(deps, caller) if theirs else (),
        all_deadlines=caller.holds(*FOLLOW_ALL, Role.OBSERVER),
        all_meetings=caller.holds(*FOLLOW_ALL),
        of_the_crg=caller.holds(*OF_THE_CRG),
    )


async def _written(deps: Deps, found: Found) -> bytes:
    directory = await deps.store.directory.read()
    agencies = directory.agency_names
    portal, domain = deps.settings.portal.rstrip("/"), parseaddr(deps.settings.mail_from)[1].rpartition("@")[2]
    entries = [
        Entry(
            uid=f"{one.reference}-due-{one.id.replace(':', '-').replace('#', '')}@{domain}",
            title=f"{one.reference}: due: {one.what}{_of(agencies, one.subject)}",
            starts_at=one.due,
            stamp=one.written_at,
            page=f"{portal}/cases/{one.reference}",
        )
        for one in found.deadlines
    ]
    entries += [
        Entry(
            uid=f"{one.reference}-{one.id}@{domain}",
            title=f"{one.reference}: {one.line.title}",
            starts_at=one.line.starts_at,
            minutes=one.line.minutes,
            sequence=one.line.sequence,
            cancelled=one.line.cancelled,
            stamp=one.written_at,
            page=f"{portal}/cases/{one.reference}",
        )
        for one in found.meetings
    ]
    entries += [
        Entry(
            uid=f"{one.id}-meeting@{domain}",
            title=TITLE,
            starts_at=one.starts_at,
            minutes=one.minutes,
            sequence=len(one.changes),
            cancelled=one.cancelled_at is not None,
            stamp=_changed_at(one),
            page=f"{portal}/crg/{one.id}",
        )
        for one in found.of_the_crg
    ]
    return calendar(f"Case reviews, {directory.partnership}", entries)


def _of(agencies: dict[str, str], subject: str | None) -> str:
    return f" ({agencies[subject]})" if subject in agencies else ""


def _changed_at(meeting: Meeting) -> datetime:
    return max([meeting.called_at or meeting.starts_at, *(one.at for one in meeting.changes)])
