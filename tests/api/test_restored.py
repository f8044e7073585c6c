"""A store that is older than the engine: no reference is given twice, and no case takes another's workflow as its own.

On the real server, with the store's real file set aside and put back.
"""

import asyncio
import secrets
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update
from temporalio.client import Client

from crg.embedded import programs
from crg.hearing import Run, unread_in
from crg.record import _verified
from crg.restore import Misfits, _compare, compare, put_right
from crg.revive import bring_all_back
from review.asked import BeginAgain
from settings.keys import Keyring
from settings.temporal import connect
from store import Store
from store.restoring import Held
from store.tables import inbox
from tests.api.running import Json, Running
from tests.api.test_lost_engine import crg
from tests.api.test_standing_still import named, no_longer_named
from workflows import names

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: its store is set back."""
    return alone


@pytest_asyncio.fixture(loop_scope="module")
async def temporal(running: Running) -> Client:
    keyring = Keyring.from_settings(running.settings)
    return await connect(running.settings, keyring, Store.from_settings(running.settings, keyring).vault)


def backed_up(running: Running, folder: Path) -> Path:
    """A backup of the store as it is now."""
    backup = folder / "backup.db"
    with sqlite3.connect(running.settings.data / "case-reviews.db") as database:
        database.execute("VACUUM INTO ?", [str(backup)])
    return backup


async def restored(running: Running, backup: Path) -> None:
    """Put the backup in the place of the store, as docs/operations.md says: API and worker are stopped, and stay so."""
    await asyncio.gather(running.api.stop(), running.worker.stop())
    await asyncio.to_thread(put_back, backup, running.settings.data / "case-reviews.db")


def put_back(backup: Path, file: Path) -> None:
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(backup, file)


async def facts(running: Running, here: str) -> list[str]:
    return [one["kind"] for one in (await running.get(here))["facts"]]


async def first_opening(running: Running) -> tuple[Json, str]:
    step = (await running.get("/v1"))["next_steps"][0]
    return step, str(step["roles"][0])


async def test_a_reference_that_the_engine_knows_is_not_given_again(running: Running, tmp_path: Path) -> None:
    await running.opened()
    backup = backed_up(running, tmp_path)
    lost = await running.opened()
    await restored(running, backup)
    await asyncio.gather(running.api.start(), running.worker.start())
    opened = await running.opened()
    assert opened != lost
    assert await running.led_to(opened, "panel-notified")  # its own workflow runs


async def test_a_case_that_only_temporal_has_is_named_with_what_to_do(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """Opened after the backup, and idle since: nothing of it fails, and nobody sees it in any list."""
    backup = backed_up(running, tmp_path)
    lost = (await running.opened()).rsplit("/", 1)[1]
    await restored(running, backup)
    code, told = await crg(running, "restore", "--check")
    assert code == 1
    (line,) = [one for one in told.splitlines() if one.startswith("In Temporal only: ")]
    assert lost in line
    assert "temporal workflow terminate --workflow-id REFERENCE" in line
    await asyncio.gather(running.api.start(), running.worker.start())
    reported = await named(running, lost)
    assert reported["do"] == "crg restore --check"
    assert reported["why"].startswith("only Temporal has it")
    code, told = await crg(running, "doctor")
    assert code == 1
    assert lost in next(line for line in told.splitlines() if "only Temporal has it" in line)
    others = (await running.get("/v1/health"))["stand_still"]
    for one in others:
        await temporal.get_workflow_handle(one["case"]).terminate("sample: reported again")
    await no_longer_named(running)
    assert (await running.opened()).rsplit("/", 1)[1] != lost


async def test_an_opening_whose_id_another_case_has_waits_until_that_has_ended(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """Opened while Temporal is away, so that the engine cannot be asked. A workflow that has ended is not its own."""
    backup = backed_up(running, tmp_path)
    other = (await running.opened()).rsplit("/", 1)[1]
    await running.temporal.stop()
    await restored(running, backup)
    await running.api.start()
    step, who = await first_opening(running)
    answer = await running.post(step["href"], step["example"], who, key="the-same-id")
    assert (answer.status_code, answer.json()["reference"]) == (202, other)
    await running.temporal.start()
    await running.worker.start()
    handle = temporal.get_workflow_handle(other)
    before = (await handle.describe()).run_id
    await running.logged("another case under this reference")
    assert (await running.get("/v1/messages/the-same-id"))["status"] == "pending"
    await handle.terminate("sample: of another time than the store")
    assert (await running.settled("the-same-id", within=90))["status"] == "recorded"
    assert (await handle.describe()).run_id != before
    assert await running.led_to(answer.json()["href"], "panel-notified")


async def test_an_opening_finds_the_workflow_that_it_has_started_itself(running: Running, temporal: Client) -> None:
    """The process ended between the start and the answer, while no worker ran; the next one takes it for its own."""
    step, who = await first_opening(running)
    await running.worker.stop()
    answer = await running.post(step["href"], step["example"], who, key="half-done")
    assert answer.status_code == 202
    handle = temporal.get_workflow_handle(answer.json()["reference"])
    run = (await handle.describe()).run_id
    await running.api.stop()
    await asyncio.gather(running.api.start(), running.worker.start())
    assert (await running.settled("half-done"))["status"] == "recorded"
    assert (await handle.describe()).run_id == run
    assert await facts(running, answer.json()["href"]) == ["incident-reported"]


async def test_what_does_not_fit_is_said_before_anything_starts_and_put_right(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """A fact and a case that came after the backup: the fact is carried again, the case is named, no number is lost."""
    here = await running.opened()
    backup = backed_up(running, tmp_path)
    step = (await running.get(here))["next_steps"][0]
    later = (await running.send(step)).json()["message"]
    lost = (await running.opened()).rsplit("/", 1)[1]
    reference = here.rsplit("/", 1)[1]
    await restored(running, backup)
    misfits = await looked(running, temporal)
    assert lost in misfits.unknown
    assert {case: [one["message"] for one in reported] for case, reported in misfits.store_behind.items()} == {
        reference: [later]
    }
    kind, number = lost.rsplit("-", 1)
    assert misfits.counts == {kind: (int(number) - 1, int(number))}
    assert misfits.engine_behind == misfits.carried_nowhere == {}
    reported = "\n".join(misfits.lines())
    assert f"The count of references is behind: {kind} at {int(number) - 1}, in use up to {int(number)}" in reported
    assert "In Temporal only: " in reported
    assert f"The store lacks what Temporal has: {reference} (1 message)" in reported

    await mended(running, temporal, misfits)
    assert (await running.settled(later))["status"] == "recorded"
    assert (await facts(running, here)).count(step["rel"]) == 1
    again = await looked(running, temporal)
    assert (again.counts, again.store_behind, again.not_running) == ({}, {}, [])


async def test_a_workflow_that_was_reset_is_behind_and_starts_again_from_the_store(
    running: Running, temporal: Client
) -> None:
    here = await running.opened()
    step = (await running.get(here))["next_steps"][0]
    message = (await running.send(step)).json()["message"]
    reference = here.rsplit("/", 1)[1]
    await running.worker.stop()
    how = ("--type", "FirstWorkflowTask", "--reapply-exclude", "All", "--reason", "sample")
    await temporal_program(running, "workflow", "reset", "--workflow-id", reference, *how)
    misfits = await looked(running, temporal)
    assert misfits.engine_behind == {reference: [message]}
    await mended(running, temporal, misfits)
    assert await facts(running, here) == ["incident-reported", step["rel"]]
    following = await running.needed(here)
    assert following
    assert (await running.settled((await running.send(following)).json()["message"]))["status"] == "recorded"


async def test_what_was_answered_as_recorded_and_is_in_no_record_is_carried_again(
    running: Running, temporal: Client
) -> None:
    here = await running.opened()
    step = (await running.get(here))["next_steps"][0]
    await running.worker.stop()
    message = (await running.send(step)).json()["message"]
    await running.api.stop()
    await said_to_be(running, message, "recorded")
    misfits = await looked(running, temporal)
    assert misfits.carried_nowhere == {here.rsplit("/", 1)[1]: [message]}
    await mended(running, temporal, misfits)
    assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, here)).count(step["rel"]) == 1


async def temporal_program(running: Running, *words: str) -> None:
    """Temporal's own command line, as somebody in charge of the servers types it."""
    where = ("--address", running.settings.temporal_address)
    process = await asyncio.create_subprocess_exec(programs.temporal_program(), *words, *where)
    assert await process.wait() == 0


