"""The journal is told of each write to a table that it watches; the guard over all tests sees to it."""

from datetime import UTC, datetime
from typing import NoReturn

import pytest
from sqlalchemy import Connection, insert, update

from store import Store
from store.journal import wrote
from store.tables import counters, inbox
from tests.store.test_forgeries import CASE, fill

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


async def test_a_write_of_which_the_journal_is_not_told_fails(store: Store) -> None:
    await fill(store)
    for statement in (update(inbox).values(kind="k"), update(inbox).values(kind="k", tries=1)):
        with pytest.raises(AssertionError, match="the journal is not told of"):
            await store._database.transact(lambda connection, one=statement: connection.execute(one))  # type: ignore[misc]
        with pytest.raises(AssertionError, match="the journal is not told of"):
            async with store._database.write() as connection:
                await connection.execute(statement)
    assert (await store.verify(CASE)).breaks == []


async def test_what_only_says_how_far_our_own_work_has_come_is_not_told(store: Store) -> None:
    await fill(store)
    await store.inbox.tried(f"{CASE}-1", NOW)
    await store.try_to_write()


async def test_a_transaction_that_was_undone_need_not_be_told(store: Store) -> None:
    def fails(connection: Connection) -> NoReturn:
        connection.execute(insert(counters).values(name="a", value=1))
        raise LookupError

    with pytest.raises(LookupError):
        await store._database.transact(fails)
    row = {"name": "b", "value": 1}
    async with store._database.write() as connection:
        await connection.execute(insert(counters).values(row))
        wrote(store._database, connection, counters, row)
