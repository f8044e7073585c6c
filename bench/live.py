"""What many live cases cost: a closure told to all, a start of the API, moving all onto new code, a fallen worker."""

import asyncio
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import func, select

from bench import served
from bench.facts import FACT, WIDE, Bench, bench
from bench.histories import Counted
from bench.side import Row, Side
from crg.embedded.programs import environment
from settings.keys import Keyring
from store import Store, tables
from store.database import Database

KILLS = 5
MEMORY = {"The worker": 350, "The API": 150, "Temporal": 300}  # MB
WITHIN = 600.0  # seconds after which something that should come is given up
LOOK_EVERY = 0.1
FRIDAY = 5


async def measured(data: Path, cases: int) -> tuple[list[Row], list[Counted]]:
    """Everything over so many live cases on one stack. Opening them takes most of the time."""
    async with bench(data, 1) as on:
        opened = await _opened(on, cases)
        sizes = _sizes(on, cases)
        accepted, moved = await _closure(on, cases)
        rows = [
            opened,
            accepted,
            moved,
            await _restart(on),
            await _continued_as_new(on),
            await _kills(on),
        ]
        return rows, sizes


async def _opened(on: Bench, cases: int) -> Row:
    row = Row(f"opening {cases} cases, 16 at once, each", Side("product"), must=1 / 15)
    row.ours.seconds.append(await served.at_once(on.open, calls=cases - len(on.cases), wide=WIDE))
    return row


async def _closure(on: Bench, cases: int) -> tuple[Row, Row]:
    """A day in two months: each case takes it in, and says so in its record."""
    accepted = Row(f"a closure told to {cases} live cases: accepted", Side("product"), must=0.5)
    moved = Row(f"a closure told to {cases} live cases: all have taken it in", Side("product"), must=25)
    day = datetime.now(UTC).date() + timedelta(days=60)
    while day.isoweekday() > FRIDAY:
        day += timedelta(days=1)
    database = Database(on.settings.database_url, Keyring.from_settings(on.settings))
    async with Store(database) as store:
        before = {one.calendar for one in await store.cases.heard()}
        as_before = select(func.count()).where(tables.cases.c.calendar.in_(before))

        async def all_moved() -> bool:
            """One number: to read what each has heard ten times a second takes a tenth of the machine."""
            return await database.look(lambda plain: plain.scalar(as_before)) == 0

        began = time.perf_counter()
        body = {"day": day.isoformat(), "why": "Sample: a day of training", "kind": "closure"}
        told = await on.sent("/v1/calendar/closures", body)
        accepted.ours.seconds.append(time.perf_counter() - began)
        if told["cases_told"] != cases:
            raise RuntimeError(f"{told['cases_told']} cases were told of the closure instead of {cases}")
        await _until(all_moved)
    moved.ours.seconds.append(time.perf_counter() - began)
    return accepted, moved


async def _restart(on: Bench) -> Row:
    """The API is killed; until a fact that it is sent again and again has been applied."""
    row = Row("the API is killed, until a fact is applied", Side("product"), must=2)
    os.kill(on.stack.pids["The API"], signal.SIGKILL)
    began = time.perf_counter()
    await _until(lambda: _applied(on))
    row.ours.seconds.append(time.perf_counter() - began)
    return row


async def _continued_as_new(on: Bench) -> Row:
    row = Row("crg begin-again --all", Side("product"), must=40)
    began = time.perf_counter()
    command: list[str] = [sys.executable, "-m", "crg.command", "begin-again", "--all", "--wait", f"{WITHIN:.0f}"]
    done = await asyncio.create_subprocess_exec(
        *command, env=environment(on.settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(WITHIN):
            _, reported = await done.communicate()
    except TimeoutError:
        done.kill()
        raise
    if done.returncode:
        raise RuntimeError(f"crg begin-again --all failed: {reported.decode()[-500:]}")
    row.ours.seconds.append(time.perf_counter() - began)
    return row


async def _kills(on: Bench) -> Row:
    row = Row("the worker is killed, until a fact is applied", Side("product"), must=5.0)
    for _ in range(KILLS):
        await asyncio.sleep(11)  # what was set going before is done, and a worker that has run for so long is steady
        os.kill(on.stack.pids["The worker"], signal.SIGKILL)
        began = time.perf_counter()
        await _until(lambda: _applied(on))
        row.ours.seconds.append(time.perf_counter() - began)
    return row


async def _applied(on: Bench) -> bool:
    """Whether a fact sent now is applied at once, or comes to be."""
    case, key = on.cases[0], secrets.token_hex(8)
    try:
        answer = await on.ours.post(f"/v1/cases/{case}/{FACT}", json=on.fact(case), headers={"Idempotency-Key": key})
        while answer.status_code == httpx.codes.ACCEPTED:
            await asyncio.sleep(LOOK_EVERY)
            if (await on.ours.get(f"/v1/messages/{key}")).json().get("status") == "recorded":
                return True
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.CREATED


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN):
        while not await true():  # noqa: ASYNC110  # another process brings it about
            await asyncio.sleep(LOOK_EVERY)


def _sizes(on: Bench, cases: int) -> list[Counted]:
    """Memory of the three programs, in MB: their own pages, and their part of those that several share."""
    found = []
    for name, must in MEMORY.items():
        rollup = Path(f"/proc/{on.stack.pids[name]}/smaps_rollup").read_text()
        kilobytes = int(re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[0])
        found.append(Counted(f"{name}: memory at {cases} live cases, MB", kilobytes / 1024, must))
    return found
