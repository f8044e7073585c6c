"""Store: the log of emails. One row per message id, so that an email that went out is not sent a second time."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import AwareDatetime
from sqlalchemy import Connection, Row, and_, bindparam, func, not_, or_, select, update

from calendar_rules.model import Model
from review.case.effects import EffectKey
from review.case.mailing import PERHAPS_TRIES, TROUBLE_WORDS, MailTrouble
from review.case.notices import LinkFor, Notice
from store.database import Database
from store.errors import UnknownMessage
from store.journal import wrote
from store.tables import cases, mail

# The process that waits for a server's answer says so again within this time; if it does not, it is gone.
WAITED_FOR = timedelta(seconds=15)


class MailStatus(StrEnum):
    """How far an email has come."""

    BEGUN = "begun"
    HANDED_OVER = "handed-over"  # the server gets or has all of it; its answer is waited for
    SENT = "sent"
    WAITING = "waiting"  # not taken, and tried again
    PERHAPS = "perhaps"  # the server broke off before it answered: it may have arrived
    REFUSED = "refused"  # refused for good: a person must see to it
    CAME_BACK = "came-back"  # a server took it and sent it back: a person must see to it
    GIVEN_UP = "given-up"  # not sent after all: overtaken by a later one, or made good by other means


_FAILED = (MailStatus.REFUSED, MailStatus.CAME_BACK)
_TO_TRY = (MailStatus.WAITING, *_FAILED)
_OVER = (MailStatus.SENT, MailStatus.GIVEN_UP)
# Run with every mail: made once.
_OF_ID = select(mail).where(mail.c.message_id == bindparam("id"))
_CHANGED = update(mail).where(mail.c.message_id == bindparam("id")).returning(mail)
_HANDED_OVER = _CHANGED.where(mail.c.status.in_((MailStatus.BEGUN, MailStatus.HANDED_OVER)))


class Mail(Model):
    """An email: to whom, about what, and whether the mail server took it. `sent_at` is on the case's clock."""

    message_id: str
    cause: str
    person: str
    to: str
    subject: str
    link: LinkFor | None = None  # what the link in it is for
    sent_at: AwareDatetime
    tried_at: AwareDatetime  # the last try: this machine's time, a rehearsal's too
    status: MailStatus
    trouble: MailTrouble | None = None
    why: str | None = None


class Posted(NamedTuple):
    """An email as it went: of which case, and what was posted in it."""

    reference: str
    mail: Mail
    notices: list[Notice]


class Before(Model):
    """How an email stood when a try was to begin: `begun`, and the try may go; else what stands in its way.

    `broken_off`: how often it has perhaps arrived. `fault`: the fault of the mail system that has kept it until now.
    """

    status: MailStatus
    trouble: MailTrouble | None = None
    broken_off: int = 0
    fault: str | None = None


class MailStanding(Model):
    """How the mail system stands: the fault that holds the most emails, since when one stands, how many emails are held
    by any, and how many wait in all. A fault stands until the emails that it hit have gone or are given up.

    `perhaps`: the cases, in order, with emails that have perhaps arrived, each as often as a person is to decide there.
    """

    trouble: MailTrouble | None
    since: AwareDatetime | None
    held: int
    waiting: int
    perhaps: list[str] = []


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _stands(connection: Connection, fault: str) -> bool:
    return connection.scalar(select(mail.c.number).where(mail.c.fault == fault).limit(1)) is not None


