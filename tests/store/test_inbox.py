"""The inbox: taken in once, settled once, handed on in order."""

import asyncio
import secrets
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from settings.keys import Keyring
from store import Store
from store.errors import KeyReused, UnknownMessage
from store.inbox import Message, MessageStatus

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def message(
    name: str, *, reference: str | None = "CR-2026-001", content: str = "as first said", at: datetime = NINE
) -> Message:
    return Message(
        id=name,
        fingerprint=f"fingerprint of {content}",
        reference=reference,
        kind="panel-notified",
        body={"content": content},
        by="sbu-manager",
        received_at=at,
    )


async def pending(store: Store, *, now: datetime = NINE, limit: int = 100) -> list[str]:
    return [one.id for one in await store.inbox.pending(limit, now)]


async def test_a_message_is_taken_in_as_pending_and_keeps_what_was_said(store: Store) -> None:
    standing = await store.inbox.receive(message("m1"))

    assert standing.status is MessageStatus.PENDING
    assert standing.reference == "CR-2026-001"
    assert standing.answer is None
    assert await store.inbox.message("m1") == message("m1")
    assert await store.inbox.get("m1") == standing


async def test_the_same_message_again_answers_with_where_the_first_stands(store: Store) -> None:
    await store.inbox.receive(message("m1"))
    await store.inbox.settle("m1", MessageStatus.RECORDED, {"receipt": 1}, NINE)

    again = await store.inbox.receive(message("m1", at=NINE + timedelta(hours=1)))

    assert again.status is MessageStatus.RECORDED
    assert again.answer == {"receipt": 1}
    assert again.received_at == NINE


async def test_what_a_case_waits_for_is_due_at_once_when_it_has_been_brought_back(store: Store) -> None:
    for name in ("m1", "m2"):
        await store.inbox.receive(message(name))
        await store.inbox.tried(name, NINE)
    await store.inbox.receive(message("other", reference="CR-2026-002"))
    await store.inbox.tried("other", NINE)
    await store.inbox.settle("m2", MessageStatus.RECORDED, None, NINE)
    assert await pending(store) == []
    assert await store.inbox.due_now("CR-2026-001") == 1
    assert await pending(store) == ["m1"]


async def test_the_same_key_with_another_content_is_refused_and_changes_nothing(store: Store) -> None:
    await store.inbox.receive(message("m1"))

    with pytest.raises(KeyReused, match="new key"):
        await store.inbox.receive(message("m1", content="something else"))

    held = await store.inbox.message("m1")
    assert held is not None
    assert held.body == {"content": "as first said"}


async def test_two_processes_that_receive_the_same_message_at_once_take_it_in_once(
    store: Store, other_process: Store
) -> None:
    standings = await asyncio.gather(
        *(one.inbox.receive(message("m1")) for one in (store, other_process) for _ in range(8))
    )

    assert len({standing.model_dump_json() for standing in standings}) == 1
    assert await pending(store) == ["m1"]


async def test_two_contents_under_one_key_at_once_leave_exactly_one_of_them(store: Store, other_process: Store) -> None:
    outcomes = await asyncio.gather(
        store.inbox.receive(message("m1", content="one")),
        other_process.inbox.receive(message("m1", content="two")),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, KeyReused) for outcome in outcomes) == 1
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


DIE = """
import asyncio, os, signal, sys
from settings.keys import Keyring
from store import Store
from store.inbox import Message

async def take_in_and_die():
    store = Store.open(sys.argv[1], Keyring([("k1", bytes.fromhex(sys.argv[2]))]))
    await store.inbox.receive(Message.model_validate_json(sys.argv[3]))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(take_in_and_die())
"""


