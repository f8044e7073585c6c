"""Nothing stands still unseen: each way of it is in health within a minute, with what helps, and leaves it again.

On the real server; the store's own file is changed behind its back, and a case is set back in Temporal.
"""

import asyncio
import sqlite3
import time
from contextlib import closing, suppress

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetActivityRequest
from temporalio.service import RPCError

from crg.revive import Became, Revival, Revived
from review.case.state import CaseState
from settings.keys import Keyring
from settings.temporal import connect
from store import Store
from tests.api.running import Json, Running
from tests.api.test_health import flip
from tests.api.test_lost_engine import crg, temporal

pytestmark = pytest.mark.asyncio(loop_scope="module")
WITHIN = 60.0  # seconds


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file."""
    return alone


async def named(running: Running, reference: str, because: str = "") -> Json:
    """How health names a case that stands still, once that is the last that went wrong: a try may fail otherwise."""
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        for one in (await running.get("/v1/health"))["stand_still"]:
            if one["case"] == reference and one["why"].endswith(because):
                return dict(one)
        await asyncio.sleep(0.2)
    raise AssertionError(f"health does not name {reference} so within {WITHIN:g} s")


async def no_longer_named(running: Running) -> None:
    deadline = time.monotonic() + WITHIN
    while found := (await running.get("/v1/health"))["stand_still"]:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.2)


async def tried_now(running: Running, reference: str) -> None:
    """What waits to be tried again is tried at once: by then the next try may be minutes off."""
    client = await running.engine()
    described = await client.get_workflow_handle(reference).describe()
    for one in described.raw_description.pending_activities:
        execution = WorkflowExecution(workflow_id=reference)
        request = ResetActivityRequest(namespace=client.namespace, execution=execution, id=one.activity_id)
        with suppress(RPCError):  # it has just been done
            await client.workflow_service.reset_activity(request)


def in_the_store(running: Running, statement: str, *values: str | int) -> None:
    with closing(sqlite3.connect(running.settings.data / "case-reviews.db", timeout=10)) as database, database:
        database.execute(statement, values)


async def next_fact(running: Running, here: str) -> Json:
    (step,) = [one for one in (await running.get(here))["next_steps"] if one["rel"] == "safety-steps-recorded"]
    return dict(step)


async def one_more_fact(running: Running, here: str, step: Json | None = None) -> Json:
    """A fact that the case takes and cannot have written down."""
    step = step or await next_fact(running, here)
    kept = await running.send(step)
    assert kept.status_code == 202, kept.text
    return dict(kept.json())


async def set_back(running: Running) -> tuple[str, Json]:
    """A case that was set back in Temporal, and what it was told since."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    await running.led_to(here, "panel-notified")
    events = (await temporal(running, "workflow", "show", "--workflow-id", reference))["events"]
    done = [event["eventId"] for event in events if event["eventType"] == "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"]
    await running.led_to(here, "scoping-meeting-held")
    back = ("--event-id", done[-1], "--reason", "tried", "--reapply-exclude", "All")
    await temporal(running, "workflow", "reset", "--workflow-id", reference, *back)
    return reference, await one_more_fact(running, here)


async def short_of_a_moment(running: Running) -> tuple[str, Json]:
    """A case of which the store lacks what its workflow has written before."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    in_the_store(running, "UPDATE cases SET version = version - 1 WHERE reference = ?", reference)
    return reference, await one_more_fact(running, here)


async def of_another(running: Running) -> tuple[str, Json]:
    """A case of which the store says that another message opened it."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    in_the_store(
        running, "UPDATE case_entries SET message = message || '-2' WHERE place = 0 AND reference = ?", reference
    )
    return reference, await one_more_fact(running, here)


async def not_to_be_opened(running: Running) -> tuple[str, Json]:
    """A case with a part of its state that does not open: everything of that case waits."""
    here = await running.opened()
    reference = here.rpartition("/")[2]
    step = await next_fact(running, here)
    flip(running.settings.data / "case-reviews.db", reference)
    return reference, await one_more_fact(running, here, step)


