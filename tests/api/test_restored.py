"""A store that is older than the engine: no reference is given twice, and no case takes another's workflow as its own.

On the real server, with the store's real file set aside and put back.
"""

import asyncio
import secrets
import shutil
import sqlite3
from dataclasses import dataclass, replace
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal(running: Running) -> Client:
    return await running.engine()


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


async def test_a_case_that_only_temporal_has_is_named_with_what_to_do_and_its_reference_not_given_again(
    running: Running, temporal: Client, tmp_path: Path
) -> None:
    """Opened after the backup, and idle since: nothing of it fails, and nobody sees it in any list."""
    await running.opened()
    backup = backed_up(running, tmp_path)
    here = await running.opened()
    lost = here.rsplit("/", 1)[1]
    await restored(running, backup)
    code, told = await crg(running, "restore", "--check")
    assert code == 1
    (line,) = [one for one in told.splitlines() if one.startswith("In Temporal only: ")]
    assert lost in line
    assert "temporal workflow terminate --workflow-id REFERENCE" in line
    await asyncio.gather(running.api.start(), running.worker.start())
    opened = await running.opened()
    assert opened != here
    assert await running.led_to(opened, "panel-notified")  # its own workflow runs
    reported = await named(running, lost)
    assert reported["do"] == "crg restore --check"
    assert reported["why"].startswith("only Temporal has it")
    code, told = await crg(running, "doctor")
    assert code == 1
    assert lost in next(line for line in told.splitlines() if "only Temporal has it" in line)
    await temporal.get_workflow_handle(lost).terminate("sample: reported again")
    await no_longer_named(running)
    assert await running.opened() != here


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


@dataclass(frozen=True)
class Older:
    """A store that was set back below three cases and an opening, what does not fit, and all of it put right."""

    told: str
    step: str
    later: str
    lost: str
    large: str
    of_large: list[str]
    ended: str
    of_ended: list[str]
    misfits: Misfits
    forgotten: Misfits  # once Temporal has forgotten a run of the large one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def older(running: Running, temporal: Client, tmp_path_factory: pytest.TempPathFactory) -> Older:
    """All of it on one backup: to set back the store means to start the programs again."""
    told, large, ended = [await running.opened() for _ in range(3)]
    for _ in range(8):  # 20,000 characters each, which do not compress: a state of more than 64 KiB lies in the store
        await safety_steps(running, large, secrets.token_hex(10_000))
    backup = backed_up(running, tmp_path_factory.mktemp("older"))
    step = (await running.get(told))["next_steps"][0]
    later = (await running.send(step)).json()["message"]
    first = await safety_steps(running, large)
    run = await continued_as_new(temporal, named_by(large))
    second = await safety_steps(running, large)
    await continued_as_new(temporal, named_by(large))
    third = await safety_steps(running, large)
    of_ended = [await safety_steps(running, ended), await safety_steps(running, ended)]
    how = ("--type", "FirstWorkflowTask", "--reapply-exclude", "All", "--reason", "sample")
    await temporal_program(running, "workflow", "reset", "--workflow-id", named_by(ended), *how)
    lost = await running.opened()
    await restored(running, backup)
    misfits = await looked(running, temporal)
    which = ("--workflow-id", named_by(large), "--run-id", run)
    await temporal_program(running, "workflow", "delete", *which, "--yes")
    for _ in range(600):  # Temporal forgets a run when it comes to it
        forgotten = await looked(running, temporal)
        if [one["message"] for one in forgotten.store_behind[named_by(large)]] == [second, third]:
            break
        await asyncio.sleep(0.1)
    await mended(running, temporal, misfits)
    of_large = [first, second, third]
    return Older(told, step["rel"], later, named_by(lost), large, of_large, ended, of_ended, misfits, forgotten)


def named_by(here: str) -> str:
    """The reference of a case at this address."""
    return here.rsplit("/", 1)[1]


