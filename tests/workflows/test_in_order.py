"""What comes in one task is seen in one order, when it is new and when it is replayed (decision 0023)."""

import asyncio
import contextlib
import gc
import gzip
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.workflow_activation import InitializeWorkflow, WorkflowActivation
from temporalio.client import WorkflowHandle, WorkflowHistory, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker, WorkflowInstance, WorkflowInstanceDetails

import worker
from tests.workflows.conftest import KEYRING
from tests.workflows.desk import Case, Desk, replayer_of
from tests.workflows.gathering import Gathering
from tests.workflows.test_replay import FILES
from tests.workflows.world import World, activities_of, london
from workflows.case_run import CaseRun
from workflows.guard import WorkflowGuard
from workflows.in_order import InOrderRunner
from workflows.names import CASE_STAGE, STATE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = timedelta(seconds=30)
LARGE = 64_000_000  # bytes, which are given back to the machine as soon as nobody holds them
UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
STARTED = EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
ENDED = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
ORDERED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED


@workflow.defn(name="Waits")
class Waits:
    """Shows itself when its work is done; answers a message by an activity; begins again when both are there."""

    @workflow.init
    def __init__(self, seen: list[str]) -> None:
        self.seen = seen

    @workflow.run
    async def run(self, seen: list[str]) -> list[str]:
        if "again" in seen and "work" in seen:
            await workflow.wait_condition(lambda: "message" in self.seen)
            return self.seen
        answering = asyncio.create_task(self.answer())
        await workflow.execute_activity("work", start_to_close_timeout=SOON)
        self.seen.append("work")
        workflow.upsert_search_attributes([CASE_STAGE.value_set("done")])
        if "again" in self.seen:
            answering.cancel()
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(self.seen)
        await answering
        return self.seen

    async def answer(self) -> None:
        await workflow.wait_condition(lambda: "message" in self.seen)
        await workflow.execute_activity("noted", start_to_close_timeout=SOON)

    @workflow.update
    def told(self, what: str) -> str:
        self.seen.append(what)
        return workflow.info().run_id

    @told.validator
    def may_be_told(self, what: str) -> None:
        if what == "nonsense":
            raise ValueError(what)

    @workflow.signal
    def tell(self, what: str) -> None:
        self.seen.append(what)

    @workflow.query
    def sees(self) -> list[str]:
        return self.seen


class Place:
    """A task queue of its own, at which the work of a run ends when it is said to."""

    def __init__(self, server: WorkflowEnvironment, queue: str) -> None:
        self.server, self.client, self.queue = server, server.client, queue
        self.end = asyncio.Event()

    @asynccontextmanager
    async def activities(self) -> AsyncIterator[None]:
        @activity.defn
        async def work() -> None:
            await self.end.wait()

        @activity.defn
        async def noted() -> None:
            pass

        async with Worker(self.client, task_queue=self.queue, activities=[work, noted]):
            yield

    @asynccontextmanager
    async def workflows(self, *, cached: int) -> AsyncIterator[None]:
        async with Worker(
            self.client,
            task_queue=self.queue,
            workflows=[Waits],
            workflow_runner=InOrderRunner(),
            max_cached_workflows=cached,
        ):
            yield

    async def begin(self, *names: str, seen: list[str]) -> list[WorkflowHandle[Any, Any]]:
        """Runs whose work is under way, in no worker's cache."""
        runs = [
            await self.client.start_workflow(Waits.run, seen, id=f"{self.queue}-{name}", task_queue=self.queue)
            for name in names
        ]
        async with self.workflows(cached=0):
            for run in runs:
                await until(run, STARTED, pending=True)
        return runs

    async def work_ends(self, runs: list[WorkflowHandle[Any, Any]]) -> None:
        self.end.set()
        for run in runs:
            await until(run, ENDED)


async def until(run: WorkflowHandle[Any, Any], kind: EventType.ValueType, *, pending: bool = False) -> None:
    for _ in range(500):
        if pending and (await run.describe()).raw_description.pending_activities:
            return
        if kind in await kinds(run):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


async def end_of(run: WorkflowHandle[Any, Any]) -> Any:
    """What a run ends with; one that waits for a message that was lost never does."""
    async with asyncio.timeout(15):
        return await run.result()


