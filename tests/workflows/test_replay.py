"""Recorded histories replay with today's code; until the first release they are recorded again with each change."""

import asyncio
import gzip
import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

import worker
from tests.workflows.orders import Noting, difference, recorded
from tests.workflows.scenes import SCENES
from workflows.guard import WorkflowGuard

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILES = sorted((Path(__file__).parent / "histories").glob("*.json.gz"))
RECORD_AGAIN = (
    "If the process was meant to change, record the histories again: `make histories`, or only some of them: "
    '`make histories SCENES="on-time put-right"`. The commit says why. See tests/workflows/histories/README.md.'
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".json.gz"))
async def test_a_recorded_history_replays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the letter: what each activity, timer, signal and search attribute was given, and the next run began with.

    Until the first release a change of the process records them again, and its commit says why.
    """
    assert await other_than_recorded(file, monkeypatch) is None, RECORD_AGAIN


async def test_what_is_ordered_with_other_content_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine takes it for the same."""
    monkeypatch.setattr("workflows.carrying._summary", lambda order: "something else")
    assert "something else" in str(await other_than_recorded(FILES[0], monkeypatch))


async def other_than_recorded(file: Path, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """What the code of today does otherwise than a history has it."""
    monkeypatch.setattr(workflow.unsafe, "is_replaying", lambda: False)  # else a moment does without the lists
    kept = json.loads(gzip.decompress(await asyncio.to_thread(file.read_bytes)))
    history, noting = WorkflowHistory.from_json(kept["workflow_id"], kept["history"]), Noting()
    replayer = Replayer(
        workflows=worker.WORKFLOWS,
        data_converter=pydantic_data_converter,
        workflow_runner=noting,
        interceptors=[WorkflowGuard()],  # as in the worker that recorded them
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return str(result.replay_failure) if result.replay_failure else difference(recorded(history), noting.orders)


async def test_every_scene_has_its_history() -> None:
    missing = set(SCENES) - {file.name.removesuffix(".json.gz") for file in FILES}
    assert missing == set(), RECORD_AGAIN
