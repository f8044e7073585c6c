"""Store: the record of each case. Rows are only ever added, each carrying the hash of the one before (X-3).

The hash is SHA-256 over the row before's hash and all of this row, its content as it was sealed, with some random salt
inside. So somebody who can write to the database, but has no key, can neither forge a row nor test a guess.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.case.record import RecordRow, RowKind
from store.cursor import Page, cursor, position
from store.database import Database
from store.heads import START, Head, read_head, rows_of, why_broken, write_head
from store.tables import cases, record

_PLAIN = ("seq", "key", "kind", "what", "capacity", "happened_at", "told_at", "message")
_AT_ONCE = 200  # rows that are opened together, where what is looked for is sealed
_NEW = insert(record)
_HELD = select(record.c.key).where(
    record.c.reference == bindparam("case"), record.c.key.in_(bindparam("keys", expanding=True))
)


class RecordEntry(RecordRow):
    """A row as the record keeps it, numbered from 1. `written_at` is UTC, on the store's own clock."""

    seq: int
    written_at: AwareDatetime
    hash: str

    def reported(self) -> RecordRow:
        """The row as it was handed in."""
        return RecordRow(**self.model_dump(exclude={"seq", "written_at", "hash"}))


class Record:
    """Append-only rows, chained per case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, reference: str, rows: Sequence[RecordRow], *, written_at: datetime | None = None) -> None:
        """Add rows; their `seq` runs on from the last one, beginning at 1. Rows that the record has are passed over."""
        at = written_at or datetime.now(UTC)
        await self._database.transact(lambda connection: append(self._database, connection, reference, rows, at))

    async def rows(
        self, reference: str, after: int = 0, limit: int | None = None, *, kind: RowKind | None = None
    ) -> list[RecordEntry]:
        """The rows of a case in order, from the one that follows `after`; those of one kind only where it is given."""
        async with self._database.read() as connection:
            found = await _rows(self._database, connection, reference, after, limit, kind)
        return [_entry(row, text) for row, text in found]

    async def newest(self, reference: str, limit: int) -> list[RecordEntry]:
        """The last rows of a case, in order."""
        query = select(record).where(record.c.reference == reference).order_by(record.c.seq.desc()).limit(limit)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).all()
        return [_entry(row, _text(self._database, row)) for row in reversed(found)]

    async def news(self, since: datetime, *, limit: int) -> tuple[int, list[tuple[str, RecordEntry]]]:
        """How many facts came in since then, of all cases but rehearsals; and the newest of them, with references."""
        where = and_(record.c.kind == RowKind.FACT, record.c.told_at >= since, cases.c.rehearsal.is_(False))
        joined = record.join(cases, cases.c.reference == record.c.reference)
        many = select(func.count()).select_from(joined).where(where)
        newest = select(record).select_from(joined).where(where)
        newest = newest.order_by(record.c.told_at.desc(), record.c.reference.desc(), record.c.seq.desc()).limit(limit)
        async with self._database.read() as connection:
            count = await connection.scalar(many) or 0
            rows = (await connection.execute(newest)).all()
        return count, [(row.reference, _entry(row, _text(self._database, row))) for row in rows]

    async def disclosures(
        self,
        *,
        wanted: Callable[[RecordEntry], bool],
        case: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[tuple[str, RecordEntry]]:
        """What left the partnership, of all cases but rehearsals, the newest first, each with its reference: rows that
        `wanted` holds of, which alone sees what is sealed. Raises `BadCursor`.
        """
        where = and_(record.c.kind == RowKind.DISCLOSURE, or_(cases.c.rehearsal.is_(None), ~cases.c.rehearsal))
        query = select(record).outerjoin(cases, cases.c.reference == record.c.reference).where(where)
        if case is not None:
            query = query.where(record.c.reference == case)
        if after is not None:
            at, (reference, seq) = position(self._database, "disclosures", after)
            same = and_(record.c.reference == reference, record.c.seq < int(seq))
            earlier = or_(record.c.reference < reference, same)
            query = query.where(or_(record.c.told_at < at, and_(record.c.told_at == at, earlier)))
        query = query.order_by(record.c.told_at.desc(), record.c.reference.desc(), record.c.seq.desc())
        found: list[tuple[str, RecordEntry]] = []
        async with self._database.read() as connection:
            for start in count(0, _AT_ONCE):
                rows = (await connection.execute(query.limit(_AT_ONCE).offset(start))).all()
                entries = [(row.reference, _entry(row, _text(self._database, row))) for row in rows]
                found += [one for one in entries if wanted(one[1])]
                if len(found) > limit or len(rows) < _AT_ONCE:
                    break
        if len(found) <= limit:
            return Page(items=found, next=None)
        reference, last = found[limit - 1]
        behind = cursor(self._database, "disclosures", last.told_at, reference, str(last.seq))
        return Page(items=found[:limit], next=behind)


async def first_broken(
    database: Database, connection: AsyncConnection, reference: str, head: Head
) -> tuple[int, str] | None:
    """The first row of a case's chain that does not hold, and why; `None` where all of them do."""
    before = START
    async for row in rows_of(connection, record, reference):
        hashed = partial(_hash, before.hash, row.reference, row._mapping)
        _, why = why_broken(row, before, head, partial(_text, database, row), hashed)
        if why:
            return min(row.seq, before.seq + 1), why
        before = Head(row.seq, row.hash)
    if before.seq < head.seq:
        return before.seq + 1, f"row {before.seq + 1} and what followed it are missing"
    if head.seq == 0 and await connection.scalar(select(cases.c.seq).where(cases.c.reference == reference)):
        return 1, "the case has no record at all"
    return None


