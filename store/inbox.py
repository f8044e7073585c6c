"""Store: the inbox. A fact is safe here before anyone tries to apply it, whether Temporal is up or not."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, JsonValue
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, func, select, update

from calendar_rules.model import Model
from settings.keys import CannotOpen
from store.database import Database
from store.errors import KeyReused, UnknownMessage
from store.journal import wrote
from store.tables import inbox

OPENING = "open"  # the kind of a message that opens a case

_GROUP = func.coalesce(inbox.c.reference, inbox.c.id)


class MessageStatus(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    RECORDED = "recorded"
    REFUSED = "refused"


class Message(Model):
    """What somebody said: `id` is the request's Idempotency-Key, `fingerprint` a hash of all that must be the same when
    the key comes again, `by` the id of the person."""

    id: str
    fingerprint: str
    reference: str | None
    kind: str
    body: dict[str, JsonValue]
    by: str
    received_at: AwareDatetime


class Unreadable(Model):
    """A message that does not open with our keys: it was changed in the database, or its key is missing."""

    id: str
    reference: str | None


class Standing(Model):
    """Where a message stands. `answer` is the receipt or the refusal, once it is settled. Times are UTC."""

    id: str
    reference: str | None
    kind: str
    status: MessageStatus
    answer: dict[str, JsonValue] | None
    received_at: AwareDatetime
    settled_at: AwareDatetime | None


_PENDING = inbox.c.status == MessageStatus.PENDING
# Asked with every request: made once.
_OF_ID = select(inbox).where(inbox.c.id == bindparam("message"))
_SETTLED = select(inbox).where(inbox.c.id.in_(bindparam("messages", expanding=True)), ~_PENDING)
_SETTLE = (
    update(inbox)
    .where(inbox.c.id == bindparam("message"), _PENDING)
    .values(status=bindparam("outcome"), sealed_answer=bindparam("answer"), settled_at=bindparam("at"))
    .returning(inbox)
)


class Inbox:
    """Messages, each taken in once and settled once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        new = database.insert(inbox).on_conflict_do_nothing(index_elements=["id"])
        self._take = new.returning(inbox)

    async def receive(self, message: Message) -> Standing:
        """Take a message in, durably. The same message again changes nothing and answers with where it stands.

        Raises `KeyReused` where the id was used for another content.
        """

        def write(connection: Connection) -> tuple[Row[Any], bool]:
            rows = connection.execute(self._take, self._values(message)).all()
            wrote(self._database, connection, inbox, *rows)
            if rows:
                return rows[0], True
            return connection.execute(_OF_ID, {"message": message.id}).one(), False

        row, is_new = await self._database.transact(write)
        if not is_new and self._said(row)["fingerprint"] != message.fingerprint:
            raise KeyReused("this Idempotency-Key was used for another request: send the new request with a new key")
        return self._standing(row)

    async def receive_all(self, messages: Sequence[Message]) -> None:
        """Take many in at once, all or none. One whose id is known already is left as it stands."""
        if messages:
            rows = [self._values(message) for message in messages]
            async with self._database.write() as connection:
                wrote(self._database, connection, inbox, *await connection.execute(self._take, rows))

    async def get(self, message: str) -> Standing | None:
        """Where a message stands, or `None` where it was never received."""
        row = await self._row(message)
        return self._standing(row) if row else None

    async def settled(self, messages: list[str]) -> list[Standing]:
        """Those of these messages that are settled, and how."""
        rows = await self._database.look(lambda plain: plain.execute(_SETTLED, {"messages": messages}).all())
        return [self._standing(row) for row in rows]

    def mark(self) -> int | None:
        """Another number each time that something may have been settled; `None` where only a query can tell."""
        return self._database.mark()

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

        def write(connection: Connection) -> Row[Any] | None:
            settle(self._database, connection, message, status, answer, at)
            return connection.execute(_OF_ID, {"message": message}).one_or_none()

        row = await self._database.transact(write)
        if row is None:
            raise UnknownMessage(f"no message {message} was received: look at the key that the request was sent with")
        return self._standing(row)

    async def pending(
        self,
        limit: int,
        tried_before: datetime,
        *,
        without: Collection[str] = (),
        unreadable: Collection[str] = (),
        in_hand: Callable[[str, datetime], bool] = lambda id, received_at: False,
    ) -> list[Message | Unreadable]:
        """Messages to be sent on, in the order in which they came; not those of the cases `without`.

        One that does not open is named, until it is given back in `unreadable`; then it is passed over. So is one that
        is `in_hand` (its id, when it was received), with all that came after it in its case; it is not even opened.

        A case's messages wait together: they are due when the oldest of them was never tried, or not since
        `tried_before`. So no message overtakes an earlier one of its case, and none is stuck behind one that fails.
        """
        waiting = and_(_PENDING, _GROUP.not_in(without), inbox.c.id.not_in(unreadable))
        oldest = select(func.min(inbox.c.number)).where(waiting).group_by(_GROUP)
        due = select(_GROUP).where(
            inbox.c.number.in_(oldest), inbox.c.tried_at.is_(None) | (inbox.c.tried_at < tried_before)
        )
        query = select(inbox).where(waiting, _GROUP.in_(due)).order_by(inbox.c.number).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found: list[Message | Unreadable] = []
        held: set[str] = set()  # cases whose next message somebody has in hand
        for row in rows:
            if in_hand(row.id, row.received_at):
                held.add(row.reference or row.id)
            if (row.reference or row.id) not in held:
                found.append(self._message_or_not(row))
        return found

    async def waiting(self, reference: str) -> list[Message]:
        """What was said about a case and is not applied yet, in the order in which it came; what opens, that is."""
        query = select(inbox).where(_waits(reference)).order_by(inbox.c.number)
        async with self._database.read() as connection:
            found = [self._message_or_not(row) for row in await connection.execute(query)]
        return [one for one in found if isinstance(one, Message)]

    async def pending_openings(self) -> set[str]:
        """References of the cases that are being opened: their workflow has not written its first moment yet."""
        query = select(inbox.c.reference).where(_PENDING, inbox.c.kind == OPENING)
        async with self._database.read() as connection:
            return {reference for reference in await connection.scalars(query) if reference is not None}

    async def tried(self, message: str, at: datetime) -> None:
        """Note that the message was sent on, with or without success."""
        noted = update(inbox).where(inbox.c.id == message).values(tried_at=at, tries=inbox.c.tries + 1)
        await self._database.transact(lambda connection: connection.execute(noted))

    async def due_now(self, reference: str) -> int:
        """Have what a case waits for sent on at once, tried or not: it has been brought back. How many messages."""
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(_waits(reference)).values(tried_at=None))
            return await connection.scalar(select(func.count()).where(_waits(reference))) or 0

    def _values(self, message: Message) -> dict[str, Any]:
        reported = {"body": message.body, "by": message.by, "fingerprint": message.fingerprint}
        return {
            "id": message.id,
            "reference": message.reference,
            "kind": message.kind,
            "sealed": self._database.seal(reported, "inbox", "sealed", message.id),
            "received_at": message.received_at,
            "status": MessageStatus.PENDING,
            "tries": 0,
        }

    async def _row(self, message: str) -> Row[Any] | None:
        return await self._database.look(lambda plain: plain.execute(_OF_ID, {"message": message}).one_or_none())

    def _said(self, row: Row[Any]) -> dict[str, Any]:
        """What of a message is sealed. Its fingerprint is, because a plain hash of a short request can be guessed."""
        reported: dict[str, Any] = self._database.open(row.sealed, "inbox", "sealed", row.id)
        return reported

    def _message_or_not(self, row: Row[Any]) -> Message | Unreadable:
        try:
            return self._message(row)
        except CannotOpen:
            return Unreadable(id=row.id, reference=row.reference)

    def _message(self, row: Row[Any]) -> Message:
        return Message(
            id=row.id,
            **self._said(row),
            reference=row.reference,
            kind=row.kind,
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


def waits(reference: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a message for the case is not applied yet, as a column of a query."""
    return exists().where(_waits(reference))


def _waits(reference: str | ColumnElement[str]) -> ColumnElement[bool]:
    return and_(inbox.c.reference == reference, _PENDING)


def settle(
    database: Database,
    connection: Connection,
    message: str,
    status: MessageStatus,
    answer: dict[str, Any] | None,
    at: datetime,
) -> None:
    """Settle within a transaction of the caller. An unknown or settled message is left as it is."""
    sealed = None if answer is None else database.seal(answer, "inbox", "sealed_answer", message)
    settled = {"message": message, "outcome": status, "answer": sealed, "at": at}
    wrote(database, connection, inbox, *connection.execute(_SETTLE, settled))
