"""Store: verification: is everything stored still as this product wrote it (X-3)?

Each chain must hold by itself. Then the journal is read from its first row: where it ends, every chain must end where
the journal says, and every row of a watched table must be what the journal says, no row more and none less, and open
with our keys. A database of ours is never empty: its first start has written which keys seal in it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row, Table, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncConnection

from settings.keys import CannotOpen
from store import record, register
from store.anchor import Anchor, missing_since
from store.database import Database
from store.heads import START, Head, read_heads
from store.journal import WATCHED, Place, digest, does_not_open, place
from store.restoring import is_reference
from store.tables import cases, payloads, record_heads
from store.tables import record as record_rows

_BATCH = 50  # rows may be large: a document, a case
_NO_VALUE = "a row holds what this product never writes"
_WORDS = {
    "inbox": "message",
    "cases": "the case as lists show it",
    "case_parts": "part of the case's state:",
    "case_entries": "entry of the case",
    "case_deadlines": "deadline",
    "case_meetings": "meeting of the case:",
    "case_actions": "action, as the log shows it,",
    "case_agencies": "agency of the case",
    "case_agenda": "what the case puts on the CRG's agenda:",
    "case_children": "child of the case, as they are found,",
    "documents": "document",
    "mail": "email",
    "replies": "mail that came in",
    "meeting_answers": "answer to an invitation:",
    "openings": "who has opened which version:",
    "directory_versions": "version of the directory",
    "closures": "closed day",
    "closures_taken_back": "closed day that was taken back",
    "crg_meetings": "CRG meeting",
    "crg_meeting_changes": "change of the CRG meeting",
    "link_revocations": "revocation of links",
    "counters": "count of",
    "key_ids": "the note of the key",
    "link_keys": "since when links are signed with the key",
}


class Break(NamedTuple):
    """What is not as it was written: the chain or case, its first row that differs (0: not a row of it), and why."""

    reference: str
    seq: int
    why: str


class Verified(NamedTuple):
    """How many chains and other rows were checked, and what is not as it was written."""

    chains: int
    rows: int
    breaks: list[Break]


@dataclass
class _Told:
    """What the journal says in the end."""

    heads: dict[str, Head] = field(default_factory=dict)
    rows: dict[Place, str] = field(default_factory=dict)
    broken: Break | None = None


async def verify(database: Database, reference: str | None = None, against: Anchor | None = None) -> Verified:
    """Check everything, or what belongs to one case: all within one moment, so that it may be done while others write.

    A register (`store.register.REGISTERS`) may be named in the place of a case. `against` is an anchor of before.
    """
    async with database.read() as connection:
        heads = await read_heads(database, connection)
        told = await _read_journal(database, connection, heads)
        chains = [reference] if reference else sorted({*await _chains(connection), *told.heads} - {register.JOURNAL})
        breaks = [told.broken] if told.broken else []
        for chain in chains:
            found = await _first_break(database, connection, chain, heads)
            if not found and not told.broken:
                found = _set_back(chain, heads.get(chain), told.heads.get(chain, START))
            breaks += [found] if found else []
        rows = 0
        for table in () if told.broken else WATCHED:
            try:
                counted, wrong = await _check_rows(database, connection, table, told, reference)
            except (ValueError, TypeError):
                counted, wrong = 0, [Break(table.name.replace("_", "-"), 0, _NO_VALUE)]
            rows, breaks = rows + counted, breaks + wrong
        if reference is None:
            breaks += await _traces(connection, told)
        breaks += await _against(connection, against, reference) if against else []
    return Verified(len(chains), rows, breaks)


async def _against(connection: AsyncConnection, anchor: Anchor, reference: str | None) -> list[Break]:
    """What was there when the anchor was made and is there no more."""
    breaks = []
    for one in anchor.heads:
        if reference not in (None, one.chain):
            continue
        if why := await missing_since(connection, one):
            made = f"{anchor.made_at:%Y-%m-%d %H:%M} UTC"
            breaks.append(Break(one.chain, one.seq, f"{why}, against the anchor of {made}"))
    return breaks


async def _read_journal(database: Database, connection: AsyncConnection, heads: dict[str, Head | CannotOpen]) -> _Told:
    told, head = _Told(), heads.get(register.JOURNAL, START)
    if isinstance(head, CannotOpen):
        told.broken = Break(register.JOURNAL, 0, _no_end(head))
        return told
    try:
        async for row in register.checked(database, connection, register.JOURNAL, head):
            if row.why:
                told.broken = Break(register.JOURNAL, row.head.seq, row.why)
                return told
            _learn(told, row.content)
    except (ValueError, TypeError):
        told.broken = Break(register.JOURNAL, 0, _NO_VALUE)
    return told


def _learn(told: _Told, content: dict[str, Any]) -> None:
    for table, reference, key, digested in content["rows"]:
        if digested is None:
            told.rows.pop(Place(table, reference, key), None)
        else:
            told.rows[Place(table, reference, key)] = digested
    for chain, seq, hashed in content["heads"]:
        told.heads[chain] = Head(seq, hashed)


async def _chains(connection: AsyncConnection) -> set[str]:
    known = union(
        select(record_rows.c.reference), select(record_heads.c.reference), select(cases.c.reference)
    ).subquery()
    return {*await connection.scalars(select(known.c.reference))}


async def _first_break(
    database: Database, connection: AsyncConnection, chain: str, heads: dict[str, Head | CannotOpen]
) -> Break | None:
    head = heads.get(chain, START)
    if isinstance(head, CannotOpen):
        return Break(chain, 0, _no_end(head))
    try:
        return await _broken(database, connection, chain, head)
    except (ValueError, TypeError):  # SQLite keeps anything in any column
        return Break(chain, 0, _NO_VALUE)


async def _broken(database: Database, connection: AsyncConnection, chain: str, head: Head) -> Break | None:
    if chain in register.REGISTERS:
        async for row in register.checked(database, connection, chain, head):
            if row.why:
                return Break(chain, row.head.seq, row.why)
        return None
    broken = await record.first_broken(database, connection, chain, head)
    return Break(chain, *broken) if broken else None


def _no_end(problem: CannotOpen) -> str:
    return f"the end of the chain cannot be read: {problem}"


def _set_back(chain: str, head: Head | CannotOpen | None, told: Head) -> Break | None:
    """Whether the chain, which holds by itself, ends where the journal says."""
    if head == told or isinstance(head, CannotOpen) or (head is None and told == START):
        return None
    if head is None or head == START:
        return Break(chain, 1, f"all of it has been removed: the journal names {told.seq} rows")
    if head.seq < told.seq:
        return Break(chain, head.seq + 1, f"it was set back: the journal names {told.seq} rows")
    if head.seq > told.seq:
        return Break(chain, told.seq + 1, f"the journal does not name row {told.seq + 1}: it was set back")
    return Break(chain, head.seq, f"row {head.seq} is not the one that the journal names")


async def _traces(connection: AsyncConnection, told: _Told) -> list[Break]:
    """What shows that there was more than there is: no journal at all, parts of cases that are not in the store."""
    breaks = []
    if not told.rows and not told.heads and not told.broken:
        breaks.append(Break(register.JOURNAL, 1, "all of it has been removed, with all that it named"))
    kept = select(payloads.c.workflow).where(payloads.c.workflow.not_in(select(cases.c.reference))).distinct()
    for workflow in await connection.scalars(kept.order_by(payloads.c.workflow)):
        if is_reference(workflow):
            breaks.append(Break(workflow, 0, "all of it has been removed: the store keeps large parts of the case"))
    return breaks


async def _check_rows(
    database: Database, connection: AsyncConnection, table: Table, told: _Told, reference: str | None
) -> tuple[int, list[Break]]:
    """Every row of a watched table against the journal; how many there are, and which are not as they were."""
    left = {
        at: digested
        for at, digested in told.rows.items()
        if at.table == table.name and reference in (None, at.reference)
    }
    counted, wrong = 0, []
    async for row in _stream(connection, table, reference):
        at = place(table, row._mapping)
        if at.key in WATCHED[table].but:
            continue
        counted += 1
        expected = left.pop(at, None)
        if expected is None:
            wrong.append(_wrong(at, "was not written by this product"))
        elif expected != digest(table, row._mapping):
            wrong.append(_wrong(at, "is not as it was written"))
        elif problem := does_not_open(database, table, row._mapping):
            wrong.append(_wrong(at, f"does not open: {problem}"))
    return counted, wrong + [_wrong(at, "has been removed") for at in left]


def _wrong(at: Place, what: str) -> Break:
    return Break(
        at.reference or at.table.replace("_", "-"), 0, f"{_WORDS[at.table]} {at.key} {what}".replace("  ", " ")
    )


async def _stream(connection: AsyncConnection, table: Table, reference: str | None) -> AsyncIterator[Row[Any]]:
    key = list(table.primary_key.columns)
    query = select(table).order_by(*key).limit(_BATCH)
    if reference is not None:
        if "reference" not in table.columns:
            return
        query = query.where(table.columns["reference"] == reference)
    batch = (await connection.execute(query)).all()
    while batch:
        for row in batch:
            yield row
        last = tuple_(*(row._mapping[column.name] for column in key))
        batch = (await connection.execute(query.where(tuple_(*key) > last))).all()
