"""Store: the tables of mail that came in, beside those of `store.tables`."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from store.tables import metadata
from store.types import UtcDateTime

_Number = BigInteger().with_variant(Integer, "sqlite")

# Mail that came in: `id` is the hash of it as it came, so that the same mail twice is one.
replies = Table(
    "replies",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("about", String),
    Column("person", String),
    Column("settled_at", UtcDateTime),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_raw", LargeBinary, nullable=False),
    Index("replies_by_status", "status", "number"),
    Index("replies_by_case", "about", "number"),
)

# Who has opened which version on the page of a sign-off, and when first.
openings = Table(
    "openings",
    metadata,
    Column("reference", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("person", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
