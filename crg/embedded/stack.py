"""The embedded stack: Temporal, mail catcher, API and worker as one thing that starts, stays up and stops cleanly.

    async with Stack(settings) as stack:
        ...  # everything answers; `stack.settings` says where

Used by `crg run`, by rehearsals when no stack runs on the data folder, and by tests on free ports.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from crg.embedded import issuer, programs, sample
from crg.embedded.child import Child, Program, Say
from crg.embedded.errors import KeysMissing
from crg.embedded.fork_server import ForkServer, can_start
from crg.embedded.lock import FolderLock, running
from crg.embedded.ports import HOST, check_ports, stack_ports
from settings import Settings, load_settings
from settings.keys import make_keys_file

Prepare = Callable[[Settings], Awaitable[bool]]

# What another process must know to speak to a running stack; no secret is among them.
SHARED_SETTINGS = (
    *("port", "temporal_port", "temporal_ui_port", "smtp_port", "mail_ui_port"),
    *("temporal_address", "public_url", "oidc_issuer", "oidc_audience", "oidc_jwks_url", "task_queue"),
)


def quiet(_: str) -> None:
    """Say nothing."""


class Stack:
    """The stack on one data folder. Entering raises a `CannotStart`, with nothing left running, when it cannot start.

    `prepare` readies the store (tables, the sample partnership); it and the command lines can be replaced in tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        say: Say = quiet,
        prepare: Prepare = sample.prepare_store,
        api: Sequence[str] | None = None,
        worker: Sequence[str] | None = None,
    ) -> None:
        self.settings = programs.embedded(settings)
        self.first_start = False
        self._say = say
        self._prepare = prepare
        self._commands = {"api": api, "worker": worker}
        self._children: list[Child] = []
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    @property
    def pids(self) -> dict[str, int]:
        """The running programs, by name."""
        return {child.program.name: child.pid for child in self._children if child.pid is not None}

    def kill(self) -> None:
        """End every program at once, without a word."""
        for child in self._children:
            child.kill()

    async def _start(self) -> None:
        settings = self.settings
        self._exits.enter_context(
            FolderLock(settings.data, {name: getattr(settings, name) for name in SHARED_SETTINGS})
        )
        check_ports(stack_ports(settings))
        self._make_keys()
        server = programs.temporal(settings)
        for folder in ("logs", "run"):
            (settings.data / folder).mkdir(exist_ok=True)
        # Stopped in the reverse of this order: worker, API, mail catcher, Temporal.
        temporal, mailbox = self._child(server), self._child(programs.mailbox(settings))
        api = self._child(programs.api(settings, self._commands["api"]))
        worker = self._child(programs.worker(settings, self._commands["worker"]))
        if can_start(api.program.command):
            ForkServer.of_this_process()  # it imports while the others start
        await _together(temporal.start(), mailbox.start(), self._prepare_store())
        await _together(api.start(), worker.start())

    def _child(self, program: Program) -> Child:
        child = Child(program, say=self._say)
        self._children.append(child)
        self._exits.push_async_callback(child.stop)
        return child

    def _make_keys(self) -> None:
        settings = self.settings
        issuer.make_signing_key(settings)
        if settings.keys is not None or settings.keys_file.exists():
            return
        for sealed in (sample.database_file(settings), settings.data / "temporal.db"):
            if sealed is not None and sealed.exists():
                raise KeysMissing(settings.keys_file, sealed)
        make_keys_file(settings.keys_file)

    async def _prepare_store(self) -> None:
        self.first_start = await self._prepare(self.settings)


def settings_of_running(settings: Settings) -> Settings | None:
    """The settings of the stack that runs on this data folder now, perhaps on other ports than ours, or none."""
    found = running(settings.data)
    return programs.embedded(settings.model_copy(update=dict(found.settings))) if found else None


def settings_in_force() -> Settings:
    """As the stack has them that runs on this data folder now, else as set."""
    settings = load_settings()
    return settings_of_running(settings) or settings


@asynccontextmanager
async def running_stack(settings: Settings, *, say: Say = quiet) -> AsyncIterator[Settings]:
    """The settings of a stack that answers: the one that runs on this data folder, else one started for the while."""
    if found := settings_of_running(settings):
        yield found
        return
    async with Stack(settings, say=say) as stack:
        yield stack.settings


def places(settings: Settings) -> dict[str, str]:
    """Where everything of a running stack is, by what a person calls it."""
    return {
        "Start page": f"{settings.public_url}/",
        "Cases": f"{settings.public_url}/cases",
        "API": f"{settings.public_url}/docs",
        "Mailbox": f"http://{HOST}:{settings.mail_ui_port}/",
        "Temporal UI": settings.ui_workflows,
    }


async def _together(*starts: Awaitable[None]) -> None:
    """Wait for all; the first error stops the others and is raised as it is."""

    async def one(start: Awaitable[None]) -> None:
        await start

    try:
        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(one(start))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
