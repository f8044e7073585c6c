"""Store: meetings of the Case Review Group (G-2): when they are, what became of them, and what was changed and why.

A change is a row of its own; the meeting's row says how it stands. `revision` goes up with each change, `carried` says
which revision the meeting's workflow has been told of; the relay sends what is between the two.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calendar_rules.lengths import london
from review.chapters.crg.meeting import MINUTES
from store.cursor import Page, cursor, position
from store.database import Database
from store.errors import (
    AlreadyCalled,
    AlreadyHeld,
    MeetingCancelled,
    MeetingInThePast,
    NoRecordYet,
    NotHeldYet,
    NothingMoved,
    UnknownMeeting,
)
from store.journal import wrote
from store.meeting import (
    ChangeKind,
    Meeting,
    MeetingChange,
    MeetingRecord,
    cancelled,
    is_new,
    near_enough,
    still_to_be_held,
    was_held,
    when,
)
from store.register import MEETINGS, Done, note
from store.tables import crg_meeting_changes, crg_meetings

_OPEN = crg_meetings.c.held_at.is_(None) & crg_meetings.c.cancelled_at.is_(None)


class Meetings:
    """Meetings of the CRG, one a day at most of those that stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call(
        self, *, starts_at: datetime, link: str, message: str, by: str, at: datetime, minutes: int = MINUTES
    ) -> Meeting:
        """Call a meeting; the same message again changes nothing. Raises `AlreadyCalled`, `MeetingFarOff`."""
        async with self._database.write() as connection:
            await self._database.lock(connection, "crg-meetings")
            row = await self._row(connection, crg_meetings.c.message == message)
            if row is None:
                near_enough(starts_at, at)
                await self._day_is_free(connection, starts_at)
                id = await self._new_id(connection, starts_at)
                sealed = self._database.seal(link, "crg_meetings", "sealed", id)
                values = {"id": id, "starts_at": starts_at, "message": message, "by": by, "at": at}
                values |= {"minutes": minutes, "sealed": sealed}
                await connection.execute(insert(crg_meetings).values(values))
                row = await self._known(connection, id)
                wrote(self._database, connection, crg_meetings, row._mapping)
                await self._register(connection, id, "meeting-called", by, at, {"starts_at": starts_at.isoformat()})
            return await self._meeting(connection, row)

    async def move(
        self,
        id: str,
        *,
        starts_at: datetime,
        link: str | None,
        reason: str,
        message: str,
        by: str,
        at: datetime,
        minutes: int | None = None,
    ) -> Meeting:
        """Set a meeting for another time, or another place to join; its id stays. The same message changes nothing.

        Raises `UnknownMeeting`, `MeetingCancelled`, `AlreadyHeld`, `MeetingInThePast`, `MeetingFarOff`, `NothingMoved`,
        `AlreadyCalled`.
        """
        async with self._database.write() as connection:
            row, reported = await self._to_change(connection, id, message)
            was = self._link(row)
            details: dict[str, Any] = {"starts_at": starts_at.isoformat(), "link": was if link is None else link}
            details["minutes"] = minutes or row.minutes
            if is_new(reported, ChangeKind.MOVED, reason, details):
                still_to_be_held(row)
                if starts_at <= at:
                    raise MeetingInThePast(
                        f"{when(starts_at)} has passed: move the meeting to a time to come, or cancel it"
                    )
                near_enough(starts_at, at)
                if (row.starts_at, was, row.minutes) == (starts_at, details["link"], details["minutes"]):
                    raise NothingMoved("the meeting is set for that time and place already: there is nothing to do")
                await self._day_is_free(connection, starts_at, but=id)
                earlier = {"starts_at_was": row.starts_at.isoformat(), "link_was": was, "minutes_was": row.minutes}
                await self._note(connection, id, ChangeKind.MOVED, reason, details, earlier, message, by, at)
                sealed = self._database.seal(details["link"], "crg_meetings", "sealed", id)
                row = await self._set(connection, id, starts_at=starts_at, minutes=details["minutes"], sealed=sealed)
            return await self._meeting(connection, row)

    async def cancel(self, id: str, *, reason: str, message: str, by: str, at: datetime) -> Meeting:
        """Cancel a meeting, which frees its day. The same message again changes nothing.

        Raises `UnknownMeeting`, `MeetingCancelled`, `AlreadyHeld`.
        """
        async with self._database.write() as connection:
            row, reported = await self._to_change(connection, id, message)
            if is_new(reported, ChangeKind.CANCELLED, reason, {}):
                still_to_be_held(row)
                await self._note(connection, id, ChangeKind.CANCELLED, reason, {}, {}, message, by, at)
                row = await self._set(connection, id, cancelled_at=at)
            return await self._meeting(connection, row)

    async def hold(self, id: str, record: MeetingRecord, *, by: str, at: datetime) -> Meeting:
        """Keep the record of a meeting, and who recorded it; the same record again changes nothing.

        Raises `UnknownMeeting`, `MeetingCancelled`, `NotHeldYet`, `AlreadyHeld`.
        """
        async with self._database.write() as connection:
            row, _ = await self._to_change(connection, id, "")
            held = self._record(row)
            if held is not None:
                if (held.attended, held.notes) != (record.attended, record.notes):
                    raise AlreadyHeld(was_held(row))
                return await self._meeting(connection, row)
            still_to_be_held(row)
            if row.starts_at > at:
                raise NotHeldYet(f"the meeting begins on {when(row.starts_at)}: record it when it has been held")
            kept = record.model_copy(update={"recorded_by": by}).model_dump(mode="json")
            sealed = self._database.seal(kept, "crg_meetings", "sealed_record", id)
            await self._register(connection, id, "meeting-recorded", by, at, {"attended": record.attended})
            return await self._meeting(connection, await self._set(connection, id, held_at=at, sealed_record=sealed))

    async def amend(
        self, id: str, *, attended: list[str], notes: str, reason: str, message: str, by: str, at: datetime
    ) -> Meeting:
        """Put right the record of a meeting; the earlier one is kept, and the agenda stays (X-2).

        Raises `UnknownMeeting`, `MeetingCancelled`, `NoRecordYet`.
        """
        async with self._database.write() as connection:
            row, reported = await self._to_change(connection, id, message)
            details = {"attended": attended, "notes": notes}
            if is_new(reported, ChangeKind.AMENDED, reason, details):
                if row.cancelled_at is not None:
                    raise MeetingCancelled(cancelled(row))
                held = self._record(row)
                if held is None:
                    raise NoRecordYet(
                        f"the meeting on {when(row.starts_at)} has no record that could be amended: "
                        "record first that it was held"
                    )
                earlier = {"attended_was": held.attended, "notes_was": held.notes}
                await self._note(connection, id, ChangeKind.AMENDED, reason, details, earlier, message, by, at)
                record = held.model_copy(update=details).model_dump(mode="json")
                sealed = self._database.seal(record, "crg_meetings", "sealed_record", id)
                row = await self._set(connection, id, sealed_record=sealed)
            return await self._meeting(connection, row)

    async def called(self, id: str) -> bool:
        """Whether a meeting of this id was ever called."""
        async with self._database.read() as connection:
            return await connection.scalar(select(crg_meetings.c.id).where(crg_meetings.c.id == id)) is not None

    async def heard(self, message: str) -> bool:
        """Whether this message has called or changed a meeting before."""
        called = select(crg_meetings.c.id).where(crg_meetings.c.message == message)
        changed = select(crg_meeting_changes.c.meeting).where(crg_meeting_changes.c.message == message)
        async with self._database.read() as connection:
            return await connection.scalar(called.union_all(changed).limit(1)) is not None

    async def get(self, id: str) -> Meeting:
        """One meeting. Raises `UnknownMeeting`."""
        async with self._database.read() as connection:
            return await self._meeting(connection, await self._known(connection, id))

    async def all(self) -> list[Meeting]:
        """All meetings, the latest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(crg_meetings).order_by(crg_meetings.c.starts_at.desc()))).all()
            changes = await self._changes(connection)
        return [self._of(row, changes.get(row.id, [])) for row in rows]

    async def between(self, first: datetime, last: datetime) -> list[Meeting]:
        """Meetings that begin between two moments, the first first."""
        table = crg_meetings.c
        query = select(crg_meetings).where(table.starts_at.between(first, last)).order_by(table.starts_at, table.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            changes = await self._changes(connection, crg_meeting_changes.c.meeting.in_([row.id for row in rows]))
        return [self._of(row, changes.get(row.id, [])) for row in rows]

    async def page(self, *, after: str | None = None, limit: int = 50) -> Page[Meeting]:
        """Meetings, the latest first. Raises `BadCursor`."""
        table = crg_meetings.c
        query = select(crg_meetings).order_by(table.starts_at.desc(), table.id).limit(limit + 1)
        if after is not None:
            at, (id,) = position(self._database, "crg-meetings", after)
            query = query.where(or_(table.starts_at < at, and_(table.starts_at == at, table.id > id)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            shown = rows[:limit]
            changes = await self._changes(connection, crg_meeting_changes.c.meeting.in_([row.id for row in shown]))
        last = shown[-1] if len(rows) > limit else None
        following = cursor(self._database, "crg-meetings", last.starts_at, last.id) if last else None
        return Page(items=[self._of(row, changes.get(row.id, [])) for row in shown], next=following)

    async def look_again(self, id: str | None = None) -> None:
        """Have the workflow of each meeting that is still to be held look again: people or closed days have changed."""
        more = {"revision": crg_meetings.c.revision + 1}
        wanted = _OPEN if id is None else crg_meetings.c.id == id
        async with self._database.write() as connection:
            await connection.execute(update(crg_meetings).where(wanted).values(more))

    async def uncarried(self) -> Sequence[tuple[str, int]]:
        """Meetings with a revision that their workflow has not been told of."""
        behind = crg_meetings.c.carried < crg_meetings.c.revision
        async with self._database.read() as connection:
            rows = await connection.execute(select(crg_meetings.c.id, crg_meetings.c.revision).where(behind))
            return [(row.id, row.revision) for row in rows]

    async def told_of(self) -> Sequence[str]:
        """Meetings still to be held whose workflow has been told of all that is to know: it ought to run."""
        told = crg_meetings.c.carried >= crg_meetings.c.revision
        async with self._database.read() as connection:
            return [*await connection.scalars(select(crg_meetings.c.id).where(_OPEN, told))]

    async def carried(self, id: str, revision: int) -> None:
        """Note that the workflow has been told of this revision."""
        async with self._database.write() as connection:
            this = (crg_meetings.c.id == id) & (crg_meetings.c.carried < revision)
            await connection.execute(update(crg_meetings).where(this).values(carried=revision))

    async def _to_change(
        self, connection: AsyncConnection, id: str, message: str
    ) -> tuple[Row[Any], dict[str, Any] | None]:
        """The meeting, locked, and what this message has changed of it before."""
        await self._database.lock(connection, "crg-meetings")
        row = await self._known(connection, id)
        table = crg_meeting_changes.c
        query = select(crg_meeting_changes).where(table.meeting == id, table.message == message)
        reported = (await connection.execute(query)).one_or_none()
        return row, None if reported is None else {"kind": reported.kind, **self._told(reported)}

    async def _note(
        self,
        connection: AsyncConnection,
        id: str,
        kind: ChangeKind,
        reason: str,
        details: dict[str, Any],
        earlier: dict[str, Any],
        message: str,
        by: str,
        at: datetime,
    ) -> None:
        table = crg_meeting_changes
        last = await connection.scalar(select(func.max(table.c.number)).where(table.c.meeting == id))
        number = (last or 0) + 1
        told = {"reason": reason, "details": details, "earlier": earlier}
        values = {
            "meeting": id,
            "number": number,
            "kind": kind,
            "message": message,
            "by": by,
            "at": at,
            "sealed": self._database.seal(told, "crg_meeting_changes", "sealed", id, number),
        }
        await connection.execute(insert(table).values(values))
        wrote(self._database, connection, table, values)
        await self._register(connection, id, f"meeting-{kind}", by, at, {"reason": reason} | details)

    async def _register(
        self, connection: AsyncConnection, id: str, what: str, by: str, at: datetime, detail: dict[str, Any]
    ) -> None:
        done = Done(what=what, by=by, at=at, detail={"meeting": id} | detail)
        await connection.run_sync(lambda plain: note(self._database, plain, MEETINGS, done))

    async def _set(self, connection: AsyncConnection, id: str, **values: Any) -> Row[Any]:
        more = values | {"revision": crg_meetings.c.revision + 1}
        await connection.execute(update(crg_meetings).where(crg_meetings.c.id == id).values(more))
        row = await self._known(connection, id)
        wrote(self._database, connection, crg_meetings, row._mapping)
        return row

    async def _day_is_free(self, connection: AsyncConnection, starts_at: datetime, *, but: str = "") -> None:
        near = crg_meetings.c.starts_at.between(starts_at - timedelta(days=2), starts_at + timedelta(days=2))
        stands = select(crg_meetings).where(near, crg_meetings.c.cancelled_at.is_(None), crg_meetings.c.id != but)
        for row in (await connection.execute(stands)).all():
            if london(row.starts_at).date() == london(starts_at).date():
                raise AlreadyCalled(
                    f"a meeting of that day is already called, {when(row.starts_at)}: move that one, or cancel it"
                )

    async def _new_id(self, connection: AsyncConnection, starts_at: datetime) -> str:
        """`crg-DAY`; numbered where a meeting that was cancelled, or has moved away, has that id already."""
        day = f"crg-{london(starts_at).date().isoformat()}"
        named = select(func.count()).where((crg_meetings.c.id == day) | crg_meetings.c.id.startswith(f"{day}-"))
        before = await connection.scalar(named) or 0
        return f"{day}-{before + 1}" if before else day

    async def _known(self, connection: AsyncConnection, id: str) -> Row[Any]:
        row = await self._row(connection, crg_meetings.c.id == id)
        if row is None:
            raise UnknownMeeting(f"no meeting is known as {id}: call it first, or take the id from the list")
        return row

    async def _row(self, connection: AsyncConnection, which: Any) -> Row[Any] | None:
        query: Select[Any] = select(crg_meetings).where(which)
        found: Row[Any] | None = (await connection.execute(query)).one_or_none()
        return found

    async def _meeting(self, connection: AsyncConnection, row: Row[Any]) -> Meeting:
        changes = await self._changes(connection, crg_meeting_changes.c.meeting == row.id)
        return self._of(row, changes.get(row.id, []))

    async def _changes(self, connection: AsyncConnection, *which: Any) -> dict[str, list[MeetingChange]]:
        """Changes by meeting, oldest first."""
        table, found = crg_meeting_changes.c, dict[str, list[MeetingChange]]()
        for row in await connection.execute(select(crg_meeting_changes).where(*which).order_by(table.number)):
            told = self._told(row)
            change = MeetingChange(kind=row.kind, at=row.at, by=row.by, reason=told["reason"], **told["earlier"])
            found.setdefault(row.meeting, []).append(change)
        return found

    def _of(self, row: Row[Any], changes: list[MeetingChange]) -> Meeting:
        return Meeting(
            id=row.id,
            starts_at=row.starts_at,
            link=self._link(row),
            minutes=row.minutes,
            called_at=row.at,
            held_at=row.held_at,
            cancelled_at=row.cancelled_at,
            record=self._record(row),
            changes=changes,
        )

    def _link(self, row: Row[Any]) -> str:
        link: str = self._database.open(row.sealed, "crg_meetings", "sealed", row.id)
        return link

    def _record(self, row: Row[Any]) -> MeetingRecord | None:
        kept = row.sealed_record
        if kept is None:
            return None
        return MeetingRecord.model_validate(self._database.open(kept, "crg_meetings", "sealed_record", row.id))

    def _told(self, row: Row[Any]) -> dict[str, Any]:
        told: dict[str, Any] = self._database.open(row.sealed, "crg_meeting_changes", "sealed", row.meeting, row.number)
        return told
