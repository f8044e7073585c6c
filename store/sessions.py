"""Store: who has signed in to the pages, and until when.

Only the hash of a session's token is kept: whoever reads the database cannot be somebody by it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from store.database import Database
from store.tables import sessions

SEEN_EVERY = timedelta(minutes=1)  # how exactly is noted when a session was last used


class Sessions:
    """Sessions by their tokens. A session ends by itself after a time without use, and at a time in any case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, holder: dict[str, Any], *, at: datetime, ends_at: datetime, idle: timedelta) -> str:
        """A new session: its token. Those that have ended are let go of."""
        token = secrets.token_urlsafe(32)
        id = _id(token)
        sealed = self._database.seal(holder, "sessions", "sealed", id)
        async with self._database.write() as connection:
            ended = or_(sessions.c.ends_at <= at, sessions.c.seen_at <= at - idle)
            await connection.execute(delete(sessions).where(ended))
            row = {"id": id, "sealed": sealed, "seen_at": at, "ends_at": ends_at}
            await connection.execute(self._database.insert(sessions).values(row))
        return token

    async def holder(self, token: str, *, at: datetime, idle: timedelta) -> dict[str, Any] | None:
        """Who holds the session; `None` where there is none, or it has ended. Its use is noted. Raises `CannotOpen`."""
        id = _id(token)
        row = await self._database.look(
            lambda plain: plain.execute(select(sessions).where(sessions.c.id == id)).one_or_none()
        )
        if row is None or at >= row.ends_at or at >= row.seen_at + idle:
            return None
        if at - row.seen_at > SEEN_EVERY:
            async with self._database.write() as connection:
                await connection.execute(update(sessions).where(sessions.c.id == id).values(seen_at=at))
        holder: dict[str, Any] = self._database.open(row.sealed, "sessions", "sealed", id)
        return holder

    async def has(self, token: str, word: str) -> bool:
        """Whether something is kept of its holder, though it may have ended; not where it does not open."""
        id = _id(token)
        query = select(sessions.c.sealed).where(sessions.c.id == id)
        sealed = await self._database.look(lambda plain: plain.scalar(query))
        return sealed is not None and word in self._database.open_or({}, sealed, "sessions", "sealed", id)

    async def end(self, token: str) -> None:
        """End a session; one that has ended stays so."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.id == _id(token)))


def _id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