async def continued_as_new(temporal: Client, reference: str) -> str:
    """Have a case continue as new; the run that it was."""
    handle = temporal.get_workflow_handle(reference)
    before = (await handle.describe()).run_id
    await handle.signal(names.BEGIN_AGAIN, BeginAgain(run=before))
    for _ in range(300):
        if (await handle.describe()).run_id != before:
            return before
        await asyncio.sleep(0.1)
    raise AssertionError("it has not begun again")


async def safety_steps(running: Running, here: str, steps: str = "Sample.") -> str:
    """Say once more which steps were taken; the message."""
    case = await running.get(here)
    body = {"child_ids": [child["child_id"] for child in case["children"]], "steps": steps}
    answer = await running.post(f"{here}/safety-steps-recorded", body, "business-unit")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["message"])


async def test_where_a_large_beginning_is_lost_with_the_store_what_was_said_in_all_its_runs_is_taken_in_again(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """A state of more than 64 KiB lies in the store. Runs that Temporal has forgotten are counted as what is lost."""
    here = await running.opened()
    reference = here.rsplit("/", 1)[1]
    for _ in range(8):  # 20,000 characters each, which do not compress
        await safety_steps(running, here, secrets.token_hex(10_000))
    backup = backed_up(running, tmp_path)
    first = await safety_steps(running, here)
    forgotten = await continued_as_new(temporal, reference)
    second = await safety_steps(running, here)
    await continued_as_new(temporal, reference)
    third = await safety_steps(running, here)
    await restored(running, backup)
    misfits = await looked(running, temporal)
    assert misfits.unreadable == [reference]
    assert [one["message"] for one in misfits.store_behind[reference]] == [first, second, third]
    assert misfits.unread == {}, "all of it is told by the runs before"
    assert f"The store lacks what Temporal has: {reference} (3 messages)" in "\n".join(misfits.lines())

    await temporal_program(running, "workflow", "delete", "--workflow-id", reference, "--run-id", forgotten, "--yes")
    for _ in range(600):  # Temporal forgets a run when it comes to it
        without = await looked(running, temporal)
        if [one["message"] for one in without.store_behind[reference]] == [second, third]:
            break
        await asyncio.sleep(0.1)
    assert [one["message"] for one in without.store_behind[reference]] == [second, third]
    assert sorted(without.unread[reference].values()) == [1, 1], "what each of the two began with"
    assert f"Of Temporal's histories this does not open: {reference} (1 part of the run " in "\n".join(without.lines())

    await mended(running, temporal, misfits)
    for message in (first, second, third):
        assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, here)).count("safety-steps-recorded") == 11


