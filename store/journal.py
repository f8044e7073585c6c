"""Store: the journal. Each transaction ends with one row that names every row it wrote, and every chain it added to.

It is itself a chain, so a row that is changed, removed or set back behind the product's back, in any table that it
watches, no longer agrees with it. Only setting back the whole database at once goes unnoticed; an anchor kept outside
shows that (`store/anchor.py`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, LargeBinary, Row, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from settings.keys import CannotOpen
from store.tables import (
    case_actions,
    case_agencies,
    case_agenda,
    case_children,
    case_deadlines,
    case_entries,
    case_parts,
    cases,
    closures,
    closures_taken_back,
    counters,
    crg_meeting_changes,
    crg_meetings,
    directory_versions,
    documents,
    inbox,
    key_ids,
    link_keys,
    link_revocations,
    mail,
)
from store.tables_calendar import case_meetings, meeting_answers
from store.tables_replies import openings, replies

if TYPE_CHECKING:
    from store.database import Database
    from store.heads import Head


TRIED = "tried-to-write"  # the counter in which readiness tries whether the database can be written to
_DIGITS = 32  # of a hash in hex: 128 bits, for nobody without the keys can choose both of two rows


class Watch(NamedTuple):
    """How a table is watched: what names a row of it; columns and rows that only say how far our own work has come.

    `sealed_for`: what else than its name and its case a row is sealed for.
    """

    key: tuple[str, ...]
    not_watched: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    sealed_for: tuple[str, ...] = ()


WATCHED: dict[Table, Watch] = {
    inbox: Watch(("id",), frozenset({"tried_at", "tries"})),
    cases: Watch(()),
    case_parts: Watch(("part",)),
    case_entries: Watch(("place",)),
    case_deadlines: Watch(("id",)),
    case_meetings: Watch(("id",)),
    case_actions: Watch(("place",)),
    case_agencies: Watch(("agency",)),
    case_agenda: Watch(("id",)),
    case_children: Watch(("child_key",)),
    documents: Watch(("document", "version")),
    mail: Watch(("message_id",)),
    replies: Watch(("id",)),
    meeting_answers: Watch(("meeting", "person")),
    openings: Watch(("document", "version", "person")),
    directory_versions: Watch(("version",)),
    closures: Watch(("day",)),
    closures_taken_back: Watch(("day", "number")),
    crg_meetings: Watch(("id",), frozenset({"revision", "carried"})),
    crg_meeting_changes: Watch(("meeting", "number")),
    link_revocations: Watch(("number",), sealed_for=("reference", "subject", "person", "by", "at")),
    link_keys: Watch(("key",)),
    key_ids: Watch(("id",)),
    counters: Watch(("name",), but=frozenset({TRIED})),
}


class Place(NamedTuple):
    """The name of a row in the journal: its table, the case it belongs to ("" for none), and its key."""

    table: str
    reference: str
    key: str


@dataclass
class Written:
    """What a transaction has written so far; `None` for a row that it took away."""

    rows: dict[Place, str | None] = field(default_factory=dict)
    heads: "dict[str, Head]" = field(default_factory=dict)
    told_of: set[Table] = field(default_factory=set)  # whose writes have been noted, were it of no row

    def add(self, other: "Written") -> None:
        """What was written after it in the same transaction."""
        self.rows |= other.rows
        self.heads |= other.heads
        self.told_of |= other.told_of


def wrote(
    database: "Database", connection: Connection | AsyncConnection, table: Table, *rows: Row[Any] | Mapping[Any, Any]
) -> None:
    """Note rows as this transaction leaves them: all their columns, as they were written or read back."""
    written = database.written(connection)
    written.told_of.add(table)
    for row in map(_mapping, rows):
        written.rows[place(table, row)] = digest(table, row)


def took_away(
    database: "Database", connection: Connection | AsyncConnection, table: Table, *rows: Row[Any] | Mapping[Any, Any]
) -> None:
    """Note that this transaction has deleted rows; what names each is enough."""
    written = database.written(connection)
    written.told_of.add(table)
    for row in map(_mapping, rows):
        written.rows[place(table, row)] = None


def write_down(database: "Database", connection: Connection, written: Written) -> None:
    """End a transaction with its row of the journal, if there is anything to say.

    The lock of the journal is the last one that a transaction takes, so that two never wait for each other.
    """
    from store import register  # which needs the database, which needs this

    if not written.rows and not written.heads:
        return
    rows = [[*at, digest] for at, digest in written.rows.items()]
    heads = [[chain, *head] for chain, head in written.heads.items()]
    register.add(database, connection, register.JOURNAL, {"rows": rows, "heads": heads})


def place(table: Table, row: Mapping[Any, Any]) -> Place:
    """The name of a row in the journal."""
    reference = row["reference"] if "reference" in table.columns else None
    return Place(table.name, reference or "", " ".join(str(_plain(row[name])) for name in WATCHED[table].key))


def digest(table: Table, row: Mapping[Any, Any]) -> str:
    """A hash of all that is watched of a row, sealed columns as they stand."""
    names = [column.name for column in table.columns if column.name not in WATCHED[table].not_watched]
    watched = {name: _plain(row[name]) for name in names}
    return hashlib.sha256(json.dumps(watched, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:_DIGITS]


def does_not_open(database: "Database", table: Table, row: Mapping[Any, Any]) -> CannotOpen | None:
    """Why something that is sealed of a row does not open; none where all of it does."""
    sealed_for = WATCHED[table].sealed_for or tuple(
        name for name in ("reference", *WATCHED[table].key) if name != "reference" or name in table.primary_key.columns
    )
    where = [_part(row[name]) for name in sealed_for]
    for column in table.columns:
        if isinstance(column.type, LargeBinary) and row[column.name] is not None:
            try:
                database.open_bytes(row[column.name], table.name, column.name, *where)
            except CannotOpen as problem:
                return problem
    return None


def _part(value: Any) -> str:
    """A part of the place that something is sealed for."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _mapping(row: Row[Any] | Mapping[Any, Any]) -> Mapping[Any, Any]:
    return row._mapping if isinstance(row, Row) else row


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)
