"""Answering a caught mail, as somebody's mail program does: by real SMTP, to the address that the mail names.

The catcher plays the council's relay, too: it says of every reply that the sender is who they say.
"""

import smtplib
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, make_msgid, parseaddr

from crg.embedded.mail_folder import MAILBOX_ID, Caught
from crg.embedded.ports import HOST
from delivery.replies.address import mail_of_address

LONGEST = 20_000  # characters of a reply


def reply_to(mail: Caught) -> str:
    """Where a reply to it goes; empty where it names no address of ours for one."""
    named = str(message_from_bytes(mail.raw, policy=policy.default)["reply-to"] or "")
    address = parseaddr(named)[1]
    return address if mail_of_address(address) else ""


def reply(mail: Caught, sender: str, text: str, now: datetime) -> EmailMessage:
    """The reply: what was written, above the quoted mail."""
    entry, made = mail.entry, EmailMessage(policy=policy.SMTP)
    made["From"], made["To"] = sender, reply_to(mail)
    made["Subject"] = f"RE: {' '.join(entry.subject.split())}"
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    made["In-Reply-To"] = entry.message_id
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    made.set_content(f"{text.strip()}\n\nOn {now:%d %B %Y at %H:%M}, {entry.sender} wrote:\n\n{quoted}\n")
    return made


def send(message: EmailMessage, smtp_port: int) -> None:
    """Hand it to the catcher, by SMTP."""
    with smtplib.SMTP(HOST, smtp_port, timeout=10) as smtp:
        smtp.send_message(message)


def is_for_us(recipients: list[str], mailbox: str) -> bool:
    """Whether a mail goes to the mailbox of replies: to one of its addresses with a plus, or to its own."""
    return any(mail_of_address(one) or one.lower() == mailbox.lower() for one in recipients)


def vouched_for(raw: bytes, recipients: list[str]) -> bytes:
    """The mail as the relay of a council would hand it on: to whom it came, and that its sender is who they say."""
    message = message_from_bytes(raw, policy=policy.default)
    senders = getaddresses([str(one) for one in message.get_all("from", [])])
    domain = senders[0][1].rpartition("@")[2] if senders else ""
    lines = [f"Authentication-Results: {MAILBOX_ID}; dmarc=pass header.from={domain}"]
    lines += [f"Delivered-To: {one}" for one in recipients if one.isascii()]
    return "".join(f"{line}\r\n" for line in lines).encode() + raw
