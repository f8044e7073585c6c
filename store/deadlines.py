"""Store: the deadlines of all cases, filtered and paged in SQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select

from store.cursor import Page, cursor, position
from store.database import Database
from store.listed import LATE, UNREADABLE, overdue_by
from store.snapshot import DeadlineRow, DueLine
from store.tables import case_deadlines, cases


class CaseDeadlines:
    """Deadlines of all cases, the one due first first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self,
        *,
        due_before: datetime | None = None,
        status: str | None = None,
        live: bool | None = None,
        rehearsal: bool | None = None,
        ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 50,
        now: datetime | None = None,
    ) -> Page[DueLine]:
        """Deadlines, with `ids` those of these ids only. Which are late counts from `now`. Raises `BadCursor`."""
        now, table = now or datetime.now(UTC), case_deadlines.c
        query = select(case_deadlines).join(cases, cases.c.reference == table.reference)
        for column, value in ((cases.c.live, live), (cases.c.rehearsal, rehearsal)):
            if value is not None:
                query = query.where(column == value)
        if status == LATE:
            query = query.where(or_(table.status == LATE, overdue_by(table.overdue_at, now, True)))
        elif status is not None:
            query = query.where(table.status == status, overdue_by(table.overdue_at, now, False))
        if due_before is not None:
            query = query.where(table.due < due_before)
        if ids is not None:
            query = query.where(table.id.in_(ids))
        if after is not None:
            due, (reference, name) = position(self._database, "deadlines", after)
            same = and_(table.due == due, table.reference == reference, table.id > name)
            query = query.where(or_(table.due > due, and_(table.due == due, table.reference > reference), same))
        query = query.order_by(table.due, table.reference, table.id).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [due_line(self._database, row, now) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(items=items, next=None)
        last = rows[limit - 1]
        after = cursor(self._database, "deadlines", last.due, last.reference, last.id)
        return Page(items=items, next=after)


def due_line(database: Database, row: Row[Any], now: datetime) -> DueLine:
    """A deadline as lists show it, late where it is overdue now."""
    instead = {"id": row.id, "title": UNREADABLE, "due": row.due, "status": row.status, "owner": "business-unit"}
    held = database.open_or(instead, row.sealed, "case_deadlines", "sealed", row.reference, row.id)
    if row.overdue_at is not None and row.overdue_at < now:
        held["status"] = LATE
    return DueLine(reference=row.reference, deadline=DeadlineRow(**held))
