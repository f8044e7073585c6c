"""What a case asks of the world outside: mails and documents, named by cause so that each is done once.

They carry ids and dates, never a child's name or what happened.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import to_jsonable_python

from calendar_rules.model import Model
from review.asked import WEEKLY_DIGEST
from review.case.effects import EffectKey
from review.facts import DocumentRef

OTHER_PARTNERSHIP = "other-partnership"  # to whom a mail goes: the contact whom a request for information names
OF_ALL_CASES = WEEKLY_DIGEST  # the reference of a mail that is about no single case (G-5)

# Mails that can come to one person several at once, and what several of them are called.
TOGETHER = {
    "deadline-moved": "deadlines have moved",
    "deadline-reminder": "deadlines are coming up",
    "deadline-overdue": "deadlines are overdue",
    "deadline-escalation": "deadlines are overdue, please step in",
    "comment-escalation": "early comments are overdue, please step in",
    "sign-off-escalation": "sign-offs are overdue, please step in",
}

# What a template is given: times as text from the first, so that a notice is the same before and after a restart.
Plain = Annotated[dict[str, Any], BeforeValidator(to_jsonable_python)]


class Invite(Model):
    """A calendar invite that goes with a mail."""

    meeting: str  # stable name of the meeting within the case
    sequence: int
    title: str
    starts_at: AwareDatetime
    minutes: int
    link: str = ""
    cancelled: bool = False  # takes the meeting out of calendars


class LinkFor(Model):
    """A link for one person and one purpose ("sign-off" of a round, "return" of an agency, "answer" to a handover,
    "reading" of an author); it ends with both.
    """

    purpose: str
    subject: str


class Addressee(Model):
    """One who is in no directory, to whom a mail goes all the same (A-4)."""

    name: str
    email: str


class Notice(Model):
    """One mail to one person for one cause."""

    cause: str
    template: str
    to: str
    about: str | None = None
    n: Plain = {}
    invite: Invite | None = None
    link: LinkFor | None = None
    attach: list[DocumentRef] = []
    papers: list[str] = []  # attached, too: documents by their cause, which may be made in the same moment
    also: list[Plain] = []  # what the same mail tells besides, each as `n` (filled in when it is sent)
    outside: Addressee | None = None  # filled in when it is sent; `to` then says what they are, not who

    @property
    def key(self) -> EffectKey:
        """Done once per recipient and cause."""
        return EffectKey.mail(self.cause, self.to)


def in_one_mail(notices: Iterable[Notice]) -> list[list[Notice]]:
    """What can go in one mail together: of one subject, to one person, in one moment. Each stays a notice of its own in
    what is recorded.
    """
    found: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        together = notice.template in TOGETHER and not (notice.link or notice.invite or notice.attach or notice.papers)
        found.setdefault((notice.template if together else notice.cause, notice.to), []).append(notice)
    return list(found.values())


class Rendering(Model):
    """A document to make from a template and kept documents; `cause` makes it once."""

    cause: str
    document: str
    template: str
    title: str
    n: Plain = {}
    sources: dict[str, DocumentRef] = {}  # name in the template -> kept content