async def kinds(run: WorkflowHandle[Any, Any]) -> list[EventType.ValueType]:
    return [event.event_type for event in (await run.fetch_history()).events]


async def replays(run: WorkflowHandle[Any, Any]) -> None:
    replayer = Replayer(workflows=[Waits], workflow_runner=InOrderRunner())
    await replayer.replay_workflow(await run.fetch_history())


async def test_what_a_query_lets_a_run_see_is_seen_so_when_it_is_replayed(
    server: WorkflowEnvironment, queue: str
) -> None:
    """Asked while no worker has them in its cache, runs see at once that their work has ended; an update waits."""
    place = Place(server, f"{queue}-queried")
    async with place.activities():
        runs = await place.begin(*map(str, range(8)), seen=[])
        asked = [asyncio.create_task(run.query(Waits.sees)) for run in runs]
        await asyncio.sleep(0.2)  # they wait at the queue before the task that the work's end brings
        await place.work_ends(runs)
        told = [asyncio.create_task(run.execute_update(Waits.told, "message")) for run in runs]
        await asyncio.sleep(0.2)
        async with place.workflows(cached=20):
            answers = await asyncio.gather(*asked)
            await asyncio.gather(*told)
            assert [await end_of(run) for run in runs] == [["work", "message"]] * len(runs)
    assert ["work"] in answers, "no run was asked in between: this has tried nothing"
    for run in runs:
        await replays(run)


@pytest.mark.parametrize("way", ["signal", "update"])
async def test_a_message_is_seen_after_what_else_came_in_its_task(
    server: WorkflowEnvironment, queue: str, way: str
) -> None:
    """The work's end first, whichever came first: what it brings is ordered before what the message brings."""
    place = Place(server, f"{queue}-{way}")
    async with place.activities():
        (run,) = await place.begin("one", seen=[])
        told = await sent(run, way, "message")
        await place.work_ends([run])
        async with place.workflows(cached=0):
            assert await end_of(run) == ["work", "message"]
            await told
    order = await kinds(run)
    assert order.index(UPSERTED) < [at for at, kind in enumerate(order) if kind == ORDERED][1]
    await replays(run)


async def test_a_refused_update_leaves_no_trace_in_the_order(server: WorkflowEnvironment, queue: str) -> None:
    place = Place(server, f"{queue}-refused")
    async with place.activities():
        (run,) = await place.begin("one", seen=["again"])
        told = await sent(run, "update", "nonsense")
        await place.work_ends([run])
        async with place.workflows(cached=0):
            await run.signal(Waits.tell, "message")
            with pytest.raises(WorkflowUpdateFailedError):
                await told
            assert "message" in await end_of(run)
    await replays(server.client.get_workflow_handle(run.id, run_id=run.first_execution_run_id))


@pytest.mark.parametrize("way", ["signal", "update"])
async def test_a_message_that_waits_as_a_run_begins_again_is_not_lost(
    server: WorkflowEnvironment, queue: str, way: str
) -> None:
    """A signal is seen before; an update is taken by the next run."""
    place = Place(server, f"{queue}-{way}-again")
    async with place.activities():
        (run,) = await place.begin("one", seen=["again"])
        await place.work_ends([run])
        told = await sent(run, way, "message")
        async with place.workflows(cached=10):
            assert "message" in await end_of(run)
            assert (await told) in (None, (await run.describe()).run_id)
    await replays(server.client.get_workflow_handle(run.id, run_id=run.first_execution_run_id))


async def sent(run: WorkflowHandle[Any, Any], way: str, what: str) -> "asyncio.Future[Any]":
    """A message that waits for a worker."""
    if way == "signal":
        await run.signal(Waits.tell, what)
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(None)
        return answer
    told = asyncio.ensure_future(run.execute_update(Waits.told, what))
    await asyncio.sleep(0.2)
    return told


def cases_at(desk: Desk, *, cached: int, activities: Sequence[Callable[..., Any]] = ()) -> Worker:
    """The worker of cases, as it is, with room for so many runs."""
    return Worker(
        desk.server.client,
        task_queue=desk.queue,
        workflows=worker.WORKFLOWS,
        activities=activities,
        workflow_runner=InOrderRunner(),
        interceptors=[WorkflowGuard()],
        max_cached_workflows=cached,
    )


