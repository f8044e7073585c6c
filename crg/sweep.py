"""`crg sweep`: lets go of large payloads that no run in Temporal can ask for any more."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from crg.live_cases import means

if TYPE_CHECKING:
    from temporalio.client import Client

    from store import Store

BEFORE_THE_RUN = timedelta(hours=1)  # what a run begins with is kept shortly before it


def sweep(
    days: Annotated[int, typer.Option(min=1, help="the retention of Temporal's namespace")] = 90,
) -> None:
    """Let go of large payloads in the store that Temporal has forgotten: of runs that ended longer ago than that."""
    gone = asyncio.run(_sweep(timedelta(days=days)))
    typer.echo(f"Let go of {gone:,} payload{'' if gone == 1 else 's'}.")


async def _sweep(retention: timedelta) -> int:
    _, client, store = await means()
    async with store:
        return await swept(client, store, retention, datetime.now(UTC))


async def swept(client: "Client", store: "Store", retention: timedelta, now: datetime) -> int:
    """How many payloads were let go of. What the run that goes on was begun with, or has used since, stays."""
    gone = 0
    for id in await store.vault.workflows(now - retention):
        before = await _no_longer_asked_for(client, id, now - retention)
        if before is not None:
            gone += await store.vault.sweep(id, before)
    return gone


async def _no_longer_asked_for(client: "Client", id: str, forgotten: datetime) -> datetime | None:
    """Until when what a workflow has used may go; None where Temporal may still hold a run that ended."""
    from temporalio.service import RPCError, RPCStatusCode

    try:
        run = await client.get_workflow_handle(id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return forgotten
    if run.close_time is not None:
        return forgotten if run.close_time < forgotten else None
    return run.start_time - BEFORE_THE_RUN if run.start_time < forgotten else None
