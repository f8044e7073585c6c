"""Store: the connection. SQLite or PostgreSQL behind one small surface: transactions, locks, seals."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from settings.keys import Keyring

_BUSY_SECONDS = 20


class Database:
    """One database and the keys of what is in it. Safe to share between tasks."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.keyring = keyring
        self._url = make_url(url)
        self.engine = _engine(self._url)
        # On SQLite a transaction that will write says so at once: one that turns from reading to writing cannot wait.
        self._writing = self.engine.execution_options(writes=True)
        # Each reading transaction sees one moment, as it does on SQLite without being asked.
        self._reading = (
            self.engine if self.on_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @property
    def on_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and sees the database as it was at one moment."""
        async with self._reading.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed when the block ends well and undone otherwise."""
        async with self._writing.begin() as connection:
            yield connection

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Until this transaction ends, let no other one past the same name. SQLite has one writer at a time anyway."""
        if not self.on_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, alike on both databases."""
        return sqlite.insert(table) if self.on_sqlite else postgresql.insert(table)

    def seal(self, value: Any, *place: str | int) -> bytes:
        """Seal a JSON value for one place (table, column, key): elsewhere it does not open; rows cannot be swapped."""
        return self.keyring.seal_json(value, _context(place))

    def open(self, sealed: bytes, *place: str | int) -> Any:
        """Open what was sealed for this place. Raises `UnknownKey` or `Tampered`."""
        return self.keyring.open_json(sealed, _context(place))

    def seal_bytes(self, content: bytes, *place: str | int) -> bytes:
        """As `seal`, for bytes."""
        return self.keyring.seal(content, _context(place))

    def open_bytes(self, sealed: bytes, *place: str | int) -> bytes:
        """As `open`, for bytes."""
        return self.keyring.open(sealed, _context(place))

    async def prepare(self) -> None:
        """Make the folder of an SQLite file and put the file in WAL mode, which it then keeps."""
        file = self._url.database
        if self.on_sqlite and file and file != ":memory:":
            await asyncio.to_thread(_use_wal, Path(file))

    async def close(self) -> None:
        await self.engine.dispose()


def _context(place: tuple[str | int, ...]) -> bytes:
    # Lengths keep ("a", "b:c") and ("a:b", "c") apart.
    return b"".join(b"%d:%s" % (len(part), part) for part in (str(one).encode() for one in place))


def _engine(url: URL) -> AsyncEngine:
    # hide_parameters: what a statement carried must not reach a log through its error.
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    engine = create_async_engine(url, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; ours is below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")  # what was taken in survives a power cut, not only a crash
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    give_up = time.monotonic() + _BUSY_SECONDS
    while True:
        connection = sqlite3.connect(file, timeout=_BUSY_SECONDS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:  # the switch itself does not wait for another process, so we do
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
