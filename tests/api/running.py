"""The whole system on free ports, whose programs a test can stop and start; and a client that follows next_steps."""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import httpx
from temporalio.client import Client

from crg.embedded import issuer, programs, sample
from crg.embedded.child import Child, Program
from crg.rehearsal.portal import KEPT
from settings import Settings
from settings.keys import Keyring, make_keys_file
from settings.temporal import connect
from store import Store
from tests.forked import quickly

Json = dict[str, Any]
WITHIN = 20.0  # seconds: what comes by itself comes far sooner where nothing else runs


class Running:
    """Temporal, mail catcher, API and worker, as real as `crg run` starts them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = programs.embedded(settings)
        self._exits = AsyncExitStack()
        for folder in ("logs", "run"):
            (self.settings.data / folder).mkdir(parents=True)
        make_keys_file(self.settings.keys_file)
        self.temporal = self._child(programs.temporal(self.settings))
        self.mailbox = self._child(programs.mailbox(self.settings))
        self.api = self._child(programs.api(self.settings))
        self.worker = self._child(programs.worker(self.settings))
        self.client = httpx.AsyncClient(base_url=self.settings.public_url, timeout=20, trust_env=False, limits=KEPT)

    async def __aenter__(self) -> Self:
        issuer.make_signing_key(self.settings)
        await asyncio.gather(self.temporal.start(), self.mailbox.start(), sample.prepare_store(self.settings))
        await asyncio.gather(self.api.start(), self.worker.start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()
        await self._exits.aclose()

    async def engine(self) -> Client:
        """A client of Temporal that opens what is sealed."""
        keyring = Keyring.from_settings(self.settings)
        return await connect(self.settings, keyring, Store.from_settings(self.settings, keyring).vault)

    async def as_it_was_written(self) -> None:
        """Each program has told the journal of all that it has written to the store (X-3)."""
        async with Store.from_settings(self.settings, Keyring.from_settings(self.settings)) as store:
            assert (await store.verify()).breaks == []

    def token(self, who: str) -> dict[str, str]:
        """The header of a token for a role or a person."""
        text = issuer.mint(self.settings, issuer.bearer_for(sample.sample_partnership(), who))
        return {"Authorization": f"Bearer {text}"}

    async def get(self, path: str, who: str = "business-unit") -> Json:
        answer = await self.client.get(path, headers=self.token(who))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def post(self, path: str, body: Json, who: str, key: str | None = None) -> httpx.Response:
        headers = self.token(who) | ({"Idempotency-Key": key} if key else {})
        return await self.client.post(path, json=body, headers=headers)

    async def opened(self, **changes: Any) -> str:
        """The address of a new case."""
        first = (await self.get("/v1"))["next_steps"][0]
        answer = await self.post(first["href"], first["example"] | changes, first["roles"][0])
        assert answer.status_code == 201, answer.text
        return str(answer.json()["href"])

    async def send(self, step: Json, **changes: Any) -> httpx.Response:
        """Send a step's example, unchanged unless changes are given, as the first of its roles."""
        return await self.post(step["href"], step["example"] | changes, step["roles"][0])

    async def needed(self, here: str) -> Json | None:
        """The first step that the protocol waits for; none where a case that has ended waits for nothing."""
        case = await self.in_need(here)
        return dict(case["next_steps"][0]) if case else None

    async def in_need(self, here: str) -> Json | None:
        """The case, once its first step is one that the protocol waits for.

        The engine takes its time on a busy machine. What a concluded case still owes is there with its conclusion.
        """
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            case = await self.get(here)
            if case["next_steps"] and case["next_steps"][0]["needed"]:
                return case
            if case["stage"] == "concluded":
                until = min(until, time.monotonic() + 1)
            await asyncio.sleep(0.1)
        return None

    async def comes_to_a_stage_of(self, here: str, rel: str, placed: dict[str, set[str]], anywhere: set[str]) -> bool:
        """Whether the case is, or comes by itself, in a stage in which the step is drawn."""
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            if rel in placed[(await self.get(here))["stage"]] | anywhere:
                return True
            await asyncio.sleep(0.1)
        return False

    async def led_to(self, here: str, rel: str) -> Json:
        """Follow next_steps, sending the examples as they are, until the step is the one that is waited for."""
        for _ in range(60):
            step = await self.needed(here)
            assert step is not None, f"nothing is waited for before {rel}"
            if step["rel"] == rel:
                return step
            answer = await self.send(step)
            assert answer.status_code == 201, (step["rel"], answer.text)
        raise AssertionError(f"{rel} did not come")

    async def settled(self, message: str, who: str = "business-unit", within: float = 30.0) -> Json:
        """What became of a message, once it is no longer pending."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            standing = await self.get(f"/v1/messages/{message}", who)
            if standing["status"] != "pending":
                return standing
            await asyncio.sleep(0.1)
        raise AssertionError(f"{message} is still pending after {within} s")

    async def ready(self, within: float = 30.0) -> None:
        """Wait until the API says that it is ready."""
        deadline = time.monotonic() + within
        while (answer := await self.client.get("/health/ready")).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            await asyncio.sleep(0.2)

    async def logged(self, words: str, within: float = 30.0) -> None:
        """Wait until the API's log holds these words."""
        deadline = time.monotonic() + within
        while words not in (self.settings.data / "logs" / "api.log").read_text():
            assert time.monotonic() < deadline, f"the API's log does not say: {words}"
            await asyncio.sleep(0.1)

    def _child(self, program: Program) -> Child:
        if program.command[:2] == [sys.executable, "-m"]:
            program = replace(program, command=quickly(program.command))
        child = Child(program, say=lambda _: None)
        self._exits.push_async_callback(child.stop)
        return child