def append(
    database: Database, connection: Connection, reference: str, rows: Sequence[RecordRow], written_at: datetime
) -> int:
    """Append within a transaction of the caller, which holds the case; returns the number of the last row.

    Rows get their number and hash here, in the order of writing, so that no order of writers can leave a gap. One whose
    key the record has is passed over.
    """
    database.hold(connection, f"record:{reference}")
    before = start = read_head(database, connection, reference)
    wanted = {"case": reference, "keys": [row.key for row in rows]}
    held = {*connection.scalars(_HELD, wanted)} if rows else set()
    values = []
    for row in rows:
        if row.key not in held:
            held.add(row.key)
            values.append(_values(database, reference, before, row, written_at))
            before = Head(values[-1]["seq"], values[-1]["hash"])
    if values:
        connection.execute(_NEW, values)
        write_head(database, connection, reference, before)
    return before.seq if values else start.seq


def _values(database: Database, reference: str, before: Head, row: RecordRow, written_at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN if name != "seq"}
    content = row.model_dump(mode="json", exclude={*_PLAIN, "bare"}) | {"salt": secrets.token_hex(16)}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    values |= {"seq": before.seq + 1, "reference": reference, "written_at": written_at}
    values["hash"] = _hash(before.hash, reference, values, text)
    values["sealed"] = database.seal_bytes(text.encode(), "record", "sealed", reference, values["seq"])
    return values


async def _rows(
    database: Database,
    connection: AsyncConnection,
    reference: str,
    after: int,
    limit: int | None,
    kind: RowKind | None = None,
) -> list[tuple[Row[Any], str]]:
    query = select(record).where(record.c.reference == reference, record.c.seq > after).order_by(record.c.seq)
    if kind is not None:
        query = query.where(record.c.kind == kind)
    return [(row, _text(database, row)) for row in await connection.execute(query.limit(limit))]


def _text(database: Database, row: Row[Any]) -> str:
    return database.open_bytes(row.sealed, "record", "sealed", row.reference, row.seq).decode()


def _entry(row: Row[Any], text: str) -> RecordEntry:
    content = json.loads(text)
    content.pop("salt")
    plain = {name: getattr(row, name) for name in _PLAIN}
    return RecordEntry(**plain, **content, written_at=row.written_at, hash=row.hash)


def _hash(before: str, reference: str, values: Any, text: str) -> str:
    row = {name: values[name] for name in (*_PLAIN, "written_at")} | {"reference": reference}
    for name, value in row.items():
        if isinstance(value, datetime):
            row[name] = value.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps({"before": before, "row": row, "content": text}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
