"""One real Temporal server for all tests of a process; each case has its own clock."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

import worker
from crg.embedded.sample import sample_partnership
from settings import Settings, load_settings
from settings.keys import Keyring
from tests.workflows.desk import Desk, World, activities_of

TEMPORAL = shutil.which("temporal", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
ATTRIBUTES = "CaseStage=Keyword CaseRoute=Keyword NextDeadline=Keyword NextDeadlineAt=Datetime Overdue=Bool Edition=Keyword"
KEYRING = Keyring([("test", bytes(32))])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here shares the server's loop."""
    for item in items:
        if "tests/workflows" in item.path.as_posix() and item.get_closest_marker("asyncio") is not None:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    attributes = [part for pair in ATTRIBUTES.split() for part in ("--search-attribute", pair)]
    moves = ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
    quick = ["--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"']
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,  # plain, so that recorded histories can be read
        dev_server_existing_path=TEMPORAL,
        dev_server_log_level="error",
        dev_server_extra_args=[*moves, *quick, *attributes],
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
def queue() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def settings(queue: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data=tmp_path_factory.mktemp("data"), task_queue=queue)


@pytest.fixture(scope="session")
def world() -> World:
    return World(sample_partnership())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(server: WorkflowEnvironment, settings: Settings, world: World, queue: str) -> AsyncIterator[Desk]:
    """A desk with a worker at it."""
    async with worker.build_worker(server.client, settings, activities_of(world, KEYRING)):
        yield Desk(server, world, queue)
