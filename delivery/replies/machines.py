"""Mail that no person wrote: answers by machines, reports of mails that could not be delivered, calendars' answers."""

import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import parseaddr
from enum import StrEnum
from typing import NamedTuple

from icalendar import Calendar
from icalendar.cal import Component

_MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?reply|out of (the )?office|autosvar|abwesenheitsnotiz|"
    r"automatische antwort|ateb awtomatig)\b",
    re.IGNORECASE,
)
_MANY = ("bulk", "junk", "list", "auto_reply")


class Bounce(NamedTuple):
    """A report that a mail was not delivered, and that the server has given up.

    `status` is as RFC 3463 has it: "5.1.1"; a server that has tried in vain for days gives one of 4.
    """

    recipients: tuple[str, ...]  # as it was addressed, and where that led; in lower case
    status: str
    message_id: str | None  # of the mail that was not delivered


class Attending(StrEnum):
    """What a calendar says of one who was invited (RFC 5545, 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class CalendarReply(NamedTuple):
    """An answer that a calendar program has sent (iTIP REPLY or COUNTER)."""

    uid: str
    sequence: int
    attendee: str
    answer: Attending | None  # None: another time is proposed, or the program says what we do not know


def bounce_of(message: EmailMessage) -> Bounce | None:
    """What a delivery report says; None where it is none, or says that the mail was delivered or waits."""
    if message.get_content_type() != "multipart/report":
        return None
    blocks = [*_blocks(message)]
    failed = [one for one in blocks if one.get("action", "").strip().lower() == "failed"]
    if not failed:
        return None
    about = next((one for one in blocks if "action" not in one), {})
    parts = [one for one in message.walk() if one.get_content_type() in ("message/rfc822", "text/rfc822-headers")]
    returned = next((id for part in parts if (id := _message_id(part))), None)
    fields = about | failed[0]
    named = [one.get(name, "") for one in failed for name in ("original-recipient", "final-recipient")]
    addresses = [one.rpartition(";")[2].strip().strip("<>").lower() for one in named]
    original = _MESSAGE_ID.search(fields.get("x-original-message-id", ""))
    return Bounce(
        recipients=tuple(dict.fromkeys(one for one in addresses if one)),
        status=fields.get("status", "").split(" ")[0].strip(),
        message_id=returned or (original[0] if original else None),
    )


def unread_report(message: EmailMessage) -> bool:
    """Whether a mail server seems to report what became of a mail, in a form that we cannot read."""
    sender = parseaddr(str(message["from"] or ""))[1].partition("@")[0].lower()
    of_a_server = sender in ("mailer-daemon", "postmaster") or message["x-failed-recipients"] is not None
    return of_a_server and not any("action" in one for one in _blocks(message))


def _blocks(message: EmailMessage) -> Iterator[dict[str, str]]:
    """The fields of a delivery report (RFC 3464): one block about all of it, then one for each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message):
                    yield {name.lower(): str(value) for name, value in block.items()}


def _message_id(part: Message) -> str | None:
    """The Message-ID of what a report gives back, whole or only its headers."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        text = str(inner[0]["message-id"] or "")
    else:
        content = part.get_payload(decode=True)
        text = content.decode("latin-1") if isinstance(content, bytes) else str(inner)
        found = re.search(r"^message-id:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
        text = found[1] if found else ""
    found = _MESSAGE_ID.search(text)
    return found[0] if found else None


def automatic(message: EmailMessage) -> bool:
    """Whether a machine has written this mail (RFC 3834): it is never an answer, and is never answered."""
    submitted = str(message["auto-submitted"] or "no").partition(";")[0].strip().lower()
    precedence = str(message["precedence"] or "").strip().lower()
    return (
        submitted != "no"
        or precedence in _MANY
        or str(message["return-path"] or "").strip() == "<>"
        or any(message[name] is not None for name in ("x-auto-response-suppress", "x-autoreply", "x-autorespond"))
        or message["list-id"] is not None
        or bool(_AWAY.match(str(message["subject"] or "")))
        or message.get_content_type() == "multipart/report"
    )


def calendar_reply(message: EmailMessage) -> CalendarReply | None:
    """What a calendar program answers to an invitation."""
    for part in message.walk():
        if part.get_content_type() != "text/calendar":
            continue
        content = part.get_payload(decode=True)
        try:
            calendar = Calendar.from_ical(content if isinstance(content, bytes) else b"")
            method = str(calendar.get("method", "")).upper()
            for event in calendar.walk("VEVENT") if method in ("REPLY", "COUNTER") else ():
                return _answered(event, method)
        except (ValueError, KeyError, IndexError, AttributeError, TypeError):
            return None
    return None


def _answered(event: Component, method: str) -> CalendarReply:
    attendees = event.get("attendee")
    attendee = attendees[0] if isinstance(attendees, list) else attendees
    said = str(attendee.params.get("PARTSTAT", "")).lower() if attendee is not None else ""
    known = said in {one.value for one in Attending} and method == "REPLY"
    return CalendarReply(
        uid=str(event.get("uid", "")),
        sequence=int(event.get("sequence", 0)),
        attendee=str(attendee or "").partition(":")[2].strip().lower(),
        answer=Attending(said) if known else None,
    )
