"""What is large lies in the store, sealed; the engine's history holds a note of where."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

import worker
from crg.revive import Became, Revival
from crg.sweep import swept
from review.case import reads
from review.facts.enums import Stage
from settings import Settings
from settings.sealing import data_converter, in_worker
from store import Store
from store.tables import payloads
from tests.workflows.desk import Case, replayer_of
from tests.workflows.sealed import KEYRING, sealed_desk
from tests.workflows.world import World, activities_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

LARGE = 4_000  # bytes, so that a few facts do what thousands do


@pytest_asyncio.fixture(loop_scope="session")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path / 'vault.db'}", KEYRING) as store:
        await store.migrate()
        yield store


async def says(case: Case, count: int) -> None:
    """So many facts of 20,000 characters that do not compress."""
    children = [child.child_id for child in reads.children(await case.state())]
    for _ in range(count):
        await case.says("safety-steps-recorded", child_ids=children, steps=secrets.token_hex(10_000))


async def test_a_case_whose_facts_do_not_compress_begins_again_and_goes_on(
    server: WorkflowEnvironment, settings: Settings, world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state is larger than any payload may be; histories stay small, and a replay keeps nothing twice."""
    monkeypatch.setattr("settings.sealing.LARGE", LARGE)
    async with sealed_desk(server, settings, world, vault=store.vault) as desk:
        case = await desk.open()
        await says(case, 60)
        await case.continue_as_new()
        await says(case, 2)
        await case.continue_as_new()
        state = await case.state()
        assert len(state.model_dump_json()) > 2 * 1024 * 1024 // 2
        history = await case.handle.fetch_history()
        assert sum(event.ByteSize() for event in history.events) < 100_000
        assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in [event.event_type for event in history.events]
        kept = await store.vault.count(case.reference)
        replayer = replayer_of(in_worker(data_converter(KEYRING, store.vault)))
        for _ in range(2):
            await replayer.replay_workflow(history)
        assert await store.vault.count(case.reference) == kept
        await case.follow_to_stage(Stage.NOTIFICATION)


async def test_where_the_store_is_older_than_the_engine_the_case_is_brought_back_from_the_store(
    server: WorkflowEnvironment, settings: Settings, world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payload is missing: the workflow cannot go on, says what to do, and `crg revive --stuck` does it."""
    monkeypatch.setattr("settings.sealing.LARGE", LARGE)
    async with sealed_desk(server, settings, world, vault=store.vault) as desk:
        case = await desk.open()
        await says(case, 1)
        await case.quiet()
        older = await case.state()
        await says(case, 1)
        await case.continue_as_new()
    own = settings.model_copy(update={"task_queue": desk.queue})
    await store.vault.sweep(case.reference, datetime.now(UTC) + timedelta(minutes=1))
    async with worker.working(desk.server.client, own, activities_of(world, KEYRING)):
        await case.request_continue_as_new()
        revival = Revival(desk.server.client, task_queue=desk.queue, stuck=True)
        for _ in range(600):  # it is tried some times before it counts as standing still
            done = await revival.case(older)
            if done.became is Became.BACK:
                break
            await asyncio.sleep(0.05)
        assert done.became is Became.BACK
        back = Case(desk, desk.server.client.get_workflow_handle(case.reference), older)
        await back.quiet()
        assert (await back.handle.describe()).status is WorkflowExecutionStatus.RUNNING
        await back.follow_to("panel-notified")


async def test_what_temporal_has_forgotten_is_let_go_of_and_the_run_that_goes_on_keeps_its_own(
    server: WorkflowEnvironment, settings: Settings, world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a run that goes on: what was used before it began, once the runs before it are forgotten."""
    monkeypatch.setattr("settings.sealing.LARGE", LARGE)
    async with sealed_desk(server, settings, world, vault=store.vault) as desk:
        case = await desk.open()
        await says(case, 1)
        await case.continue_as_new()
        kept, now = await store.vault.count(case.reference), datetime.now(UTC)
        await store.vault.keep(case.reference, b"of an earlier run")
        await store.vault.keep("gone", b"of a workflow that Temporal has forgotten")
        async with store._database.write() as connection:
            old = payloads.c.key.in_(
                [await connection.scalar(select(payloads.c.key).where(payloads.c.workflow == "gone"))]
            )
            await connection.execute(update(payloads).where(old).values(used_at=now - timedelta(days=200)))
        client = desk.server.client
        assert await swept(client, store, timedelta(days=90), now) == 1
        assert await store.vault.count("gone") == 0
        assert await swept(client, store, timedelta(days=90), now) == 0
        assert await swept(client, store, timedelta(days=90), now + timedelta(days=91)) == 0
        assert await store.vault.count(case.reference) == kept + 1
        async with store._database.write() as connection:
            newest = select(payloads.c.key).where(payloads.c.workflow == case.reference).limit(1)
            key = await connection.scalar(newest.order_by(payloads.c.used_at.desc()))
            stale = update(payloads).where(payloads.c.key == key).values(used_at=now - timedelta(days=1))
            await connection.execute(stale)
        assert await swept(client, store, timedelta(days=90), now) == 0
        assert await swept(client, store, timedelta(days=90), now + timedelta(days=91)) == 1
        await case.follow_to("panel-notified")
