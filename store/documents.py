"""Store: documents. Every version of every document is kept, sealed, and known by the hash of its content.

The hash is sealed beside the title: a plain one of a short text could be guessed.
"""

import hashlib
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Row, delete, func, insert, select

from calendar_rules.model import Model
from store.database import Database
from store.journal import took_away, wrote
from store.tables import documents

META = tuple(column for column in documents.c if column.name != "sealed")
NOT_SCANNED = "not-yet-looked-at"  # what is known of a file that the virus scanner has not looked at


class Upload(Model):
    """What is known of a file that somebody sent: its plain name, what it is ("Word document"), bytes kept, who sent it
    (an id), what the virus scanner said, the SHA-256 of what was sent, and what was taken out of it, in sentences.
    """

    name: str
    title: str
    size: int
    by: str
    scan: str
    given: str
    changed: list[str] = []


class Stored(Model):
    """One version of a document. `sha256` is that of its content, in hex; versions count from 1. `upload`: of a file
    that somebody sent.
    """

    document: str
    version: int
    sha256: str
    media_type: str
    title: str
    at: AwareDatetime
    upload: Upload | None = None


class StoredContent(Stored):
    """One version with its content."""

    content: bytes


class Documents:
    """Versioned contents, per case and document."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        reference: str,
        document: str,
        *,
        key: str,
        content: bytes,
        media_type: str,
        title: str,
        at: datetime,
        version: int | None = None,
        upload: Upload | None = None,
    ) -> Stored:
        """Keep a content as the next version, or as the given one (a rendering bears the version of what it renders).

        The same `key` again, in the same case, gives what it made first.
        """
        async with self._database.write() as connection:
            await self._database.lock(connection, f"documents:{reference}")
            made = await connection.execute(
                select(*META).where(documents.c.reference == reference, documents.c.key == key)
            )
            if held := made.one_or_none():
                return as_stored(self._database, held)
            if version is None:
                last = await connection.scalar(
                    select(func.max(documents.c.version)).where(
                        documents.c.reference == reference, documents.c.document == document
                    )
                )
                version = (last or 0) + 1
            place = (reference, document, version)
            about = titled(title, hashlib.sha256(content).hexdigest(), upload)
            values = {
                "reference": reference,
                "document": document,
                "version": version,
                "key": key,
                "media_type": media_type,
                "sealed_title": self._database.seal(about, "documents", "sealed_title", *place),
                "sealed": self._database.seal_bytes(content, "documents", "sealed", *place),
                "at": at,
                "to_scan": upload is not None and upload.scan == NOT_SCANNED,
            }
            row = (await connection.execute(insert(documents).values(values).returning(*META))).one()
            wrote(self._database, connection, documents, values)
        return as_stored(self._database, row)

    async def forget(self, reference: str, *, key: str) -> None:
        """Let go of what a key has made: the content of a message that was refused at once, which no record names."""
        async with self._database.write() as connection:
            await self._database.lock(connection, f"documents:{reference}")
            this = delete(documents).where(documents.c.reference == reference, documents.c.key == key)
            took_away(self._database, connection, documents, *await connection.execute(this.returning(*META)))

    async def get(self, reference: str, document: str, version: int) -> StoredContent | None:
        """One version with its content."""
        query = select(documents).where(
            documents.c.reference == reference, documents.c.document == document, documents.c.version == version
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        content = self._database.open_bytes(row.sealed, "documents", "sealed", reference, document, version)
        return StoredContent(**as_stored(self._database, row).model_dump(), content=content)

    async def versions(self, reference: str, document: str | None = None) -> list[Stored]:
        """All versions of the case's documents, or of one of them, without their contents."""
        query = select(*META).where(documents.c.reference == reference)
        if document is not None:
            query = query.where(documents.c.document == document)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(documents.c.document, documents.c.version))
            return [as_stored(self._database, row) for row in rows]


def titled(title: str, sha256: str, upload: Upload | None) -> dict[str, Any]:
    """What is sealed beside a content."""
    return {"title": title, "sha256": sha256} | ({"upload": upload.model_dump()} if upload else {})


def as_stored(database: Database, row: Row[Any]) -> Stored:
    """A row of the documents without its content. Raises `CannotOpen`."""
    return Stored(
        document=row.document,
        version=row.version,
        media_type=row.media_type,
        **database.open(row.sealed_title, "documents", "sealed_title", row.reference, row.document, row.version),
        at=row.at,
    )
