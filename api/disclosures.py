"""API: the disclosure log of a case, read off its record (B-8)."""

from pydantic import AwareDatetime, Field

from calendar_rules.model import Model
from store.record import RecordEntry


class DisclosureOut(Model):
    """One paper, or one piece of information, that left the partnership."""

    at: AwareDatetime
    what: str = Field(description="the document by its name, or in words what was shared")
    version: int | None = None
    sha256: str | None = None
    to: str = Field(description="with whom: a person of the directory by id, or in words")
    why: str
    lawful_basis: str
    by: str = Field(description="by whom: a person by id, or the system, which follows the protocol")
    record: int = Field(description="its row in the record")


class Disclosures(Model):
    """The log, oldest first."""

    items: list[DisclosureOut]


def disclosure_of(row: RecordEntry) -> DisclosureOut:
    """A row of the record as the log shows it."""
    pack = row.detail.get("pack")
    paper = pack if isinstance(pack, dict) else row.detail
    version = paper.get("version")
    return DisclosureOut(
        at=row.happened_at,
        what=str(row.detail.get("document") or row.detail.get("what") or row.line),
        version=version if isinstance(version, int) else None,
        sha256=str(paper["sha256"]) if paper.get("sha256") else None,
        to=str(row.detail.get("to") or row.about or ""),
        why=str(row.detail.get("why") or row.line),
        lawful_basis=str(row.detail.get("lawful_basis") or ""),
        by=row.who or "system",
        record=row.seq,
    )
