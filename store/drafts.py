"""Store: what somebody has typed into a form and not sent yet: one draft a person and form, sealed."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from store.database import Database
from store.tables import drafts

_HASH = re.compile(r"[0-9a-f]{64}")
KEPT_FOR = timedelta(days=60)  # since it was saved last


class Draft(NamedTuple):
    """The boxes of a form by their names, and when they were saved (UTC)."""

    typed: dict[str, list[str]]
    saved_at: datetime


class Drafts:
    """Drafts by the person and the form's place, which is its address on this site."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, person: str, place: str, typed: dict[str, list[str]], *, at: datetime) -> None:
        """Keep what was typed in the place of what was kept before. Drafts that nobody came back to are let go of."""
        sealed = self._database.seal(typed, "drafts", "sealed", person, place)
        row = {"person": person, "place": place, "saved_at": at, "sealed": sealed}
        async with self._database.write() as connection:
            await connection.execute(delete(drafts).where(drafts.c.saved_at < at - KEPT_FOR))
            await connection.execute(self._database.upsert(drafts).values(row))

    async def find(self, person: str, place: str) -> Draft | None:
        """The draft, where there is one. Raises `CannotOpen`."""
        query = select(drafts).where(drafts.c.person == person, drafts.c.place == place)
        row = await self._database.look(lambda plain: plain.execute(query).one_or_none())
        if row is None:
            return None
        return Draft(self._database.open(row.sealed, "drafts", "sealed", person, place), row.saved_at)

    async def of(self, person: str) -> Sequence[tuple[str, datetime]]:
        """Where this person's drafts stand, and when each was saved: the latest first. What is in them stays closed."""
        query = select(drafts.c.place, drafts.c.saved_at).where(drafts.c.person == person)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(drafts.c.saved_at.desc(), drafts.c.place))).all()
        return [(row.place, row.saved_at) for row in rows]

    async def hashes(self) -> set[str]:
        """The SHA-256 hashes that stand in drafts: those of files that they name. Raises `CannotOpen`."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(drafts))).all()
        typed = [self._database.open(row.sealed, "drafts", "sealed", row.person, row.place) for row in rows]
        return {hash for one in typed for texts in one.values() for text in texts for hash in _HASH.findall(text)}

    async def drop(self, person: str, place: str) -> None:
        """Let go of the draft, where there is one."""
        async with self._database.write() as connection:
            await connection.execute(delete(drafts).where(drafts.c.person == person, drafts.c.place == place))
