"""A rehearsal's clock, beside a case whose run continues as new while its time passes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from crg.rehearsal.clock import CaseClock
from crg.rehearsal.errors import WentOtherwise

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Run:
    """Stands for the case on the server, its clock, and the store: a run is left after `spans`, the last stays."""

    def __init__(self, *spans: timedelta, status: WorkflowExecutionStatus) -> None:
        self.now, self.spans, self.status = NINE, list(spans), status

    async def get_current_time(self, handle: Any) -> datetime:
        return self.now

    async def fast_forward(self, handle: Any, span: timedelta) -> bool:
        ends = bool(self.spans)
        self.now += self.spans.pop(0) if ends else span
        return not ends

    async def describe(self) -> Any:
        return SimpleNamespace(status=self.status)

    async def clock_moved(self, *args: Any, **more: Any) -> None:
        pass


def clock(run: Run) -> CaseClock:
    found = CaseClock.__new__(CaseClock)
    found.__dict__.update(reference="RH-2026-001", _cases=run, _skipper=run, _handle=run, _shift=timedelta(0))
    return found


async def test_time_goes_on_in_the_next_run_where_one_continued_as_new_on_the_way() -> None:
    run = Run(timedelta(days=2), timedelta(days=3), status=WorkflowExecutionStatus.RUNNING)
    await clock(run).move_to(NINE + timedelta(days=9))
    assert NINE <= run.now - timedelta(days=9) < NINE + timedelta(minutes=1)


async def test_the_time_of_a_case_that_has_ended_does_not_move() -> None:
    run = Run(timedelta(days=2), status=WorkflowExecutionStatus.COMPLETED)
    with pytest.raises(WentOtherwise, match="has ended"):
        await clock(run).move_to(NINE + timedelta(days=9))


async def test_the_longer_a_case_takes_to_come_to_rest_the_more_rarely_the_server_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = iter([False] * 30 + [True])
    pauses: list[float] = []
    found = clock(Run(status=WorkflowExecutionStatus.RUNNING))

    async def idle() -> bool:
        return next(looks)

    async def at_rest(*_: object) -> Any:
        return SimpleNamespace(at_rest=True)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    found.__dict__.update(_idle=idle, _asked=at_rest)
    monkeypatch.setattr("api.case_clock.asyncio.sleep", sleep)
    await found.rest()
    assert (pauses[0], pauses[-1]) == (0.03, 0.2)
    assert pauses == sorted(pauses)
