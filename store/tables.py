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
    Interval,
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
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("what", String, nullable=False),
    Column("capacity", String),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("message", String),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("reference", "key", name="record_once_per_key"),
    Index("record_by_kind", "kind", "told_at", "reference", "seq"),
)

# The end of each chain, sealed: a tail that was cut off shows, and its new end cannot be forged without the keys.
record_heads = Table(
    "record_heads",
    metadata,
    Column("reference", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# What is done outside a case (directory, closed days, CRG meetings), and the journal of all tables: one chain each.
register = Table(
    "register",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("hash", String(64), nullable=False),
)

# `overdue_at`: from when something in it is overdue, on the store's own clock; so a list never depends on when a case
# was written last. `ahead`: how far a rehearsal's clock runs ahead of ours.
# What is sealed stands last: SQLite reads past it only where it is asked for.
cases = Table(
    "cases",
    metadata,
    Column("reference", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("run", String, nullable=False),
    Column("route", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("next_deadline_at", UtcDateTime),
    Column("overdue_at", UtcDateTime),
    Column("live", Boolean, nullable=False),
    Column("on_agenda", Boolean, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("waits_for", String, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("case_now", UtcDateTime, nullable=False),
    Column("ahead", Interval, nullable=False),
    Column("cast_version", Integer, nullable=False),
    Column("calendar", String(32), nullable=False),
    Column("edition", String, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("sealed_line", LargeBinary, nullable=False),
    Index("cases_by_opening", "opened_at", "reference"),
    Index("cases_by_due", "next_deadline_at", "reference"),
    # Today is counted and ordered from this alone: a row of the table is wide.
    Index("cases_today", "live", "rehearsal", "reference", "waits_for", "unread", "next_deadline_at"),
    Index("cases_on_agenda", "on_agenda", "rehearsal", "stage", "route", "reference"),
)

# The state of a case in parts, so that writing what has changed costs the same however much has not.
case_parts = Table(
    "case_parts",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("part", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

case_entries = Table(
    "case_entries",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the moment that wrote it
    Column("message", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

case_deadlines = Table(
    "case_deadlines",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("due", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("overdue_at", UtcDateTime),
    Column("whose", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("case_deadlines_by_due", "due", "reference", "id"),
    Index("case_deadlines_by_id", "id", "due", "reference"),
    Index("case_deadlines_open", "overdue_at", "reference", "id"),
)

# The action log: `place` is the order in which a case's actions were set.
case_actions = Table(
    "case_actions",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("owner", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("overdue_at", UtcDateTime),
    Column("sealed", LargeBinary, nullable=False),
    Index("case_actions_open", "rehearsal", "open", "due", "reference", "place"),
    Index("case_actions_closed", "rehearsal", "closed", "due", "reference", "place"),
    Index("case_actions_by_agency", "agency", "due", "reference", "place"),
    Index("case_actions_of_agency", "agency", "rehearsal", "open", "overdue_at", "closed"),
    Index("case_actions_by_owner", "owner", "due", "reference", "place"),
)

# What a case puts on the CRG's agenda beside its stage and its actions; `id` is its part and number.
# Moments are of the case's clock: `cases.ahead` says how far that of a rehearsal runs ahead of ours.
case_agenda = Table(
    "case_agenda",
    metadata,
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("part", String, nullable=False),
    Column("at", UtcDateTime),
    Column("overdue_at", UtcDateTime),
    Column("sealed", LargeBinary, nullable=False),
    Index("case_agenda_by_part", "part", "at", "reference"),
)

# The agencies with a part of their own in a case: their people see the case.
case_agencies = Table(
    "case_agencies",
    metadata,
    Column("agency", String, primary_key=True),
    Column("reference", String, ForeignKey("cases.reference"), primary_key=True),
    Index("case_agencies_by_reference", "reference"),
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

# `to_scan`: a file that the virus scanner has not looked at yet.
documents = Table(
    "documents",
    metadata,
    Column("reference", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sealed_title", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("to_scan", Boolean, nullable=False),
    UniqueConstraint("reference", "key", name="documents_once_per_key"),
    Index("documents_to_scan", "to_scan", "reference", "at"),
)

# `broken_off`: how often a server had all of it and did not say so. `fault`: the fault of the mail system that keeps it
# from going, as long as it does.
mail = Table(
    "mail",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("message_id", String, nullable=False, unique=True),
    Column("reference", String, nullable=False),
    Column("person", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("trouble", String),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("sealed_why", LargeBinary),
    Column("broken_off", Integer, nullable=False, server_default="0"),
    Column("fault", String),
    Column("fault_at", UtcDateTime),
    Index("mail_by_reference", "reference", "sent_at", "number"),
    Index("mail_by_status", "status", "reference"),
    Index("mail_by_fault", "fault"),
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
    Column("minutes", Integer, nullable=False),
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
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("entered_by", String, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# An empty reference, subject or person stands for all of them.
link_revocations = Table(
    "link_revocations",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("reference", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("person", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

link_keys = Table(
    "link_keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

# What is too large for the engine's history, each once: `key` is a keyed hash of workflow and content.
payloads = Table(
    "payloads",
    metadata,
    Column("workflow", String, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("used_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("payloads_by_use", "used_at", "workflow"),
)

# Whose activity a worker had to try again and again: it may stand still, and Temporal says whether it does.
standing_still = Table(
    "standing_still",
    metadata,
    Column("workflow", String, primary_key=True),
    Column("noted_at", UtcDateTime, nullable=False),
)

# Who has signed in to the pages, by the hash of the token that their browser holds.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)

# One-time codes, by the hash of the token of the browser that asked; without a person: the asking itself.
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("browser", String(64), primary_key=True),
    Column("person", String, primary_key=True),
    Column("code", String(64)),
    Column("tries", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Index("sign_in_codes_by_person", "person", "asked_at"),
)

# What was typed into forms of the pages and not sent yet.
drafts = Table(
    "drafts",
    metadata,
    Column("person", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Every key that ever sealed here, by its id: what names another was never ours.
key_ids = Table(
    "key_ids",
    metadata,
    Column("id", String, primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),
)
