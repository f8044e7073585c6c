"""Store: private addresses at which a person's calendar fetches their deadlines and meetings, and what it finds there.

Only a keyed hash of an address's secret is kept: whoever reads the database can fetch nothing by it, and whoever writes
to it can add no address. What is found are the rows that lists are made of; no case is opened for it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, false, or_, select, true

from review.listed import MeetingLine
from store.database import Database
from store.listed import UNREADABLE, marks
from store.meeting import Meeting
from store.meetings import Meetings
from store.tables import case_deadlines, cases
from store.tables_calendar import calendar_feeds, case_meetings

BEHIND, AHEAD = timedelta(weeks=8), timedelta(weeks=53)  # what is further off stands in no calendar
MOST = 2_000  # deadlines, and meetings: what is due first


class Feed(NamedTuple):
    """Whose an address is, and with which offices it was made."""

    person: str
    roles: list[str]


class Whose(NamedTuple):
    """Whose deadlines and meetings are wanted: of these people and agencies, or all of them."""

    people: Sequence[str]
    agencies: Sequence[str]
    all_deadlines: bool
    all_meetings: bool
    of_the_crg: bool  # its own meetings


class DueEvent(NamedTuple):
    """A deadline as a calendar shows it: what the edition calls it, and of which agency; no words that people wrote."""

    reference: str
    id: str
    what: str
    subject: str | None
    due: datetime
    written_at: datetime


class MeetingEvent(NamedTuple):
    """A meeting of a case as a calendar shows it."""

    reference: str
    id: str
    line: MeetingLine
    written_at: datetime


class Found(NamedTuple):
    """All that a calendar shows of one person."""

    deadlines: list[DueEvent]
    meetings: list[MeetingEvent]
    of_the_crg: list[Meeting]


class CalendarFeeds:
    """Addresses by person: one each."""

    def __init__(self, database: Database, meetings: Meetings) -> None:
        self._database, self._meetings = database, meetings

    async def make(self, person: str, roles: Sequence[str], *, at: datetime) -> str:
        """A new address: its secret, which nobody can read again. An earlier one ends."""
        secret = secrets.token_urlsafe(32)
        id = self._ids(secret)[0]
        sealed = self._database.seal({"roles": list(roles)}, "calendar_feeds", "sealed", id)
        values = {"id": id, "made_at": at, "sealed": sealed}
        new = self._database.insert(calendar_feeds).values(person=person, **values)
        async with self._database.write() as connection:
            await connection.execute(new.on_conflict_do_update(index_elements=["person"], set_=values))
        return secret

    async def made_at(self, person: str) -> datetime | None:
        """When the person's address was made; None where they have none."""
        query = select(calendar_feeds.c.made_at).where(calendar_feeds.c.person == person)
        async with self._database.read() as connection:
            made: datetime | None = await connection.scalar(query)
        return made

    async def revoke(self, person: str) -> bool:
        """End the person's address; whether there was one."""
        ended = delete(calendar_feeds).where(calendar_feeds.c.person == person).returning(calendar_feeds.c.person)
        async with self._database.write() as connection:
            return (await connection.execute(ended)).first() is not None

    async def holder(self, secret: str) -> Feed | None:
        """Whose address has this secret. Raises `CannotOpen`."""
        query = select(calendar_feeds).where(calendar_feeds.c.id.in_(self._ids(secret)))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        held = self._database.open(row.sealed, "calendar_feeds", "sealed", row.id)
        return Feed(row.person, [str(one) for one in held["roles"]])

    def _ids(self, secret: str) -> list[str]:
        """The keyed hashes of a secret: by the newest key, then by those before it."""
        keys = self._database.keyring.derive("calendar-feed")
        return [hmac.new(key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest() for key in keys]

    async def found(self, whose: Whose, *, now: datetime) -> Found:
        """What stands in the calendar now: open deadlines and meetings of live cases but rehearsals, and the CRG's."""
        first, last = now - BEHIND, now + AHEAD
        live = and_(cases.c.live, cases.c.rehearsal.is_(False))
        due, starts = case_deadlines.c, case_meetings.c
        deadlines = (
            select(case_deadlines, cases.c.written_at)
            .join(cases, cases.c.reference == due.reference)
            .where(live, due.overdue_at.is_not(None), due.due.between(first, last))
            .where(_theirs(due.whose, whose, everything=whose.all_deadlines))
            .order_by(due.due, due.reference, due.id)
            .limit(MOST)
        )
        meetings = (
            select(case_meetings, cases.c.written_at)
            .join(cases, cases.c.reference == starts.reference)
            .where(live, starts.starts_at.between(first, last))
            .where(_theirs(starts.whose, whose, everything=whose.all_meetings))
            .order_by(starts.starts_at, starts.reference, starts.id)
            .limit(MOST)
        )
        async with self._database.read() as connection:
            of_deadlines = (await connection.execute(deadlines)).all()
            of_meetings = (await connection.execute(meetings)).all()
        return Found(
            [self._due(row) for row in of_deadlines],
            [one for row in of_meetings if (one := self._meeting(row))],
            await self._meetings.between(first, last) if whose.of_the_crg else [],
        )

    def _due(self, row: Any) -> DueEvent:
        instead = {"what": UNREADABLE, "subject": None}
        held = self._database.open_or(instead, row.sealed, "case_deadlines", "sealed", row.reference, row.id)
        return DueEvent(row.reference, row.id, held["what"], held["subject"], row.due, row.written_at)

    def _meeting(self, row: Any) -> MeetingEvent | None:
        held = self._database.open_or(None, row.sealed, "case_meetings", "sealed", row.reference, row.id)
        return held and MeetingEvent(row.reference, row.id, MeetingLine.model_validate(held), row.written_at)


def _theirs(column: ColumnElement[str], whose: Whose, *, everything: bool) -> ColumnElement[bool]:
    """What is theirs by its marks."""
    if everything:
        return true()
    wanted = [marks(people=[one]) for one in whose.people] + [marks(agencies=[one]) for one in whose.agencies]
    return or_(false(), *(column.contains(one, autoescape=True) for one in wanted))
