"""The mail server away, and there again: on the real programs, by real SMTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.running import Json, Running
from tests.ports import free_settings

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with Running(free_settings(tmp_path_factory.mktemp("mails") / "data", rehearsals=True)) as running:
        yield running


async def test_mails_that_wait_for_the_mail_server_are_shown_and_tried_again_together(running: Running) -> None:
    """Health and the case say why; the Business Unit has all of them tried again at once."""
    await running.mailbox.stop()
    here = await running.opened()

    waiting = (await _once(running, here, waiting=True))["mails_waiting"]
    assert {one["trouble"] for one in waiting} == {"not-reachable"}
    health = await running.get("/v1/health")
    assert health["mail_fault"] == "not-reachable"
    assert health["mails_that_wait"] >= len(waiting)

    await running.mailbox.start()
    refused = await running.post("/v1/mails/retries", {}, "dcs")
    assert refused.status_code == 403
    again = await running.post("/v1/mails/retries", {}, "business-unit", key="again-1")
    assert again.status_code == 202
    await _once(running, here, waiting=False)
    assert (await running.get("/v1/health"))["mail_fault"] is None
    assert (await running.get(here))["failed_duties"] == []


async def _once(running: Running, here: str, *, waiting: bool) -> Json:
    """The case, once mails of it wait, or none does."""
    for _ in range(150):
        found = await running.get(here)
        if bool(found["mails_waiting"]) is waiting:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("it never came")
