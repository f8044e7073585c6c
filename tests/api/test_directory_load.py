"""A directory loaded from the command line reaches live cases, without a restart of the API."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import pytest_asyncio

from crg.embedded.programs import environment
from tests.api.running import Running
from tests.forked import quickly

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: another directory is loaded."""
    return alone


SAMPLE = Path(__file__).parents[2] / "crg" / "embedded" / "partnership.toml"
WITHIN = 10.0  # seconds


async def test_a_live_case_hears_of_a_directory_that_was_loaded(running: Running, tmp_path: Path) -> None:
    here = await running.opened()
    file = tmp_path / "ours.toml"
    file.write_text(SAMPLE.read_text("utf-8").replace('id = "observer"', 'id = "onlooker"'), "utf-8")

    refused = await load(running, file, "--replace")
    assert refused.returncode == 1
    assert f"crg: {file} leaves out observer, whom the directory holds and cases may name" in refused.stderr

    file.write_text(SAMPLE.read_text("utf-8").replace('name = "Casey Sample"', 'name = "Cass Sample"'), "utf-8")
    done = await load(running, file, "--replace", "--expected-version", "1")
    assert done.returncode == 0, done.stderr
    assert "1 live case is told of it" in done.stdout
    assert (await running.get("/v1/directory"))["version"] == 2

    give_up = time.monotonic() + WITHIN
    while "directory-changed" not in [fact["kind"] for fact in (await running.get(here))["facts"]]:
        assert time.monotonic() < give_up, "the case has not heard of the directory"
        await asyncio.sleep(0.1)


async def load(running: Running, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """`crg directory load` in a process of its own, on the database of the system that runs."""
    command = quickly([sys.executable, "-m", "crg.command", "directory", "load", *map(str, words)])
    own = {**os.environ, **environment(running.settings)}
    return await asyncio.to_thread(
        subprocess.run, command, env=own, capture_output=True, text=True, timeout=60, check=False
    )
