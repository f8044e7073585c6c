"""The relay: in order, patient, and not to be brought down by one message."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from api import calendar, relay
from api.broadcast import catch_up, tell_of_day, tell_of_opening
from api.deps import Deps
from api.health import NOTHING_WAITS, _of_cases
from api.opening import CaseOpening, open_up, sample_now
from calendar_rules.working_days import ClosedDay, ClosedKind
from crg.embedded import sample
from review.case.state import CaseState
from review.facts import Speaker
from review.facts.directory import Role
from settings import load_settings
from settings.keys import Keyring
from store import Store
from store.closures import TakenBack
from store.inbox import OPENING, Message, MessageStatus
from store.tables import case_parts, inbox
from tests.keeping import Keeper

SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])


class Engine:
    """Temporal and a worker, as far as the relay knows them: a case that begins settles its opening, what is sent is
    noted; or nobody answers, or not for one case."""

    def __init__(self, store: Store) -> None:
        self.up, self.store = False, store
        self.stuck: dict[str, RPCStatusCode] = {}
        self.asked: list[str] = []
        self.service_client = self
        self.started: list[str] = []
        self.said: list[str] = []
        self.signalled: list[tuple[str, str]] = []
        self.takes_in = False  # what it is sent, a moment later
        self.waiting: set[str] = set()  # for that moment
        self.most = 0

    async def start_workflow(self, name: str, case: Any, *, id: str, **_: Any) -> None:
        self._answer()
        self.started.append(id)
        message = case.entries[0].reported.message
        await self.store.inbox.settle(message, MessageStatus.RECORDED, None, datetime.now(UTC))

    def get_workflow_handle(self, id: str) -> "Handle":
        return Handle(self, id)

    async def check_health(self) -> bool:
        self._answer()
        return True

    def _answer(self, id: str = "") -> None:
        self.asked.append(id)
        if not self.up:
            raise RPCError("down", RPCStatusCode.UNAVAILABLE, b"")
        if id in self.stuck:
            raise RPCError("stuck", self.stuck[id], b"")


class Handle:
    def __init__(self, engine: Engine, id: str) -> None:
        self.engine, self.id = engine, id

    async def describe(self) -> None:
        self.engine._answer()
        raise RPCError("unknown", RPCStatusCode.NOT_FOUND, b"")

    async def signal(self, name: str, reported: Any) -> None:
        self.engine._answer(self.id)
        self.engine.signalled.append((self.id, reported.message))

    async def execute_update(self, name: str, reported: Any, **_: Any) -> None:
        self.engine._answer(self.id)
        if not self.engine.takes_in:
            raise WorkflowUpdateRPCTimeoutOrCancelledError
        self.engine.said.append(reported.message)
        self.engine.waiting.add(reported.message)
        self.engine.most = max(self.engine.most, len(self.engine.waiting))
        asyncio.get_running_loop().create_task(self._taken_in(reported.message))

    async def _taken_in(self, message: str) -> None:
        await asyncio.sleep(0.1)  # a worker's
        self.engine.waiting.discard(message)
        await self.engine.store.inbox.settle(message, MessageStatus.RECORDED, None, datetime.now(UTC))


@pytest.fixture
async def means(tmp_path: Path) -> AsyncIterator[Deps]:
    settings = load_settings(data=tmp_path, keys="k1:" + "A" * 43)
    keyring = Keyring.from_settings(settings)
    await sample.prepare_store(settings)
    async with Store.from_settings(settings, keyring) as store:
        engine: Any = Engine(store)
        yield Deps(settings=settings, keyring=keyring, store=store, temporal=engine)


def engine_of(means: Deps) -> Engine:
    engine: Any = means.temporal
    assert isinstance(engine, Engine)
    return engine


async def opened(means: Deps, message: str) -> str:
    body = CaseOpening.model_validate(sample_now())
    outcome = await open_up(means, body=body, speaker=SBU, by="sbu-manager", message=message, fingerprint=message)
    assert outcome.status is MessageStatus.PENDING
    assert outcome.reference is not None
    return outcome.reference


async def test_while_temporal_is_down_nothing_is_carried_and_nothing_is_lost(means: Deps) -> None:
    reference = await opened(means, "one")
    with pytest.raises(relay.Unreachable):
        await relay.carry(means)
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]
    standing = await means.store.inbox.get("one")
    assert standing is not None
    assert standing.status is MessageStatus.RECORDED


async def test_a_case_begins_before_it_hears_of_anything_else(means: Deps) -> None:
    reference = await opened(means, "one")
    day = await means.store.closures.add(
        means.now().date() + timedelta(days=1), why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now()
    )
    await tell_of_day(means, day, by=SBU)
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]
    assert [id for id, _ in engine_of(means).signalled] == [reference]


async def test_a_signal_that_the_server_took_is_not_sent_again_at_once(means: Deps) -> None:
    await opened(means, "one")
    await _tell(means)
    engine_of(means).up = True
    await relay.carry(means)
    await relay.carry(means)
    assert len(engine_of(means).signalled) == 1


@pytest.mark.parametrize("takes_in", [True, False])
async def test_of_many_cases_the_next_is_told_when_one_has_taken_in_what_it_was_sent(
    means: Deps, monkeypatch: pytest.MonkeyPatch, *, takes_in: bool
) -> None:
    """So that Temporal need not write down what it cannot hand on, nor we that it was sent. Where nobody takes in
    anything, all are sent it.
    """
    monkeypatch.setattr(relay, "AT_ONCE", 2)
    monkeypatch.setattr(relay, "KEEPS_UP", timedelta(seconds=20 if takes_in else 0.05))
    engine = engine_of(means)
    for number in range(5):
        await opened(means, f"opened-{number}")
    engine.up, engine.takes_in = True, takes_in
    await relay.carry(means)
    await _tell(means)
    await relay.carry(means)
    assert (len(engine.said), len(engine.signalled)) == ((5, 0) if takes_in else (0, 5))
    assert engine.most == (2 if takes_in else 0)
    told = select(inbox.c.tries).where(inbox.c.kind != OPENING)
    async with means.store._database.read() as connection:
        assert set(await connection.scalars(told)) == {0 if takes_in else 1}


async def test_what_a_request_is_saying_right_now_is_left_to_it(means: Deps) -> None:
    """So that a refusal goes to the one who asked, and not into the case's record."""
    reference = await opened(means, "one")
    engine_of(means).up = True
    await relay.carry(means)
    means.in_hand.add("two")
    await means.store.inbox.receive(
        Message(id="two", fingerprint="f", reference=reference, kind="x", body={}, by="x", received_at=means.now())
    )
    await relay.carry(means)
    assert engine_of(means).signalled == []


