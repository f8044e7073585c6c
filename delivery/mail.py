"""Mail over real SMTP. Part of `delivery`: makes a `Mail` well-formed MIME and hands it to a server; knows no case.

A mail is one message to one person. The same `Mail` always gives the same bytes, so that a retry is the same message.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import aiosmtplib

from settings import SmtpTls

# 7bit: what is not ASCII is encoded, so that no server on the way has to offer 8BITMIME.
_POLICY = SMTP.clone(cte_type="7bit")
# Refusals that speak of the conversation or our login, not of the address: an administrator can mend them, so retry.
_NOT_THE_ADDRESS = frozenset({500, 502, 503, 504, 530, 534, 535, 538})
_ADDRESS_STATUS = re.compile(r"\b5\.[12]\.\d{1,3}\b")  # RFC 3463: addressing and mailbox status
# Only what no server could be asked about; whether it exists is the server's to say.
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class AddressRefused(Exception):
    """The server will never take mail for this address. Correct the address in the directory, then send again.

    The address and the reply are attributes; the message holds only the code, because messages of errors reach logs.
    """

    def __init__(self, address: str, code: int, reply: str) -> None:
        super().__init__(
            f"the mail server refused the address for good (code {code}): correct it in the directory and send again"
        )
        self.address = address
        self.code = code
        self.reply = reply


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file of a mail. `media_type` such as "text/html"; `name` holds no personal data."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one person. `sent_at` is aware (the Date header); `invite` is made by `delivery.invites`."""

    to_name: str = field(repr=False)
    to_address: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    message_id: str
    sent_at: datetime
    reference: str
    attachments: list[Attachment] = field(default_factory=list)
    invite: bytes | None = field(default=None, repr=False)


def stable_message_id(reference: str, cause: str, person: str, *, domain: str = "case-review.invalid") -> str:
    """The Message-ID of the one mail that `cause` owes `person` in this case: always the same, telling of neither."""
    told = "\x1f".join((reference, cause, person)).encode()
    return f"<{hashlib.sha256(told).hexdigest()[:40]}@{domain}>"


def as_message(mail: Mail, mail_from: str) -> EmailMessage:
    """The mail as MIME: text, HTML and invite as alternatives, files attached. ValueError for a naive `sent_at`."""
    if mail.sent_at.tzinfo is None:
        raise ValueError("sent_at has no time zone: give the mail an aware time")
    message = EmailMessage(policy=_POLICY)
    message["From"] = mail_from
    username, _, domain = mail.to_address.rpartition("@")
    message["To"] = Address(display_name=" ".join(mail.to_name.split()), username=username, domain=domain)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = mail.message_id
    message["X-Case-Reference"] = mail.reference
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "en-GB"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.invite is not None:
        method = _method(mail.invite)
        message.add_alternative(mail.invite.decode(), subtype="calendar", params={"method": method})
        message.add_attachment(mail.invite, maintype="application", subtype="ics", filename="invite.ics")
    for one in mail.attachments:
        kind, _, subtype = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    for depth, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary("=_" + hashlib.sha256(f"{mail.message_id} {depth}".encode()).hexdigest()[:32])
    return message


def _method(invite: bytes) -> str:
    found = _METHOD.search(invite)
    if found is None:
        raise ValueError("the invite has no METHOD: make it with delivery.invites")
    return found[1].decode()


@dataclass(frozen=True, kw_only=True)
class MailCarrier:
    """The way to one SMTP server. `mail_from` is the sender as shown: "Business Unit <office@example.org>"."""

    host: str
    port: int
    mail_from: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: SmtpTls = SmtpTls.NONE
    timeout: float = 30.0  # seconds, for each step of the conversation

    @property
    def domain(self) -> str:
        """The domain of the sender, for Message-IDs."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

    async def send(self, mail: Mail) -> None:
        """Hand the mail to the server. Returns once the server has taken it.

        Raises `AddressRefused` if the recipient is refused for good; every other error (no connection, 4xx, login)
        passes through and may be retried.
        """
        if _ADDRESS.fullmatch(mail.to_address) is None:
            raise AddressRefused(mail.to_address, 553, "not an email address")
        message = as_message(mail, self.mail_from)
        try:
            await aiosmtplib.send(
                message,
                sender=parseaddr(self.mail_from)[1],
                recipients=[mail.to_address],
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls is SmtpTls.TLS,
                start_tls=self.tls is SmtpTls.STARTTLS,
                timeout=self.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            first = refused.recipients[0]
            if first.code >= 500 and first.code not in _NOT_THE_ADDRESS:
                raise AddressRefused(mail.to_address, first.code, first.message) from refused
            raise
        except aiosmtplib.SMTPNotSupported as refused:
            if mail.to_address.isascii():
                raise
            raise AddressRefused(mail.to_address, 553, "the server takes no address with such letters") from refused
        except aiosmtplib.SMTPDataError as refused:
            # Some servers look the mailbox up only after the content; the enhanced status then blames the address.
            if refused.code >= 500 and _ADDRESS_STATUS.search(refused.message):
                raise AddressRefused(mail.to_address, refused.code, refused.message) from refused
            raise
