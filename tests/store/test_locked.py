"""Somebody else holds the SQLite file: whoever wants to write is told so within seconds, however many wait."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from api.outages import away
from settings.keys import Keyring
from store import Store
from tests.store.test_inbox import message


async def test_nobody_waits_behind_others_who_wait(sqlite_template: Path, tmp_path: Path, keyring: Keyring) -> None:
    """Each kind of transaction, many at once and a moment later; before, each waited for all before it."""
    file = shutil.copy(sqlite_template, tmp_path / "store.db")
    waited: list[float] = []

    async def refused(store: Store, number: int, after: float) -> None:
        await asyncio.sleep(after)
        began = time.monotonic()
        write = store.cases.new_reference("CR", 2026) if number % 2 else store.inbox.receive(message(f"m-{number}"))
        with pytest.raises(SQLAlchemyError) as problem:
            await write
        waited.append(time.monotonic() - began)
        assert away(problem.value)

    async with Store.open(f"sqlite:///{file}", keyring) as store:
        await store.cases.new_reference("CR", 2026)
        await store.inbox.receive(message("before"))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.gather(*[refused(store, number, after=number % 3) for number in range(48)])
            other.execute("ROLLBACK")
        assert len(waited) == 48
        assert max(waited) < 6
        assert await store.cases.new_reference("CR", 2026) == "CR-2026-002"
        await store.inbox.receive(message("after"))
