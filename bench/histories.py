"""How long histories grow: of the sample cases, moves of the clock included, and for each fact of a long case."""

import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from temporalio.client import Client

from api.opening import sample_now
from bench import facts, served
from bench.facts import FACT, Bench
from crg.embedded.stack import Stack
from crg.rehearsal.director import Director
from crg.rehearsal.reading import load
from crg.rehearsal.telling import Teller
from workflows.names import workflow_id

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# Events and bytes that the longest run of a case may come to: Temporal's limits are for a run.
MUST = {"clean-case": (450, 150_000), "practice-review": (1400, 500_000)}
MARKS = (20, 100, 400, 1000)  # facts in one case
BODY = sample_now(FACT) | {"steps": "Sample: " + "a step that was taken and by whom. " * 42}  # 1.5 kB


@dataclass
class Counted:
    """A number beside what it must come to."""

    title: str
    found: float
    must: float | None = None

    def line(self) -> str:
        """For the terminal."""
        if self.must is None:
            return f"  {self.title:<64} {self.found:>12,.0f}"
        kept = "kept" if self.found <= self.must else "NOT KEPT"
        return f"  {self.title:<64} {self.found:>12,.0f}   must {self.must:,.0f}: {kept}"


async def of_examples(data: Path) -> list[Counted]:
    """The histories of the sample cases that are rehearsed whole."""
    found = []
    async with Stack(served.settings_on(data)) as stack:
        client = await Client.connect(stack.settings.temporal_address)
        for name, (events, size) in MUST.items():
            with redirect_stdout(StringIO()):
                async with Director(stack.settings, load(EXAMPLES / f"{name}.toml"), teller=Teller()) as director:
                    outcome = await director.play()
            runs = await _runs(client, workflow_id(outcome.reference))
            for what, each, must in zip(("events", "bytes"), zip(*runs, strict=True), (events, size), strict=True):
                found += [
                    Counted(f"{name}.toml: {what} of the longest run", max(each), must),
                    Counted(f"{name}.toml: {what} of all {len(runs)} runs", sum(each)),
                ]
    return found


async def of_long_cases(data: Path, marks: tuple[int, ...] = MARKS) -> list[Counted]:
    """What each further fact of 1.5 kB costs in one case: bytes, and time of the whole way. Flat is what is wanted."""
    found: list[Counted] = []
    async with facts.bench(data, 1) as on:
        told, before = 0, (0, 0)
        for mark in marks:
            began, first = time.perf_counter(), told
            while told < mark:
                await on.sent(f"/v1/cases/{on.cases[0]}/{FACT}", BODY)
                told += 1
            took = (time.perf_counter() - began) / (mark - first)
            after = await _whole(on)
            found += [
                Counted(
                    f"facts {first + 1} to {mark} of one case: bytes each", (after[1] - before[1]) / (mark - first)
                ),
                Counted(f"facts {first + 1} to {mark} of one case: microseconds each", took * 1e6),
            ]
            before = after
    return found


async def _whole(on: Bench) -> tuple[int, int]:
    return await _history(on.temporal, workflow_id(on.cases[0]))


async def _history(client: Client, id: str) -> tuple[int, int]:
    """Events and bytes of all runs of a workflow."""
    runs = await _runs(client, id)
    return sum(events for events, _ in runs), sum(size for _, size in runs)


async def _runs(client: Client, id: str) -> list[tuple[int, int]]:
    """Events and bytes of each run of a workflow: Temporal's limits are for a run."""
    found = []
    async for run in client.list_workflows(f'WorkflowId = "{id}"'):
        history = await client.get_workflow_handle(id, run_id=run.run_id).fetch_history()
        found.append((len(history.events), sum(event.ByteSize() for event in history.events)))
    return found
