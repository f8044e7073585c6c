"""Store: the read model of the cases. Written from their workflows only, in one transaction with the record."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.record import RecordRow, Settled
from review.words import LAST_CLOCKS
from store import inbox, record
from store.cursor import Page, cursor, position
from store.database import Database
from store.snapshot import CaseLine, DeadlineRow, DueLine, Snapshot
from store.tables import case_children, case_deadlines, cases, counters

_PLAIN = (
    "reference",
    "seq",
    "route",
    "stage",
    "opened_at",
    "next_deadline",
    "next_deadline_at",
    "overdue",
    "live",
    "rehearsal",
    "case_now",
)


class Cases:
    """The cases as lists and pages show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def project(
        self,
        reference: str,
        *,
        seq: int,
        snapshot: Snapshot,
        rows: Sequence[RecordRow],
        settled: Sequence[Settled],
        written_at: datetime,
    ) -> None:
        """Write what a case has come to: its new record rows, its view and deadlines, and which messages are settled.

        All or nothing, and safe to repeat. A view that is not newer than the one held is passed over; its rows and
        settlements are still taken. Raises `RecordGap` or `RecordDiffers`.
        """
        async with self._database.write() as connection:
            # Takes the lock of the case, so that two writers of one case follow one another.
            await record.append(self._database, connection, reference, rows, written_at)
            held = await connection.scalar(select(cases.c.seq).where(cases.c.reference == reference))
            if held is None or seq > held:
                await self._write_view(connection, reference, seq, snapshot, written_at)
            for one in settled:
                status = inbox.MessageStatus(one.status)
                await inbox.settle(self._database, connection, one.message, status, one.refusal, one.at)

    async def get(self, reference: str) -> Snapshot | None:
        """A case whole, or `None` where it is not known (yet)."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(cases).where(cases.c.reference == reference))).one_or_none()
        if row is None:
            return None
        view = self._database.open(row.sealed, "cases", "sealed", reference)
        return Snapshot(**_plain(row), **view)

    async def seq(self, reference: str) -> int:
        """How many rows of the record the case's view has come to; 0 where the case is not known (yet)."""
        query = select(cases.c.seq).where(cases.c.reference == reference)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def list(
        self,
        *,
        stage: str | None = None,
        route: str | None = None,
        overdue: bool | None = None,
        due_before: datetime | None = None,
        live: bool | None = None,
        rehearsal: bool | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[CaseLine]:
        """Cases, the one opened last first. Raises `BadCursor`."""
        query = select(*(cases.c[name] for name in _PLAIN))
        wanted = {"stage": stage, "route": route, "overdue": overdue, "live": live, "rehearsal": rehearsal}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(cases.c[name] == value)
        if due_before is not None:
            query = query.where(cases.c.next_deadline_at < due_before)
        if after is not None:
            opened_at, (reference,) = position(after, 1)
            earlier = cases.c.opened_at < opened_at
            query = query.where(or_(earlier, and_(cases.c.opened_at == opened_at, cases.c.reference > reference)))
        rows = await self._page(query.order_by(cases.c.opened_at.desc(), cases.c.reference), limit)
        items = [CaseLine(**_plain(row)) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(items=items, next=cursor(items[-1].opened_at, items[-1].reference) if more else None)

    async def deadlines(
        self,
        *,
        due_before: datetime | None = None,
        status: str | None = None,
        live: bool | None = None,
        rehearsal: bool | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[DueLine]:
        """Deadlines of all cases, the one due first first. Raises `BadCursor`."""
        table = case_deadlines.c
        query = select(case_deadlines).join(cases, cases.c.reference == table.reference)
        for column, value in ((table.status, status), (cases.c.live, live), (cases.c.rehearsal, rehearsal)):
            if value is not None:
                query = query.where(column == value)
        if due_before is not None:
            query = query.where(table.due < due_before)
        if after is not None:
            due, (reference, name) = position(after, 2)
            same = and_(table.due == due, table.reference == reference, table.id > name)
            query = query.where(or_(table.due > due, and_(table.due == due, table.reference > reference), same))
        rows = await self._page(query.order_by(table.due, table.reference, table.id), limit)
        items = [self._due_line(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(items=items, next=None)
        last = items[-1]
        return Page(items=items, next=cursor(last.deadline.due, last.reference, last.deadline.id))

    async def live(self) -> Sequence[str]:
        """References of all live cases."""
        query = select(cases.c.reference).where(cases.c.live).order_by(cases.c.reference)
        async with self._database.read() as connection:
            return [*await connection.scalars(query)]

    async def counting(self) -> Sequence[str]:
        """References of the live cases whose working days count: a clock runs, or one may yet start.

        A rehearsal is not among them; it has a calendar and a time of its own.
        """
        may_count = or_(cases.c.next_deadline.is_not(None), cases.c.stage.not_in(sorted(LAST_CLOCKS)))
        query = select(cases.c.reference).where(cases.c.live, cases.c.rehearsal.is_(False), may_count)
        async with self._database.read() as connection:
            return [*await connection.scalars(query.order_by(cases.c.reference))]

    async def cases_of_child(self, child: str) -> Sequence[str]:
        """References of all cases that this child is in (X-4)."""
        query = (
            select(case_children.c.reference)
            .where(case_children.c.child_key.in_(self._child_keys(child)))
            .distinct()
            .order_by(case_children.c.reference)
        )
        async with self._database.read() as connection:
            return [*await connection.scalars(query)]

    async def live_among(self, references: Sequence[str]) -> Sequence[str]:
        """Those of these cases that are live, in the order given."""
        query = select(cases.c.reference).where(cases.c.live, cases.c.reference.in_(references))
        async with self._database.read() as connection:
            live = {*await connection.scalars(query)}
        return [reference for reference in references if reference in live]

    async def new_reference(self, prefix: str, year: int) -> str:
        """A reference never given before, such as "CR-2026-001"."""
        name = f"reference:{prefix}-{year}"
        query = (
            self._database.insert(counters)
            .values(name=name, value=1)
            .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
            .returning(counters.c.value)
        )
        async with self._database.write() as connection:
            number = await connection.scalar(query)
        return f"{prefix}-{year}-{number:03d}"

    async def _write_view(
        self, connection: AsyncConnection, reference: str, seq: int, snapshot: Snapshot, written_at: datetime
    ) -> None:
        plain = {name: getattr(snapshot, name) for name in _PLAIN} | {"reference": reference, "seq": seq}
        view = snapshot.model_dump(mode="json", exclude=set(_PLAIN))
        values = plain | {
            "sealed": self._database.seal(view, "cases", "sealed", reference),
            "written_at": written_at,
        }
        upsert = self._database.insert(cases).values(values)
        await connection.execute(upsert.on_conflict_do_update(index_elements=["reference"], set_=values))
        for table in (case_deadlines, case_children):
            await connection.execute(delete(table).where(table.c.reference == reference))
        deadlines = [
            {
                "reference": reference,
                "id": one.id,
                "due": one.due,
                "status": one.status,
                "sealed": self._database.seal(
                    one.model_dump(mode="json"), "case_deadlines", "sealed", reference, one.id
                ),
            }
            for one in snapshot.deadlines
        ]
        if deadlines:
            await connection.execute(insert(case_deadlines), deadlines)
        children = [
            {"child_key": self._child_keys(child)[0], "reference": reference} for child in set(snapshot.children)
        ]
        if children:
            await connection.execute(insert(case_children), children)

    async def _page(self, query: Select[Any], limit: int) -> Sequence[Row[Any]]:
        # One more than asked for tells whether there is a next page.
        async with self._database.read() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query.limit(limit + 1))).all()
            return rows

    def _due_line(self, row: Row[Any]) -> DueLine:
        held = self._database.open(row.sealed, "case_deadlines", "sealed", row.reference, row.id)
        return DueLine(reference=row.reference, deadline=DeadlineRow(**held))

    def _child_keys(self, child: str) -> Sequence[str]:
        # One hash per key of the ring, newest first: a child entered under an older key is still found.
        keys = self._database.keyring.derive("child")
        return [hmac.new(key, child.encode(), hashlib.sha256).hexdigest() for key in keys]


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN}