async def test_a_message_that_cannot_be_carried_holds_up_its_own_case_only(means: Deps) -> None:
    long_ago = means.now() - timedelta(hours=1)
    await means.store.inbox.receive(
        Message(id="bad", fingerprint="f", reference="CR-2020-001", kind="x", body={}, by="x", received_at=long_ago)
    )
    reference = await opened(means, "one")
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]


@pytest.mark.parametrize(
    "answered", [RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.UNAVAILABLE]
)
async def test_one_case_that_temporal_refuses_is_left_alone_for_a_while_and_all_others_go_on(
    means: Deps, answered: RPCStatusCode
) -> None:
    """Whatever Temporal answers for the one."""
    first, second = await opened(means, "one"), await opened(means, "two")
    engine = engine_of(means)
    engine.up, engine.stuck = True, {first: answered}
    await relay.carry(means)
    await _say(means, first, "to-first")
    await _say(means, second, "to-second")
    for _ in range(2):
        await relay.carry(means)
        assert engine.signalled == [(second, "to-second")]
        assert engine.asked.count(first) == 1  # not with every round
    engine.stuck, means.troubles.rests = {}, {}
    await relay.carry(means)
    assert engine.signalled[-1] == (first, "to-first")


def test_a_case_to_which_nothing_can_be_carried_is_counted_in_health_unless_by_chance(means: Deps) -> None:
    """Else all is well as health says, while Temporal refuses every message."""
    for counted in (0, 0, 1):
        means.troubles.failed("CR-2020-001", "RPCError", means.now())
        health = _of_cases(means, NOTHING_WAITS)
        assert (health["cases_held_back"], health["status"]) == (counted, "attention" if counted else "ok")
    means.troubles.went("CR-2020-001")
    assert _of_cases(means, NOTHING_WAITS)["status"] == "ok"


