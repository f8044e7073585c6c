"""Store: what stands in Today at a moment, for the page, the API and the morning mail; and who wants that mail.

Who wants it is no part of the directory: a change of it is told to no case.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import IntEnum
from typing import NamedTuple, Protocol

from sqlalchemy import select

from calendar_rules.england import england
from calendar_rules.lengths import LONDON, london
from calendar_rules.working_days import ONE_DAY, ClosedDay, WorkingCalendar
from store.closures import Closures
from store.database import Database
from store.journal import wrote
from store.mail_log import Mail, MailLog
from store.record import Record, RecordEntry
from store.tables import counters
from store.today import Due, Today, Waiting

_PLACE = "morning-mail:"


class Wanted(IntEnum):
    """How often somebody wants Today by mail. Persisted: add, never renumber."""

    NONE = 0
    DAILY = 1  # on working days
    WEEKLY = 2  # on the first working day of a week


class Morning(NamedTuple):
    """What stands in Today: each part counted whole, and the first of it. Days are London's."""

    day: date
    since: datetime  # what is new is new since then: the morning of the last working day
    calendar: WorkingCalendar
    overdue: Due
    due_today: Due
    due_this_week: Due
    waiting: Waiting
    unread: Waiting
    many_new: int
    new: Sequence[tuple[str, RecordEntry]]
    many_failed: int
    failed: Sequence[tuple[str, Mail]]


class Read(Protocol):
    """The parts of the store that Today is read from."""

    today: Today
    record: Record
    mail_log: MailLog
    closures: Closures


async def working_days_around(closures: Closures, day: date) -> WorkingCalendar:
    """Working days as the partnership has them now, of last year, this one and the next."""
    closed: list[ClosedDay] = [one for one in await closures.all() if abs(one.day.year - day.year) <= 1]
    return england(day.year - 1, day.year + 1, closed)


async def morning(store: Read, now: datetime, limit: int) -> Morning:
    """Today as it stands at that moment (UTC)."""
    day = london(now).date()
    calendar = await working_days_around(store.closures, day)
    tomorrow, monday = _midnight(day + ONE_DAY), _midnight(day + (8 - day.isoweekday()) * ONE_DAY)
    since, read = _midnight(calendar.back(day, 1)), store.today
    many_new, new = await store.record.news(since, limit=limit)
    many_failed, failed = await store.mail_log.failed(limit=limit)
    return Morning(
        day=day,
        since=since,
        calendar=calendar,
        overdue=await read.due(now=now, until=now, limit=limit),
        due_today=await read.due(now=now, since=now, until=tomorrow, limit=limit),
        due_this_week=await read.due(now=now, since=tomorrow, until=monday, limit=limit),
        waiting=await read.waiting_for_others(now=now, limit=limit),
        unread=await read.with_unread_returns(now=now, limit=limit),
        many_new=many_new,
        new=new,
        many_failed=many_failed,
        failed=failed,
    )


class MorningMail:
    """Who wants Today by mail, and how often."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wanted(self) -> dict[str, Wanted]:
        """By the ids of people; who is not named wants none."""
        query = select(counters.c.name, counters.c.value).where(counters.c.name.startswith(_PLACE, autoescape=True))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.name.removeprefix(_PLACE): Wanted(row.value) for row in rows}

    async def choose(self, person: str, wanted: Wanted) -> None:
        """Have it so from now on."""
        row = self._database.insert(counters).values(name=_PLACE + person, value=int(wanted))
        changed = row.on_conflict_do_update(index_elements=["name"], set_={"value": int(wanted)}).returning(counters)
        async with self._database.write() as connection:
            wrote(self._database, connection, counters, *await connection.execute(changed))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)
