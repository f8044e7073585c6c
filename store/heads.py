"""Store: the end of each chain, sealed. A tail that was cut off shows; no new end can be forged without the keys."""

from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from settings.keys import CannotOpen
from store.database import Database
from store.tables import record_heads

_BATCH = 500
_BEFORE_ALL = -(2**31)  # before a row, too, that somebody has forged below the first


class Head(NamedTuple):
    """The last row of a chain."""

    seq: int
    hash: str


START = Head(0, "")  # of a chain that has no row yet
_OF_CHAIN = select(record_heads.c.sealed).where(record_heads.c.reference == bindparam("chain"))


def read_head(database: Database, connection: Connection, chain: str) -> Head:
    """Where a chain ends. Raises `CannotOpen` where that was not written here."""
    sealed = connection.scalar(_OF_CHAIN, {"chain": chain})
    return START if sealed is None else _opened(database, chain, sealed)


async def read_heads(database: Database, connection: AsyncConnection) -> dict[str, Head | CannotOpen]:
    """Where each chain ends, or why that does not open."""
    rows = await connection.execute(select(record_heads).order_by(record_heads.c.reference))
    return {row.reference: _or_why(database, row.reference, row.sealed) for row in rows}


def write_head(database: Database, connection: Connection, chain: str, head: Head) -> None:
    """Note a chain's new end; the journal of this transaction names it."""
    sealed = database.seal({"seq": head.seq, "hash": head.hash}, "record_heads", "sealed", chain)
    connection.execute(database.upsert(record_heads), {"reference": chain, "sealed": sealed})
    database.written(connection).heads[chain] = head


async def rows_of(connection: AsyncConnection, table: Table, chain: str) -> AsyncIterator[Row[Any]]:
    """The rows of a chain in order, some at a time; `table` names the chain in its first column."""
    this, after = table.primary_key.columns[0] == chain, _BEFORE_ALL
    while True:
        query = select(table).where(this, table.c.seq > after).order_by(table.c.seq).limit(_BATCH)
        batch = (await connection.execute(query)).all()
        for row in batch:
            yield row
        if len(batch) < _BATCH:
            return
        after = batch[-1].seq


def why_broken(
    row: Row[Any], before: Head, head: Head, read: Callable[[], str], hashed: Callable[[str], str]
) -> tuple[str, str | None]:
    """What a row of a chain holds; or why the chain does not hold there, where `before` is the last row that did."""
    if row.seq != before.seq + 1:
        return "", f"row {before.seq + 1} is missing"
    if row.seq > head.seq:
        return "", f"row {row.seq} was not written by this product"
    try:
        text = read()
    except CannotOpen as problem:
        return "", f"the content of row {row.seq} does not open: {problem}"
    if row.hash != hashed(text):
        return "", f"row {row.seq} is not as it was written"
    if row.seq == head.seq and row.hash != head.hash:
        return "", f"row {row.seq} is not the one that was written last"
    return text, None


def _opened(database: Database, chain: str, sealed: bytes) -> Head:
    return Head(**database.open(sealed, "record_heads", "sealed", chain))


def _or_why(database: Database, chain: str, sealed: bytes) -> Head | CannotOpen:
    try:
        return _opened(database, chain, sealed)
    except CannotOpen as problem:
        return problem
