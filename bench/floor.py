"""What nothing can be quicker than: a bare FastAPI that answers, and one that hands an update to a bare workflow."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

ADDRESS = "BENCH_TEMPORAL"  # where Temporal answers; without it there is no workflow
QUEUE = "bench-floor"
CASES = 16  # workflows, so that many at once do not wait for one: the server takes ten updates of one at a time
KEPT = 500  # updates of one run; the server ends a run at 2,000


def workflow_id(number: int) -> str:
    """The workflow that a call with this number goes to."""
    return f"bench-floor-{number % CASES}"


@workflow.defn(name="bench-floor", sandboxed=False)
class Floor:
    """Notes what it is told, and nothing else."""

    def __init__(self) -> None:
        self._said: list[Any] = []

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: len(self._said) >= KEPT and workflow.all_handlers_finished())
        workflow.continue_as_new()

    @workflow.update
    def say(self, reported: Any) -> int:
        self._said.append(reported)
        return len(self._said)


def create_app() -> FastAPI:
    """The factory that `uvicorn --factory` calls."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        address = os.environ.get(ADDRESS)
        if not address:
            yield
            return
        app.state.client = client = await Client.connect(address)
        async with Worker(client, task_queue=QUEUE, workflows=[Floor]):
            ids = [workflow_id(number) for number in range(CASES)]
            for id in ids:
                await client.start_workflow("bench-floor", id=id, task_queue=QUEUE)
            yield
            for id in ids:
                await client.get_workflow_handle(id).terminate()

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/ready")
    @app.get("/")
    async def nothing() -> dict[str, str]:
        return {"answer": "nothing"}

    @app.post("/{number}", status_code=201)
    async def reported(number: int, request: Request) -> dict[str, int]:
        body = await request.json()
        handle = app.state.client.get_workflow_handle(workflow_id(number))
        return {"rows": await handle.execute_update(Floor.say, body)}

    return app
