"""A database that is locked or full is answered with 503 and when to try again, never with 500; a lost key in words."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.outages import away
from crg.embedded import sample
from settings import Settings
from store.database import Database
from tests.api.conftest import Token, prepare, served

DAY = {"day": "2030-01-02", "why": "Sample: closed"}


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[Settings]:
    """The API alone, whose database waits for a lock only shortly."""
    prepare(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.turns.WITHIN", 0.3)
        with served(settings):
            yield settings


async def closed(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await client.post("/v1/calendar/closures", json=DAY, headers=headers)


async def test_a_locked_database_is_a_matter_of_waiting(api: Settings, client: httpx.AsyncClient, token: Token) -> None:
    file = sample.database_file(api)
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = await closed(client, token("business-unit"))
    finally:
        other.rollback()
        other.close()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert answer.headers["Retry-After"] == "30"
    assert (await closed(client, token("business-unit"))).status_code == 201


async def test_a_full_database_is_a_matter_of_waiting(
    api: Settings, client: httpx.AsyncClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    def full(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        cursor.close()

    before = Database.write

    def write(self: Database) -> Any:
        if not made:
            event.listen(self.engine.sync_engine, "checkout", full)
            made.append(self)
        return before(self)

    monkeypatch.setattr(Database, "write", write)
    for day in (f"2031-{month:02d}-{day:02d}" for month in range(1, 13) for day in (6, 7, 8, 13, 14, 15)):
        body = {"day": day, "why": "Sample: " + "closed " * 25}
        answer = await client.post("/v1/calendar/closures", json=body, headers=token("business-unit"))
        if answer.status_code != 201:
            break
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        (OperationalError, True),
        (InterfaceError, True),
        (DatabaseError, True),
        (IntegrityError, False),
        (ProgrammingError, False),
    ],
)
def test_what_means_that_the_database_is_away(kind: type[DatabaseError], waits: bool) -> None:
    """A connection that is refused, a file that is damaged; not a mistake of our own statements."""
    assert away(kind("SELECT 1", {}, Exception("sample"))) is waits
    assert away(PoolTimeout("no connection is free"))


async def test_a_lost_key_is_a_sentence(settings: Settings, client: httpx.AsyncClient, token: Token) -> None:
    """Rows sealed with a key that is no longer among the keys say so."""
    file = sample.database_file(settings)
    assert file is not None
    with sqlite3.connect(file) as other:
        (sealed,) = other.execute("SELECT sealed FROM closures LIMIT 1").fetchone()
        other.execute("UPDATE closures SET sealed = ?", (sealed[:2] + b"x" * sealed[1] + sealed[2 + sealed[1] :],))
    other.close()
    answer = await client.get("/v1/calendar/closures", headers=token("business-unit"))
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/cannot-be-opened")
    assert "CRG_KEYS" in answer.json()["detail"]
