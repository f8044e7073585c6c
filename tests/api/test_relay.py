"""The relay: in order, patient, and not to be brought down by one message."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from api import calendar, relay
from api.broadcast import catch_up, tell_of_day, tell_of_opening
from api.examples import opening
from api.means import Means
from api.opening import CaseOpening, open_up
from calendar_rules.working_days import ClosedDay, ClosedKind
from crg.embedded import sample
from review.directory import Role
from review.facts import Speaker
from settings import load_settings
from settings.keys import Keyring
from store import Store
from store.closures import TakenBack
from store.inbox import Message, MessageStatus

SBU = Speaker(people=["sbu-manager"], roles=[Role.BUSINESS_UNIT])


class Engine:
    """Temporal, as far as the relay knows it: notes what it is sent, or does not answer."""

    def __init__(self) -> None:
        self.up = False
        self.started: list[str] = []
        self.signalled: list[tuple[str, str]] = []

    async def start_workflow(self, name: str, case: Any, *, id: str, **_: Any) -> None:
        self._answer()
        self.started.append(id)

    def get_workflow_handle(self, id: str) -> "Handle":
        return Handle(self, id)

    def _answer(self) -> None:
        if not self.up:
            raise RPCError("down", RPCStatusCode.UNAVAILABLE, b"")


class Handle:
    def __init__(self, engine: Engine, id: str) -> None:
        self.engine, self.id = engine, id

    async def signal(self, name: str, said: Any) -> None:
        self.engine._answer()
        self.engine.signalled.append((self.id, said.message))


@pytest.fixture
async def means(tmp_path: Path) -> AsyncIterator[Means]:
    settings = load_settings(data=tmp_path, keys="k1:" + "A" * 43)
    keyring = Keyring.from_settings(settings)
    await sample.prepare_store(settings)
    async with Store.from_settings(settings, keyring) as store:
        engine: Any = Engine()
        yield Means(settings=settings, keyring=keyring, store=store, temporal=engine)


def engine_of(means: Means) -> Engine:
    engine: Any = means.temporal
    assert isinstance(engine, Engine)
    return engine


async def opened(means: Means, message: str) -> str:
    body = CaseOpening.model_validate(opening())
    outcome = await open_up(means, body=body, speaker=SBU, by="sbu-manager", message=message, fingerprint=message)
    assert outcome.status is MessageStatus.PENDING
    assert outcome.reference is not None
    return outcome.reference


async def test_while_temporal_is_down_nothing_is_carried_and_nothing_is_lost(means: Means) -> None:
    reference = await opened(means, "one")
    with pytest.raises(relay.Unreachable):
        await relay.carry(means)
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]
    standing = await means.store.inbox.get("one")
    assert standing is not None
    assert standing.status is MessageStatus.RECORDED


async def test_a_case_begins_before_it_hears_of_anything_else(means: Means) -> None:
    reference = await opened(means, "one")
    day = await means.store.closures.add(
        means.now().date() + timedelta(days=1), why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now()
    )
    await tell_of_day(means, day, by=SBU)
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]
    assert [id for id, _ in engine_of(means).signalled] == [reference]


async def test_a_signal_that_the_server_took_is_not_sent_again_at_once(means: Means) -> None:
    await opened(means, "one")
    await _tell(means)
    engine_of(means).up = True
    await relay.carry(means)
    await relay.carry(means)
    assert len(engine_of(means).signalled) == 1


async def test_what_a_request_is_saying_right_now_is_left_to_it(means: Means) -> None:
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


async def test_a_message_that_cannot_be_carried_holds_up_its_own_case_only(means: Means) -> None:
    long_ago = means.now() - timedelta(hours=1)
    await means.store.inbox.receive(
        Message(id="bad", fingerprint="f", reference="CR-2020-001", kind="x", body={}, by="x", received_at=long_ago)
    )
    reference = await opened(means, "one")
    engine_of(means).up = True
    await relay.carry(means)
    assert engine_of(means).started == [reference]


async def test_a_case_that_missed_a_change_hears_of_it_when_the_process_starts_again(means: Means) -> None:
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


async def test_a_day_taken_back_is_told_in_its_order_and_closed_anew_is_news(means: Means) -> None:
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


async def test_a_case_opened_while_a_closure_was_taken_back_hears_of_it(means: Means) -> None:
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


async def test_a_closure_whose_taking_back_was_left_half_done_is_taken_back_by_the_relay(means: Means) -> None:
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


async def test_an_entry_left_half_done_and_taken_back_since_does_not_come_back(means: Means) -> None:
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


async def test_a_rehearsal_is_told_of_no_closure_and_not_counted(means: Means) -> None:
    """It has a calendar and a time of its own."""
    reference = await opened(means, "one")
    held = await means.store.cases.get(reference)
    assert held is not None
    played = held.model_copy(update={"reference": "RH-2026-001", "rehearsal": True})
    await means.store.cases.project("RH-2026-001", seq=1, snapshot=played, rows=[], settled=[], written_at=means.now())
    day = next_monday(means)
    assert await tell_of_day(means, await closed(means, day), by=SBU) == 1
    await catch_up(means)
    assert await tell_of_opening(means, await taken_back(means, day), by=SBU) == 1
    engine_of(means).up = True
    await relay.carry(means)
    assert {id for id, _ in engine_of(means).signalled} == {reference}


def next_monday(means: Means) -> date:
    return means.now().date() + timedelta(days=7 - means.now().date().weekday())


async def closed(means: Means, day: date) -> ClosedDay:
    return await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now())


async def taken_back(means: Means, day: date) -> TakenBack:
    at = await means.store.closures.entered_at(day)
    return await means.store.closures.take_back(day, entered_at=at, reason="Sample", by="x", at=means.now())


async def _tell(means: Means) -> None:
    day = means.now().date() + timedelta(days=1)
    closed = await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now())
    await tell_of_day(means, closed, by=SBU)