async def test_a_fact_that_is_only_in_a_run_that_was_ended_is_taken_in_again(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """The store is older, and the case was reset before it was lost: its run of before has what was answered 201."""
    here = await running.opened()
    reference = here.rsplit("/", 1)[1]
    backup = backed_up(running, tmp_path)
    messages = [await safety_steps(running, here), await safety_steps(running, here)]
    how = ("--type", "FirstWorkflowTask", "--reapply-exclude", "All", "--reason", "sample")
    await temporal_program(running, "workflow", "reset", "--workflow-id", reference, *how)
    await restored(running, backup)
    misfits = await looked(running, temporal)
    assert [one["message"] for one in misfits.store_behind[reference]] == messages
    await mended(running, temporal, misfits)
    for message in messages:
        assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, here)).count("safety-steps-recorded") == 2
    again = await looked(running, temporal)
    assert reference not in {*again.store_behind, *again.engine_behind, *again.to_be_ended}


async def test_a_workflow_that_knows_a_message_which_the_store_lacks_is_ended_and_told_again() -> None:
    """To carry it again alone does nothing: the workflow says that it has it."""
    case = Held(3, "r", datetime.now(UTC), "o", {"o"}, {"a"}, ["a"])
    misfits, run = Misfits(), Run("r", opened_by="o", began=0, done=3, reported={"a": {"message": "a", "fact": {}}})
    _compare(misfits, "CR-1", case, [run], {"r"})
    assert (misfits.carried_nowhere, misfits.to_be_ended) == ({"CR-1": ["a"]}, {"CR-1"})
    misfits = Misfits()
    _compare(misfits, "CR-1", replace(case, recorded=[]), [run], {"r"})
    assert misfits == Misfits(), "it waits, and is under way"


