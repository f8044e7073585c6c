"""Store: the connection. SQLite or PostgreSQL behind one small surface: transactions, locks, seals."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from settings.keys import CannotOpen, Keyring
from store import inline, turns
from store.journal import Written, write_down
from store.turns import NotOurTurn, Turns
from store.writer import Outcome, Writer, is_locked

log = structlog.get_logger()

T = TypeVar("T")
_WAL_SECONDS = 20.0


class Database:
    """One database and the keys of what is in it. Safe to share between tasks."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.keyring = keyring
        self._url = make_url(url)
        self.engine = engine_of(self._url)
        self.damaged: set[str] = set()  # references of cases whose line in a list did not open
        self._written: dict[Connection, Written] = {}
        self._upserts: dict[Table, postgresql.Insert | sqlite.Insert] = {}
        # On SQLite a transaction that will write says so at once: one that turns from reading to writing cannot wait.
        # They take turns here; SQLite alone would have each of them look again and again.
        self._thread = ThreadPoolExecutor(1, "sqlite") if self.on_sqlite else None
        self._lock, self._refused = asyncio.Lock(), 0  # how often the file was held by somebody else for too long
        self._writing = self.engine.execution_options(thread=self._thread)
        # Each reading transaction sees one moment, as it does on SQLite without being asked.
        plain = _writing_engine(self._url) if self.on_sqlite else None
        self._writer = Writer(plain, self._together, Turns(self._file)) if plain else None
        self._turns = Turns(self._file)
        self._looking = _looking_engine(self._url) if self.on_sqlite else None
        self._mark: sqlite3.Connection | None = None
        self._reading = (
            self.engine if self.on_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @property
    def on_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @cached_property
    def _file(self) -> Path | None:
        name = self._url.database if self.on_sqlite else None
        return Path(name) if name and name != ":memory:" else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and sees the database as it was at one moment."""
        async with self._reading.begin() as connection:
            yield connection

    async def look(self, do: Callable[[Connection], T]) -> T:
        """As `read`, in one plain statement: what `do` finds.

        On SQLite it runs where this is called, and without a transaction around it, which takes as long as the
        statement; the way there and back through coroutines takes ten times as long.
        """
        if self._looking is not None:
            with self._looking.connect() as plain:
                return do(plain)
        async with self.read() as connection:
            return await connection.run_sync(do)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed when the block ends well and undone otherwise."""
        async with self._locked(self._thread) if self._thread else nullcontext(), self._writing.begin() as connection:
            with self._noting(connection) as written:
                yield connection
                await connection.run_sync(lambda plain: write_down(self, plain, written))

    @asynccontextmanager
    async def _locked(self, thread: Executor) -> AsyncIterator[None]:
        """One after the other. While somebody else holds the file, those who wait behind the first wait no longer than
        it does: they are told the same.
        """
        refused = self._refused
        try:
            async with asyncio.timeout(turns.WITHIN):
                await self._lock.acquire()
        except TimeoutError:
            raise NotOurTurn from None
        try:
            if self._refused != refused:
                raise NotOurTurn
            async with self._our_turn(thread):
                yield
        finally:
            self._lock.release()

    @asynccontextmanager
    async def _our_turn(self, thread: Executor) -> AsyncIterator[None]:
        """While no other process writes."""
        try:
            await asyncio.get_running_loop().run_in_executor(thread, self._turns.take)
            yield
        except (OperationalError, NotOurTurn) as problem:
            self._refused += is_locked(problem)
            raise
        finally:
            thread.submit(self._turns.give)  # there, and so after a turn that nobody waits for any more

    def _together(self, connection: Connection, jobs: Sequence[Callable[[Connection], Any]]) -> list[Outcome]:
        """Several transactions in one, each in a savepoint; those that fail are undone by themselves."""
        if len(jobs) == 1:  # nobody else's is undone with it
            with self._noting(connection) as written:
                result = jobs[0](connection)
                write_down(self, connection, written)
            return [Outcome(result, None)]
        outcomes, whole = [], Written()
        for do in jobs:
            try:
                with connection.begin_nested(), self._noting(connection) as written:
                    outcomes.append(Outcome(do(connection), None))
            except Exception as problem:  # noqa: BLE001  # it is the caller's, who hears it
                outcomes.append(Outcome(None, problem))
            else:
                whole.add(written)
        with self._noting(connection):
            write_down(self, connection, whole)
        return outcomes

    @contextmanager
    def _noting(self, connection: Connection | AsyncConnection) -> Iterator[Written]:
        written = self._written[_plain(connection)] = Written()
        try:
            yield written
        finally:
            del self._written[_plain(connection)]

    def written(self, connection: Connection | AsyncConnection) -> Written:
        """What the transaction of this connection has written so far, for the journal."""
        return self._written[_plain(connection)]

    def hold(self, connection: Connection, name: str) -> None:
        """As `lock`, in plain statements."""
        if not self.on_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    async def transact(self, do: Callable[[Connection], T]) -> T:
        """One writing transaction in plain statements: what `do` returns, once it is committed.

        On SQLite they follow one another in one thread; a hop for each statement costs more than the disk.
        """
        if self._writer is not None:
            return await self._writer.run(do)
        async with self.write() as connection:
            return await connection.run_sync(do)

    def mark(self) -> int | None:
        """Another number each time that anything was committed, by whichever process; `None` where nobody can tell.

        For who waits for a row: 5 microseconds, where a query takes a hundred times as long.
        """
        if self._file is None:
            return None
        if self._mark is None:
            self._mark = sqlite3.connect(self._file, check_same_thread=False)
        number: int = self._mark.execute("PRAGMA data_version").fetchone()[0]
        return number

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Until this transaction ends, let no other one past the same name. SQLite has one writer at a time anyway."""
        if not self.on_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def upsert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Rows, each in the place of the one of the same key where there is one. Made once, not for each row."""
        if table not in self._upserts:
            new, keys = self.insert(table), table.primary_key.columns
            others = {one.name: new.excluded[one.name] for one in table.columns if not one.primary_key}
            self._upserts[table] = new.on_conflict_do_update(index_elements=[*keys], set_=others)
        return self._upserts[table]

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, alike on both databases."""
        return sqlite.insert(table) if self.on_sqlite else postgresql.insert(table)

    def seal(self, value: Any, *place: str | int) -> bytes:
        """Seal a JSON value for one place (table, column, key): elsewhere it does not open; rows cannot be swapped."""
        return self.keyring.seal_json(value, _context(place))

    def open(self, sealed: bytes, *place: str | int) -> Any:
        """Open what was sealed for this place. Raises `UnknownKey` or `Tampered`."""
        return self.keyring.open_json(sealed, _context(place))

    def open_or(self, instead: Any, sealed: bytes, *place: str | int) -> Any:
        """As `open`, for a line of a list: one that does not open is named in the log, and shown as `instead`.

        So it stays in its place, and none of the other lines has to wait for it.
        """
        try:
            return self.open(sealed, *place)
        except CannotOpen as problem:
            self.damaged.add(str(place[2]))
            log.error("line-cannot-be-opened", table=place[0], reference=place[2], error=type(problem).__name__)
            return instead

    def seal_bytes(self, content: bytes, *place: str | int) -> bytes:
        """As `seal`, for bytes."""
        return self.keyring.seal(content, _context(place))

    def open_bytes(self, sealed: bytes, *place: str | int) -> bytes:
        """As `open`, for bytes."""
        return self.keyring.open(sealed, _context(place))

    async def prepare(self) -> None:
        """Make the folder of an SQLite file and put the file in WAL mode, which it then keeps."""
        if self._file is not None:
            await asyncio.to_thread(_use_wal, self._file)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        if self._looking is not None:
            self._looking.dispose()
        if self._mark is not None:
            self._mark.close()
            self._mark = None
        await self.engine.dispose()
        if self._thread is not None:
            self._thread.submit(self._turns.close)
            self._thread.shutdown(wait=False)


def _plain(connection: Connection | AsyncConnection) -> Connection:
    if isinstance(connection, Connection):
        return connection
    plain = connection.sync_connection
    if plain is None:
        raise RuntimeError("the connection is closed")
    return plain


def _context(place: tuple[str | int, ...]) -> bytes:
    # Lengths keep ("a", "b:c") and ("a:b", "c") apart.
    return b"".join(b"%d:%s" % (len(part), part) for part in (str(one).encode() for one in place))


def engine_of(url: URL) -> AsyncEngine:
    """The engine of a database, for coroutines."""
    # hide_parameters: what a statement carried must not reach a log through its error.
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    engine = create_async_engine(url.set(drivername=inline.NAME), hide_parameters=True)
    _set_up_sqlite(engine.sync_engine)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        inline.begin(connection, connection.get_execution_options().get("thread"))

    return engine


def _looking_engine(url: URL) -> Engine:
    """A plain engine with one connection, for one user at a time; each statement stands for itself."""
    plain = url.set(drivername="sqlite+pysqlite")
    how = {"check_same_thread": False, "factory": inline.Held}
    engine = create_engine(plain, hide_parameters=True, poolclass=StaticPool, connect_args=how)
    _set_up_sqlite(engine)
    return engine


def _writing_engine(url: URL) -> Engine:
    """The same for transactions, which say at once that they will write."""
    engine = _looking_engine(url)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(inline.BEGIN_WRITING)

    return engine


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; ours comes with each transaction
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {turns.WITHIN * 1000:.0f}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")  # what was taken in survives a power cut, not only a crash
        cursor.close()


def _use_wal(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    give_up = time.monotonic() + _WAL_SECONDS
    while True:
        connection = sqlite3.connect(file, timeout=_WAL_SECONDS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:  # the switch itself does not wait for another process, so we do
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
