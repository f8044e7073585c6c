"""What a case asks of the world outside: mails and documents, named by cause so that each is done once.

Room: review. They carry ids and dates, never a child's name or what happened.
"""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from review.facts import DocumentRef


class Invite(BaseModel):
    """A calendar invite that goes with a mail."""

    meeting: str  # stable name of the meeting within the case
    sequence: int
    title: str
    starts_at: AwareDatetime
    minutes: int
    link: str = ""


class LinkFor(BaseModel):
    """A link for one person and one purpose ("sign-off" of a round, "return" of an agency)."""

    purpose: str
    subject: str
    expires_at: AwareDatetime


class Notice(BaseModel):
    """One mail to one person for one cause."""

    cause: str
    template: str
    to: str
    about: str | None = None
    n: dict[str, Any] = {}
    invite: Invite | None = None
    link: LinkFor | None = None
    attach: list[DocumentRef] = []

    @property
    def key(self) -> str:
        """Done once per recipient and cause."""
        return f"{self.cause}>{self.to}"


class Rendering(BaseModel):
    """A document to make from a template and kept documents; `cause` makes it once."""

    cause: str
    document: str
    template: str
    title: str
    n: dict[str, Any] = {}
    sources: dict[str, DocumentRef] = {}  # name in the template -> kept content
