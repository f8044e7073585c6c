"""Store: the read model of the cases. Written from their workflows only, in one transaction with the record."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import structlog
from pydantic import ValidationError
from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from review.case.record import RecordRow
from review.facts import DocumentRef
from review.moment import Changed, Moment
from review.protocol import NO_MORE_DEADLINES
from settings.keys import CannotOpen
from store import inbox, listed, record, state
from store.cursor import Page
from store.database import Database
from store.errors import AnotherCase, MomentGap, StoreAhead
from store.finding import Finding
from store.journal import wrote
from store.listed import overdue_by
from store.mail_log import MailLog, MailStatus
from store.snapshot import ListedCase, Snapshot
from store.tables import (
    case_actions,
    case_agencies,
    case_agenda,
    case_children,
    case_deadlines,
    case_entries,
    cases,
    counters,
)
from store.tables_calendar import case_meetings

log = structlog.get_logger()

_PLAIN = (
    "reference",
    "seq",
    "route",
    "stage",
    "opened_at",
    "next_deadline_at",
    "live",
    "rehearsal",
    "edition",
    "case_now",
)
LINE = tuple(cases.c[name] for name in (*_PLAIN, "overdue_at", "paused", "sealed_line"))  # what `line_of` reads

_COUNTS = and_(
    cases.c.rehearsal.is_(False),
    or_(cases.c.next_deadline_at.is_not(None), cases.c.stage.not_in(sorted(NO_MORE_DEADLINES))),
)


# What lists show, with its sealed column and what names a row beside its case.
_LISTED = (
    (cases, "sealed_line", None),
    (case_deadlines, "sealed", "id"),
    (case_meetings, "sealed", "id"),
    (case_actions, "sealed", "place"),
    (case_agenda, "sealed", "id"),
)


class Heard(NamedTuple):
    """The version of the directory and the closed days (`Listed.calendar`) that a live case knows.

    `counts`: whether its working days count.
    """

    reference: str
    cast_version: int
    calendar: str
    counts: bool


_STAMP = (cases.c.version, cases.c.seq, cases.c.written_at)
_OPENED_BY = (
    select(case_entries.c.message)
    .where(case_entries.c.reference == cases.c.reference, case_entries.c.place == 0)
    .scalar_subquery()
    .label("opened_by")
)


_HELD = select(cases.c.version, cases.c.run, cases.c.case_now, _OPENED_BY).where(cases.c.reference == bindparam("case"))
_OF_CHILDREN = (
    select(case_children.c.child_key, cases.c.reference, cases.c.live, *_STAMP)
    .join(cases, cases.c.reference == case_children.c.reference)
    .where(case_children.c.child_key.in_(bindparam("keys", expanding=True)))
    .order_by(cases.c.reference)
)
_STAMPED = select(*_STAMP, inbox.waits(bindparam("case"))).where(cases.c.reference == bindparam("case"))


class Stamp(NamedTuple):
    """Another one each time that anything of a case is written. `waits`: a message for it is not applied yet."""

    version: int
    seq: int
    written_at: datetime
    waits: bool = False


class Related(NamedTuple):
    """A case that shares a child with another, and by what it is seen whether it has been written since."""

    reference: str
    live: bool
    stamp: Stamp


class Cases:
    """The cases as lists and pages show them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mail_log = MailLog(database)
        once_more = {"value": counters.c.value + 1}
        new = database.insert(counters).on_conflict_do_update(index_elements=["name"], set_=once_more)
        self._count = new.returning(counters)

    async def open(self, moment: Moment, *, written_at: datetime) -> None:
        """Let a new case be seen, with all that its first moment holds. One that is known stays as it is."""

        def write(connection: Connection) -> None:
            self._database.hold(connection, f"record:{moment.reference}")
            if connection.scalar(select(cases.c.version).where(cases.c.reference == moment.reference)) is None:
                self._write(connection, moment, "", written_at)

        await self._database.transact(write)

    async def carry(self, moment: Moment, *, run: str, written_at: datetime) -> None:
        """Write what one moment of a case has come to: the state's changes, rows of the record, settled messages.

        All or nothing, and safe to repeat: a moment that was written is passed over. `run` is the run of the workflow.
        Raises `AnotherCase` where the store holds another case under the reference, `MomentGap` where a moment before
        it is not written, `StoreAhead` where the store has moments that this run does not know: the case, or all of the
        engine, was set back, and nothing of it is written until it is brought back from the store.
        """

        def write(connection: Connection) -> None:
            self._database.hold(connection, f"record:{moment.reference}")
            held = connection.execute(_HELD, {"case": moment.reference}).one_or_none()
            if held and moment.opened_by and held.opened_by not in (None, moment.opened_by):
                raise AnotherCase(
                    f"{moment.reference}: the store holds another case under this reference, opened by another "
                    "message: end this workflow (crg restore --check)"
                )
            version = held.version if held else -1
            another_run = held is not None and held.run != run and version > moment.began
            written_otherwise = held is not None and moment.version <= version and moment.at > held.case_now
            if another_run or written_otherwise:
                raise StoreAhead(
                    f"{moment.reference}: the store has moment {version}, which this run does not know: "
                    "bring the case back from the store (crg revive --stuck)"
                )
            if moment.version <= version:
                return
            if moment.version != version + 1:
                raise MomentGap(
                    f"{moment.reference}: moment {moment.version} cannot follow moment {version}: "
                    "if the one between does not come, the store is an older one (crg restore --check)"
                )
            self._write(connection, moment, run, written_at)

        await self._database.transact(write)

    async def note(
        self,
        reference: str,
        *,
        rows: Sequence[RecordRow],
        done: dict[str, datetime],
        written_at: datetime,
        papers: dict[str, DocumentRef] | None = None,
        mail: str | None = None,
    ) -> None:
        """Note what has been done since: rows that tell of it, effects by key, documents by cause, and which mail has
        gone. All or nothing, and safe to repeat.
        """

        def write(connection: Connection) -> None:
            seq = record.append(self._database, connection, reference, rows, written_at)
            if mail is not None:
                self._mail_log.end(connection, mail, MailStatus.SENT)
            state.done(self._database, connection, reference, done)
            if papers:
                made = {cause: ref.model_dump(mode="json") for cause, ref in papers.items()}
                state.change(self._database, connection, reference, {"papers": Changed(now=made)})
            listed.write_case(self._database, connection, reference, seq=seq, written_at=written_at)

        await self._database.transact(write)

    async def clock_moved(self, reference: str, ahead: timedelta, *, written_at: datetime) -> None:
        """Note how far a rehearsal's clock runs ahead of ours. Its director says so when moving it: the case itself may
        have nothing to write until something falls due. Only a rehearsal's clock can be moved.
        """

        def write(connection: Connection) -> None:
            self._database.hold(connection, f"record:{reference}")
            if connection.scalar(select(cases.c.rehearsal).where(cases.c.reference == reference)):
                listed.clock_moved(self._database, connection, reference, ahead, written_at)

        await self._database.transact(write)

    async def get(self, reference: str, *, after: int | None = None) -> Snapshot | None:
        """A case whole, or `None` where it is not known (yet). `after` a version of it: of its entries those that were
        written since, which stand in the place of any that stood from there on.
        """
        async with self._database.read() as connection:
            row = (await connection.execute(select(cases).where(cases.c.reference == reference))).one_or_none()
            if row is None:
                return None
            held, first = await state.read(self._database, connection, reference, after)
        line = _plain(row, datetime.now(UTC))
        return Snapshot(**line, ahead=row.ahead, state=held | {"version": row.version}, entries_from=first)

    def seen_damaged(self) -> set[str]:
        """References of cases whose line in a list this process could not open."""
        return set(self._database.damaged)

    async def opens(self, reference: str) -> bool:
        """Whether all that is kept of how a case stands can be opened: its state, and what lists show of it."""
        self._database.damaged.discard(reference)
        try:
            await self.get(reference)
        except (CannotOpen, ValidationError) as problem:
            log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
            return False
        async with self._database.read() as connection:
            for table, column, key in _LISTED:
                rows = await connection.execute(select(table).where(table.c.reference == reference))
                for row in rows:
                    place = [row._mapping[key]] if key else []
                    self._database.open_or(None, row._mapping[column], table.name, column, reference, *place)
        return reference not in self._database.damaged

    async def route(self, reference: str) -> str | None:
        """By which way a case came in; None for one that is not known."""
        async with self._database.read() as connection:
            route: str | None = await connection.scalar(select(cases.c.route).where(cases.c.reference == reference))
        return route

    async def stamp(self, reference: str) -> Stamp | None:
        """By what it is seen whether a case has been written since; `None` where it is not known (yet)."""
        row = await self._database.look(lambda plain: plain.execute(_STAMPED, {"case": reference}).one_or_none())
        return Stamp(*row) if row else None

    async def list(
        self,
        *,
        stage: str | None = None,
        route: str | None = None,
        edition: str | None = None,
        overdue: bool | None = None,
        due_before: datetime | None = None,
        live: bool | None = None,
        rehearsal: bool | None = None,
        paused: bool | None = None,
        agencies: Sequence[str] | None = None,
        finding: Finding = Finding(),  # noqa: B008  # a tuple, which nobody can change
        after: str | None = None,
        limit: int = 50,
        now: datetime | None = None,
    ) -> Page[ListedCase]:
        """Cases, the one opened last first, or as `finding` has it; with `agencies`, those only in which one of them
        has a part.

        What is overdue counts from `now`. Raises `BadCursor`.
        """
        now = now or datetime.now(UTC)
        query = select(*LINE)
        wanted: dict[str, str | bool | None] = {"stage": stage, "route": route, "edition": edition}
        wanted |= {"live": live, "rehearsal": rehearsal, "paused": paused}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(cases.c[name] == value)
        if overdue is not None:
            query = query.where(overdue_by(cases.c.overdue_at, now, overdue))
        if due_before is not None:
            query = query.where(cases.c.next_deadline_at < due_before)
        if agencies is not None:
            part = select(case_agencies.c.reference).where(case_agencies.c.agency.in_(agencies))
            query = query.where(cases.c.reference.in_(part))
        # One more tells of a next.
        query = finding.ordered(finding.narrowed(query), self._database, after).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [line_of(self._database, row, now) for row in rows[:limit]]
        more = len(rows) > limit
        last = items[-1] if more else None
        after = finding.behind(self._database, last) if last else None
        return Page(items=items, next=after)

    async def live(self) -> Sequence[str]:
        """References of all live cases."""
        query = select(cases.c.reference).where(cases.c.live).order_by(cases.c.reference)
        async with self._database.read() as connection:
            return [*await connection.scalars(query)]

    async def by_edition(self) -> dict[str, int]:
        """How many live cases go by each edition, rehearsals left out."""
        counted = select(cases.c.edition, func.count()).where(cases.c.live, cases.c.rehearsal.is_(False))
        async with self._database.read() as connection:
            rows = await connection.execute(counted.group_by(cases.c.edition))
        return {edition: number for edition, number in rows}  # noqa: C416  # rows are no pairs to mypy

    async def references(self) -> Sequence[str]:
        """References of all cases, ended ones too: the workflow of each stays open."""
        async with self._database.read() as connection:
            return [*await connection.scalars(select(cases.c.reference).order_by(cases.c.reference))]

    async def counting(self) -> Sequence[str]:
        """References of the live cases whose working days count: a clock runs, or one may yet start.

        A rehearsal is not among them; it has a calendar and a time of its own.
        """
        query = select(cases.c.reference).where(cases.c.live, _COUNTS)
        async with self._database.read() as connection:
            return [*await connection.scalars(query.order_by(cases.c.reference))]

    async def heard(self, reference: str | None = None) -> Sequence[Heard]:
        """What each live case, or this one, has heard of changes that concern them all; no case is opened."""
        columns = (cases.c.reference, cases.c.cast_version, cases.c.calendar, _COUNTS.label("counts"))
        query = select(*columns).where(cases.c.live).order_by(cases.c.reference)
        if reference is not None:
            query = query.where(cases.c.reference == reference)
        async with self._database.read() as connection:
            return [Heard(*row) for row in await connection.execute(query)]

    async def of_children(self, children: Sequence[str]) -> dict[str, Sequence[Related]]:
        """All cases that each of these children is in (X-4), by the child, in the order of their references."""
        by_key = {key: child for child in children for key in self._child_keys(child)}
        rows = await self._database.look(lambda plain: plain.execute(_OF_CHILDREN, {"keys": [*by_key]}).all())
        found: dict[str, dict[str, Related]] = {child: {} for child in children}
        for row in rows:
            found[by_key[row.child_key]][row.reference] = Related(row.reference, row.live, Stamp(*row[3:]))
        return {child: [*theirs.values()] for child, theirs in found.items()}

    async def new_reference(self, prefix: str, year: int) -> str:
        """A reference never given before, such as "CR-2026-001"."""
        first = {"name": f"reference:{prefix}-{year}", "value": 1}

        def write(connection: Connection) -> int:
            counted = connection.execute(self._count, first).one()
            wrote(self._database, connection, counters, counted)
            return int(counted.value)

        return f"{prefix}-{year}-{await self._database.transact(write):03d}"

    def _write(self, connection: Connection, moment: Moment, run: str, written_at: datetime) -> None:
        reference, patch = moment.reference, moment.patch
        reported = state.said_in(self._database, connection, patch, moment.rows)
        rows = [state.filled(row, reported) for row in moment.rows]
        seq = record.append(self._database, connection, reference, rows, written_at)
        plain = {"seq": seq, "version": moment.version, "run": run, "case_now": moment.at, "written_at": written_at}
        listed.write(self._database, connection, moment, plain)
        state.write(self._database, connection, moment, reported)
        gone = {key for part in ("waiting", "failed") for key in patch.keyed.get(part, Changed()).gone}
        if gone:
            tried, failed = state.owed(self._database, connection, reference)
            self._mail_log.let_go(connection, reference, gone, failed=failed, tried=tried)
        if patch.children is not None:
            self._write_children(connection, reference, patch.children)
        for one in moment.settled:
            status = inbox.MessageStatus(one.status)
            inbox.settle(self._database, connection, one.message, status, one.refusal, one.at)

    def _write_children(self, connection: Connection, reference: str, children: Sequence[str]) -> None:
        values = [{"child_key": self._child_keys(child)[0], "reference": reference} for child in sorted(set(children))]
        listed.put_in_place(self._database, connection, case_children, reference, values)

    def _child_keys(self, child: str) -> Sequence[str]:
        # One hash per key of the fire, newest first: a child entered under an older key is still found.
        keys = self._database.keyring.derive("child")
        return [hmac.new(key, child.encode(), hashlib.sha256).hexdigest() for key in keys]


def line_of(database: Database, row: Row[Any], now: datetime) -> ListedCase:
    """A case as lists show it, of the columns of `LINE`; overdue or not as it is now."""
    return listed.line(database, _plain(row, now), row.sealed_line, paused=row.paused)


def _plain(row: Row[Any], now: datetime) -> dict[str, Any]:
    overdue = row.overdue_at is not None and row.overdue_at < now
    return {name: getattr(row, name) for name in _PLAIN} | {"overdue": overdue}
