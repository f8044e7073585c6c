"""What a fact costs on a running stack, beside the least that the same server can do; and many at once."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client

from api.opening import sample_now
from bench import floor, served
from bench.side import Row, Side, in_turns
from crg.embedded.stack import Stack
from settings import Settings

LOOK_EVERY = 0.02  # seconds
FACT = "safety-steps-recorded"
ALONE = 40  # facts, one after another
CALLS, ROUNDS, WIDE = 96, 5, 16  # of what is measured many at once


_CHILDREN = itertools.count()


def _another(child: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A child whom no other case knows."""
    born = date.fromisoformat(child["born"]) - timedelta(days=number)
    named = {"child_id": f"child-{number}", "name": f"Sample Child {number}", "born": born.isoformat()}
    return {**child, **named}


@dataclass(frozen=True)
class Bench:
    """A running stack with some cases, and the floor beside it on the same Temporal."""

    stack: Stack
    ours: httpx.AsyncClient
    floor: httpx.AsyncClient
    temporal: Client
    cases: list[str]
    children: dict[str, str]  # one of each case

    @property
    def settings(self) -> Settings:
        return self.stack.settings

    async def post(self, number: int) -> None:
        """A fact, until it is applied and readable."""
        case = self.cases[number % len(self.cases)]
        await self.sent(f"/v1/cases/{case}/{FACT}", self.fact(case))

    def fact(self, case: str) -> dict[str, Any]:
        """What is done for the safety of its child."""
        return sample_now(FACT) | {"child_ids": [self.children[case]]}

    async def open(self, _: int = 0) -> str:
        """A case of a child that is in no other, until it is applied and readable."""
        body = sample_now()
        body["children"] = [_another(child, next(_CHILDREN)) for child in body["children"]]
        reference = str((await self.sent("/v1/cases", body))["reference"])
        self.children[reference] = body["children"][0]["child_id"]
        return reference

    async def get(self, number: int) -> None:
        answer = await self.ours.get(f"/v1/cases/{self.cases[number % len(self.cases)]}")
        answer.raise_for_status()

    def least(self, body: Mapping[str, object]) -> Callable[[int], Awaitable[object]]:
        """The floor of it: as large a body, until a bare workflow has noted it."""

        async def posted(number: int) -> None:
            (await self.floor.post(f"/{number}", json=body)).raise_for_status()

        return posted

    async def nothing(self, _: int) -> None:
        (await self.floor.get("/")).raise_for_status()

    async def sent(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        """What came of a POST, once it has been applied: where the API answers 202, it is waited for."""
        key = secrets.token_hex(8)
        answer = await self.ours.post(path, json=body, headers={"Idempotency-Key": key})
        while answer.status_code == httpx.codes.ACCEPTED or answer.json().get("status") == "pending":
            await asyncio.sleep(LOOK_EVERY)
            answer = await self.ours.get(f"/v1/messages/{key}")
        if answer.is_error:
            raise RuntimeError(f"POST {path} was answered with {answer.status_code}: {answer.text[:300]}")
        found: dict[str, object] = answer.json()
        return found


@asynccontextmanager
async def bench(data: Path, cases: int) -> AsyncIterator[Bench]:
    """A stack of its own on this folder."""
    (port,) = served.free_ports(1)
    async with Stack(served.settings_on(data)) as stack:
        temporal = stack.settings.temporal_address
        async with (
            served.running(served.floor_program(data, port, temporal)),
            served.client(stack.settings.public_url, served.token(stack.settings, "business-unit")) as ours,
            served.client(f"http://127.0.0.1:{port}") as least,
        ):
            made = Bench(stack, ours, least, await Client.connect(temporal), [], {})
            for _ in range(cases):
                made.cases.append(await made.open())
            yield made


async def measured(data: Path) -> list[Row]:
    """A fact alone, and what is done by sixteen at once."""
    async with bench(data, WIDE) as on:
        bare = on.temporal.get_workflow_handle(floor.workflow_id(0))
        alone = Row("a fact until applied and readable", Side("POST"), Side("raw execute_update"), 2.1, times=True)
        await in_turns(
            ALONE,
            (alone.ours, lambda: on.post(0)),
            (
                alone.floor or alone.ours,
                lambda: bare.execute_update(floor.Floor.say, sample_now(FACT)),
            ),
        )
        return [
            alone,
            await _many("facts, 16 at once, each", 1 / 60, on.post, on.least(sample_now(FACT))),
            await _many("GET a case, 16 at once, each", 1 / 120, on.get, on.nothing),
            await _many(
                "openings, 16 at once, each",
                1 / 15,
                on.open,
                on.least(sample_now()),
            ),
        ]


async def _many(
    title: str, must: float, ours: Callable[[int], Awaitable[object]], least: Callable[[int], Awaitable[object]]
) -> Row:
    row = Row(title, Side("product"), Side("bare FastAPI"), must)
    for number in range(ROUNDS + 1):
        for side, call in ((row.ours, ours), (row.floor or row.ours, least)):
            seconds = await served.at_once(call, calls=CALLS, wide=WIDE)
            if number:  # the first round finds everything cold
                side.seconds.append(seconds)
    return row
