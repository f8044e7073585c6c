"""Mail over real SMTP. Part of `delivery`: makes a `Mail` well-formed MIME and hands it to a server; knows no case.

A mail is one message to one person. The same `Mail` always gives the same bytes, so that a retry is the same message.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Self

import aiosmtplib

from delivery.answers import Step, judge
from delivery.headers import address, words_of
from delivery.tokens import NoToken, Tokens
from review.case.mailing import MailTrouble
from settings import Settings, SmtpTls

# 7bit: what is not ASCII is encoded, so that no server on the way has to offer 8BITMIME.
_POLICY = SMTP.clone(cte_type="7bit")
# Only what no server could be asked about; whether it exists is the server's to say.
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_LOOK_EVERY = 0.001  # seconds, while content is under way
_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class MailNotTaken(Exception):
    """The server has not taken the mail: why, and whether the same mail would be refused for ever.

    `everybody`: nothing of the recipient was asked yet, so that no mail would go. Its text holds no address and no
    words of the server, because messages of errors reach logs.
    """

    def __init__(
        self, trouble: MailTrouble, *, lasting: bool, code: int | None = None, everybody: bool = False
    ) -> None:
        super().__init__(f"the mail was not taken: {trouble}" + (f" (code {code})" if code else ""))
        self.trouble = trouble
        self.lasting = lasting
        self.code = code
        self.everybody = everybody


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
    from_name: str = ""  # beside the sender's address, where the settings name none
    reply_to: str | None = field(default=None, repr=False)


def as_message(mail: Mail, mail_from: str) -> EmailMessage:
    """The mail as MIME: text, HTML and invite as alternatives, files attached. ValueError for a naive `sent_at`."""
    if mail.sent_at.tzinfo is None:
        raise ValueError("sent_at has no time zone: give the mail an aware time")
    message = EmailMessage(policy=_POLICY)
    name, sender = parseaddr(mail_from)
    message["From"] = address("From", name or " ".join(mail.from_name.split()), sender)
    if mail.reply_to:
        message["Reply-To"] = address("Reply-To", *parseaddr(mail.reply_to))
    message["To"] = address("To", " ".join(mail.to_name.split()), mail.to_address)
    message["Subject"] = words_of("Subject", mail.subject)
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = mail.message_id
    message["X-Case-Reference"] = mail.reference
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.invite is not None:
        method = _method(mail.invite)
        message.add_alternative(mail.invite.decode(), subtype="calendar", params={"method": method})
        message.add_attachment(mail.invite, maintype="application", subtype="ics", filename="invite.ics")
    for one in mail.attachments:
        kind, _, subtype = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    message["Content-Language"] = "en-GB"  # last: what makes parts takes such headers with it
    for depth, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary("=_" + hashlib.sha256(f"{mail.message_id} {depth}".encode()).hexdigest()[:32])
    return message


def _method(invite: bytes) -> str:
    found = _METHOD.search(invite)
    if found is None:
        raise ValueError("the invite has no METHOD: make it with delivery.invites")
    return found[1].decode()


def tokens_of(settings: Settings) -> Tokens | None:
    """The way to tokens of the mail server; None where it takes a password, or asks for nothing."""
    if not settings.smtp_token_url:
        return None
    secret = settings.smtp_client_secret
    return Tokens(
        url=settings.smtp_token_url,
        client_id=settings.smtp_client_id or "",
        client_secret=secret.get_secret_value() if secret else "",
        scope=settings.smtp_scope,
    )


@dataclass(frozen=True, kw_only=True)
class MailCarrier:
    """The way to one SMTP server. `mail_from` is the sender as shown: "Business Unit <office@example.org>"."""

    host: str
    port: int
    mail_from: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tokens: Tokens | None = None  # in the place of a password
    tls: SmtpTls = SmtpTls.NONE
    timeout: float = 30.0  # seconds, for each step of the conversation
    content_within: float = 180.0  # seconds for the content to leave us (RFC 5321, 4.5.3.2.5)
    answer_within: float = 600.0  # seconds for the answer to it (RFC 5321, 4.5.3.2.6)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The way to the mail server that the settings name."""
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            mail_from=settings.mail_from,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            tokens=tokens_of(settings),
            tls=settings.smtp_tls,
            answer_within=settings.mail_answer_minutes * 60,
        )

    @property
    def domain(self) -> str:
        """The domain of the sender, for Message-IDs."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

    async def send(self, mail: Mail, handing_over: Callable[[], Awaitable[None]] | None = None) -> None:
        """Hand the mail to the server. Returns once the server has taken it; raises `MailNotTaken`, which says why.

        `handing_over` is awaited when the server is ready for the content: from then on the mail may arrive.
        """
        if _ADDRESS.fullmatch(mail.to_address) is None:
            raise MailNotTaken(MailTrouble.NO_SUCH_PERSON, lasting=True)
        try:
            message = as_message(mail, self.mail_from)
        except ValueError as problem:
            raise MailNotTaken(MailTrouble.NOT_WRITTEN, lasting=False) from problem
        conversation = self._conversation(handing_over)
        try:
            await conversation.connect()
            await conversation.send_message(message, sender=parseaddr(self.mail_from)[1], recipients=[mail.to_address])
        except aiosmtplib.SMTPNotSupported as refused:
            if mail.to_address.isascii():
                raise MailNotTaken(MailTrouble.MAY_NOT_SEND, lasting=False, everybody=True) from refused
            raise MailNotTaken(MailTrouble.NO_SUCH_PERSON, lasting=True) from refused  # no address with such letters
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _not_taken(Step.RECIPIENT, refused.recipients[0]) from refused
        except aiosmtplib.SMTPDataError as refused:
            raise _not_taken(Step.CONTENT, refused) from refused
        except NoToken as refused:
            raise MailNotTaken(MailTrouble.MAY_NOT_SEND, lasting=False, everybody=True) from refused
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as broken:
            if self.tokens and isinstance(broken, aiosmtplib.SMTPAuthenticationError):
                self.tokens.forget()
            raise conversation.broken_off(broken) from broken
        finally:
            await conversation.leave()

    async def _token(self) -> str:
        return await asyncio.to_thread(self.tokens.get) if self.tokens else ""

    def _conversation(self, handing_over: Callable[[], Awaitable[None]] | None) -> "_Conversation":
        conversation = _Conversation(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=None if self.tokens else self.password,
            oauth_token_generator=self._token if self.tokens else None,
            use_tls=self.tls is SmtpTls.TLS,
            start_tls=self.tls is SmtpTls.STARTTLS,
            timeout=self.timeout,
        )
        conversation.handing_over = handing_over
        conversation.content_within, conversation.answer_within = self.content_within, self.answer_within
        return conversation


class _Conversation(aiosmtplib.SMTP):
    """One connection, which knows whether the whole content has gone: what breaks off then has perhaps arrived."""

    content_gone = False
    handing_over: Callable[[], Awaitable[None]] | None = None
    content_within = answer_within = 0.0  # seconds

    async def data(self, message: str | bytes, /, **_: Any) -> aiosmtplib.SMTPResponse:
        content = message.encode("ascii") if isinstance(message, str) else message
        answer = await self.execute_command(b"DATA")
        if answer.code != aiosmtplib.SMTPStatus.start_input or self.protocol is None:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        if self.handing_over is not None:
            await self.handing_over()
        answering = asyncio.create_task(self.protocol.read_response(timeout=self.content_within + self.answer_within))
        try:
            await asyncio.sleep(0)  # it reads before anything is asked of it
            await self._give(_LEADING_DOT.sub(b"..", content) + b".\r\n", answering)
            answer = await asyncio.wait_for(answering, self.answer_within)
        finally:
            answering.cancel()
        if not 200 <= answer.code < 300:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        return answer

    async def _give(self, content: bytes, answering: "asyncio.Task[aiosmtplib.SMTPResponse]") -> None:
        """The whole content, until the last of it has left us or the server has broken in."""
        if self.protocol is None or not isinstance(self.transport, asyncio.WriteTransport):
            raise aiosmtplib.SMTPServerDisconnected("connection lost")
        self.protocol.write(content)
        async with asyncio.timeout(self.content_within):
            while left := self.transport.get_write_buffer_size():
                await asyncio.sleep(_LOOK_EVERY)
                if answering.done() or self.transport.is_closing():  # what had not left was thrown away
                    break
        self.content_gone = not left

    async def rset(self, **_: Any) -> aiosmtplib.SMTPResponse:
        """Nothing: the conversation ends after one mail, and what was answered to it stands."""
        return aiosmtplib.SMTPResponse(aiosmtplib.SMTPStatus.completed, "")

    def broken_off(self, problem: BaseException) -> MailNotTaken:
        """What it means that a conversation ended without an answer to the content that means anything."""
        if self.content_gone:
            return MailNotTaken(MailTrouble.PERHAPS_DELIVERED, lasting=False)
        if isinstance(problem, aiosmtplib.SMTPResponseException):
            return _not_taken(Step.BEFORE, problem)
        away = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, OSError, TimeoutError)
        if isinstance(problem, away):
            return MailNotTaken(MailTrouble.NOT_REACHABLE, lasting=False, everybody=True)
        # no STARTTLS, no login where our settings want one
        return MailNotTaken(MailTrouble.MAY_NOT_SEND, lasting=False, everybody=True)

    async def leave(self) -> None:
        """Say goodbye where there is somebody; what was taken stays taken whatever the server makes of it."""
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if self.is_connected:
                await self.quit(timeout=1)
        self.close()


def _not_taken(step: Step, answer: aiosmtplib.SMTPResponseException) -> MailNotTaken:
    judged = judge(step, answer.code, answer.message)
    everybody = step is Step.BEFORE
    return MailNotTaken(judged.trouble, lasting=judged.lasting, code=answer.code, everybody=everybody)
