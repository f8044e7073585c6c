"""Store: files that people have sent, of all cases: those still to be looked at, and those to be let go of."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select, update

from store.database import Database
from store.documents import META, NOT_SCANNED, Stored, as_stored, titled
from store.journal import took_away, wrote
from store.tables import documents

BEGINS = "file-"  # the names of documents that are such files


class Place(NamedTuple):
    """Where a file is kept."""

    reference: str
    document: str
    version: int


class Uploads:
    """The rows of the documents that are files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept_before(self, moment: datetime) -> list[Place]:
        """Files that were kept before a moment, in the order of cases."""
        return await self._places(documents.c.document.startswith(BEGINS), documents.c.at < moment)

    async def to_scan(self) -> list[Place]:
        """Files that the scanner has not looked at, in the order of cases."""
        return await self._places(documents.c.to_scan)

    async def _places(self, *which: ColumnElement[bool]) -> list[Place]:
        query = select(documents.c.reference, documents.c.document, documents.c.version).where(*which)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(documents.c.reference, documents.c.at))
            return [Place(*row) for row in rows]

    async def get(self, place: Place) -> Stored | None:
        """What is known of one, without its content. Raises `CannotOpen`."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(*META).where(*_of(place)))).one_or_none()
        return None if row is None else as_stored(self._database, row)

    async def note_scan(self, place: Place, scan: str) -> None:
        """Note what the scanner said of one."""
        async with self._database.write() as connection:
            await self._database.lock(connection, f"documents:{place.reference}")
            row = (await connection.execute(select(*META).where(*_of(place)))).one_or_none()
            stored = None if row is None else as_stored(self._database, row)
            if stored is None or stored.upload is None:
                return
            upload = stored.upload.model_copy(update={"scan": scan})
            sealed = self._database.seal(
                titled(stored.title, stored.sha256, upload), "documents", "sealed_title", *place
            )
            changed = {"sealed_title": sealed, "to_scan": scan == NOT_SCANNED}
            change = update(documents).where(*_of(place)).values(changed).returning(documents)
            wrote(self._database, connection, documents, *await connection.execute(change))

    async def let_go(self, places: Collection[Place]) -> int:
        """Remove these files; returns how many there were."""
        gone = 0
        async with self._database.write() as connection:
            for place in places:
                await self._database.lock(connection, f"documents:{place.reference}")
                rows = (await connection.execute(delete(documents).where(*_of(place)).returning(*META))).all()
                took_away(self._database, connection, documents, *rows)
                gone += len(rows)
        return gone


def _of(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        documents.c.reference == place.reference,
        documents.c.document == place.document,
        documents.c.version == place.version,
    )