async def test_a_message_that_does_not_open_is_named_and_holds_up_nobody(
    means: Deps, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await opened(means, "one"), await opened(means, "two")
    engine_of(means).up = True
    await relay.carry(means)
    for id, reference in (("bad", first), ("good", first), ("other", second)):
        await _say(means, reference, id)
    async with means.store._database.engine.begin() as connection:
        await connection.execute(update(inbox).where(inbox.c.id == "bad").values(sealed=b"flipped"))
    await relay.carry(means)
    await relay.carry(means)
    assert engine_of(means).signalled == [(first, "good"), (second, "other")]
    assert means.troubles.unreadable == {"bad": first}
    told = caplog.text or "".join(capsys.readouterr())  # wherever the logs of this process go
    assert told.count("message-cannot-be-opened") == 1


async def test_one_case_that_does_not_open_is_named_and_all_others_hear_of_what_they_missed(means: Deps) -> None:
    first, second = await opened(means, "one"), await opened(means, "two")
    await closed(means, next_monday(means))
    async with means.store._database.engine.begin() as connection:
        await connection.execute(update(case_parts).where(case_parts.c.reference == first).values(sealed=b"flipped"))
    await catch_up(means)
    engine_of(means).up = True
    await relay.carry(means)
    assert (second, f"~closed-{next_monday(means)}:{second}") in engine_of(means).signalled
    assert means.troubles.damaged == {first: "Tampered"}


async def test_a_case_that_missed_a_change_hears_of_it_when_the_process_starts_again(means: Deps) -> None:
    reference = await opened(means, "one")
    monday = means.now().date() + timedelta(days=7 - means.now().date().weekday())
    await means.store.closures.add(monday, why="Sample", kind=ClosedKind.PROCLAIMED, by="x", at=means.now())
    directory = await means.store.directory.read()
    await means.store.directory.put_person(directory.people[0], by="x", at=means.now())
    await catch_up(means)
    await catch_up(means)
    engine_of(means).up = True
    await relay.carry(means)
    told = [message for id, message in engine_of(means).signalled if id == reference]
    assert told == [f"~closed-{monday.isoformat()}:{reference}", f"~directory-2:{reference}"]


async def test_a_day_taken_back_is_told_in_its_order_and_closed_again_is_news(means: Deps) -> None:
    """X-2"""
    reference = await opened(means, "one")
    day = next_monday(means)
    for _ in range(2):
        await tell_of_day(means, await closed(means, day), by=SBU)
        assert await tell_of_opening(means, await taken_back(means, day), by=SBU) == 1
    engine_of(means).up = True
    await relay.carry(means)
    causes = [f"closed-{day}", f"opened-{day}-1", f"closed-{day}-2", f"opened-{day}-2"]
    assert [message for _, message in engine_of(means).signalled] == [f"~{cause}:{reference}" for cause in causes]


async def test_a_case_opened_while_a_closure_was_taken_back_hears_of_it(means: Deps) -> None:
    """X-2: its calendar was made with the day closed; catching up tells it, and tells it once."""
    day = next_monday(means)
    await closed(means, day)
    reference = await opened(means, "one")
    await taken_back(means, day)
    await catch_up(means)
    await catch_up(means)
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).signalled == [(reference, f"~opened-{day}-1:{reference}")]


