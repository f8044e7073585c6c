"""Readiness tries what it says: a real write, a worker's poll, the mail server, Temporal's search attributes.

And health names the cases that stand still, while all others go on. On the real server; programs really end.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client

from api import checks
from crg.embedded import programs
from review.case.mailing import MailTrouble
from settings.keys import Keyring
from store import Store
from store.mail_log import MailStatus
from tests.api.running import Json, Running
from tests.api.test_lost_engine import crg
from tests.ports import free_settings
from workflows import names

ATTRIBUTES = [f"{name}={kind}" for name, kind in names.SEARCH_ATTRIBUTES.items()]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """One for this file, whose Temporal begins without our search attributes."""
    running = Running(free_settings(tmp_path_factory.mktemp("health") / "data", rehearsals=True))
    program = programs.temporal(running.settings)
    command = [one for one in program.command if one != "--search-attribute" and one not in ATTRIBUTES]
    running.temporal = running._child(replace(program, command=command))
    async with running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def temporal(running: Running) -> Client:
    return await running.engine()


async def ready(running: Running) -> tuple[int, Json]:
    """What readiness answers, once its answer of before is too old."""
    await asyncio.sleep(0.6)
    answer = await running.client.get("/health/ready")
    return answer.status_code, answer.json()


async def comes_to(running: Running, status: int) -> Json:
    """What readiness says when it has come to this status."""
    async with asyncio.timeout(30):
        while True:
            found, reported = await ready(running)
            if found == status:
                return reported


async def told(running: Running, part: str) -> str:
    """What is wrong with one part."""
    status, reported = await ready(running)
    assert status == 503, reported
    found: dict[str, str] = {one["field"]: one["detail"] for one in reported["errors"]}
    return found[part]


async def test_temporal_without_our_search_attributes_is_not_ready_and_says_how_to_make_them(running: Running) -> None:
    """The opening waits, the log says why, and it begins once they are made by the very command that health names."""
    step = (await running.get("/v1"))["next_steps"][0]
    answer = await running.post(step["href"], step["example"], step["roles"][0], key="too-soon")
    assert answer.status_code == 202
    await running.logged("case-not-begun")
    reported = await told(running, "search attributes")
    assert reported.startswith("missing: CaseStage, CaseRoute, NextDeadline, NextDeadlineAt, Overdue, Edition.")
    code, revived = await crg(running, "revive", "--all")
    assert code == 1
    assert f"{answer.json()['reference']} could not be brought back: Temporal answers INVALID_ARGUMENT" in revived
    assert "Brought back: nothing. Running as they were: the weekly digest." in revived
    assert "Make them: temporal " in revived
    assert "Traceback" not in revived
    command = reported.partition("Make them: temporal ")[2].split()
    address = f"127.0.0.1:{running.settings.temporal_port}"
    made = await asyncio.create_subprocess_exec(programs.temporal_program(), *command, "--address", address)
    assert await made.wait() == 0
    assert (await running.settled("too-soon"))["status"] == "recorded"
    assert (await comes_to(running, 200))["status"] == "ok"


async def test_a_store_that_takes_no_write_is_not_ready(running: Running) -> None:
    with closing(sqlite3.connect(running.settings.data / "case-reviews.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await comes_to(running, 503)
        assert "cannot be written to" in await told(running, "store")
        step = (await running.get("/v1"))["next_steps"][0]
        day = {"day": "2031-03-04", "why": "Sample: closed"}
        began = time.monotonic()
        answers = await asyncio.gather(
            *[running.post(step["href"], step["example"], step["roles"][0]) for _ in range(3)],
            *[running.post("/v1/calendar/closures", day, "business-unit") for _ in range(3)],
        )
        assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "30")] * 6
        assert time.monotonic() - began < 8
        other.execute("ROLLBACK")
    await comes_to(running, 200)


async def test_a_mail_server_that_does_not_answer_is_named(running: Running) -> None:
    assert await checks.mail(running.settings) is None
    await running.mailbox.stop()
    assert "does not answer" in (await checks.mail(running.settings) or "")
    await running.mailbox.start()
    assert await checks.mail(running.settings) is None


async def test_a_queue_that_no_worker_asks_for_work_is_named(running: Running, temporal: Client) -> None:
    now = datetime.now(UTC)
    assert await checks.worker(temporal, running.settings, now) is None
    assert "since" in (await checks.worker(temporal, running.settings, now + timedelta(minutes=2)) or "")
    nobody_s = running.settings.model_copy(update={"task_queue": "nobody-s"})
    assert "none has asked for work on the queue nobody-s yet" in (await checks.worker(temporal, nobody_s, now) or "")


async def test_a_mail_that_has_perhaps_arrived_is_counted_and_named(running: Running) -> None:
    """The server broke off three times before its answer: a person decides, so somebody must hear of it."""
    reference, trouble = (await running.opened()).rsplit("/", 1)[1], MailTrouble.PERHAPS_DELIVERED
    async with Store.from_settings(running.settings, Keyring.from_settings(running.settings)) as store:
        log: dict[str, Any] = {
            "cause": "sample",
            "person": "chair",
            "to": "c@example.org",
            "subject": "",
            "sent_at": datetime.now(UTC),
        }
        await store.mail_log.begin("<perhaps@example.org>", reference=reference, **log)
        for _ in range(3):
            await store.mail_log.not_taken("<perhaps@example.org>", MailStatus.PERHAPS, trouble, "")
        health = await comes_to_name(running, "perhaps_delivered")
        assert health["perhaps_delivered"] == [reference]
        ready = await comes_to(running, 200)
        assert (ready["status"], ready["mails_perhaps_delivered"]) == ("attention", 1)
        await store.mail_log.sent("<perhaps@example.org>")
    assert (await running.get("/v1/health"))["perhaps_delivered"] == []


async def test_one_damaged_case_is_named_and_all_others_go_on(running: Running) -> None:
    """A bit flipped in its row: after a restart the relay carried nothing to anybody."""
    damaged, other = await running.opened(), await running.opened()
    await running.worker.stop()
    step = (await running.get(other))["next_steps"][0]
    receipt = (await running.send(step)).json()
    await running.api.stop()
    flip(running.settings.data / "case-reviews.db", damaged.rsplit("/", 1)[1])
    await running.api.start()
    await running.worker.start()
    assert (await running.settled(receipt["message"]))["status"] == "recorded"
    assert await running.led_to(other, "panel-notified")
    health = await comes_to_name(running, "do_not_open")
    assert health["do_not_open"] == [damaged.rsplit("/", 1)[1]]
    assert (await comes_to(running, 200))["cases_that_do_not_open"] == 1
    called = {"starts_at": f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}T10:00:00Z", "link": "https://x.example"}
    meeting = await running.post("/v1/crg/meetings", called, "business-unit")
    assert meeting.status_code == 201, meeting.text
    id = meeting.json()["id"]
    for path in ("cases", "deadlines", "actions", "crg/meetings", f"crg/meetings/{id}", f"crg/meetings/{id}/agenda"):
        await running.get(f"/v1/{path}")


async def test_a_damaged_case_of_the_same_child_is_no_reason_not_to_show_the_others(running: Running) -> None:
    """X-4: whether that one could take this one up is looked up where this one is shown."""
    damaged, other = await running.opened(), await running.opened()
    flip(running.settings.data / "case-reviews.db", damaged.rsplit("/", 1)[1])
    shown = await running.get(other)
    assert all(damaged.rsplit("/", 1)[1] in one["also_in"] for one in shown["children"])
    offered = [step for step in shown["next_steps"] if step["rel"] == "case-merged"]
    assert all(step["example"]["into"] != damaged.rsplit("/", 1)[1] for step in offered)
    assert await running.led_to(other, "panel-notified")


async def test_a_damaged_line_of_the_list_is_named_and_leaves_when_it_is_put_back(running: Running) -> None:
    """The case itself opens; only what the list shows of it does not."""
    reference, file = (await running.opened()).rsplit("/", 1)[1], running.settings.data / "case-reviews.db"
    flip(file, reference, "cases", "sealed_line")
    await running.get("/v1/cases")
    assert reference in (await running.get("/v1/health"))["do_not_open"]
    flip(file, reference, "cases", "sealed_line")
    deadline = time.monotonic() + 60
    while reference in (await running.get("/v1/health"))["do_not_open"]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)


async def test_a_lost_engine_is_named_case_by_case(running: Running) -> None:
    """Temporal's database gone: the list of cases says live, and nothing of them runs."""
    await asyncio.gather(running.api.stop(), running.worker.stop())
    await running.temporal.stop()
    for file in running.settings.data.glob("temporal.db*"):
        file.unlink()
    running.temporal = running._child(programs.temporal(running.settings))
    await running.temporal.start()
    await asyncio.gather(running.api.start(), running.worker.start())
    live = {one["reference"] for one in (await running.get("/v1/cases?live=true"))["items"]}
    health = await comes_to_name(running, "do_not_run")
    assert set(health["do_not_run"]) >= live
    assert (await comes_to(running, 200))["cases_that_do_not_run"] == len(health["do_not_run"])
    await running.logged("cases-do-not-run")


async def comes_to_name(running: Running, what: str) -> Json:
    async with asyncio.timeout(60):
        while True:
            health = await running.get("/v1/health")
            if health[what]:
                return health
            await asyncio.sleep(0.2)


def flip(file: Path, reference: str, table: str = "case_parts", column: str = "sealed") -> None:
    """Flip one bit in the middle of the case's state, or of another row; a second time it is as it was."""
    which = "reference = ?" + (" AND part = 'rest'" if table == "case_parts" else "")
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        (sealed,) = database.execute(f"SELECT {column} FROM {table} WHERE {which}", [reference]).fetchone()
        middle = len(sealed) // 2
        changed = sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :]
        database.execute(f"UPDATE {table} SET {column} = ? WHERE {which}", [changed, reference])
