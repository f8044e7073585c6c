"""Store: days that the partnership has entered as closed: local closures and bank holidays proclaimed late.

One entered by mistake is taken back: it leaves the closed days, and its history stays (X-2).
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from calendar_rules.working_days import ClosedDay, ClosedKind
from review.kit.notify_wording import dated
from store.database import Database
from store.errors import AlreadyClosed, AlreadyTakenBack, NotClosed
from store.journal import took_away, wrote
from store.register import CLOSURES, Done, note
from store.tables import closures, closures_taken_back


class TakenBack(NamedTuple):
    """A closure that was taken back: what was entered, by whom and when (UTC), and who took it back, when and why.

    `number` counts the closures of one day that were taken back, from 1: a day may be closed again.
    """

    closed: ClosedDay
    number: int
    entered_by: str
    entered_at: datetime
    by: str
    at: datetime
    reason: str


class Closures:
    """Closed days, each entered once, and those that were taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, day: date, *, why: str, kind: ClosedKind, by: str, at: datetime) -> ClosedDay:
        """Enter a day as closed. Raises `AlreadyClosed`; `AlreadyTakenBack` where this very entry was taken back."""
        sealed = self._database.seal(why, "closures", "sealed", day.isoformat())
        values = {"day": day, "kind": kind, "sealed": sealed, "by": by, "at": at}
        statement = self._database.insert(closures).values(values).on_conflict_do_nothing(index_elements=["day"])
        async with self._database.write() as connection:
            await self._lock(connection, day)
            if await self._taken_back(connection, day, at) is not None:
                raise AlreadyTakenBack(f"{dated(day)} was entered and has been taken back; enter it again")
            entered = (await connection.execute(statement.returning(closures))).all()
            wrote(self._database, connection, closures, *entered)
            if entered:
                detail = {"day": day.isoformat(), "kind": kind, "why": why}
                await self._note(connection, "closure-entered", by, at, detail)
        if not entered:
            raise AlreadyClosed(f"{dated(day)} is already entered as closed: there is nothing left to do")
        return ClosedDay(day=day, why=why, kind=kind)

    async def all(self) -> list[ClosedDay]:
        """All closed days entered, earliest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(closures).order_by(closures.c.day))).all()
        return [self._closed(row) for row in rows]

    async def entered_at(self, day: date) -> datetime:
        """When the closed day was entered (UTC). Raises `NotClosed`, `AlreadyTakenBack`."""
        taken_back = closures_taken_back.c
        async with self._database.read() as connection:
            at: datetime | None = await connection.scalar(select(closures.c.at).where(closures.c.day == day))
            times = await connection.scalar(select(func.count()).where(taken_back.day == day))
        if at is not None:
            return at
        if times:
            raise AlreadyTakenBack(f"{dated(day)} has already been taken back: there is nothing left to do")
        raise _not_closed(day)

    async def take_back(self, day: date, *, entered_at: datetime, reason: str, by: str, at: datetime) -> TakenBack:
        """Take back the closure of that day that was entered at that moment; what was entered, who, when and why stay.

        Safe to repeat: one taken back before is answered as it was then. Raises `NotClosed`.
        """
        this = (closures.c.day == day) & (closures.c.at == entered_at)
        async with self._database.write() as connection:
            await self._lock(connection, day)
            row = (await connection.execute(select(closures).where(this))).one_or_none()
            if row is None:
                before = await self._taken_back(connection, day, entered_at)
                if before is None:
                    raise _not_closed(day)
                return before
            closed = self._closed(row)
            last = select(func.max(closures_taken_back.c.number)).where(closures_taken_back.c.day == day)
            number = (await connection.scalar(last) or 0) + 1
            texts = {"why": closed.why, "reason": reason}
            values = {
                "day": day,
                "number": number,
                "kind": closed.kind,
                "sealed": self._database.seal(texts, "closures_taken_back", "sealed", day.isoformat(), number),
                "entered_by": row.by,
                "entered_at": row.at,
                "by": by,
                "at": at,
            }
            await connection.execute(insert(closures_taken_back).values(values))
            await connection.execute(delete(closures).where(this))
            wrote(self._database, connection, closures_taken_back, values)
            took_away(self._database, connection, closures, row._mapping)
            detail = {"day": day.isoformat(), "entered_by": row.by, "entered_at": row.at.isoformat(), "reason": reason}
            await self._note(connection, "closure-taken-back", by, at, detail)
        return TakenBack(closed, number, row.by, row.at, by, at, reason)

    async def taken_back(self) -> list[TakenBack]:
        """All closures that were taken back, by day and then in the order in which they were."""
        table = closures_taken_back.c
        async with self._database.read() as connection:
            rows = (await connection.execute(select(closures_taken_back).order_by(table.day, table.number))).all()
        return [self._history(row) for row in rows]

    async def times(self, day: date) -> int:
        """How many closures of that day have been taken back."""
        query = select(func.count()).where(closures_taken_back.c.day == day)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def _note(
        self, connection: AsyncConnection, what: str, by: str, at: datetime, detail: dict[str, Any]
    ) -> None:
        await connection.run_sync(
            lambda plain: note(self._database, plain, CLOSURES, Done(what=what, by=by, at=at, detail=detail))
        )

    async def _lock(self, connection: AsyncConnection, day: date) -> None:
        await self._database.lock(connection, f"closure:{day.isoformat()}")

    async def _taken_back(self, connection: AsyncConnection, day: date, entered_at: datetime) -> TakenBack | None:
        table = closures_taken_back.c
        query = select(closures_taken_back).where(table.day == day, table.entered_at == entered_at)
        row = (await connection.execute(query.order_by(table.number.desc()).limit(1))).one_or_none()
        return self._history(row) if row else None

    def _closed(self, row: Row[Any]) -> ClosedDay:
        why = self._database.open(row.sealed, "closures", "sealed", row.day.isoformat())
        return ClosedDay(day=row.day, why=why, kind=ClosedKind(row.kind))

    def _history(self, row: Row[Any]) -> TakenBack:
        texts = self._database.open(row.sealed, "closures_taken_back", "sealed", row.day.isoformat(), row.number)
        closed = ClosedDay(day=row.day, why=texts["why"], kind=ClosedKind(row.kind))
        return TakenBack(closed, row.number, row.entered_by, row.entered_at, row.by, row.at, texts["reason"])


def _not_closed(day: date) -> NotClosed:
    return NotClosed(f"{dated(day)} is not entered as closed; GET /v1/calendar/closures lists the days that are")
