"""Who waits for a message hears of it as soon as it is settled, and the store is asked no more often than needed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.settling import Settling
from settings import load_settings
from settings.keys import Keyring
from store import Store
from store.inbox import Message, MessageStatus, Standing

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SOON = timedelta(seconds=5)


def message(name: str) -> Message:
    return Message(
        id=name, fingerprint=name, reference="CR-2026-001", kind="x", body={}, by="sbu-manager", received_at=NINE
    )


async def test_a_wait_asks_the_store_once_before_and_once_after_it_was_written_to(tmp_path: Path) -> None:
    """One that begins to wait after its message was settled hears of it at once, though nothing is written any more."""
    asked: list[list[str]] = []
    async with Store.from_settings(load_settings(data=tmp_path), Keyring([("test", bytes(32))])) as store:
        await store.migrate()
        for name in ("early", "late"):
            await store.inbox.receive(message(name))
        ask = store.inbox.settled

        async def noted(messages: list[str]) -> list[Standing]:
            asked.append(messages)
            return await ask(messages)

        store.inbox.settled = noted  # type: ignore[method-assign]
        settling = Settling(store.inbox)
        late = asyncio.create_task(settling.settled("late", SOON))
        await store.inbox.settle("early", MessageStatus.RECORDED, None, NINE)
        await asyncio.sleep(0.3)
        before = len(asked)
        early = await settling.settled("early", SOON)
        await store.inbox.settle("late", MessageStatus.RECORDED, None, NINE)
        settled = await late

    assert before <= 2
    assert len(asked) <= before + 3
    assert early is not None
    assert settled is not None
    assert settled.status is MessageStatus.RECORDED