Still = dict[str, tuple[str, Json]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(running: Running) -> Still:
    """Every way of standing still, by name: the case, and the message that waits. The watch looks at all at once."""
    ways = (set_back, short_of_a_moment, of_another, not_to_be_opened)
    return {way.__name__: await way(running) for way in ways}


async def test_a_case_that_was_set_back_in_temporal_is_named_and_brought_back(running: Running, still: Still) -> None:
    reference, kept = still["set_back"]
    reported = await named(running, reference)
    assert reported["do"] == f"crg revive --stuck {reference}"
    assert "set back in Temporal" in reported["why"]
    health = await running.client.get("/health/ready")
    assert health.json()["status"] == "attention"
    assert health.json()["cases_that_stand_still"] >= 1
    code, told = await crg(running, "doctor")
    assert code == 1
    assert f"{reference} stands still: the store has more of it" in told
    assert f"What helps: crg revive --stuck {reference}" in told
    code, told = await crg(running, "revive", "--stuck", reference)
    assert code == 0, told
    assert (await running.settled(kept["message"]))["status"] == "recorded"


async def test_a_store_that_lacks_a_moment_is_named_and_started_again_once_all_that_the_case_was_told_is_taken_in(
    running: Running, still: Still
) -> None:
    """Nothing that only Temporal has is lost: where a part of it could not be taken in, the case is left."""
    reference, kept = still["short_of_a_moment"]
    reported = await named(running, reference)
    assert reported["do"] == "crg restore --check"
    assert "the store is an older one" in reported["why"]
    left = await revived_without(running, reference)
    assert left.became is Became.STUCK
    assert left.why.startswith("the store lacks what its workflow has written before")
    in_the_store(running, "DELETE FROM inbox WHERE id = ?", kept["message"])
    code, told = await crg(running, "revive", "--stuck", reference)
    assert code == 0, told
    assert f"{reference} runs again" in told
    assert (await running.settled(kept["message"], within=90))["status"] == "recorded"
    kinds = [one["kind"] for one in (await running.get(f"/v1/cases/{reference}"))["facts"]]
    assert kinds == ["incident-reported", "safety-steps-recorded"]


async def revived_without(running: Running, reference: str) -> Revived:
    """What becomes of a case that is to be started again, and not all that it was told is in the store."""
    keyring = Keyring.from_settings(running.settings)
    async with Store.from_settings(running.settings, keyring) as store:
        client = await connect(running.settings, keyring, store.vault)
        revival = Revival(client, task_queue=running.settings.task_queue, stuck=True, untaken={reference})
        case = await store.cases.get(reference)
        assert case
        return await revival.case(CaseState.model_validate(case.state))


async def test_a_workflow_of_another_case_is_named_and_the_stores_case_takes_its_place(
    running: Running, still: Still
) -> None:
    reference, _ = still["of_another"]
    reported = await named(running, reference)
    assert reported["do"] == f"crg revive --stuck {reference}"
    assert "of another case" in reported["why"]
    in_the_store(
        running,
        "UPDATE case_entries SET message = substr(message, 1, length(message) - 2) WHERE place = 0 AND reference = ?",
        reference,
    )
    code, told = await crg(running, "revive", "--stuck", reference)
    assert code == 0, told


async def test_an_activity_that_fails_for_whatever_reason_is_named_with_its_error(
    running: Running, still: Still
) -> None:
    reference, kept = still["not_to_be_opened"]
    reported = await named(running, reference, because="fails (Tampered)")
    assert "carry-out was tried" in reported["why"]
    assert reported["do"] == "crg doctor"
    flip(running.settings.data / "case-reviews.db", reference)
    await tried_now(running, reference)
    assert (await running.settled(kept["message"]))["status"] == "recorded"


async def test_what_goes_on_again_is_named_no_longer(running: Running, still: Still) -> None:
    await no_longer_named(running)
    assert (await running.client.get("/health/ready")).json()["cases_that_stand_still"] == 0


async def opened_while_temporal_was_away(running: Running, key: str) -> str:
    """Address of the message of an opening that no workflow knows of, after a restart of the API."""
    step = (await running.get("/v1"))["next_steps"][0]
    await running.temporal.stop()
    answer = await running.post(step["href"], step["example"], step["roles"][0], key=key)
    assert answer.status_code == 202, answer.text
    await running.api.stop()
    await running.temporal.start()
    return str(answer.json()["reference"])


async def test_an_opening_that_the_relay_is_about_to_begin_is_no_case_that_does_not_run(running: Running) -> None:
    reference = await opened_while_temporal_was_away(running, "while-away")
    await running.api.start()
    while (await running.get("/v1/messages/while-away"))["status"] == "pending":
        health = await running.get("/v1/health")
        assert health["do_not_run"] == []
        await asyncio.sleep(0.1)
    assert "cases-do-not-run" not in (running.settings.data / "logs" / "api.log").read_text()
    assert await running.led_to(f"/v1/cases/{reference}", "panel-notified")


async def test_an_opening_that_is_begun_by_a_revival_is_recorded_like_any_other(running: Running) -> None:
    """The message was pending for ever: its case was told of it before it began."""
    reference = await opened_while_temporal_was_away(running, "revived")
    code, reported = await crg(running, "revive", "--all")
    assert code == 0, reported
    assert f"{reference} runs again" in reported
    await running.api.start()
    assert (await running.settled("revived"))["status"] == "recorded"
