"""What a fact costs: in its case's history no more as the case grows, and of the engine nothing that is not needed."""

import asyncio
import hashlib
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment
from temporalio.worker.workflow_sandbox import _runner

from activities import heart
from activities.heart import beating
from tests.workflows.desk import Case, Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _said(case: Case, number: int) -> None:
    words = " ".join(hashlib.sha256(f"{number} {place}".encode()).hexdigest() for place in range(22))
    await case.says("safety-steps-recorded", steps=f"Sample: {words}")


async def _bytes_of_a_fact(case: Case, number: int) -> int:
    """What one more fact of this length adds to the history."""
    await case.quiet()
    before = sum(event.ByteSize() for event in (await case.handle.fetch_history()).events)
    await _said(case, number)
    await case.quiet()
    return sum(event.ByteSize() for event in (await case.handle.fetch_history()).events) - before


async def test_a_fact_adds_as_much_to_an_old_history_as_to_a_young_one(desk: Desk) -> None:
    """Each moment carries what has changed, and what was said goes through the engine once."""
    case = await desk.open()
    young = [await _bytes_of_a_fact(case, number) for number in range(5)]
    for number in range(5, 60):
        await _said(case, number)
    old = [await _bytes_of_a_fact(case, number) for number in range(60, 65)]
    assert sum(old) <= 1.2 * sum(young)


async def test_no_sandbox_is_entered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads the workflow's modules for each run, and is asked three times whose each payload is (decision 0022)."""
    entered: list[str] = []
    run = _runner._Instance._run_code

    def noted(self: Any, code: str, **more: Any) -> None:
        entered.append(code)
        run(self, code, **more)

    monkeypatch.setattr(_runner._Instance, "_run_code", noted)
    case = await desk.open()
    await case.quiet()
    await _said(case, 1)
    await case.quiet()
    assert entered == []


async def test_only_work_that_lasts_tells_the_engine_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat is a write of the engine's; what a killed worker had in hand is missed after three seconds anyway."""
    monkeypatch.setattr(heart, "EVERY", 0.2)
    beats: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *_: beats.append("beat")

    async def work(seconds: float) -> None:
        async with beating():
            await asyncio.sleep(seconds)

    await environment.run(work, 0.05)
    assert not beats
    await environment.run(work, 0.5)
    assert beats