class MailLog:
    """Emails by their message id."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._database = database
        self._now = now
        new = database.insert(mail)
        fresh = {name: new.excluded[name] for name in ("sealed", "sent_at", "status", "tried_at", "sealed_why")}
        self._begin = new.on_conflict_do_update(
            index_elements=["message_id"], set_=fresh, where=mail.c.status != MailStatus.SENT
        ).returning(mail)

    async def message_id(self, reference: str, cause: str, person: str, *, domain: str) -> str:
        """The Message-ID of the one email that `cause` owes `person` in this case: always the same, telling of neither.

        It is keyed: a cause may bear an id that people chose, and no guess at one can be tried against it. An email
        that was begun under an older key keeps its own.
        """
        told = "\x1f".join((reference, cause, person)).encode()
        keys = self._database.keyring.derive("message-id")
        ids = [f"<{hmac.new(key, told, hashlib.sha256).hexdigest()[:40]}@{domain}>" for key in keys]
        if len(ids) == 1:
            return ids[0]
        async with self._database.read() as connection:
            begun = await connection.scalar(select(mail.c.message_id).where(mail.c.message_id.in_(ids)).limit(1))
        return begun or ids[0]

    async def begin(
        self,
        message_id: str,
        *,
        reference: str,
        cause: str,
        person: str,
        to: str,
        subject: str,
        sent_at: datetime,
        again: bool = False,
        awaited: bool = False,
        link: LinkFor | None = None,
        posted: Sequence[Notice] = (),
    ) -> Before:
        """Note that an email is about to go out, and how it stood.

        It does not go (the status is another than begun) where it has gone already, where an earlier try still waits
        for the server's answer, where it is tried by itself (`again`) and has perhaps arrived so often that a person
        decides, and where the end of the earlier try was waited for (`awaited`) and is told now. Otherwise its address,
        subject and time are brought up to date. `posted`: what goes in it, in case that it comes back.
        """
        reported: dict[str, Any] = {"to": to, "subject": subject, "cause": cause}
        if link:
            reported["link"] = link.model_dump(mode="json")
        if posted:
            reported["posted"] = [one.model_dump(mode="json", exclude_defaults=True) for one in posted]
        values = {
            "message_id": message_id,
            "reference": reference,
            "person": person,
            "sealed": self._database.seal(reported, "mail", "sealed", message_id),
            "sent_at": sent_at,
            "status": MailStatus.BEGUN,
            "tried_at": self._now(),
            "sealed_why": None,
        }

        def write(connection: Connection) -> Before:
            before = self._before(connection, message_id, again=again, awaited=awaited)
            if before is None or before.status is MailStatus.BEGUN:
                begun = connection.execute(self._begin, values).one()
                wrote(self._database, connection, mail, begun._mapping)
            return before or Before(status=MailStatus.BEGUN)

        return await self._database.transact(write)

    def _before(self, connection: Connection, message_id: str, *, again: bool, awaited: bool) -> Before | None:
        self._database.hold(connection, f"mail:{message_id}")
        row = connection.execute(_OF_ID, {"id": message_id}).one_or_none()
        if row is None:
            return None
        status, nobody = MailStatus(row.status), self._now() - row.tried_at > WAITED_FOR
        if (
            status is MailStatus.HANDED_OVER and nobody
        ):  # the process that waited for the answer is gone, and the connection with it
            trouble = MailTrouble.PERHAPS_DELIVERED
            self.end(connection, message_id, MailStatus.PERHAPS, trouble, TROUBLE_WORDS[trouble])
            return Before(status=MailStatus.PERHAPS, trouble=trouble, broken_off=row.broken_off + 1, fault=row.fault)
        stands = (
            status in (MailStatus.SENT, MailStatus.HANDED_OVER)
            or (again and status is MailStatus.PERHAPS and row.broken_off >= PERHAPS_TRIES)
            or (awaited and status not in (MailStatus.BEGUN, MailStatus.GIVEN_UP))
        )
        now = status if stands else MailStatus.BEGUN
        return Before(status=now, trouble=row.trouble, broken_off=row.broken_off, fault=row.fault)

    async def handed_over(self, message_id: str) -> None:
        """Note that the server is given all of it, or that its answer is still waited for."""
        values = {"id": message_id, "status": MailStatus.HANDED_OVER, "tried_at": self._now()}

        def write(connection: Connection) -> None:
            wrote(self._database, connection, mail, *connection.execute(_HANDED_OVER, values))

        await self._database.transact(write)

    async def sent(self, message_id: str) -> None:
        """Note that the mail server took it. Raises `UnknownMessage`."""
        await self._database.transact(lambda connection: self.end(connection, message_id, MailStatus.SENT))

    async def not_taken(
        self, message_id: str, status: MailStatus, trouble: MailTrouble, why: str, *, fault: str | None = None
    ) -> bool:
        """Note that it was not taken, and why; one that was sent stays sent. Raises `UnknownMessage`.

        `fault`: the fault of the mail system by which; whether it is a new one, that holds no other email yet.
        """

        def write(connection: Connection) -> bool:
            if fault is not None:
                self._database.hold(connection, f"mail-fault:{fault}")
            new = fault is not None and not _stands(connection, fault)
            self.end(connection, message_id, status, trouble, why, fault=fault)
            return new

        return await self._database.transact(write)

    async def came_back(self, message_id: str, trouble: MailTrouble, why: str) -> None:
        """Note that a server which had taken it has sent it back."""
        sealed = self._database.seal(why, "mail", "sealed_why", message_id)
        this = update(mail).where(mail.c.message_id == message_id, mail.c.status == MailStatus.SENT)
        values = {"status": MailStatus.CAME_BACK, "trouble": trouble, "sealed_why": sealed, "tried_at": self._now()}

        def write(connection: Connection) -> None:
            wrote(self._database, connection, mail, *connection.execute(this.values(**values).returning(mail)))

        await self._database.transact(write)

    def end(
        self,
        connection: Connection,
        message_id: str,
        status: MailStatus,
        trouble: MailTrouble | None = None,
        why: str | None = None,
        *,
        fault: str | None = None,
    ) -> None:
        """Note how a try ended, within a transaction of the caller's. Raises `UnknownMessage`."""
        row = connection.execute(_OF_ID, {"id": message_id}).one_or_none()
        if row is None:
            raise UnknownMessage("this email was never begun: call `begin` before it is sent")
        if row.status == MailStatus.SENT or (row.status == MailStatus.GIVEN_UP and status is not MailStatus.SENT):
            return
        sealed = None if why is None else self._database.seal(why, "mail", "sealed_why", message_id)
        now = self._now()
        ended = {"status": status, "trouble": trouble, "sealed_why": sealed, "tried_at": now, "fault": fault}
        ended["fault_at"] = (row.fault_at if row.fault == fault else now) if fault else None
        ended["broken_off"] = row.broken_off + (status is MailStatus.PERHAPS)
        changed = connection.execute(_CHANGED, {"id": message_id, **ended}).one()
        wrote(self._database, connection, mail, changed._mapping)

    def let_go(
        self,
        connection: Connection,
        reference: str,
        keys: Collection[str],
        *,
        failed: Collection[str] = (),
        tried: Collection[str] = (),
    ) -> None:
        """What no longer waits or has failed, by the keys of its notices: it is given up, or a person must see to it
        where it is among the `failed`; no fault holds it. What is `tried` again stands as it is, but for what came
        back: that goes as another email. Within a transaction of the caller's.
        """
        wanted = [(key.cause, key.to, key) for key in map(EffectKey, keys)]
        rows = connection.execute(select(mail).where(mail.c.reference == reference, mail.c.status.not_in(_OVER))).all()
        for row in rows:
            cause = self._database.open(row.sealed, "mail", "sealed", row.message_id)["cause"]
            mine = [key for told, to, key in wanted if to == row.person and f"{cause}~".startswith(f"{told}~")]
            key = next(iter(mine), None)
            if key is None or (key in failed and row.fault is None):
                continue
            if key in tried and row.status != MailStatus.CAME_BACK:
                continue
            status = MailStatus.REFUSED if key in failed else MailStatus.GIVEN_UP
            this = update(mail).where(mail.c.message_id == row.message_id)
            changed = connection.execute(this.values(status=status, fault=None, fault_at=None).returning(mail)).one()
            wrote(self._database, connection, mail, changed._mapping)

    def fault(self, trouble: MailTrouble, code: int | None, domain: str | None) -> str:
        """What one fault of the mail system is called: of all mail, or of the mail to one domain, which it hides."""
        name = " ".join([trouble, *([str(code)] if code else [])])
        if domain is None:
            return name
        key = self._database.keyring.derive("mail-fault")[0]
        return f"{name} {hmac.new(key, domain.lower().encode(), hashlib.sha256).hexdigest()[:12]}"

    async def stands(self, fault: str) -> bool:
        """Whether a fault of the mail system holds an email."""
        async with self._database.read() as connection:
            found = await connection.scalar(select(mail.c.number).where(mail.c.fault == fault).limit(1))
        return found is not None

    async def undelivered(self) -> list[str]:
        """What has mails that were not taken, perhaps made good since: references, in order."""
        query = select(mail.c.reference).where(mail.c.status.in_(_TO_TRY)).distinct()
        async with self._database.read() as connection:
            return sorted(await connection.scalars(query))

    async def standing(self) -> MailStanding:
        """Whether the mail system lets us send: faults that hold emails, how many wait, and which for a person."""
        faults = (
            select(func.min(mail.c.trouble), func.min(mail.c.fault_at), func.count())
            .where(mail.c.fault.is_not(None))
            .group_by(mail.c.fault)
        )
        perhaps, often = mail.c.status == MailStatus.PERHAPS, mail.c.broken_off >= PERHAPS_TRIES
        waits = or_(mail.c.status == MailStatus.WAITING, mail.c.fault.is_not(None), and_(perhaps, not_(often)))
        of_cases = select(mail.c.reference).where(perhaps, often, mail.c.reference.in_(select(cases.c.reference)))
        async with self._database.read() as connection:
            waiting = await connection.scalar(select(func.count()).select_from(mail).where(waits))
            found = (await connection.execute(faults)).all()
            undecided = sorted(await connection.scalars(of_cases))
        trouble = max(found, key=lambda one: one[2])[0] if found else None
        return MailStanding(
            trouble=trouble,
            since=min((one[1] for one in found), default=None),
            held=sum(one[2] for one in found),
            waiting=waiting or 0,
            perhaps=undecided,
        )

    async def failed(self, *, limit: int) -> tuple[int, list[tuple[str, Mail]]]:
        """How many emails of cases wait for a person, refused or perhaps arrived too often; and the latest of them."""
        perhaps = and_(mail.c.status == MailStatus.PERHAPS, mail.c.broken_off >= PERHAPS_TRIES)
        where = and_(or_(mail.c.status.in_(_FAILED), perhaps), cases.c.rehearsal.is_(False))
        joined = mail.join(cases, cases.c.reference == mail.c.reference)
        latest = select(mail).select_from(joined).where(where).order_by(mail.c.tried_at.desc(), mail.c.number.desc())
        async with self._database.read() as connection:
            count = await connection.scalar(select(func.count()).select_from(joined).where(where)) or 0
            rows = (await connection.execute(latest.limit(limit))).all()
        return count, [(row.reference, self._mail(row)) for row in rows]

    async def posted(self, begins: str) -> Posted | None:
        """The mail whose Message-ID begins so, as it went: what a reply answers; None where none does."""
        first = f"<{begins}"
        # A span finds it by the index, which no LIKE does; what follows is a hexadecimal digit or an @.
        query = select(mail).where(mail.c.message_id.between(first, f"{first}g")).limit(3)
        async with self._database.read() as connection:
            rows = [row for row in await connection.execute(query) if row.message_id.startswith(first)]
        if len(rows) != 1:
            return None
        posted = self._database.open(rows[0].sealed, "mail", "sealed", rows[0].message_id).get("posted", [])
        return Posted(rows[0].reference, self._mail(rows[0]), [Notice.model_validate(one) for one in posted])

    async def of_case(self, reference: str) -> list[Mail]:
        """The emails of a case in the order in which they went out."""
        query = select(mail).where(mail.c.reference == reference).order_by(mail.c.sent_at, mail.c.number)
        async with self._database.read() as connection:
            return [self._mail(row) for row in await connection.execute(query)]

    def _mail(self, row: Row[Any]) -> Mail:
        why, told = row.sealed_why, dict(self._database.open(row.sealed, "mail", "sealed", row.message_id))
        told.pop("posted", None)
        return Mail(
            message_id=row.message_id,
            person=row.person,
            **told,
            sent_at=row.sent_at,
            tried_at=row.tried_at,
            status=MailStatus(row.status),
            trouble=MailTrouble(row.trouble) if row.trouble else None,
            why=None if why is None else self._database.open(why, "mail", "sealed_why", row.message_id),
        )