async def test_news_of_a_meeting_that_comes_as_it_was_read_is_looked_at(
    server: WorkflowEnvironment, world: World, queue: str
) -> None:
    """Of one that was cancelled before anybody heard of it nothing is left to do; but there is news."""
    desk = Desk(server, world, f"{queue}-news")
    meeting = await Gathering.call(desk, london("2027-03-01 14:00"), cancelled_at=london("2027-02-01 10:00"))
    async with cases_at(desk, cached=0):
        await until(meeting.handle, STARTED, pending=True)
    async with Worker(server.client, task_queue=desk.queue, activities=activities_of(world, KEYRING)):
        await until(meeting.handle, ENDED)
        await meeting.changes()
        async with cases_at(desk, cached=0):
            await end_of(meeting.handle)
    assert (await kinds(meeting.handle)).count(ORDERED) == 2


async def test_cases_that_are_asked_all_the_time_replay(server: WorkflowEnvironment, world: World, queue: str) -> None:
    """A worker with room for two of three cases, which are asked again and again while facts come and work ends."""
    desk = Desk(server, world, f"{queue}-asked")
    async with cases_at(desk, cached=2, activities=activities_of(world, KEYRING)):
        cases = [await desk.open() for _ in range(3)]
        asking = [asyncio.create_task(asked_again_and_again(case)) for case in cases]
        await asyncio.gather(*(case.follow_to("returns-requested") for case in cases))
        for task in asking:
            task.cancel()
        for case in cases:
            await case.quiet()
    replayer = replayer_of(server.client.data_converter)
    for case in cases:
        await replayer.replay_workflow(await case.handle.fetch_history())


async def test_a_case_that_leaves_the_cache_takes_up_no_memory(
    server: WorkflowEnvironment, world: World, queue: str
) -> None:
    """At once, and not when somebody looks for circles of objects."""
    desk = Desk(server, world, f"{queue}-left")
    gc.collect()
    before = there_are(CaseRun)
    gc.disable()
    try:
        async with cases_at(desk, cached=1, activities=activities_of(world, KEYRING)):
            for _ in range(4):
                await (await desk.open()).quiet()
            assert there_are(CaseRun) - before <= 2  # the one in the cache, and the one that is on its way out
    finally:
        gc.enable()


async def test_a_case_in_the_cache_keeps_nothing_of_the_tasks_that_it_was_given() -> None:
    """A part of a message holds all of it, the state of the case as it came included; what a run keeps is its own."""
    began = InitializeWorkflow(identity="x" * LARGE)
    began.memo.fields["opened-by"].data = began.headers["of"].data = b"1"
    began.last_completion_result.payloads.add().data = b"1"
    given = WorkflowActivation(run_id="1", last_sdk_version="x" * LARGE)
    given.deployment_version_for_current_task.build_id = "of-today"
    runner = InOrderRunner()
    run = runner.create_instance(await details_of_a_run(began))
    run.activate(given)
    full = memory()
    del began, given
    assert full - memory() > 1.9 * LARGE
    assert run.get_info().raw_memo["opened-by"].data == b"1"


async def details_of_a_run(began: InitializeWorkflow) -> WorkflowInstanceDetails:
    """As the SDK makes them, with what a message says of the run's beginning."""
    found: list[WorkflowInstanceDetails] = []

    class Seen(InOrderRunner):
        def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
            found.append(det)
            return super().create_instance(det)

    replayer = Replayer(workflows=worker.WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=Seen())
    kept = json.loads(gzip.decompress(await asyncio.to_thread(FILES[0].read_bytes)))
    await replayer.replay_workflow(WorkflowHistory.from_json(kept["workflow_id"], kept["history"]))
    (det,) = found
    info = replace(det.info, headers=dict(began.headers), raw_memo=dict(began.memo.fields))
    return replace(det, info=info, last_completion_result=began.last_completion_result)


def memory() -> int:
    """Bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def there_are(kind: type) -> int:
    return sum(type(one) is kind for one in gc.get_objects())


async def asked_again_and_again(case: Case) -> None:
    while True:
        with contextlib.suppress(RPCError):  # a run that has only just begun again
            await case.handle.query(STATE)
        await asyncio.sleep(0.02)
