"""Replies in the tests: mails of ours that people were sent, and what they answer."""

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage

from api.replies.taking import look_at_new
from crg.embedded.sample import sample_partnership
from delivery.replies.address import reply_address
from review.case.notices import LinkFor, Notice
from settings import ReplyMode
from tests.delivery.replying import MAILBOX, RELAY
from tests.pages.desk import REFERENCE, Desk


def address_of(person: str) -> str:
    return next(one.email for one in sample_partnership().people if one.id == person)


def reads_replies(desk: Desk, mode: ReplyMode = ReplyMode.PROPOSE) -> None:
    """From now on replies are read, and count for so much."""
    modes = {"reply_sign_off": mode, "reply_return": mode}
    read = {"inbound_mail": desk.settings.data / "replies", "inbound_authserv_id": RELAY}
    desk.settings = desk.settings.model_copy(update=modes | read)
    desk.app.state.deps.settings = desk.settings


async def was_sent(
    desk: Desk,
    purpose: str,
    subject: str,
    person: str,
    *,
    cause: str = "",
    link: bool = True,
    reference: str = REFERENCE,
    posted: Notice | None = None,
) -> str:
    """A mail with a link has gone to this person: where a reply to it goes."""
    told = f"{purpose} {subject} {person} {cause}"
    message_id = f"<{hashlib.sha256(told.encode()).hexdigest()[:40]}@partnership.example.org>"
    log, now = desk.store.mail_log, datetime.now(UTC)
    await log.begin(
        message_id,
        reference=reference,
        cause=cause or f"{purpose}:{subject}",
        person=person,
        to=address_of(person),
        subject=f"{REFERENCE}: your answer is needed",
        sent_at=now,
        link=LinkFor(purpose=purpose, subject=subject) if link else None,
        posted=[posted] if posted else [],
    )
    await log.sent(message_id)
    return reply_address(MAILBOX, message_id) or ""


async def has_gone(desk: Desk, template: str, cause: str, person: str, *, reference: str = REFERENCE) -> str:
    """A mail of the case has gone to this person: its Message-ID."""
    notice = Notice(cause=cause, template=template, to=person)
    desk.case.done[notice.key] = datetime.now(UTC)
    await desk.project()
    await was_sent(desk, "none", "", person, cause=cause, link=False, reference=reference, posted=notice)
    return next(one.message_id for one in await desk.store.mail_log.of_case(reference) if one.cause == cause)


def report(message_id: str, to: str, *, status: str = "5.1.1", action: str = "failed", headers: str = "") -> bytes:
    """A mail server's report on a mail of ours (RFC 3464)."""
    return (
        f"{headers}From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: Undeliverable\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def written(to: str, text: str, person: str = "officer-health", **headers: str) -> EmailMessage:
    """A reply of this person's."""
    sender = headers.pop("From", address_of(person))
    made = EmailMessage()
    domain = sender.split("@")[-1]
    given = {"From": sender, "To": to, "Subject": "RE: your answer is needed"}
    given["Authentication-Results"] = f"{RELAY}; dmarc=pass header.from={domain}"
    for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


async def comes_in(desk: Desk, mail: EmailMessage) -> str:
    """It is kept, and looked at; the id of it."""
    id = await desk.store.replies.keep(mail.as_bytes(), at=datetime.now(UTC))
    await look_at_new(desk.app.state.deps)
    return id