async def test_what_of_a_history_does_not_open_is_counted_unless_it_is_known_from_elsewhere() -> None:
    first = Run("1", chain="1", began=0, unread=["a", ""])
    second = Run("2", chain="1", follows="1", unread=["", "b"])
    third = Run("3", chain="1", follows="2", unread=[""])
    assert unread_in([first, second, third], {"a"}, []) == {"1": 1, "2": 2, "3": 1}
    assert unread_in([first, second, third], {"a", "b"}, []) == {"1": 1, "2": 1, "3": 1}
    assert unread_in([second, third], {"b"}, ["1"]) == {}, "the store has all that came before"
    assert unread_in([second, Run("3", chain="1", follows="2", began=7)], {"b"}, []) == {}
    assert unread_in([second, Run("9", chain="9", began=7)], {"b"}, []) == {"2": 1}, "brought back from the store"


async def test_a_store_that_was_emptied_is_not_taken_for_a_new_one(running: Running, tmp_path: Path) -> None:
    """Temporal holds cases, and the store none."""
    await running.opened()
    backup = backed_up(running, tmp_path)
    await asyncio.gather(running.api.stop(), running.worker.stop())
    with sqlite3.connect(running.settings.data / "case-reviews.db") as database:
        for kind in ("trigger", "table"):
            named = (
                "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'alem%'"
            )
            for (name,) in database.execute(named, [kind]).fetchall():
                database.execute(f"DROP TRIGGER {name}" if kind == "trigger" else f"DELETE FROM {name}")
    whys = [one.why for one in (await _verified(running.settings, None, None)).breaks]
    assert whys[0] == "all of it has been removed, with all that it named"
    assert whys[-1].startswith("it holds no case, and Temporal does: ")
    await running.temporal.stop()
    assert [one.why for one in (await _verified(running.settings, None, None)).breaks] == whys[:-1]
    await running.temporal.start()
    await asyncio.to_thread(put_back, backup, running.settings.data / "case-reviews.db")
    await asyncio.gather(running.api.start(), running.worker.start())


async def looked(running: Running, temporal: Client) -> Misfits:
    """What `crg restore --check` finds."""
    async with Store.from_settings(running.settings, Keyring.from_settings(running.settings)) as store:
        return await compare(temporal, store, running.settings)


async def mended(running: Running, temporal: Client, misfits: Misfits) -> None:
    """`crg restore --mend`, `crg revive --all`, and everything started."""
    async with Store.from_settings(running.settings, Keyring.from_settings(running.settings)) as store:
        await put_right(temporal, store, misfits)
        await bring_all_back(temporal, store, running.settings)
    await running.api.stop()
    await asyncio.gather(running.api.start(), running.worker.start())


async def said_to_be(running: Running, message: str, status: str) -> None:
    """Settle a message in the store by hand, as a process did that did not wait for the record."""
    store = Store.from_settings(running.settings, Keyring.from_settings(running.settings))
    async with store, store._database.engine.begin() as connection:
        await connection.execute(update(inbox).where(inbox.c.id == message).values(status=status))
