"""Store: registers. What is done outside a case (directory, closed days, CRG meetings), chained as a record is.

Rows are only ever added. Each carries SHA-256 over the hash of the one before and all of itself, with a sealed salt.
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from pydantic import AwareDatetime, JsonValue
from sqlalchemy import Connection, Row, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from calendar_rules.model import Model
from store.database import Database
from store.heads import START, Head, read_head, rows_of, why_broken, write_head
from store.tables import register

JOURNAL = "journal"
DIRECTORY = "directory"
CLOSURES = "closures"
MEETINGS = "crg-meetings"
REGISTERS = (DIRECTORY, CLOSURES, MEETINGS)
_NEW = insert(register)


class Done(Model):
    """What was done, by whom and when (UTC)."""

    what: str  # a stable kebab-case word, e.g. "closure-taken-back"
    by: str
    at: AwareDatetime
    detail: dict[str, JsonValue] = {}


class RegisterEntry(Done):
    """A row as the register keeps it. `written_at` is UTC, on the store's own clock."""

    seq: int
    written_at: AwareDatetime
    hash: str


class Checked(NamedTuple):
    """A row of a chain that holds so far: its content; or why it does not hold, and then no row follows."""

    head: Head
    content: dict[str, Any]
    why: str | None = None


class Register:
    """Read access to the registers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, chain: str) -> list[RegisterEntry]:
        """All rows of a register, oldest first."""
        async with self._database.read() as connection:
            return [_entry(row, _text(self._database, row)) async for row in rows_of(connection, register, chain)]


def note(database: Database, connection: Connection, chain: str, done: Done) -> None:
    """Add to a register within a transaction of the caller."""
    add(database, connection, chain, done.model_dump(mode="json"))


def add(database: Database, connection: Connection, chain: str, content: dict[str, Any]) -> Head:
    """Add a row to a chain within a transaction of the caller."""
    database.hold(connection, f"record:{chain}")
    head = read_head(database, connection, chain)
    seq, written_at = head.seq + 1, datetime.now(UTC)
    text = json.dumps(content | {"salt": secrets.token_hex(16)}, ensure_ascii=False, separators=(",", ":"))
    new = Head(seq, _hash(head.hash, chain, seq, written_at, text))
    sealed = database.seal_bytes(text.encode(), "register", "sealed", chain, seq)
    values = {"chain": chain, "seq": seq, "sealed": sealed, "written_at": written_at, "hash": new.hash}
    connection.execute(_NEW, values)
    write_head(database, connection, chain, new)
    return new


async def checked(database: Database, connection: AsyncConnection, chain: str, head: Head) -> AsyncIterator[Checked]:
    """The rows of a chain in order, each checked; the last one says why where the chain does not hold."""
    before = START
    async for row in rows_of(connection, register, chain):
        hashed = partial(_hash, before.hash, row.chain, row.seq, row.written_at)
        text, why = why_broken(row, before, head, partial(_text, database, row), hashed)
        before = Head(before.seq + 1 if why else row.seq, row.hash)
        yield Checked(before, json.loads(text) if text else {}, why)
        if why:
            return
    if before.seq < head.seq:
        missing = before.seq + 1
        yield Checked(Head(missing, ""), {}, f"row {missing} and what followed it are missing")


def _text(database: Database, row: Row[Any]) -> str:
    return database.open_bytes(row.sealed, "register", "sealed", row.chain, row.seq).decode()


def _entry(row: Row[Any], text: str) -> RegisterEntry:
    content = json.loads(text)
    content.pop("salt")
    return RegisterEntry(**content, seq=row.seq, written_at=row.written_at, hash=row.hash)


def _hash(before: str, chain: str, seq: int, written_at: datetime, text: str) -> str:
    row = {"chain": chain, "seq": seq, "written_at": written_at.astimezone(UTC).isoformat(timespec="microseconds")}
    canonical = json.dumps({"before": before, "row": row, "content": text}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
