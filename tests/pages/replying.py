"""Replies in the tests: mails of ours that people were sent, and what they answer."""

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage

from api.replies.taking import look_at_new
from crg.embedded.sample import sample_partnership
from delivery.replies.address import reply_address
from review.case.notices import LinkFor
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
    )
    await log.sent(message_id)
    return reply_address(MAILBOX, message_id) or ""


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
