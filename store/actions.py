"""Store: the action log across cases, filtered and paged in SQL (G-11)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.chapters.crg.agenda import ActionLine
from store.cursor import Page, cursor, position
from store.database import Database
from store.listed import overdue_by
from store.tables import case_actions

_table = case_actions.c
_PLAIN = ("reference", "owner", "agency", "due", "closed")
_INSTEAD = {  # of an action that is damaged
    "action": "unreadable",
    "what": "This action cannot be read: the record of it is damaged",
    "outcome": "",
    "rating": None,
    "progress": "",
    "evidence": False,
}


class Own(NamedTuple):
    """Whose actions somebody may see who does not see all: those of their agencies, and their own."""

    agencies: Sequence[str]
    people: Sequence[str]


class Actions:
    """Actions of all cases, the one due first first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self,
        *,
        owner: str | None = None,
        agency: str | None = None,
        overdue: bool | None = None,
        closed: bool = False,
        rehearsal: bool = False,
        own: Own | None = None,
        after: str | None = None,
        limit: int = 50,
        now: datetime | None = None,
    ) -> Page[ActionLine]:
        """Open actions, or the closed ones. Raises `BadCursor`."""
        now = now or datetime.now(UTC)
        query = select(case_actions).where(
            *_wanted(closed=closed, rehearsal=rehearsal, overdue=overdue, own=own, now=now)
        )
        for column, value in ((_table.owner, owner), (_table.agency, agency)):
            if value is not None:
                query = query.where(column == value)
        if after is not None:
            due, (reference, place) = position(self._database, "actions", after)
            query = query.where(_behind(due, reference, int(place)))
        query = query.order_by(_table.due, _table.reference, _table.place).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [self._line(row, now) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(
            items=items, next=last and cursor(self._database, "actions", last.due, last.reference, str(last.place))
        )

    async def all_open(
        self, connection: AsyncConnection, *, rehearsal: bool, now: datetime, at_most: int | None = None
    ) -> tuple[Sequence[ActionLine], int]:
        """Open actions, the one due first first, up to a limit; and how many there are in all."""
        wanted = _wanted(closed=False, rehearsal=rehearsal, overdue=None, own=None, now=now)
        query = select(case_actions).where(*wanted).order_by(_table.due, _table.reference, _table.place)
        rows = (await connection.execute(query.limit(at_most))).all()
        many = len(rows)
        if at_most is not None and many == at_most:
            many = await connection.scalar(select(func.count()).select_from(case_actions).where(*wanted)) or 0
        return [self._line(row, now) for row in rows], many

    async def agencies(
        self,
        *,
        overdue: bool | None = None,
        closed: bool = False,
        rehearsal: bool = False,
        own: Own | None = None,
        now: datetime | None = None,
    ) -> Sequence[str]:
        """The agencies that have such actions, in order of their ids."""
        wanted = _wanted(closed=closed, rehearsal=rehearsal, overdue=overdue, own=own, now=now or datetime.now(UTC))
        # From one agency to the next by the index: the log may have many actions of few agencies.
        known = select(func.min(_table.agency).label("agency")).cte("known", recursive=True)
        following = select(func.min(_table.agency)).where(_table.agency > known.c.agency).scalar_subquery()
        known = known.union_all(select(following).where(known.c.agency.is_not(None)))
        has_some = exists().where(_table.agency == known.c.agency, *wanted)
        query = select(known.c.agency).where(known.c.agency.is_not(None), has_some).order_by(known.c.agency)
        async with self._database.read() as connection:
            return await _names(connection, query)

    def _line(self, row: Row[Any], now: datetime) -> ActionLine:
        held = self._database.open_or(_INSTEAD, row.sealed, "case_actions", "sealed", row.reference, row.place)
        overdue = row.overdue_at is not None and row.overdue_at < now
        return ActionLine(**{name: getattr(row, name) for name in _PLAIN}, **held, overdue=overdue)


async def _names(connection: AsyncConnection, query: Any) -> Sequence[str]:
    return [*await connection.scalars(query)]


def _wanted(
    *, closed: bool, rehearsal: bool, overdue: bool | None, own: Own | None, now: datetime
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        _table.rehearsal.is_(rehearsal),
        (_table.closed if closed else _table.open).is_(True),
    ]
    if overdue is not None:
        wanted.append(overdue_by(_table.overdue_at, now, overdue))
    if own is not None:
        wanted.append(or_(_table.agency.in_(own.agencies), _table.owner.in_(own.people)))
    return wanted


def _behind(due: datetime, reference: str, place: int) -> ColumnElement[bool]:
    same = and_(_table.due == due, _table.reference == reference, _table.place > place)
    return or_(_table.due > due, and_(_table.due == due, _table.reference > reference), same)
