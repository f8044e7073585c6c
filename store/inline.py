"""Store: SQLite without a thread for each statement.

A statement on an SQLite file takes some 20 microseconds, and handing it to a thread and back ten times as long. So
statements run where they are called. Only two things that can wait for long go to a thread: the lock of a writing
transaction, and its commit, which waits for the disk.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from itertools import islice
from typing import Any, Self

from sqlalchemy import AsyncAdaptedQueuePool, Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import await_only

NAME = "sqlite+inline"
BEGIN_WRITING, BEGIN_READING = "BEGIN IMMEDIATE", "BEGIN"
registry.register("sqlite.inline", __name__, "Inline")


class _Cursor(sqlite3.Cursor):
    """Has all that a statement finds at hand once it was executed.

    One that is left half read, as by an error that is still held somewhere, would keep its connection at an old moment
    of the database: it would go on reading what was, and could write no more.
    """

    _found: Iterator[Any] = iter(())

    def execute(self, *statement: Any) -> Self:
        super().execute(*statement)
        self._found = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        return next(self._found, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self._found, size))

    def fetchall(self) -> list[Any]:
        return list(self._found)

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy asks of a driver for coroutines; all rows are at hand, so nothing is left open."""


class Held(sqlite3.Connection):
    """`thread` is where the lock and the commit of a transaction that writes are waited for."""

    thread: Executor | None = None

    def cursor(self, *_: Any) -> sqlite3.Cursor:  # type: ignore[override]  # the one kind there is
        return super().cursor(_Cursor)


class Inline(SQLiteDialect_pysqlite):
    """SQLite's own driver, called from coroutines as it is."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[AsyncAdaptedQueuePool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        where, how = super().create_connect_args(url)
        return where, {**how, "factory": Held, "check_same_thread": False}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.execute(statement, parameters)
        await_only(_nothing())  # SQLAlchemy sees by it that the driver is one for coroutines

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.executemany(statement, parameters)
        await_only(_nothing())

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        if statement == BEGIN_WRITING:
            _elsewhere(cursor.connection, lambda: cursor.execute(statement))
        else:
            cursor.execute(statement)
            await_only(_nothing())

    def do_commit(self, dbapi_connection: Any) -> None:
        if getattr(dbapi_connection, "thread", None) is None:
            dbapi_connection.commit()
        else:
            _elsewhere(dbapi_connection, dbapi_connection.commit)


def begin(connection: Connection, thread: Executor | None) -> None:
    """Begin a transaction; one that writes has a thread in which it waits until no other one does."""
    held: Any = connection.connection.dbapi_connection
    held.thread = thread
    connection.execution_options(no_parameters=True).exec_driver_sql(BEGIN_WRITING if thread else BEGIN_READING)


def _elsewhere(connection: Held, do: Callable[[], object]) -> None:
    """Do it in the connection's thread and let others go on meanwhile."""
    await_only(asyncio.get_running_loop().run_in_executor(connection.thread, do))


async def _nothing() -> None:
    """Does not wait."""
