"""One mail that came in, taken apart. Whatever it holds, it is read: what cannot be understood is left empty."""

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses

from pydantic import Field

from calendar_rules.model import Model
from delivery.replies import html, marks
from delivery.replies.address import mail_of_address, mail_of_message_id
from delivery.replies.cutting import cut
from delivery.replies.machines import Bounce, CalendarReply, automatic, bounce_of, calendar_reply, unread_report
from delivery.replies.trust import denies, passes
from delivery.replies.words import Said, said

_FORWARDED = re.compile(r"^\s*(fw|fwd|wg|ymlaen)\s*:", re.IGNORECASE)
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_DEEPEST = 100  # parts that hold parts; taking more apart takes too long
_MOST = 200  # attachments and addresses that are named


class File(Model):
    """An attachment: its name, its declared type, and how many bytes it has; `content` is never written down."""

    name: str
    media_type: str
    size: int
    content: bytes = Field(default=b"", exclude=True, repr=False)


class Reply(Model):
    """A mail that came in. `mail` is with what the Message-ID begins of the mail of ours that it answers."""

    sender: str = ""  # address, in lower case; empty where there is not exactly one
    sender_name: str = ""
    mail: str | None = None
    subject: str = ""
    text: str = ""
    signature: str = ""
    whole: str = Field(default="", description="all of its text, quotes too, as far as it is looked at")
    files: list[File] = []
    passed: bool = False  # the trusted relay says that it comes from the sender's domain
    denied: bool = False  # it says that it does not
    machine: bool = False
    bounce: Bounce | None = None
    unread_report: bool = False  # a mail server reports something, in a form that we cannot read
    calendar: CalendarReply | None = None
    by_another: bool = False  # forwarded, sent for somebody else, or written on behalf of somebody
    capped: bool = False  # there is more in it than was looked at

    @property
    def said(self) -> Said | None:
        """The answer that it is by itself; None where a person has to read it."""
        of_a_person = not (self.machine or self.by_another or self.capped)
        return said(self.text) if of_a_person else None


def read(raw: bytes, *, trusted: str = "", recipients: Iterable[str] = ()) -> Reply:
    """Take a mail apart. `trusted`: the authserv-id of the relay that is believed; `recipients`: of the envelope."""
    if raw.lower().count(b"multipart/") > _DEEPEST:
        return Reply(capped=True)
    try:
        message = message_from_bytes(raw, policy=default)
        return _read(message, trusted, list(recipients))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return Reply(capped=True)


def _read(message: EmailMessage, trusted: str, recipients: list[str]) -> Reply:
    senders = _addresses(message, "from")
    name, sender = senders[0] if len(senders) == 1 else ("", "")
    text, capped = _text(message)
    parts = cut(text)
    others = {address for _, address in _addresses(message, "sender")} - {sender}
    behalf = marks.BEHALF.search(f"{parts.text}\n{parts.signature}")
    forwarded = _FORWARDED.match(str(message["subject"] or "")) or message["resent-from"] is not None
    return Reply(
        sender=sender,
        sender_name=name,
        mail=_answered(message, recipients),
        subject=" ".join(str(message["subject"] or "").split())[:300],
        text=parts.text,
        signature=parts.signature,
        whole=text[: marks.LONGEST],
        files=_files(message),
        passed=passes(message, trusted, sender.rpartition("@")[2]),
        denied=denies(message, trusted),
        machine=automatic(message),
        bounce=bounce_of(message),
        unread_report=unread_report(message),
        calendar=calendar_reply(message),
        by_another=bool(others or behalf or forwarded),
        capped=capped or parts.capped,
    )


def _addresses(message: EmailMessage, *names: str) -> list[tuple[str, str]]:
    given = [str(value) for name in names for value in message.get_all(name, [])]
    return [(name, address.strip().lower()) for name, address in getaddresses(given)[:_MOST] if "@" in address]


def _answered(message: EmailMessage, recipients: list[str]) -> str | None:
    """Which mail is answered: by the reply address; else, where none is there, by the Message-ID. Never two."""
    to = [*recipients, *(address for _, address in _addresses(message, *_TO))]
    found = {one for address in to if (one := mail_of_address(address))}
    if not found:
        ids = f"{message['in-reply-to'] or ''}".split() or f"{message['references'] or ''}".split()[-1:]
        found = {one for id in ids if (one := mail_of_message_id(id))}
    return found.pop() if len(found) == 1 else None


def _text(message: EmailMessage) -> tuple[str, bool]:
    """Its text; and whether there is more of it than is looked at."""
    plain = message.get_body(("plain",))
    if plain is not None and (words := _content(plain)).strip():
        return words, False
    found = message.get_body(("html",))
    shown = _content(found) if found is not None else ""
    return html.lines_of(shown), len(shown) > html.LONGEST


def _content(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")


def _files(message: EmailMessage) -> list[File]:
    found = []
    for number, part in enumerate(message.iter_attachments() if message.is_multipart() else (), 1):
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        name = " ".join((part.get_filename() or f"part-{number}").split())[:200]
        found.append(File(name=name, media_type=part.get_content_type(), size=len(content), content=content))
    return found[:_MOST]
