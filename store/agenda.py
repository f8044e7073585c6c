"""Store: what lies before the CRG, across cases (G-2): read from what their moments have written; no case is opened."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.chapters.crg.agenda import (
    ACTIONS,
    REQUESTS,
    AgendaPage,
    AgendaRow,
    CaseItem,
    OnAgenda,
    Part,
    Put,
    agenda,
)
from review.chapters.crg.meeting import AgendaLine
from review.facts.enums import Route, Stage
from review.protocol import STAGE_TITLES
from store.actions import Actions
from store.database import Database
from store.listed import UNREADABLE
from store.tables import case_agenda, cases

_REQUEST = "Another partnership's request for information"


class CrgAgenda:
    """The agenda of a CRG meeting, as it stands now."""

    def __init__(self, database: Database, actions: Actions) -> None:
        self._database, self._actions = database, actions

    async def read(
        self,
        *,
        since: datetime | None = None,
        rehearsal: bool = False,
        at_most: int | None = None,
        now: datetime | None = None,
    ) -> AgendaPage:
        """All of it; of the Panel's correspondence what came after `since`, the last meeting.

        `at_most` limits the cases of each stage, the requests and the actions, which have pages of their own.
        """
        now = now or datetime.now(UTC)
        async with self._database.read() as connection:
            rows, more = await _on_agenda(connection, rehearsal=rehearsal, at_most=at_most)
            references = None if at_most is None else [row.reference for row in rows]
            put = await self._put(connection, since, references, rehearsal=rehearsal, now=now)
            actions, many = await self._actions.all_open(connection, rehearsal=rehearsal, now=now, at_most=at_most)
        found = [OnAgenda(Route(row.route), Stage(row.stage), self._item(row, now)) for row in rows]
        more[ACTIONS] = many - len(actions)
        return AgendaPage(agenda(found, put, actions), {name: left for name, left in more.items() if left > 0})

    async def lines(self, now: datetime) -> list[AgendaLine]:
        """The agenda as a mail may hold it: references and stages, those of one stage together. No rehearsals."""
        order = {stage.value: place for place, stage in enumerate(Stage)}
        wanted = (cases.c.reference, cases.c.route, cases.c.stage, cases.c.overdue_at, cases.c.sealed_line)
        query = select(*wanted).where(cases.c.on_agenda.is_(True), cases.c.rehearsal.is_(False))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        lines = []
        for row in sorted(
            rows, key=lambda row: (_is_asked(row.route), _is_asked(row.route) or order[row.stage], row.reference)
        ):
            title = _REQUEST if _is_asked(row.route) else STAGE_TITLES[Stage(row.stage)]
            overdue = row.overdue_at is not None and row.overdue_at < now
            held = self._database.open_or({}, row.sealed_line, "cases", "sealed_line", row.reference)
            safety = held.get("safety", "")
            lines.append(AgendaLine(reference=row.reference, stage=title, overdue=overdue, safety=safety))
        return lines

    async def _put(
        self,
        connection: AsyncConnection,
        since: datetime | None,
        references: Sequence[str] | None,
        *,
        rehearsal: bool,
        now: datetime,
    ) -> list[Put]:
        """What cases put on the agenda, by reference; links, requests, reasons of these alone, where some are named."""
        table = case_agenda.c
        beside: ColumnElement[bool] = table.part.in_([Part.LINKED, Part.REQUEST, Part.SAFETY])
        if references is not None:
            beside = and_(beside, table.reference.in_(references))
        panel: ColumnElement[bool] = table.part == Part.PANEL
        if since is not None:
            panel = and_(panel, table.at > since)
        query = (
            select(case_agenda, cases.c.ahead)
            .join(cases, cases.c.reference == table.reference)
            .where(cases.c.rehearsal.is_(rehearsal), or_(beside, panel, table.part.in_([Part.MILESTONE, Part.CONCERN])))
        )
        rows = (await connection.execute(query)).all()
        ordered = sorted(rows, key=lambda row: (row.reference, row.part, int(row.id.rpartition(":")[2])))
        return [
            Put(
                row.reference,
                AgendaRow(part=row.part, at=row.at, overdue_at=row.overdue_at, item=item),
                now + row.ahead,
            )
            for row in ordered
            if (item := self._opened(row)) is not None
        ]

    def _opened(self, row: Row[Any]) -> dict[str, Any] | None:
        instead = _instead(Part(row.part), row.at)
        item: dict[str, Any] | None = self._database.open_or(
            instead, row.sealed, "case_agenda", "sealed", row.reference, row.id
        )
        return item

    def _item(self, row: Row[Any], now: datetime) -> CaseItem:
        held = self._database.open_or({}, row.sealed_line, "cases", "sealed_line", row.reference)
        return CaseItem(
            reference=row.reference,
            next_deadline=held.get("next_deadline"),
            next_title=held.get("next_title"),
            next_due=row.next_deadline_at,
            overdue=row.overdue_at is not None and row.overdue_at < now,
            safety=held.get("safety", ""),
        )


async def _on_agenda(
    connection: AsyncConnection, *, rehearsal: bool, at_most: int | None
) -> tuple[Sequence[Row[Any]], dict[str, int]]:
    """The cases before the CRG, by reference, at most `at_most` of each list; and how many are left out of each."""
    table = cases.c
    wanted = ("reference", "route", "stage", "next_deadline_at", "overdue_at", "sealed_line")
    query = select(*(table[name] for name in wanted)).where(table.on_agenda.is_(True), table.rehearsal.is_(rehearsal))
    query = query.order_by(table.reference)
    if at_most is None:
        return (await connection.execute(query)).all(), {}
    # Counted by the index, then the first of each kind: what is left out is not read.
    many = query.with_only_columns(table.stage, table.route, func.count()).order_by(None)
    kinds = (await connection.execute(many.group_by(table.stage, table.route))).all()
    found: dict[str, list[Row[Any]]] = {}
    count: Counter[str] = Counter()
    for stage, route, number in kinds:
        of = REQUESTS if _is_asked(route) else stage
        count[of] += number
        first = await connection.execute(query.where(table.stage == stage, table.route == route).limit(at_most))
        found.setdefault(of, []).extend(first)
    shown = [row for rows in found.values() for row in sorted(rows, key=lambda row: row.reference)[:at_most]]
    return sorted(shown, key=lambda row: row.reference), {of: count[of] - at_most for of in count}


def _is_asked(route: str) -> bool:
    return route == Route.INFORMATION_REQUEST


def _instead(part: Part, at: datetime | None) -> dict[str, Any] | None:
    """What stands in the place of something that is damaged; nothing for a link, which says itself what it is."""
    moment = at and at.isoformat()
    instead: dict[Part, dict[str, Any]] = {
        Part.REQUEST: {"partnership": UNREADABLE},
        Part.SAFETY: {"reasons": [UNREADABLE]},
        Part.MILESTONE: {"milestone": "unreadable", "what": UNREADABLE, "planned_date": moment and moment[:10]},
        Part.CONCERN: {"concern": "unreadable", "reasons": UNREADABLE, "due": moment},
        Part.PANEL: {"at": moment, "what": UNREADABLE},
    }
    return instead.get(part)
