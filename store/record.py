"""Store: the record of each case. Rows are only ever added, each carrying the hash of the one before (X-3).

The hash is SHA-256 over the row before's hash and all of this row, its content as it was sealed, with some random salt
inside: whoever can write to the database but has no key can neither forge a row nor test a guess against a hash.
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import AwareDatetime
from sqlalchemy import Row, insert, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from review.record import RecordRow, RowKind
from settings.keys import CannotOpen
from store.database import Database
from store.errors import RecordDiffers, RecordGap
from store.tables import cases, record, record_heads

_PLAIN = ("seq", "kind", "what", "about", "capacity", "happened_at", "told_at", "message")
_BATCH = 500


class RecordEntry(RecordRow):
    """A row as the record keeps it. `written_at` is UTC, on the store's own clock."""

    written_at: AwareDatetime
    hash: str

    def said(self) -> RecordRow:
        """The row as it was handed in."""
        return RecordRow(**self.model_dump(exclude={"written_at", "hash"}))


class Break(NamedTuple):
    """Where a chain no longer holds: the first broken row, and why."""

    reference: str
    seq: int
    why: str


class _Head(NamedTuple):
    seq: int
    hash: str


class Record:
    """Append-only rows, chained per case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, reference: str, rows: Sequence[RecordRow], *, written_at: datetime | None = None) -> None:
        """Add rows; their `seq` runs on from the last one without a gap, beginning at 1.

        Rows that the record has are passed over. Raises `RecordGap` or `RecordDiffers`, and then nothing is added.
        """
        async with self._database.write() as connection:
            await append(self._database, connection, reference, rows, written_at or datetime.now(UTC))

    async def rows(
        self, reference: str, after: int = 0, limit: int | None = None, *, kind: RowKind | None = None
    ) -> list[RecordEntry]:
        """The rows of a case in order, from the one that follows `after`; those of one kind only where it is given."""
        async with self._database.read() as connection:
            found = await _rows(self._database, connection, reference, after, limit, kind)
        return [_entry(row, text) for row, text in found]

    async def verify(self, reference: str | None = None) -> list[Break]:
        """The first broken row of each chain that does not hold, of one case or of all; nothing where all is well."""
        async with self._database.read() as connection:
            if reference is not None:
                references = [reference]
            else:
                known = union(
                    select(record.c.reference), select(record_heads.c.reference), select(cases.c.reference)
                ).subquery()
                references = list(await connection.scalars(select(known.c.reference).order_by(known.c.reference)))
        breaks = []
        for one in references:
            async with self._database.read() as connection:
                found = await self._first_break(connection, one)
            if found:
                breaks.append(found)
        return breaks

    async def _first_break(self, connection: AsyncConnection, reference: str) -> Break | None:
        try:
            head = await _head(self._database, connection, reference)
        except CannotOpen as problem:
            return Break(reference, 0, f"the end of the chain cannot be read: {problem}")
        before = _Head(0, "")
        async for row in _stream(connection, reference):
            why = self._why_broken(row, before, head)
            if why:
                return Break(reference, min(row.seq, before.seq + 1), why)
            before = _Head(row.seq, row.hash)
        if before.seq < head.seq:
            return Break(reference, before.seq + 1, f"row {before.seq + 1} and what followed it are missing")
        if head.seq == 0 and await connection.scalar(select(cases.c.seq).where(cases.c.reference == reference)):
            return Break(reference, 1, "the case has no record at all")
        return None

    def _why_broken(self, row: Row[Any], before: _Head, head: _Head) -> str | None:
        if row.seq != before.seq + 1:
            return f"row {before.seq + 1} is missing"
        if row.seq > head.seq:
            return f"row {row.seq} was not written by this product"
        try:
            text = _text(self._database, row)
        except CannotOpen as problem:
            return f"the content of row {row.seq} does not open: {problem}"
        if row.hash != _hash(before.hash, reference=row.reference, values=row._mapping, text=text):
            return f"row {row.seq} is not as it was written"
        if row.seq == head.seq and row.hash != head.hash:
            return f"row {row.seq} is not the one that was written last"
        return None


async def append(
    database: Database,
    connection: AsyncConnection,
    reference: str,
    rows: Sequence[RecordRow],
    written_at: datetime,
) -> None:
    """Append within a transaction of the caller."""
    await database.lock(connection, f"record:{reference}")
    head = start = await _head(database, connection, reference)
    for row in sorted(rows, key=lambda one: one.seq):
        if row.seq <= start.seq:
            await _same(database, connection, reference, row)
            continue
        if row.seq <= head.seq:
            raise RecordDiffers(f"{reference}: row {row.seq} was handed in twice at once")
        if row.seq != head.seq + 1:
            raise RecordGap(
                f"{reference}: row {row.seq} cannot follow row {head.seq}: hand in all rows after {head.seq}"
            )
        head = await _add(database, connection, reference, head, row, written_at)
    if head != start:
        sealed = database.seal({"seq": head.seq, "hash": head.hash}, "record_heads", "sealed", reference)
        await connection.execute(
            database.insert(record_heads)
            .values(reference=reference, sealed=sealed)
            .on_conflict_do_update(index_elements=["reference"], set_={"sealed": sealed})
        )


async def _add(
    database: Database, connection: AsyncConnection, reference: str, head: _Head, row: RecordRow, written_at: datetime
) -> _Head:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    content = row.model_dump(mode="json", exclude=set(_PLAIN)) | {"salt": secrets.token_hex(16)}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    values |= {"reference": reference, "written_at": written_at}
    values["hash"] = _hash(head.hash, reference, values, text)
    values["sealed"] = database.seal_bytes(text.encode(), "record", "sealed", reference, row.seq)
    await connection.execute(insert(record).values(values))
    return _Head(row.seq, values["hash"])


async def _same(database: Database, connection: AsyncConnection, reference: str, row: RecordRow) -> None:
    held = await _rows(database, connection, reference, row.seq - 1, 1)
    if not held or _entry(*held[0]).said() != RecordRow.model_validate_json(row.model_dump_json()):
        raise RecordDiffers(f"{reference}: the record already has another row {row.seq}; add a correction as a new row")


async def _head(database: Database, connection: AsyncConnection, reference: str) -> _Head:
    sealed = await connection.scalar(select(record_heads.c.sealed).where(record_heads.c.reference == reference))
    return _Head(0, "") if sealed is None else _Head(**database.open(sealed, "record_heads", "sealed", reference))


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


async def _stream(connection: AsyncConnection, reference: str) -> AsyncIterator[Row[Any]]:
    after: int | None = None
    while True:
        query = select(record).where(record.c.reference == reference).order_by(record.c.seq).limit(_BATCH)
        batch = (await connection.execute(query if after is None else query.where(record.c.seq > after))).all()
        for row in batch:
            yield row
        if len(batch) < _BATCH:
            return
        after = batch[-1].seq


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
