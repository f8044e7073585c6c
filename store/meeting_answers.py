"""Store: what those who were invited to a meeting have answered, by a calendar or in a mail (R-2, R-6, G-2).

It is a row beside the meeting and no fact of the case: nothing follows from it, a meeting of the CRG is of no case, and
the mail itself is kept as evidence (`store.replies`). The answer that came last counts.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from store.database import Database
from store.journal import wrote
from store.tables_calendar import meeting_answers


class MeetingAnswer(NamedTuple):
    """What one person has answered to the invitation with this number: accepted, declined or tentative."""

    meeting: str
    person: str
    answer: str
    sequence: int
    at: datetime


class MeetingAnswers:
    """Answers by case, or meeting of the CRG, and meeting and person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, reference: str, one: MeetingAnswer) -> None:
        """Note an answer; one that came later stays, whichever is looked at first."""
        table = meeting_answers
        values = {"answer": one.answer, "sequence": one.sequence, "at": one.at}
        new = self._database.insert(table).values(reference=reference, meeting=one.meeting, person=one.person, **values)
        noted = new.on_conflict_do_update(
            index_elements=["reference", "meeting", "person"], set_=values, where=table.c.at <= one.at
        ).returning(table)
        async with self._database.write() as connection:
            wrote(self._database, connection, table, *await connection.execute(noted))

    async def of(self, reference: str) -> tuple[MeetingAnswer, ...]:
        """All that was answered to invitations of a case, or to a meeting of the CRG."""
        table = meeting_answers.c
        query = select(table.meeting, table.person, table.answer, table.sequence, table.at)
        query = query.where(table.reference == reference).order_by(table.meeting, table.person)
        async with self._database.read() as connection:
            return tuple(MeetingAnswer(*row) for row in await connection.execute(query))
