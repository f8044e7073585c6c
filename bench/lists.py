"""What lists cost over many cases: the action log, the page of cases, an agency's lists; and what a start costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast

import httpx
from temporalio.client import Client

from api.auth import COOKIE
from api.broadcast import catch_up
from api.deps import Deps
from bench import served
from bench.seed import seed
from bench.side import Row, Side, in_turns
from crg.embedded import issuer, programs
from settings import Settings
from settings.keys import Keyring, make_keys_file
from store import Store

MANY = (1148, 10_000)
ROUNDS = 15
AHEAD = timedelta(days=9)  # of the CRG's next meeting
# Path, whose eyes, seconds that it may take.
ASKED: tuple[tuple[str, str, float | None], ...] = (
    ("/v1/actions", "business-unit", 0.05),
    ("/v1/actions?overdue=true", "business-unit", 0.05),
    ("/actions", "business-unit", 0.05),
    ("/cases", "business-unit", 0.08),
    ("/cases?sort=due&show=overdue", "business-unit", 0.15),
    ("/cases?q=police&sort=due", "business-unit", 0.15),
    ("/cases/{case}", "business-unit", 0.15),  # a page each, so that none is answered from the one before
    ("/cases/{case}", "lead-police", 0.15),
    ("/today", "business-unit", 0.15),
    ("/v1/today", "business-unit", 0.15),
    ("/v1/cases", "lead-police", 0.03),
    ("/v1/deadlines", "lead-police", 0.03),
    ("/v1/actions", "lead-police", 0.03),
    ("/crg", "business-unit", 0.08),
    (
        "/v1/crg/meetings/{meeting}/agenda",
        "business-unit",
        None,
    ),  # a line for each case and action: as much as there is
)
START = {1148: 2.0, 10_000: 5.0}  # seconds from the start of the API until nothing is left to be caught up with


async def over(data: Path, cases: int, database: str | None = None) -> list[Row]:
    """All rows of this kind over so many cases, in an SQLite file or the database of that address."""
    settings = served.settings_on(data, **({"database_url": database} if database else {}))
    meeting = await _prepare(settings, cases)
    found = [await _caught_up(settings, cases)]
    (port,) = served.free_ports(1)
    async with (
        served.running(programs.api(settings), served.floor_program(data, port)),
        _clients(settings, port) as (
            floor,
            ours,
        ),
    ):
        for path, who, must in ASKED:
            where = partial(path.format_map, _Names(meeting))
            row = Row(f"GET {path} as {who}", Side("product"), Side("floor"), must)
            cookie = {"Cookie": f"{COOKIE}={served.token(settings, who)['Authorization'].split()[1]}"}
            await in_turns(
                ROUNDS,
                (row.ours, lambda where=where, cookie=cookie: _get(ours, where(), cookie)),  # type: ignore[misc]
                (row.floor or row.ours, lambda: _get(floor, "/", {})),
            )
            found.append(row)
    return found


class _Names(dict[str, str]):
    """What stands in a path: the CRG's meeting; a case, each time another one with agencies asked or actions."""

    def __init__(self, meeting: str) -> None:
        super().__init__(meeting=meeting)
        self._numbers = count(2, 4)

    def __missing__(self, name: str) -> str:
        number = next(self._numbers)
        return f"CR-{datetime.now(UTC).year}-{number + number // 4 % 3:03d}"


async def _prepare(settings: Settings, cases: int) -> str:
    """Returns the id of the CRG's next meeting."""
    for folder in ("logs", "run"):
        (settings.data / folder).mkdir(parents=True, exist_ok=True)
    make_keys_file(settings.keys_file)
    issuer.make_signing_key(settings)
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        await seed(store, cases)
        now = datetime.now(UTC)
        called = await store.meetings.call(starts_at=now + AHEAD, link="", message="bench", by="sbu-manager", at=now)
        return called.id


async def _caught_up(settings: Settings, cases: int) -> Row:
    """What a start asks of the store before the relay works, where every case has missed a change of the directory."""
    row = Row("a start, until nothing is left to catch up with", Side("product"), must=START.get(cases))
    keyring = Keyring.from_settings(settings)
    async with Store.from_settings(settings, keyring) as store:
        directory = await store.directory.read()
        await store.directory.put_person(directory.people[0], by="bench", at=datetime.now(UTC))
        means = Deps(settings=settings, keyring=keyring, store=store, temporal=cast(Client, None))
        await in_turns(3, (row.ours, lambda: catch_up(means)))
    return row


@asynccontextmanager
async def _clients(settings: Settings, port: int) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    async with served.client(f"http://127.0.0.1:{port}") as floor, served.client(settings.public_url) as ours:
        yield floor, ours


async def _get(client: httpx.AsyncClient, path: str, headers: dict[str, Any]) -> None:
    answer = await client.get(path, headers=headers)
    answer.raise_for_status()
    await asyncio.sleep(0)
