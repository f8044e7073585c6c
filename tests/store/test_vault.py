"""Large payloads of the engine: sealed, each kept once, let go of when nothing refers to them any more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from settings.keys import Keyring, Tampered
from store import Store
from store.errors import PayloadMissing
from store.tables import payloads

CONTENT = b"Zephyrine " * 1_000


async def test_what_is_kept_comes_back_and_nothing_of_it_shows(store: Store) -> None:
    key = await store.vault.keep("CR-2026-001", CONTENT)
    assert await store.vault.fetch("CR-2026-001", key) == CONTENT
    async with store._database.read() as connection:
        (sealed,) = (await connection.scalars(select(payloads.c.sealed))).all()
    assert b"Zephyrine" not in sealed


async def test_the_same_content_of_a_workflow_is_kept_once(store: Store) -> None:
    """A workflow that is replayed keeps all that it kept before: nothing multiplies."""
    keys = {await store.vault.keep("CR-2026-001", CONTENT) for _ in range(3)}
    other = await store.vault.keep("CR-2026-002", CONTENT)
    assert len(keys) == 1
    assert other not in keys
    assert await store.vault.count("CR-2026-001") == 1


async def test_a_payload_of_another_workflow_or_row_is_not_given_out(store: Store) -> None:
    mine = await store.vault.keep("CR-2026-001", CONTENT)
    other = await store.vault.keep("CR-2026-002", CONTENT)
    with pytest.raises(PayloadMissing, match="crg revive --stuck CR-2026-002"):
        await store.vault.fetch("CR-2026-002", mine)
    async with store._database.write() as connection:
        sealed = await connection.scalar(select(payloads.c.sealed).where(payloads.c.key == mine))
        await connection.execute(update(payloads).where(payloads.c.key == other).values(sealed=sealed))
    with pytest.raises(Tampered):
        await store.vault.fetch("CR-2026-002", other)


async def test_what_was_not_used_since_is_let_go_of(store: Store) -> None:
    old = await store.vault.keep("CR-2026-001", CONTENT)
    async with store._database.write() as connection:
        await connection.execute(update(payloads).values(used_at=datetime.now(UTC) - timedelta(days=100)))
    new = await store.vault.keep("CR-2026-001", b"another")
    before = datetime.now(UTC) - timedelta(days=90)
    assert list(await store.vault.workflows(before)) == ["CR-2026-001"]
    assert await store.vault.sweep("CR-2026-001", before) == 1
    assert await store.vault.fetch("CR-2026-001", new) == b"another"
    with pytest.raises(PayloadMissing):
        await store.vault.fetch("CR-2026-001", old)


async def test_what_is_kept_again_counts_as_used(store: Store) -> None:
    await store.vault.keep("CR-2026-001", CONTENT)
    async with store._database.write() as connection:
        await connection.execute(update(payloads).values(used_at=datetime.now(UTC) - timedelta(days=100)))
    await store.vault.keep("CR-2026-001", CONTENT)
    assert await store.vault.sweep("CR-2026-001", datetime.now(UTC) - timedelta(days=90)) == 0


async def test_a_key_that_another_process_has_is_known_as_ours(store: Store, keyring: Keyring) -> None:
    """A process that lacks it waits for it; what names a key that nobody ever had was never ours."""
    await store.vault.remember_keys()
    await store.vault.remember_keys()
    assert await store.vault.knows_key(keyring.ids[0])
    assert not await store.vault.knows_key("never-ours")
    async with store._database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM key_ids")) >= 1
