"""Store: who has opened which version of a document on the page of a sign-off, and when first (R-11)."""

from datetime import datetime

from sqlalchemy import select

from store.database import Database
from store.journal import wrote
from store.tables_replies import openings


class Openings:
    """The first time of each person and version; later ones change nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, reference: str, document: str, version: int, person: str, *, at: datetime) -> None:
        """Note that somebody has been shown this version."""
        if await self.at(reference, document, version, person) is not None:
            return
        row = {"reference": reference, "document": document, "version": version, "person": person, "at": at}
        async with self._database.write() as connection:
            noted = self._database.insert(openings).values(row).on_conflict_do_nothing().returning(openings)
            wrote(self._database, connection, openings, *await connection.execute(noted))

    async def at(self, reference: str, document: str, version: int, person: str) -> datetime | None:
        """When somebody first opened this version; None where they have not."""
        table = openings.c
        query = select(table.at).where(
            table.reference == reference,
            table.document == document,
            table.version == version,
            table.person == person,
        )
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(query)
        return found
