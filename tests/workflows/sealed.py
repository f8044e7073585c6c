"""A desk whose payloads are sealed, as in production, and a stranger who reaches the same server without the keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

import worker
from activities.guard import Known
from settings import Settings
from settings.keys import Keyring
from settings.sealing import Vault, data_converter
from tests.workflows.desk import Desk
from tests.workflows.world import World, activities_of

KEYRING = Keyring([("test", bytes(32))])


@dataclass
class Safe:
    """A vault of five lines."""

    held: dict[tuple[str, str], bytes] = field(default_factory=dict)

    async def keep(self, workflow: str, content: bytes) -> str:
        key = str(hash(content))
        self.held[workflow, key] = content
        return key

    async def fetch(self, workflow: str, key: str) -> bytes:
        return self.held[workflow, key]

    async def knows_key(self, id: str) -> bool:
        return False


class SealedServer:
    """The tests' server as a process of ours sees it."""

    def __init__(self, server: WorkflowEnvironment, client: Client) -> None:
        self._server, self.client = server, client

    async def get_current_time(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        return await self._server.get_current_time(handle)

    async def fast_forward(self, handle: WorkflowHandle[Any, Any], by: timedelta) -> None:
        await self._server.fast_forward(handle, by)


async def client_of(server: WorkflowEnvironment, vault: Vault, keyring: Keyring = KEYRING) -> Client:
    """A client with the keys."""
    return await Client.connect(
        server.client.service_client.config.target_host,
        namespace=server.client.namespace,
        data_converter=data_converter(keyring, vault),
    )


@asynccontextmanager
async def sealed_desk(
    server: WorkflowEnvironment, settings: Settings, world: World, *, known: Known | None = None, vault: Vault
) -> AsyncIterator[Desk]:
    """A desk with a worker at it, whose task queue is its own."""
    own = settings.model_copy(update={"task_queue": f"{settings.task_queue}-sealed-{next(Desk._numbers)}"})
    client = await client_of(server, vault)
    async with worker.working(client, own, activities_of(world, KEYRING), known=known):
        yield Desk(SealedServer(server, client), world, own.task_queue)  # type: ignore[arg-type]
