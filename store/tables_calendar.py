"""Store: the tables of meetings of cases and of people's calendars, beside those of `store.tables`."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from store.tables import metadata
from store.types import UtcDateTime

# Meetings of a case as they are set; `whose` says who was invited, or whose a deadline is, by id.
case_meetings = Table(
    "case_meetings",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("whose", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("case_meetings_by_start", "starts_at", "reference"),
)

# What those invited have answered, by the case or meeting of the CRG: `sequence` is the number of the invitation.
meeting_answers = Table(
    "meeting_answers",
    metadata,
    Column("reference", String, primary_key=True),
    Column("meeting", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("answer", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# A person's private address for calendars, by the keyed hash of its secret: one each.
calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("person", String, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
