"""Store: after a restore, what is compared with Temporal and put right: counts and messages."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select, update

from review.case.record import RowKind
from store.database import Database
from store.inbox import MessageStatus
from store.journal import wrote
from store.tables import case_entries, cases, counters, inbox, record

COUNTED = "reference:"  # begins the name of the count of a kind of references in a year
_REFERENCE = re.compile(r"([A-Z]{2}-\d{4})-(\d+)")


def is_reference(id: str) -> bool:
    """Whether this is the reference of a case or request, and no meeting's id."""
    return _REFERENCE.fullmatch(id) is not None


@dataclass
class Held:
    """What the store holds of a case."""

    version: int  # how many of its moments are written
    run: str  # by which run of its workflow the last one was
    written_at: datetime
    opened_by: str | None  # the message that opened it
    taken: set[str] = field(default_factory=set)  # messages in its record or among its entries
    inbox: set[str] = field(default_factory=set)  # messages to it
    recorded: list[str] = field(default_factory=list)  # those of them that were answered as recorded


class Written(NamedTuple):
    """How many moments of a case are written, by which run of its workflow the last one was, and what opened it."""

    version: int
    run: str
    opened_by: str | None


class Restoring:
    """The store as it came out of its backup."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def held(self) -> dict[str, Held]:
        """What of each case is to be held against the engine."""
        moments = select(cases.c.reference, cases.c.version, cases.c.run, cases.c.written_at)
        entries = select(case_entries.c.reference, case_entries.c.message, case_entries.c.place)
        facts = select(record.c.reference, record.c.message).where(
            record.c.kind == RowKind.FACT, record.c.message.is_not(None)
        )
        messages = select(inbox.c.reference, inbox.c.id, inbox.c.status).order_by(inbox.c.number)
        async with self._database.read() as connection:
            found = {
                row.reference: Held(row.version, row.run, row.written_at, None)
                for row in await connection.execute(moments)
            }
            for reference, message, place in await connection.execute(entries):
                found[reference].taken.add(message)
                if place == 0:
                    found[reference].opened_by = message
            for reference, message in await connection.execute(facts):
                if reference in found:
                    found[reference].taken.add(message)
            for reference, message, status in await connection.execute(messages):
                if reference in found:
                    found[reference].inbox.add(message)
                    if status == MessageStatus.RECORDED:
                        found[reference].recorded.append(message)
        return found

    async def written(self) -> dict[str, Written]:
        """How far each case has come."""
        first = and_(case_entries.c.reference == cases.c.reference, case_entries.c.place == 0)
        query = select(cases.c.reference, cases.c.version, cases.c.run, case_entries.c.message).outerjoin(
            case_entries, first
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {reference: Written(*more) for reference, *more in rows}

    async def counts_behind(self, others: Collection[str] = ()) -> dict[str, tuple[int, int]]:
        """Counts of references that are behind the references in use, ours and `others`: "CR-2026" -> (is, must be)."""
        async with self._database.read() as connection:
            held = {row.name: row.value for row in await connection.execute(select(counters))}
            used = {*others, *await connection.scalars(select(cases.c.reference))}
            used |= {*await connection.scalars(select(inbox.c.reference).where(inbox.c.reference.is_not(None)))}
        highest: dict[str, int] = {}
        for reference in used:
            if found := _REFERENCE.fullmatch(reference):
                highest[found[1]] = max(highest.get(found[1], 0), int(found[2]))
        return {
            kind: (held.get(COUNTED + kind, 0), most)
            for kind, most in sorted(highest.items())
            if held.get(COUNTED + kind, 0) < most
        }

    async def count_from(self, kind: str, most: int) -> None:
        """Let the next reference of this kind be beyond `most`."""
        row = self._database.insert(counters).values(name=COUNTED + kind, value=most)
        changed = row.on_conflict_do_update(
            index_elements=["name"], set_={"value": most}, where=counters.c.value < most
        )
        async with self._database.write() as connection:
            wrote(self._database, connection, counters, *await connection.execute(changed.returning(counters)))

    async def carry_again(self, messages: Collection[str]) -> None:
        """Let these be carried to their cases again, as if nobody had answered."""
        fresh: dict[str, Any] = {"status": MessageStatus.PENDING, "settled_at": None, "sealed_answer": None}
        again = update(inbox).where(inbox.c.status == MessageStatus.RECORDED).values(**fresh, tried_at=None)
        async with self._database.write() as connection:
            for id in messages:
                carried = await connection.execute(again.where(inbox.c.id == id).returning(inbox))
                wrote(self._database, connection, inbox, *carried)
