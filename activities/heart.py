"""The heartbeat of a long activity: so that one whose worker is killed is taken up again at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

EVERY = 1.0  # seconds; the policies give up after three


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Heartbeat while the work inside goes on."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(EVERY)
            activity.heartbeat()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
