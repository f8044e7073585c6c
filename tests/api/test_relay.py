"""The relay: in order, patient, and not to be brought down by one message."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from api import relay
from api.broadcast import catch_up, tell_of_day
from api.examples import opening
from api.means import Means
from api.opening import CaseOpening, open_up
from calendar_rules.working_days import ClosedKind
from crg.embedded import sample
from review.directory import Role
from review.facts import Speaker
from settings import load_settings
from settings.keys import Keyring
from store import Store
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


async def _tell(means: Means) -> None:
    day = means.now().date() + timedelta(days=1)
    closed = await means.store.closures.add(day, why="Sample", kind=ClosedKind.CLOSURE, by="x", at=means.now())
    await tell_of_day(means, closed, by=SBU)
