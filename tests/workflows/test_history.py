"""What a fact costs: in its case's history no more as the case grows, and of the engine nothing that is not needed."""

import asyncio
import hashlib
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment
from temporalio.worker.workflow_sandbox import _runner

from activities import heart
from activities.heart import beating
from review.facts.enums import Stage
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


async def _events(case: Case) -> int:
    """How long the history of the run is that waits now."""
    length: int = (await case.handle.describe()).raw_description.workflow_execution_info.history_length
    return length


async def test_a_case_waits_for_its_actions_on_a_short_history(desk: Desk) -> None:
    """G-11: at no cost in history."""
    case = await desk.open()
    await case.follow_to("partners-decided")
    await case.says("action-set", action="audit", owner="lead-police", agency="police", due_date="2027-09-30")
    await case.quiet()
    assert await _events(case) > 350
    await case.decides("national-review", national_part="assists")
    await case.says("learning-disseminated")
    await case.quiet()
    assert (await case.state()).stage is Stage.ACTIONS
    assert await _events(case) < 60
    await case.until("2027-06-01 09:00")
    assert await _events(case) < 60  # a year on
    await case.until("2027-10-20 09:00")
    assert case.mails("overdue", to="lead-police")
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    assert await _events(case) < 250


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