async def test_a_message_outlives_the_process_that_took_it_in(url: str) -> None:
    key = secrets.token_bytes(32)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIE, url, key.hex(), message("m1").model_dump_json(), cwd=Path(__file__).parents[2]
    )
    assert await process.wait() == -signal.SIGKILL

    async with Store.open(url, Keyring([("k1", key)])) as store:
        assert await store.inbox.message("m1") == message("m1")
        assert (await store.inbox.receive(message("m1"))).status is MessageStatus.PENDING
        assert await pending(store) == ["m1"]


async def test_the_first_settlement_stays(store: Store) -> None:
    await store.inbox.receive(message("m1"))

    await store.inbox.settle("m1", MessageStatus.REFUSED, {"refusal": "AlreadySigned"}, NINE)
    later = await store.inbox.settle("m1", MessageStatus.RECORDED, {"receipt": 1}, NINE + timedelta(hours=1))

    assert later.status is MessageStatus.REFUSED
    assert later.answer == {"refusal": "AlreadySigned"}
    assert later.settled_at == NINE


async def test_a_message_that_was_never_received_cannot_be_settled(store: Store) -> None:
    with pytest.raises(UnknownMessage):
        await store.inbox.settle("m9", MessageStatus.RECORDED, None, NINE)
    assert await store.inbox.get("m9") is None
    assert await store.inbox.message("m9") is None


async def test_pending_messages_come_in_the_order_in_which_they_came(store: Store) -> None:
    for name in ("m3", "m1", "m2"):
        await store.inbox.receive(message(name))
    await store.inbox.settle("m1", MessageStatus.RECORDED, None, NINE)

    assert await pending(store) == ["m3", "m2"]
    assert await pending(store, limit=1) == ["m3"]


async def test_a_message_does_not_overtake_an_earlier_one_of_its_case(store: Store) -> None:
    await store.inbox.receive(message("first"))
    await store.inbox.tried("first", NINE)
    await store.inbox.receive(message("second"))
    await store.inbox.receive(message("elsewhere", reference="CR-2026-002"))

    assert await pending(store, now=NINE) == ["elsewhere"]
    assert await pending(store, now=NINE + timedelta(seconds=1)) == ["first", "second", "elsewhere"]


async def test_messages_without_a_case_do_not_wait_for_one_another(store: Store) -> None:
    await store.inbox.receive(message("one", reference=None))
    await store.inbox.tried("one", NINE)
    await store.inbox.receive(message("two", reference=None))

    assert await pending(store, now=NINE) == ["two"]


async def test_moments_come_back_aware_and_in_utc_whatever_zone_they_were_given_in(store: Store) -> None:
    summer = datetime(2026, 7, 1, 10, 30, 0, 123456, tzinfo=ZoneInfo("Europe/London"))

    await store.inbox.receive(message("m1", at=summer))
    standing = await store.inbox.get("m1")

    assert standing is not None
    assert standing.received_at == datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=UTC)
    assert standing.received_at.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    await store.inbox.receive(message("m1"))

    with pytest.raises(Exception, match="without a time zone"):
        await store.inbox.tried("m1", datetime(2026, 7, 1, 9, 30))  # noqa: DTZ001


async def test_who_waits_for_a_row_asks_again_only_when_something_was_written(store: Store) -> None:
    """On SQLite a number tells, whichever connection wrote; PostgreSQL is asked each time."""
    await store.inbox.receive(message("m1"))
    before = store.inbox.mark()
    assert store.inbox.mark() == before

    await store.inbox.settle("m1", MessageStatus.RECORDED, None, NINE)

    assert store.inbox.mark() is None or store.inbox.mark() != before


async def test_what_a_request_has_in_hand_is_passed_over_with_all_that_came_after_it_in_its_case(store: Store) -> None:
    for name, reference in (("a1", "CR-2026-001"), ("b1", "CR-2026-002"), ("a2", "CR-2026-001"), ("a3", "CR-2026-001")):
        await store.inbox.receive(message(name, reference=reference))

    found = await store.inbox.pending(100, NINE, in_hand=lambda id, _: id == "a2")

    assert [one.id for one in found] == ["a1", "b1"]
