"""Store: mail that came in. Kept as it came, sealed, before anybody looks at it; the same mail twice is one."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, JsonValue
from sqlalchemy import Row, func, select, update

from calendar_rules.model import Model
from store.database import Database
from store.journal import wrote
from store.tables_replies import replies


class ReplyStatus(StrEnum):
    """How far a mail that came in has come."""

    NEW = "new"  # kept, and not looked at yet
    OPEN = "open"  # before the Business Unit
    TAKEN = "taken"  # it counts: by itself, or because the Business Unit has taken it up
    ASIDE = "aside"  # set aside, with a reason
    FILED = "filed"  # a machine's: nothing is to be done about it


class Kept(Model):
    """A mail that came in: what was found out about it in `found`, which case and whose it is where that is known."""

    id: str
    received_at: AwareDatetime
    status: ReplyStatus
    about: str | None
    person: str | None
    settled_at: AwareDatetime | None
    found: dict[str, JsonValue]


class Replies:
    """Mail that came in, by the hash of it as it came."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, raw: bytes, recipients: Sequence[str] = (), *, at: datetime) -> str:
        """Keep a mail as it came; when this returns it cannot be lost. The same again changes nothing."""
        id = hashlib.sha256(raw).hexdigest()
        row = {
            "id": id,
            "received_at": at,
            "status": ReplyStatus.NEW,
            "sealed": self._database.seal({"recipients": list(recipients)}, "replies", "sealed", id),
            "sealed_raw": self._database.seal_bytes(raw, "replies", "sealed_raw", id),
        }
        async with self._database.write() as connection:
            statement = self._database.insert(replies).values(row)
            kept = statement.on_conflict_do_nothing(index_elements=["id"]).returning(replies)
            wrote(self._database, connection, replies, *await connection.execute(kept))
        return id

    async def raw(self, id: str) -> bytes | None:
        """The mail as it came. Raises `CannotOpen`."""
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(replies.c.sealed_raw).where(replies.c.id == id))
        return None if sealed is None else self._database.open_bytes(sealed, "replies", "sealed_raw", id)

    async def get(self, id: str) -> Kept | None:
        """What is known of a mail that came in."""
        found = await self._select(replies.c.id == id, limit=1)
        return next(iter(found), None)

    async def new(self, limit: int) -> Sequence[Kept]:
        """Mails that nobody has looked at yet, the oldest first."""
        return await self._select(replies.c.status == ReplyStatus.NEW, limit=limit)

    async def open(self, about: str | None = None, *, limit: int) -> Sequence[Kept]:
        """Mails before the Business Unit, the oldest first: all, or those of a case."""
        where = [replies.c.status == ReplyStatus.OPEN]
        return await self._select(*where, *([replies.c.about == about] if about else []), limit=limit)

    async def settled(self, *, limit: int) -> Sequence[Kept]:
        """The latest mails that were taken up, set aside or filed, the newest first."""
        over = (ReplyStatus.TAKEN, ReplyStatus.ASIDE, ReplyStatus.FILED)
        return await self._select(replies.c.status.in_(over), limit=limit, newest=True)

    async def count_open(self, about: str | None = None) -> int:
        """How many mails are before the Business Unit."""
        query = select(func.count()).select_from(replies).where(replies.c.status == ReplyStatus.OPEN)
        if about:
            query = query.where(replies.c.about == about)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def settle(
        self,
        id: str,
        status: ReplyStatus,
        found: dict[str, Any],
        *,
        at: datetime,
        about: str | None = None,
        person: str | None = None,
        was: ReplyStatus,
    ) -> bool:
        """Note what became of a mail, where it still stands as it `was`; whether it did."""
        values: dict[str, Any] = {"status": status, "sealed": self._database.seal(found, "replies", "sealed", id)}
        if about:
            values |= {"about": about, "person": person}
        if status not in (ReplyStatus.NEW, ReplyStatus.OPEN):
            values["settled_at"] = at
        change = update(replies).where(replies.c.id == id, replies.c.status == was).values(**values).returning(replies)
        async with self._database.write() as connection:
            changed = (await connection.execute(change)).all()
            wrote(self._database, connection, replies, *changed)
        return bool(changed)

    async def _select(self, *where: Any, limit: int, newest: bool = False) -> list[Kept]:
        columns = [one for one in replies.c if one.name != "sealed_raw"]
        order = replies.c.number.desc() if newest else replies.c.number
        async with self._database.read() as connection:
            rows = (await connection.execute(select(*columns).where(*where).order_by(order).limit(limit))).all()
        return [self._kept(row) for row in rows]

    def _kept(self, row: Row[Any]) -> Kept:
        return Kept(
            id=row.id,
            received_at=row.received_at,
            status=ReplyStatus(row.status),
            about=row.about,
            person=row.person,
            settled_at=row.settled_at,
            found=self._database.open_or({}, row.sealed, "replies", "sealed", row.id),
        )
