"""Store: the inbox. A fact is safe here before anyone tries to apply it, whether Temporal is up or not."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, JsonValue
from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database
from store.errors import KeyReused, UnknownMessage
from store.tables import inbox

_GROUP = func.coalesce(inbox.c.reference, inbox.c.id)


class MessageStatus(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    RECORDED = "recorded"
    REFUSED = "refused"


class Message(BaseModel):
    """What somebody said: `id` is the request's Idempotency-Key, `fingerprint` a hash of all that must be the same when
    the key comes again, `by` the id of the person."""

    id: str
    fingerprint: str
    reference: str | None
    kind: str
    body: dict[str, JsonValue]
    by: str
    received_at: AwareDatetime


class Standing(BaseModel):
    """Where a message stands. `answer` is the receipt or the refusal, once it is settled. Times are UTC."""

    id: str
    reference: str | None
    kind: str
    status: MessageStatus
    answer: dict[str, JsonValue] | None
    received_at: AwareDatetime
    settled_at: AwareDatetime | None


class Inbox:
    """Messages, each taken in once and settled once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, message: Message) -> Standing:
        """Take a message in, durably. The same message again changes nothing and answers with where it stands.

        Raises `KeyReused` where the id was used for another content.
        """
        values = {
            "id": message.id,
            "fingerprint": message.fingerprint,
            "reference": message.reference,
            "kind": message.kind,
            "sealed": self._database.seal({"body": message.body, "by": message.by}, "inbox", "sealed", message.id),
            "received_at": message.received_at,
            "status": MessageStatus.PENDING,
            "tries": 0,
        }
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(inbox).values(values).on_conflict_do_nothing(index_elements=["id"])
            )
            row = (await connection.execute(select(inbox).where(inbox.c.id == message.id))).one()
        if row.fingerprint != message.fingerprint:
            raise KeyReused("this Idempotency-Key was used for another request: send the new request with a new key")
        return self._standing(row)

    async def get(self, message: str) -> Standing | None:
        """Where a message stands, or `None` where it was never received."""
        row = await self._row(message)
        return self._standing(row) if row else None

    async def message(self, message: str) -> Message | None:
        """The message itself, as it was received."""
        row = await self._row(message)
        return self._message(row) if row else None

    async def settle(
        self, message: str, status: MessageStatus, answer: dict[str, Any] | None, at: datetime
    ) -> Standing:
        """Note the end of a message's way. The first settlement stays; later ones change nothing.

        Raises `UnknownMessage`.
        """
        async with self._database.write() as connection:
            await settle(self._database, connection, message, status, answer, at)
            row = (await connection.execute(select(inbox).where(inbox.c.id == message))).one_or_none()
        if row is None:
            raise UnknownMessage(f"no message {message} was received: look at the key that the request was sent with")
        return self._standing(row)

    async def pending(self, limit: int, tried_before: datetime) -> list[Message]:
        """Messages to be sent on, in the order in which they came.

        A case's messages wait together: they are due when the oldest of them was never tried, or not since
        `tried_before`. So no message overtakes an earlier one of its case, and none is stuck behind one that fails.
        """
        waiting = inbox.c.status == MessageStatus.PENDING
        oldest = select(func.min(inbox.c.number)).where(waiting).group_by(_GROUP)
        due = select(_GROUP).where(
            inbox.c.number.in_(oldest), inbox.c.tried_at.is_(None) | (inbox.c.tried_at < tried_before)
        )
        query = select(inbox).where(waiting, _GROUP.in_(due)).order_by(inbox.c.number).limit(limit)
        async with self._database.read() as connection:
            return [self._message(row) for row in await connection.execute(query)]

    async def tried(self, message: str, at: datetime) -> None:
        """Note that the message was sent on, with or without success."""
        async with self._database.write() as connection:
            await connection.execute(
                update(inbox).where(inbox.c.id == message).values(tried_at=at, tries=inbox.c.tries + 1)
            )

    async def _row(self, message: str) -> Row[Any] | None:
        async with self._database.read() as connection:
            return (await connection.execute(select(inbox).where(inbox.c.id == message))).one_or_none()

    def _message(self, row: Row[Any]) -> Message:
        said = self._database.open(row.sealed, "inbox", "sealed", row.id)
        return Message(
            id=row.id,
            fingerprint=row.fingerprint,
            reference=row.reference,
            kind=row.kind,
            body=said["body"],
            by=said["by"],
            received_at=row.received_at,
        )

    def _standing(self, row: Row[Any]) -> Standing:
        answer = row.sealed_answer
        return Standing(
            id=row.id,
            reference=row.reference,
            kind=row.kind,
            status=MessageStatus(row.status),
            answer=None if answer is None else self._database.open(answer, "inbox", "sealed_answer", row.id),
            received_at=row.received_at,
            settled_at=row.settled_at,
        )


async def settle(
    database: Database,
    connection: AsyncConnection,
    message: str,
    status: MessageStatus,
    answer: dict[str, Any] | None,
    at: datetime,
) -> None:
    """Settle within a transaction of the caller. An unknown or settled message is left as it is."""
    sealed = None if answer is None else database.seal(answer, "inbox", "sealed_answer", message)
    await connection.execute(
        update(inbox)
        .where(inbox.c.id == message, inbox.c.status == MessageStatus.PENDING)
        .values(status=status, sealed_answer=sealed, settled_at=at)
    )
