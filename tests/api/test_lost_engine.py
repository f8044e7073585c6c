"""Temporal's database is lost, or a case was reset there: one command brings all back, and nothing is told twice."""

import asyncio
import json
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from crg.embedded import programs
from tests.api.running import Json, Running
from tests.forked import quickly

pytestmark = pytest.mark.asyncio(loop_scope="module")
MEETING = {"starts_at": f"{datetime.now(UTC).year + 1}-03-07T10:00:00+00:00", "link": "https://meet.example.org/crg"}
MOVED = {"starts_at": f"{datetime.now(UTC).year + 1}-03-14T10:00:00+00:00", "reason": "Sample."}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: its Temporal loses everything."""
    return alone


async def crg(running: Running, *words: str) -> tuple[int, str]:
    """The `crg` command, as somebody in charge of the servers types it: how it ended, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *quickly([sys.executable, "-m", "crg.command", *words]),
        env=programs.environment(running.settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    reported, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, reported.decode()


async def lose_the_engine(running: Running) -> None:
    """Its database is gone; it starts with an empty one, and the worker comes back."""
    await running.worker.stop()
    await running.temporal.stop()
    files = list(running.settings.data.glob("temporal.db*"))
    assert files
    for file in files:
        file.unlink()
    await running.temporal.start()
    await running.worker.start()


async def test_workers_that_went_on_polling_carry_on_what_is_brought_back(running: Running) -> None:
    """Nobody starts them again: the engine came back by itself, empty, and had forgotten which build is current."""
    case = await running.opened()
    await running.temporal.stop()
    for file in running.settings.data.glob("temporal.db*"):
        file.unlink()
    await running.temporal.start()
    code, said = await crg(running, "revive", "--all")
    assert code == 0, said
    await running.ready()  # they ask again within a few seconds
    assert await running.led_to(case, "panel-notified")


async def told(running: Running, meeting: str, count: int) -> list[str]:
    """Subjects of the mails that went to the CRG Chair about a meeting, once there are so many."""
    for _ in range(200):
        found: Json = await running.get(meeting)
        mails = [mail for mail in found["mails"] if mail["person"] == "crg-chair" and mail["status"] == "sent"]
        if len(mails) >= count:
            break
        await asyncio.sleep(0.1)
    return [mail["subject"] for mail in mails]


async def opened(running: Running, rel: str) -> str:
    (way,) = [step for step in (await running.get("/v1"))["next_steps"] if step["rel"] == rel]
    answer = await running.post(way["href"], way["example"], "business-unit")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["href"])


async def test_everything_that_ran_is_brought_back_by_one_command(running: Running) -> None:
    """A case, an ended one, a request, a meeting of the CRG, the digest: each as its own; then all go on (A-4, G-2)."""
    case, ended = await running.opened(), await running.opened()
    request = await opened(running, "open-information-request")
    await running.led_to(case, "returns-requested")
    (over,) = [step for step in (await running.get(ended))["next_steps"] if step["rel"] == "case-withdrawn"]
    assert (await running.send(over)).status_code == 201
    meeting = f"/v1/crg/meetings/{(await running.post('/v1/crg/meetings', MEETING, 'crg-chair')).json()['id']}"
    assert len(await told(running, meeting, 1)) == 1
    await lose_the_engine(running)

    step = await running.led_to(case, "returns-requested")
    kept = await running.send(step)
    assert kept.status_code == 202, "taken in, while nothing runs"
    code, reported = await crg(running, "begin-again", "--all")
    assert (code, "Bring them back: crg revive --all" in reported) == (1, True)

    code, reported = await crg(running, "revive", "--all")
    assert code == 0, reported
    for here in (case, ended, request, meeting):
        assert f"{here.rpartition('/')[2]} runs again from the state last written down." in reported
    brought = re.search(r"Brought back: (\d+ cases), 1 request for information, 1 meeting of the CRG", reported)
    assert brought, reported
    code, reported = await crg(running, "revive", "--all")
    assert (code, reported.splitlines()) == (
        0,
        [
            f"Brought back: nothing. Running as they were: {brought[1]}, 1 request for information, "
            "1 meeting of the CRG, the weekly digest."
        ],
    )

    assert (await running.settled(kept.json()["message"]))["status"] == "recorded"
    assert await running.needed(request) is not None
    assert (await running.send(await running.led_to(request, "information-supplied"))).status_code == 201
    assert (await running.get(ended))["stage"] == "withdrawn"
    answer = await running.post(f"{meeting}/moved", MOVED, "crg-chair")
    assert answer.status_code == 201, answer.text
    first, second = await told(running, meeting, 2)
    assert ("CRG meeting on" in first, "moved to" in second) == (True, True), "and nobody is invited twice"
    code, reported = await crg(running, "begin-again", "--all")
    assert code == 0, reported
    all_of_them = int(brought[1].split()[0]) + 2
    assert f"Begun again: {all_of_them} of {all_of_them}" in reported


