"""Builds of ours, as Temporal knows them: their names, and which one is current."""

import asyncio
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.service import RPCError, RPCStatusCode

from settings import BadSetting, load_settings
from settings.versions import LOOK_AGAIN, deployment, make_current, version


class Engine:
    """Temporal, as far as it knows builds: it refuses so many times, then it takes what it is told."""

    namespace, identity = "default", "a worker"

    def __init__(self, refusals: int) -> None:
        self.refusals, self.current = refusals, ""

    @property
    def workflow_service(self) -> "Engine":
        return self

    async def set_worker_deployment_current_version(self, request: Any) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RPCError("does your Worker Deployment have pollers?", RPCStatusCode.NOT_FOUND, b"")
        self.current = f"{request.deployment_name}.{request.build_id}"


def test_a_build_is_the_release_unless_it_has_a_name_of_its_own() -> None:
    assert load_settings().build == "0.1.0"
    assert load_settings(build="0.1.0-rc.2+4f1e").build == "0.1.0-rc.2+4f1e"
    with pytest.raises(BadSetting, match="CRG_BUILD cannot be used"):
        load_settings(build="the new one")


def test_cases_follow_the_current_build_by_themselves() -> None:
    config = deployment(load_settings())
    assert config.use_worker_versioning
    assert config.default_versioning_behavior is VersioningBehavior.AUTO_UPGRADE


def test_each_task_queue_has_builds_of_its_own() -> None:
    ours = version(load_settings(task_queue="reviews.north:a", build="7"))
    assert (ours.deployment_name, ours.build_id) == ("reviews-north-a", "7")


async def test_a_worker_says_that_its_build_is_current_until_it_is_heard() -> None:
    engine = Engine(refusals=3)
    await asyncio.wait_for(make_current(cast("Client", engine), load_settings(build="7")), 5)
    assert engine.current == "case-reviews.7"


async def test_a_worker_that_is_told_to_stop_does_not_insist() -> None:
    engine, stop = Engine(refusals=10**6), asyncio.Event()
    asyncio.get_running_loop().call_later(LOOK_AGAIN, stop.set)
    await asyncio.wait_for(make_current(cast("Client", engine), load_settings(), stop=stop), 5)
    assert engine.current == ""
