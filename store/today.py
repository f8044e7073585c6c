"""Store: what is due when, across all live cases but rehearsals, and what waits for whom. No case is opened for it.

A deadline is open as long as it has a moment from which it is overdue: one that is met or stopped, or held in time by a
pause, has none.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from review.facts.directory import Role
from store.cases import LINE, line_of
from store.database import Database
from store.deadlines import due_line
from store.snapshot import DueLine, ListedCase
from store.tables import case_deadlines, cases

_OURS = and_(cases.c.live, cases.c.rehearsal.is_(False))
# Few cases are others: to leave theirs out costs less than to look up the case of each deadline.
_NOT_OURS = select(cases.c.reference).where(or_(~cases.c.live, cases.c.rehearsal))
_ONLY_US = f" {Role.BUSINESS_UNIT} "


class Due(NamedTuple):
    """How many deadlines there are in a span of time, and the first of them."""

    many: int
    first: Sequence[DueLine]


class Waiting(NamedTuple):
    """How many cases wait in some way, and the first of them: what is due first stands first."""

    many: int
    first: Sequence[ListedCase]


class Today:
    """What a unit looks at in the morning."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, *, now: datetime, until: datetime, since: datetime | None = None, limit: int) -> Due:
        """Open deadlines that are overdue from a moment between the two; without `since` from the oldest on."""
        at = case_deadlines.c.overdue_at
        where = and_(at < until, case_deadlines.c.reference.not_in(_NOT_OURS))
        if since is not None:
            where = and_(at >= since, where)
        first = select(case_deadlines).where(where)
        first = first.order_by(at, case_deadlines.c.reference, case_deadlines.c.id).limit(limit)
        async with self._database.read() as connection:
            count = await connection.scalar(select(func.count()).select_from(case_deadlines).where(where)) or 0
            rows = (await connection.execute(first)).all()
        return Due(count, [due_line(self._database, row, now) for row in rows])

    async def waiting_for_others(self, *, now: datetime, limit: int) -> Waiting:
        """Live cases that wait for somebody beside the Business Unit."""
        return await self._cases(cases.c.waits_for.not_in(("", _ONLY_US)), func.count(), now, limit)

    async def with_unread_returns(self, *, now: datetime, limit: int) -> Waiting:
        """Live cases with returns that nobody has said to have read; the count is of returns."""
        return await self._cases(cases.c.unread > 0, func.sum(cases.c.unread), now, limit)

    async def _cases(self, wanted: ColumnElement[bool], many: ColumnElement[Any], now: datetime, limit: int) -> Waiting:
        due = cases.c.next_deadline_at
        order = (due.is_(None), due, cases.c.reference)
        # Found by the index alone; then the few rows are read.
        some = select(cases.c.reference).where(_OURS, wanted).order_by(*order).limit(limit).subquery()
        first = select(*LINE).where(cases.c.reference.in_(select(some.c.reference))).order_by(*order)
        async with self._database.read() as connection:
            count = await connection.scalar(select(many).select_from(cases).where(_OURS, wanted)) or 0
            rows = (await connection.execute(first)).all()
        return Waiting(int(count), [line_of(self._database, row, now) for row in rows])
