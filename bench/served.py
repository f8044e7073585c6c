"""Programs that answer over HTTP while something is measured: the API on a store, and the floor beside it."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bench import floor
from crg.embedded import issuer, programs
from crg.embedded.child import Child, Program, answers
from crg.embedded.ports import HOST
from crg.embedded.sample import sample_partnership
from settings import Settings, load_settings

PORTS = ("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port")


def free_ports(many: int) -> list[int]:
    """Ports of this machine that nobody uses now."""
    with ExitStack() as held:
        return [held.enter_context(socket.create_server((HOST, 0))).getsockname()[1] for _ in range(many)]


def settings_on(data: Path, **more: Any) -> Settings:
    """Settings on this folder and on ports that nobody uses now."""
    return programs.embedded(load_settings(data=data, **dict(zip(PORTS, free_ports(len(PORTS)), strict=True)), **more))


@asynccontextmanager
async def running(*wanted: Program) -> AsyncIterator[Sequence[Child]]:
    """The programs, for as long as the block runs."""
    children = [Child(program, say=lambda _: None) for program in wanted]
    try:
        for child in children:
            await child.start()
        yield children
    finally:
        for child in reversed(children):
            await child.stop()


def floor_program(data: Path, port: int, temporal: str | None = None) -> Program:
    """The floor's own FastAPI, and its workflow where Temporal is named."""

    async def is_ready() -> bool:
        return await answers(HOST, port, "/health/ready")

    return Program(
        name="The floor",
        command=[
            *(sys.executable, "-m", "uvicorn", "bench.floor:create_app", "--factory", "--host", HOST),
            *("--port", str(port), "--log-level", "warning", "--no-access-log"),
        ],
        log=data / "logs" / "floor.log",
        environment=dict(os.environ) | ({floor.ADDRESS: temporal} if temporal else {}),
        is_ready=is_ready,
    )


def token(settings: Settings, who: str) -> dict[str, str]:
    """The header of a token for a role or a person of the sample partnership."""
    return {"Authorization": f"Bearer {issuer.mint(settings, issuer.bearer_for(sample_partnership(), who))}"}


def client(address: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    """A client that keeps its connections for less long than the servers do."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=2)
    return httpx.AsyncClient(base_url=address, timeout=120, trust_env=False, limits=limits, headers=headers)


async def at_once(call: Callable[[int], Awaitable[object]], *, calls: int, wide: int = 16) -> float:
    """Seconds that each of so many calls takes on the whole, so many of them under way at any time."""
    numbers = iter(range(calls))

    async def one_after_another() -> None:
        for number in numbers:
            await call(number)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(wide):
            group.create_task(one_after_another())
    return (time.perf_counter() - began) / calls
