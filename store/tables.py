"""Store: the tables as the code of today sees them. How they came to be: `store/migrations`; a test compares.

Columns named `sealed` hold JSON or bytes sealed with the keyring, for their table and row only. Everything else is
plain, so it holds ids, references, words of the protocol and moments, never a person's name or a narrative.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from store.types import UtcDateTime

metadata = MetaData()

# SQLite numbers rows by itself only where the key is a plain INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("fingerprint", String, nullable=False),
    Column("reference", String),
    Column("kind", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("sealed_answer", LargeBinary),
    Column("settled_at", UtcDateTime),
    Column("tried_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Index("inbox_by_status", "status", "reference", "number"),
)

record = Table(
    "record",
    metadata,
    Column("reference", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String),
    Column("capacity", String),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("message", String),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("hash", String(64), nullable=False),
)

# The end of each chain, sealed: a tail that was cut off shows, and its new end cannot be forged without the keys.
record_heads = Table(
    "record_heads",
    metadata,
    Column("reference", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("reference", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("route", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("next_deadline", String),
    Column("next_deadline_at", UtcDateTime),
    Column("overdue", Boolean, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("case_now", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Index("cases_by_opening", "opened_at", "reference"),
)

case_deadlines = Table(
    "case_deadlines",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("due", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("case_deadlines_by_due", "due", "reference", "id"),
)

# A child is known here by a keyed hash only.
case_children = Table(
    "case_children",
    metadata,
    Column("child_key", String(64), primary_key=True),
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Index("case_children_by_reference", "reference"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("reference", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String, nullable=False),
    Column("sealed_title", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("reference", "key", name="documents_once_per_key"),
)

mail = Table(
    "mail",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("message_id", String, nullable=False, unique=True),
    Column("reference", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("person", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("sealed_why", LargeBinary),
    Index("mail_by_reference", "reference", "sent_at", "number"),
)

directory_versions = Table(
    "directory_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

crg_meetings = Table(
    "crg_meetings",
    metadata,
    Column("id", String, primary_key=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("message", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("held_at", UtcDateTime),
    Column("sealed_record", LargeBinary),
    Column("cancelled_at", UtcDateTime),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("carried", Integer, nullable=False, server_default="0"),
)

crg_meeting_changes = Table(
    "crg_meeting_changes",
    metadata,
    Column("meeting", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("message", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("meeting", "message"),
)

closures = Table(
    "closures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

closures_taken_back = Table(
    "closures_taken_back",
    metadata,
    Column("day", Date, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("entered_by", String, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