async def temporal(running: Running, *words: str) -> Json:
    """What Temporal's own command line answers."""
    address = ("--address", running.settings.temporal_address, "--output", "json")
    process = await asyncio.create_subprocess_exec(
        programs.temporal_program(), *words, *address, stdout=asyncio.subprocess.PIPE
    )
    reported, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, reported
    found: Json = json.loads(reported or b"{}")
    return found


async def test_a_case_that_was_reset_in_temporal_is_brought_back_and_told_again_what_it_has_not(
    running: Running,
) -> None:
    """The store has gone on, and counts; what the run that was set back has taken in is carried to the case again."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    await running.led_to(here, "panel-notified")
    events = (await temporal(running, "workflow", "show", "--workflow-id", reference))["events"]
    done = [event["eventId"] for event in events if event["eventType"] == "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"]
    step = await running.led_to(here, "scoping-meeting-held")
    back = ("--event-id", done[-1], "--reason", "tried", "--reapply-exclude", "All")
    await temporal(running, "workflow", "reset", "--workflow-id", reference, *back)
    (safety,) = [one for one in (await running.get(here))["next_steps"] if one["rel"] == "safety-steps-recorded"]
    kept = await running.send(safety)
    assert kept.status_code == 202, "it cannot be written down"
    for _ in range(200):
        code, reported = await crg(running, "revive", "--stuck", reference)
        if "runs again" in reported:
            break
        await asyncio.sleep(0.2)
    assert (code, reported) == (
        0,
        f"{reference} runs again from the state last written down. 1 message is carried to it.\n",
    )
    assert (await running.settled(kept.json()["message"]))["status"] == "recorded"
    assert (await running.send(await running.led_to(here, step["rel"]))).status_code == 201
    assert (await running.needed(here)) is not None


async def test_a_case_that_was_reset_is_seen_before_anything_more_comes_up_in_it(running: Running) -> None:
    """Also in a run that was begun again, and without a worker: the store has moments that the run does not know."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    assert (await crg(running, "begin-again", reference))[0] == 0
    step = await running.led_to(here, "scoping-meeting-held")
    reported = [one["kind"] for one in (await running.get(here))["facts"]]
    await running.worker.stop()
    back = ("--type", "FirstWorkflowTask", "--reason", "tried", "--reapply-exclude", "All")
    await temporal(running, "workflow", "reset", "--workflow-id", reference, *back)
    code, told = await crg(running, "revive", "--all")
    assert (code, f"{reference} stands still" in told) == (1, True), told
    code, told = await crg(running, "revive", "--all", "--stuck")
    assert (code, f"{reference} runs again from the state last written down." in told) == (0, True), told
    await running.worker.start()
    assert [one["kind"] for one in (await running.get(here))["facts"]] == reported
    assert (await running.send(await running.led_to(here, step["rel"]))).status_code == 201


async def test_a_temporal_that_was_set_back_whole_loses_nothing(running: Running, tmp_path: Path) -> None:
    """Its database is an older one, and nobody ran crg restore: the store takes nothing of what it does not know."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    await running.led_to(here, "panel-notified")
    await running.worker.stop()
    await running.temporal.stop()
    files = list(running.settings.data.glob("temporal.db*"))
    for file in files:
        shutil.copy(file, tmp_path)
    await running.temporal.start()
    await running.worker.start()
    await running.led_to(here, "scoping-meeting-held")
    reported = [one["kind"] for one in (await running.get(here))["facts"]]
    await running.worker.stop()
    await running.temporal.stop()
    for file in running.settings.data.glob("temporal.db*"):
        file.unlink()
    for file in files:
        shutil.copy(tmp_path / file.name, file)
    await running.temporal.start()
    await running.worker.start()
    (safety,) = [one for one in (await running.get(here))["next_steps"] if one["rel"] == "safety-steps-recorded"]
    kept = await running.send(safety)
    assert kept.status_code == 202, "it cannot be written down"
    for _ in range(100):
        code, told = await crg(running, "revive", "--stuck", reference)
        if "runs again" in told:
            break
        await asyncio.sleep(0.2)
    assert code == 0, told
    assert (await running.settled(kept.json()["message"]))["status"] == "recorded"
    assert [one["kind"] for one in (await running.get(here))["facts"]] == [*reported, "safety-steps-recorded"]
