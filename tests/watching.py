"""A guard for every test: a transaction that writes to a watched table has told the journal of that table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Delete, Engine, Insert, Table, Update, event

from store.database import Database
from store.journal import TRIED, WATCHED, Written, write_down
from store.tables import counters

Touched = dict[Connection, list[set[Table]]]  # by connection: of its transaction, then of each savepoint within


def watched_table(statement: Any) -> Table | None:
    """The watched table whose watched columns a statement writes to."""
    if not isinstance(statement, Insert | Update | Delete):
        return None
    table = next((one for one in WATCHED if one is statement.table), None)
    if table is None:
        return None
    values: dict[Any, Any] = getattr(statement, "_values", None) or {}
    named = {getattr(column, "name", column): getattr(value, "value", None) for column, value in values.items()}
    if table is counters and named.get("name") == TRIED:
        return None
    only_our_own = isinstance(statement, Update) and set(named) <= WATCHED[table].not_watched
    return None if only_our_own else table


class Guard:
    """Which watched tables each transaction has written to, those of savepoints that were undone left out."""

    def __init__(self) -> None:
        self._touched: Touched = {}

    def before_execute(self, connection: Connection, statement: Any, *_: Any) -> None:
        table = watched_table(statement)
        if table is not None:
            self._of(connection)[-1].add(table)

    def begin(self, connection: Connection) -> None:
        self._touched[connection] = [set()]

    def savepoint(self, connection: Connection, *_: Any) -> None:
        self._of(connection).append(set())

    def rollback_savepoint(self, connection: Connection, *_: Any) -> None:
        self._of(connection).pop()

    def release_savepoint(self, connection: Connection, *_: Any) -> None:
        inner = self._of(connection).pop()
        self._of(connection)[-1] |= inner

    def rollback(self, connection: Connection) -> None:
        self._touched.pop(connection, None)

    commit = rollback

    def check(self, connection: Connection, written: Written) -> None:
        """Raise where the journal was not told of a table that this transaction has written to."""
        untold = set[Table]().union(*self._of(connection)) - written.told_of
        assert not untold, f"the journal is not told of {sorted(table.name for table in untold)}"

    def _of(self, connection: Connection) -> list[set[Table]]:
        return self._touched.setdefault(connection, [set()])


EVENTS = ("before_execute", "begin", "savepoint", "rollback_savepoint", "release_savepoint", "rollback", "commit")


@contextmanager
def watching() -> Iterator[None]:
    """Fail each transaction of the store that keeps a write from the journal."""
    guard = Guard()

    def checked(database: Database, connection: Connection, written: Written) -> None:
        guard.check(connection, written)
        write_down(database, connection, written)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.database.write_down", checked)
        for name in EVENTS:
            event.listen(Engine, name, getattr(guard, name))
        try:
            yield
        finally:
            for name in EVENTS:
                event.remove(Engine, name, getattr(guard, name))