async def test_a_closure_whose_taking_back_was_left_half_done_is_taken_back_by_the_relay(means: Deps) -> None:
    """X-2: the process ended after the message was kept."""
    await opened(means, "one")
    day = next_monday(means)
    await closed(means, day)
    entered_at = await means.store.closures.entered_at(day)
    body = {"day": day.isoformat(), "reason": "Sample", "by": SBU.model_dump(mode="json")}
    letter = Message(
        id="back",
        fingerprint="f",
        reference=None,
        kind=calendar.KIND_TAKEN_BACK,
        body=body | {"entered_at": entered_at.isoformat()},
        by="sbu-manager",
        received_at=means.now() - timedelta(minutes=1),
    )
    await means.store.inbox.receive(letter)
    engine_of(means).up = True
    await relay.carry(means)
    assert await means.store.closures.all() == []
    standing = await means.store.inbox.get("back")
    assert standing is not None
    assert (standing.status, (standing.answer or {})["cases_told"]) == (MessageStatus.RECORDED, 1)


async def test_an_entry_left_half_done_and_taken_back_since_does_not_come_back(means: Deps) -> None:
    """X-2: the day was entered, its telling was cut short, and it was taken back before the relay came."""
    await opened(means, "one")
    day, at = next_monday(means), means.now() - timedelta(minutes=1)
    body = {"closure": {"day": day.isoformat(), "why": "Sample"}, "by": SBU.model_dump(mode="json")}
    letter = Message(
        id="entry", fingerprint="f", reference=None, kind=calendar.KIND, body=body, by="sbu-manager", received_at=at
    )
    await means.store.inbox.receive(letter)
    await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="sbu-manager", at=at)
    await taken_back(means, day)
    engine_of(means).up = True
    await relay.carry(means)
    assert await means.store.closures.all() == []
    assert engine_of(means).signalled == []


async def test_a_rehearsal_is_told_of_no_closure_and_not_counted(means: Deps) -> None:
    """It has a calendar and a time of its own."""
    reference = await opened(means, "one")
    held = await means.store.cases.get(reference)
    assert held is not None
    played = CaseState.model_validate(held.state | {"reference": "RH-2026-001", "rehearsal": True})
    await Keeper(means.store).keep(played, means.now())
    day = next_monday(means)
    assert await tell_of_day(means, await closed(means, day), by=SBU) == 1
    await catch_up(means)
    assert await tell_of_opening(means, await taken_back(means, day), by=SBU) == 1
    engine_of(means).up = True
    await relay.carry(means)
    assert {id for id, _ in engine_of(means).signalled} == {reference}


async def _say(means: Deps, reference: str, id: str) -> None:
    """A message that some request has left, long ago."""
    case = await means.store.cases.get(reference)
    assert case is not None
    reported = case.state["entries"][0]["reported"] | {"message": id}
    letter = Message(
        id=id,
        fingerprint="f",
        reference=reference,
        kind="x",
        body=reported,
        by="x",
        received_at=means.now() - timedelta(hours=1),
    )
    await means.store.inbox.receive(letter)


def next_monday(means: Deps) -> date:
    return means.now().date() + timedelta(days=7 - means.now().date().weekday())


async def closed(means: Deps, day: date) -> ClosedDay:
    return await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now())


async def taken_back(means: Deps, day: date) -> TakenBack:
    at = await means.store.closures.entered_at(day)
    return await means.store.closures.take_back(day, entered_at=at, reason="Sample", by="x", at=means.now())


async def _tell(means: Deps) -> None:
    day = means.now().date() + timedelta(days=1)
    closed = await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now())
    await tell_of_day(means, closed, by=SBU)
