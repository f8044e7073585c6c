"""Store: the log of emails. One row per message id, so that an email that went out is not sent a second time."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import Row, select, update

from store.database import Database
from store.errors import UnknownMessage
from store.tables import mail


class MailStatus(StrEnum):
    """How far an email has come."""

    BEGUN = "begun"
    SENT = "sent"
    REFUSED = "refused"


class Mail(BaseModel):
    """An email: to whom, about what, and whether the mail server took it. `sent_at` is on the case's clock."""

    message_id: str
    cause: str
    person: str
    to: str
    subject: str
    sent_at: AwareDatetime
    status: MailStatus
    why: str | None = None


class MailLog:
    """Emails by their message id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, message_id: str, *, reference: str, cause: str, person: str, to: str, subject: str, sent_at: datetime
    ) -> bool:
        """Note that an email is about to go out; returns whether it already has, and then must not go again.

        One that was begun or refused before may go; its address, subject and time are brought up to date.
        """
        fresh = {
            "sealed": self._database.seal({"to": to, "subject": subject}, "mail", "sealed", message_id),
            "sent_at": sent_at,
            "status": MailStatus.BEGUN,
            "sealed_why": None,
        }
        values = fresh | {"message_id": message_id, "reference": reference, "cause": cause, "person": person}
        upsert = (
            self._database.insert(mail)
            .values(values)
            .on_conflict_do_update(index_elements=["message_id"], set_=fresh, where=mail.c.status != MailStatus.SENT)
        )
        async with self._database.write() as connection:
            await connection.execute(upsert)
            status = await connection.scalar(select(mail.c.status).where(mail.c.message_id == message_id))
        return bool(status == MailStatus.SENT)

    async def sent(self, message_id: str) -> None:
        """Note that the mail server took it. Raises `UnknownMessage`."""
        await self._end(message_id, MailStatus.SENT, None)

    async def refused(self, message_id: str, why: str) -> None:
        """Note that the mail server refused it; one that was sent stays sent. Raises `UnknownMessage`."""
        await self._end(message_id, MailStatus.REFUSED, why)

    async def of_case(self, reference: str) -> list[Mail]:
        """The emails of a case in the order in which they went out."""
        query = select(mail).where(mail.c.reference == reference).order_by(mail.c.sent_at, mail.c.number)
        async with self._database.read() as connection:
            return [self._mail(row) for row in await connection.execute(query)]

    async def _end(self, message_id: str, status: MailStatus, why: str | None) -> None:
        sealed = None if why is None else self._database.seal(why, "mail", "sealed_why", message_id)
        async with self._database.write() as connection:
            await connection.execute(
                update(mail)
                .where(mail.c.message_id == message_id, mail.c.status != MailStatus.SENT)
                .values(status=status, sealed_why=sealed)
            )
            known = await connection.scalar(select(mail.c.number).where(mail.c.message_id == message_id))
        if known is None:
            raise UnknownMessage("this email was never begun: call `begin` before it is sent")

    def _mail(self, row: Row[Any]) -> Mail:
        why = row.sealed_why
        return Mail(
            message_id=row.message_id,
            cause=row.cause,
            person=row.person,
            **self._database.open(row.sealed, "mail", "sealed", row.message_id),
            sent_at=row.sent_at,
            status=MailStatus(row.status),
            why=None if why is None else self._database.open(why, "mail", "sealed_why", row.message_id),
        )
