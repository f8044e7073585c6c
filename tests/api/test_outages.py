"""What is said while the worker or Temporal is down is kept, answered with 202, and applied when it is back.

Really stopped: the programs end, and others are started in their place.
"""

import json

import pytest
import pytest_asyncio

from api import relay
from api.deps import Deps
from review.facts import Fact, Reported, Speaker
from review.facts.any_stage import RecordBundled
from review.facts.directory import Role
from review.facts.rapid_review import ReturnsRequested
from settings.keys import Keyring
from store import Store
from store.inbox import Message
from tests.api.running import Json, Running

SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(alone: Running) -> Running:
    """One for this file: its programs are stopped."""
    return alone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_the_way(running: Running) -> tuple[str, str]:
    """A case whose report is out for sign-off, and one whose agencies are asked."""
    signing, returning = await running.opened(), await running.opened()
    await running.led_to(signing, "sign-off-given")
    await running.led_to(returning, "agency-returned")
    return signing, returning


async def approved(running: Running, here: str) -> int:
    """How many have approved."""
    return [ask["verdict"] for ask in (await running.get(here))["rounds"][-1]["asks"]].count("approve")


async def version_of(running: Running, here: str, agency: str) -> int | None:
    """The version of an agency's latest return; none before it comes."""
    agencies = {one["agency"]: one for one in (await running.get(here))["agencies"]}
    version: int | None = agencies[agency]["version"]
    return version


@pytest.mark.parametrize("part", ["worker", "temporal"])
async def test_with_a_part_stopped_a_sign_off_and_a_return_wait_and_are_applied(
    running: Running, on_the_way: tuple[str, str], part: str
) -> None:
    signing, returning = on_the_way
    sign = await running.led_to(signing, "sign-off-given")
    send = await running.led_to(returning, "agency-returned")
    before = await approved(running, signing)
    assert await version_of(running, returning, send["about"]) is None
    program = {"worker": running.worker, "temporal": running.temporal}[part]
    await program.stop()
    kept = [await _kept(running, sign, f"sign-{part}"), await _kept(running, send, f"return-{part}")]
    if part == "temporal":
        assert (await running.client.get("/health/ready")).status_code == 503
    assert (await running.client.get("/health/live")).status_code == 200
    await program.start()
    for receipt in kept:
        assert (await running.settled(receipt["message"]))["status"] == "recorded"
    assert await approved(running, signing) == before + 1
    assert await version_of(running, returning, send["about"]) == 1
    await running.ready()  # once Temporal has seen a worker of today's build ask for work


async def test_a_case_can_be_opened_and_go_on_while_temporal_is_stopped(running: Running) -> None:
    await running.temporal.stop()
    first = (await running.get("/v1"))["next_steps"][0]
    opened = await running.post(first["href"], first["example"], first["roles"][0], key="open-down")
    assert opened.status_code == 202, opened.text
    here = opened.json()["href"]
    view = (await running.get(here))["next_steps"][0]
    reported = await running.send(view)
    assert reported.status_code == 202
    again = await running.post(first["href"], first["example"], first["roles"][0], key="open-down")
    assert again.json()["reference"] == opened.json()["reference"]
    await running.temporal.start()
    assert (await running.settled("open-down"))["status"] == "recorded"
    assert (await running.settled(reported.json()["message"]))["status"] == "recorded"
    step = await running.led_to(here, "panel-notified")
    assert (await running.send(step)).status_code == 201
    assert [fact["kind"] for fact in (await running.get(here))["facts"]].count("incident-reported") == 1


async def test_what_the_case_refuses_when_it_is_back_can_be_read_by_its_sender(running: Running) -> None:
    here = await running.opened()
    await running.worker.stop()
    body = {"covering_note": "Sample: too early."}
    receipt = await running.post(f"{here}/returns-requested", body, "business-unit", key="too-early")
    assert receipt.status_code == 202
    await running.worker.start()
    standing = await running.settled("too-early")
    assert standing["status"] == "refused"
    assert standing["problem"]["type"] == "/problems/not-yet"
    again = await running.post(f"{here}/returns-requested", body, "business-unit", key="too-early")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-yet")


@pytest.mark.parametrize("fact", [RecordBundled.model_validate(RecordBundled.sample), ReturnsRequested()])
async def test_what_many_cases_are_told_is_taken_in_at_once_and_what_one_refuses_is_left_to_its_record(
    running: Running, fact: Fact
) -> None:
    """The relay asks a case that keeps up by an update; a refusal waits for the signal, which the record tells of."""
    reference, keyring = (await running.opened()).rsplit("/", 1)[-1], Keyring.from_settings(running.settings)
    async with Store.from_settings(running.settings, keyring) as store:
        means = Deps(running.settings, keyring, store, await running.engine())
        said = Reported(message=f"told:{fact.kind}", by=SBU, recorded_at=means.now(), fact=fact)
        letter = {
            "id": said.message,
            "fingerprint": "f",
            "reference": reference,
            "kind": fact.kind,
            "by": "sbu-manager",
        }
        message = Message(**letter, body=said.model_dump(mode="json"), received_at=means.now())
        await store.inbox.receive(message)
        taken = await relay._said(means, message)
        standing = await store.inbox.get(message.id)
    assert standing is not None
    assert (taken, standing.status) == ((False, "pending") if fact.kind == "returns-requested" else (True, "recorded"))


async def test_whatever_happens_every_line_of_a_log_has_our_own_form(running: Running) -> None:
    """The engine's core and the web server, too: what they write past our masks could hold what people wrote."""
    for name in ("api", "worker"):
        lines = (running.settings.data / "logs" / f"{name}.log").read_text("utf-8").splitlines()
        assert [line for line in lines if not line.startswith("{") or "event" not in json.loads(line)] == []


async def _kept(running: Running, step: Json, key: str) -> Json:
    """Send a step twice under one key; both are answered with 202 and a place to look."""
    answers = [await running.post(step["href"], step["example"], step["roles"][0], key=key) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == f"/v1/messages/{key}"
        assert (await running.get(f"/v1/messages/{key}"))["status"] == "pending"
    first, second = (answer.json() for answer in answers)
    assert first == second
    return dict(first)
