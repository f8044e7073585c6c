"""Store: meetings of the Case Review Group (G-2): when they are, and once held who came and what lay before them."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, JsonValue
from sqlalchemy import Row, select, update

from calendar_rules.lengths import london
from store.database import Database
from store.errors import AlreadyCalled, AlreadyHeld, NotHeldYet, UnknownMeeting
from store.tables import crg_meetings


class MeetingRecord(BaseModel):
    """Who came, what was noted, and the agenda as it stood."""

    attended: list[str]
    notes: str = ""
    agenda: dict[str, JsonValue]


class Meeting(BaseModel):
    """One meeting of the CRG. `record` once it was held."""

    id: str
    starts_at: AwareDatetime
    link: str = ""
    held_at: AwareDatetime | None = None
    record: MeetingRecord | None = None


class Meetings:
    """Meetings of the CRG, one a day at most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call(self, id: str, *, starts_at: datetime, link: str, message: str, by: str, at: datetime) -> Meeting:
        """Call a meeting; the same message again changes nothing. Raises `AlreadyCalled`."""
        sealed = self._database.seal(link, "crg_meetings", "sealed", id)
        values = {"id": id, "starts_at": starts_at, "message": message, "by": by, "at": at, "sealed": sealed}
        statement = self._database.insert(crg_meetings).values(values).on_conflict_do_nothing(index_elements=["id"])
        async with self._database.write() as connection:
            await connection.execute(statement)
            row = (await connection.execute(select(crg_meetings).where(crg_meetings.c.id == id))).one()
        if row.message != message:
            raise AlreadyCalled(f"a meeting of that day is already called: it is {id}")
        return self._meeting(row)

    async def hold(self, id: str, record: MeetingRecord, *, at: datetime) -> Meeting:
        """Keep the record of a meeting; the same record again changes nothing.

        Raises `UnknownMeeting`, `NotHeldYet`, `AlreadyHeld`.
        """
        if (starts_at := (await self.get(id)).starts_at) > at:
            when = f"{london(starts_at):%d %B %Y, %H:%M}"
            raise NotHeldYet(f"{id} begins on {when}: record it when it has been held")
        sealed = self._database.seal(record.model_dump(mode="json"), "crg_meetings", "sealed_record", id)
        open_one = (crg_meetings.c.id == id) & crg_meetings.c.held_at.is_(None)
        async with self._database.write() as connection:
            done = await connection.execute(
                update(crg_meetings).where(open_one).values(held_at=at, sealed_record=sealed)
            )
        meeting = await self.get(id)
        held = meeting.record
        if not done.rowcount and held and (held.attended, held.notes) != (record.attended, record.notes):
            raise AlreadyHeld(f"the record of {id} is kept already")
        return meeting

    async def get(self, id: str) -> Meeting:
        """One meeting. Raises `UnknownMeeting`."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(crg_meetings).where(crg_meetings.c.id == id))).one_or_none()
        if row is None:
            raise UnknownMeeting(f"no meeting is known as {id}: call it first, or take the id from the list")
        return self._meeting(row)

    async def all(self) -> list[Meeting]:
        """All meetings, the latest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(crg_meetings).order_by(crg_meetings.c.starts_at.desc()))).all()
        return [self._meeting(row) for row in rows]

    def _meeting(self, row: Row[Any]) -> Meeting:
        kept = row.sealed_record
        record = self._database.open(kept, "crg_meetings", "sealed_record", row.id) if kept else None
        return Meeting(
            id=row.id,
            starts_at=row.starts_at,
            link=self._database.open(row.sealed, "crg_meetings", "sealed", row.id),
            held_at=row.held_at,
            record=MeetingRecord.model_validate(record) if record else None,
        )