async def test_what_does_not_fit_is_said_before_anything_starts_and_put_right(
    running: Running, temporal: Client, older: Older
) -> None:
    """A fact and a case that came after the backup: the fact is carried again, the case is named, no number is lost."""
    misfits, reference = older.misfits, named_by(older.told)
    assert older.lost in misfits.unknown
    assert {case: [one["message"] for one in reported] for case, reported in misfits.store_behind.items()} == {
        reference: [older.later],
        named_by(older.large): older.of_large,
        named_by(older.ended): older.of_ended,
    }
    kind, number = older.lost.rsplit("-", 1)
    assert misfits.counts == {kind: (int(number) - 1, int(number))}
    assert misfits.engine_behind == {named_by(older.ended): []}, "it was reset, and lacks nothing that the store has"
    assert misfits.carried_nowhere == {}
    reported = "\n".join(misfits.lines())
    assert f"The count of references is behind: {kind} at {int(number) - 1}, in use up to {int(number)}" in reported
    assert "In Temporal only: " in reported
    behind = next(line for line in reported.splitlines() if line.startswith("The store lacks what Temporal has: "))
    assert f"{reference} (1 message)" in behind

    for message in (older.later, *older.of_large, *older.of_ended):
        assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, older.told)).count(older.step) == 1
    again = await looked(running, temporal)
    assert (again.counts, again.store_behind, again.not_running) == ({}, {}, [])


async def test_what_the_store_alone_knows_is_carried_again(running: Running, temporal: Client) -> None:
    """Of a workflow that was reset, and is behind; and what was answered as recorded and is in no record."""
    reset, nowhere = await running.opened(), await running.opened()
    step = (await running.get(reset))["next_steps"][0]
    forgotten = (await running.send(step)).json()["message"]
    other = (await running.get(nowhere))["next_steps"][0]
    await running.worker.stop()
    how = ("--type", "FirstWorkflowTask", "--reapply-exclude", "All", "--reason", "sample")
    await temporal_program(running, "workflow", "reset", "--workflow-id", named_by(reset), *how)
    message = (await running.send(other)).json()["message"]
    await running.api.stop()
    await said_to_be(running, message, "recorded")
    misfits = await looked(running, temporal)
    assert misfits.engine_behind == {named_by(reset): [forgotten]}
    assert misfits.carried_nowhere == {named_by(nowhere): [message]}
    await mended(running, temporal, misfits)
    assert await facts(running, reset) == ["incident-reported", step["rel"]]
    following = await running.needed(reset)
    assert following
    assert (await running.settled((await running.send(following)).json()["message"]))["status"] == "recorded"
    assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, nowhere)).count(other["rel"]) == 1


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
    body = {"child_ids": [child["child_id"] for child in case["children"]], "none_needed": False, "steps": steps}
    answer = await running.post(f"{here}/safety-steps-recorded", body, "business-unit")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["message"])


async def test_where_a_large_beginning_is_lost_with_the_store_what_was_said_in_all_its_runs_is_taken_in_again(
    running: Running, older: Older
) -> None:
    """A state of more than 64 KiB lies in the store. Runs that Temporal has forgotten are counted as what is lost."""
    reference, misfits, without = named_by(older.large), older.misfits, older.forgotten
    assert misfits.unreadable == [reference]
    assert [one["message"] for one in misfits.store_behind[reference]] == older.of_large
    assert misfits.unread == {}, "all of it is told by the runs before"
    assert f"{reference} (3 messages)" in "\n".join(misfits.lines())

    assert [one["message"] for one in without.store_behind[reference]] == older.of_large[1:]
    assert sorted(without.unread[reference].values()) == [1, 1], "what each of the two began with"
    assert f"Of Temporal's histories this does not open: {reference} (1 part of the run " in "\n".join(without.lines())

    for message in older.of_large:
        assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, older.large)).count("safety-steps-recorded") == 11


async def test_a_fact_that_is_only_in_a_run_that_was_ended_is_taken_in_again(
    running: Running, temporal: Client, older: Older
) -> None:
    """The store is older, and the case was reset before it was lost: its run of before has what was answered 201."""
    reference = named_by(older.ended)
    assert [one["message"] for one in older.misfits.store_behind[reference]] == older.of_ended
    for message in older.of_ended:
        assert (await running.settled(message))["status"] == "recorded"
    assert (await facts(running, older.ended)).count("safety-steps-recorded") == 2
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
