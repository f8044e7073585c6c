"""One real Temporal server for all tests of a process; each case has its own clock."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

import worker
from crg.embedded.sample import sample_partnership
from review.asked import scheduled_by
from settings import Settings, load_settings
from settings.keys import Keyring
from tests.workflows.desk import Desk
from tests.workflows.sealed import Safe, sealed_desk
from tests.workflows.world import World, activities_of
from workflows import names

KEYRING = Keyring([("test", bytes(32))])


def dev_server_path() -> str | None:
    """Temporal's own server, of this environment."""
    return shutil.which("temporal", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def dev_server_arguments() -> list[str]:
    """Search attributes as in production; a deadline that can be moved for one workflow."""
    attributes = [part for pair in ATTRIBUTES.split() for part in ("--search-attribute", pair)]
    moves = ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
    quick = ["--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"']
    return [*moves, *quick, *attributes]


def plain_converter() -> DataConverter:
    """Unsealed, so that recorded histories can be read."""
    return pydantic_data_converter


ATTRIBUTES = (
    "CaseStage=Keyword CaseRoute=Keyword NextDeadline=Keyword NextDeadlineAt=Datetime Overdue=Bool Edition=Keyword"
)


async def dev_server() -> WorkflowEnvironment:
    """A real Temporal server of our own, on which each case has its own clock."""
    return await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=plain_converter(),
        dev_server_existing_path=dev_server_path(),
        dev_server_log_level="error",
        dev_server_startup_timeout=timedelta(seconds=60),  # a busy machine takes its time
        dev_server_extra_args=dev_server_arguments(),
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    async with await dev_server() as environment:
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
    async with worker.working(server.client, settings, activities_of(world, KEYRING)):
        yield Desk(server, world, queue)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sealed(server: WorkflowEnvironment, settings: Settings, world: World) -> AsyncIterator[Desk]:
    """A desk whose payloads are sealed, as in production."""

    async def known(kind: str, id: str) -> bool:
        if kind == names.DIGEST:
            return scheduled_by(id) is not None
        return id.startswith("RH-" if kind in (names.WORKFLOW, names.INFORMATION_REQUEST) else "crg-")

    async with sealed_desk(server, settings, world, known=known, vault=Safe()) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(server: WorkflowEnvironment) -> Client:
    """Reaches the server and has no key: its payloads are plain JSON."""
    return await Client.connect(server.client.service_client.config.target_host, namespace=server.client.namespace)
