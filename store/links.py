"""Store: links in mails that were revoked, and since when each key has signed them (R-11).

A revocation ends the links that were made before it; a link that a later mail carries works again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, insert, select

from store.database import Database
from store.journal import wrote
from store.tables import link_keys, link_revocations

ANY = ""


class Revocation(NamedTuple):
    """Links that were revoked. An empty field stands for all: with none given, every link of every case."""

    reference: str
    subject: str
    person: str
    reason: str
    by: str
    at: datetime


class LinkStore:
    """Revocations, each kept for good; and the keys with the moment from which each has signed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: dict[str, datetime] = {}  # never changes once it is written

    async def revoke(
        self, *, reference: str = ANY, subject: str = ANY, person: str = ANY, reason: str, by: str, at: datetime
    ) -> None:
        """Revoke the links made until now: of a case, of a round or agency, of a person; or all there are."""
        values = {"reference": reference, "subject": subject, "person": person, "by": by, "at": at}
        sealed = self._database.seal(reason, *_place(reference, subject, person, by, at))
        async with self._database.write() as connection:
            revoked = insert(link_revocations).values(**values, sealed=sealed).returning(link_revocations)
            row = (await connection.execute(revoked)).one()
            wrote(self._database, connection, link_revocations, row._mapping)

    async def revoked(self, *, reference: str, subject: str, person: str, made_at: datetime) -> bool:
        """Whether a link made at this moment has been revoked since."""
        table = link_revocations.c
        query = (
            select(table.number)
            .where(table.at >= made_at)
            .where(table.reference.in_((ANY, reference)))
            .where(table.subject.in_((ANY, subject)))
            .where(table.person.in_((ANY, person)))
            .limit(1)
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) is not None

    async def revocations(self, reference: str | None = None, *, limit: int = 500) -> Sequence[Revocation]:
        """The revocations that concern a case, or all of them; newest first."""
        table = link_revocations.c
        query = select(link_revocations).order_by(table.number.desc()).limit(limit)
        if reference is not None:
            query = query.where(table.reference.in_((ANY, reference)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [self._revocation(row) for row in rows]

    async def signing_since(self, key: str, at: datetime) -> datetime:
        """Since when the key signs links; from now, where it never did. Every process asks at its start."""
        if key not in self._since:
            entry = self._database.insert(link_keys).values(key=key, since=at)
            async with self._database.write() as connection:
                signs = entry.on_conflict_do_nothing(index_elements=["key"]).returning(link_keys)
                wrote(self._database, connection, link_keys, *await connection.execute(signs))
                since = await connection.scalar(select(link_keys.c.since).where(link_keys.c.key == key))
            self._since[key] = since or at
        return self._since[key]

    def _revocation(self, row: Row[Any]) -> Revocation:
        place = _place(row.reference, row.subject, row.person, row.by, row.at)
        reason = str(self._database.open(row.sealed, *place))
        return Revocation(row.reference, row.subject, row.person, reason, row.by, row.at)


def _place(reference: str, subject: str, person: str, by: str, at: datetime) -> tuple[str, ...]:
    return ("link_revocations", "sealed", reference, subject, person, by, at.astimezone(UTC).isoformat())
