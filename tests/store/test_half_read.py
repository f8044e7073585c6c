"""A transaction that fails half way through what it reads leaves nothing open on the connection that all others use.

An error holds on to the places it came through; and with them it held a reading half done, and by that an old moment
of the database. One damaged case so kept every other one from being written, until the error was forgotten.
"""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, text

from store import Store


class Damaged(Exception):
    """As where the second of three rows does not open."""


def opened(value: int) -> int:
    if value == 2:
        raise Damaged
    return value


def half(connection: Connection) -> None:
    found = connection.execute(text("SELECT one FROM tried"))
    assert [opened(row.one) for row in found]


async def through_coroutines(store: Store) -> None:
    async with store._database.write() as connection:
        await connection.run_sync(half)


async def to_read(store: Store) -> None:
    async with store._database.read() as connection:
        await connection.run_sync(half)


WAYS: dict[str, Callable[[Store], Awaitable[None]]] = {
    "in plain statements": lambda store: store._database.transact(half),
    "through coroutines": through_coroutines,
    "to look": lambda store: store._database.look(half),
    "to read": to_read,
}


def one_more(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE IF NOT EXISTS tried (one INTEGER)"))
    connection.execute(text("INSERT INTO tried SELECT count(*) + 1 FROM tried"))


def how_many(connection: Connection) -> int:
    return connection.scalar(text("SELECT count(*) FROM tried")) or 0


@pytest.mark.parametrize("way", WAYS)
async def test_an_error_in_the_midst_of_reading_keeps_nobody_from_writing_and_reading(
    store: Store, other_process: Store, way: str
) -> None:
    for _ in range(3):
        await store._database.transact(one_more)
    with pytest.raises(Damaged) as held:  # as long as this is held, so was the reading
        await WAYS[way](store)
    await other_process._database.transact(one_more)
    await store._database.transact(one_more)
    async with store._database.write() as connection:
        await connection.run_sync(one_more)
    assert await store._database.look(how_many) == 6
    async with store._database.read() as connection:
        assert await connection.run_sync(how_many) == 6
    assert held.value
