"""Store: large payloads of the engine, sealed, each once; and the ids of all keys that ever sealed here.

A payload is known by a keyed hash of its workflow and content: a workflow that is replayed keeps nothing twice.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from settings.keys import Keyring
from store.database import Database
from store.errors import PayloadMissing
from store.journal import wrote
from store.tables import key_ids, payloads

_USED_AGAIN_AFTER = timedelta(days=1)  # a payload that is kept again is marked as used at most so often


class Vault:
    """Content by workflow and key, for `settings.sealing`. `note` hears of a workflow that asks for what is missing."""

    def __init__(self, database: Database, note: Callable[[str], Awaitable[None]] | None = None) -> None:
        self._database = database
        self._note = note
        self._known: set[str] = set()

    async def keep(self, workflow: str, content: bytes) -> str:
        """Keep a content; the same content of the same workflow is kept once and has the same key."""
        key, now = _key(self._database.keyring, workflow, content), datetime.now(UTC)
        place = (payloads.c.workflow == workflow, payloads.c.key == key)
        async with self._database.read() as connection:
            used = await connection.scalar(select(payloads.c.used_at).where(*place))
        if used is not None and now - used < _USED_AGAIN_AFTER:
            return key
        values = {
            "workflow": workflow,
            "key": key,
            "used_at": now,
            "sealed": self._database.seal_bytes(content, "payloads", "sealed", workflow, key),
        }
        async with self._database.write() as connection:
            statement = self._database.insert(payloads).values(values)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["workflow", "key"], set_={"used_at": now})
            )
        return key

    async def fetch(self, workflow: str, key: str) -> bytes:
        """What was kept. Raises `PayloadMissing`."""
        query = select(payloads.c.sealed).where(payloads.c.workflow == workflow, payloads.c.key == key)
        async with self._database.read() as connection:
            sealed = await connection.scalar(query)
        if sealed is None:
            if self._note is not None:
                await self._note(workflow)
            raise PayloadMissing(
                f"a payload of {workflow} is not in the store, which is older than the engine: "
                f"bring it back from the store with `crg revive --stuck {workflow}`"
            )
        return self._database.open_bytes(sealed, "payloads", "sealed", workflow, key)

    async def sweep(self, workflow: str, before: datetime) -> int:
        """Let go of what a workflow has kept and not used since; returns how many those were."""
        async with self._database.write() as connection:
            done = await connection.execute(
                delete(payloads).where(payloads.c.workflow == workflow, payloads.c.used_at < before)
            )
        return done.rowcount

    async def workflows(self, before: datetime) -> Sequence[str]:
        """Which workflows have kept something that was not used since."""
        query = select(payloads.c.workflow).where(payloads.c.used_at < before).distinct().order_by(payloads.c.workflow)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def count(self, workflow: str) -> int:
        """How many payloads of a workflow are kept."""
        query = select(func.count()).select_from(payloads).where(payloads.c.workflow == workflow)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def remember_keys(self) -> None:
        """Note the ids of this process's keys: another that lacks one knows then that it is ours."""
        rows = [{"id": id, "first_at": datetime.now(UTC)} for id in self._database.keyring.ids]
        async with self._database.write() as connection:
            noted = self._database.insert(key_ids).values(rows).on_conflict_do_nothing().returning(key_ids)
            wrote(self._database, connection, key_ids, *await connection.execute(noted))

    async def knows_key(self, id: str) -> bool:
        """Whether a key of this id has ever been one of ours."""
        if id not in self._known:
            async with self._database.read() as connection:
                if await connection.scalar(select(key_ids.c.id).where(key_ids.c.id == id)):
                    self._known.add(id)
        return id in self._known


def _key(keyring: Keyring, workflow: str, content: bytes) -> str:
    secret = keyring.derive("payloads")[0]
    return hmac.new(
        secret, b"%d:%s:" % (len(workflow.encode()), workflow.encode()) + content, hashlib.sha256
    ).hexdigest()
