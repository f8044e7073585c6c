"""Mail travels by real SMTP: a server in the test takes it, refuses it or is not there."""

import email
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from delivery.invites import Party, invite
from delivery.mail import AddressRefused, Attachment, Mail, MailCarrier, as_message, stable_message_id
from settings import SmtpTls

SENDER = "Safeguarding Business Unit <office@northmoor.example>"


class Post:
    """A mail server that keeps what it takes, and answers as told."""

    def __init__(self, at_recipient: str | None = None, at_content: str | None = None) -> None:
        self.at_recipient = at_recipient
        self.at_content = at_content
        self.taken: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.at_recipient is not None:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.at_content is not None:
            return self.at_content
        self.taken.append(envelope)
        return "250 OK"


def _only(password: str) -> Callable[..., AuthResult]:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=login.password == password.encode(), handled=False)

    return check


@contextmanager
def _serving(post: Post, **options: Any) -> Iterator[MailCarrier]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, auth_require_tls=False, **options)
    controller.start()
    try:
        yield MailCarrier(host="127.0.0.1", port=port, mail_from=SENDER, timeout=5)
    finally:
        controller.stop()


def _mail(**changes: Any) -> Mail:
    given: dict[str, Any] = {
        "to_name": "Zoë Hale",
        "to_address": "zoe.hale@police.example",
        "subject": "SCP-2026-0007: your sign-off is needed",
        "text": "Please approve or send back.\n\n"
        + "A long paragraph with an long dash — and more. " * 40
        + "\n.\nA line of one dot above.\n",
        "html": "<p>Please approve or send back — today.</p>",
        "message_id": stable_message_id("SCP-2026-0007", "sign-off:2", "zoe-hale", domain="northmoor.example"),
        "sent_at": datetime(2026, 6, 5, 13, 0, tzinfo=UTC),
        "reference": "SCP-2026-0007",
    }
    return Mail(**{**given, **changes})


def _received(post: Post) -> EmailMessage:
    (envelope,) = post.taken
    assert isinstance(envelope.content, bytes)
    message = email.message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    return message


async def test_a_mail_arrives_with_its_headers_and_both_bodies() -> None:
    post = Post()
    with _serving(post) as carrier:
        await carrier.send(_mail())
    message = _received(post)
    assert post.taken[0].mail_from == "office@northmoor.example"
    assert post.taken[0].rcpt_tos == ["zoe.hale@police.example"]
    assert message["To"] == "Zoë Hale <zoe.hale@police.example>"
    assert message["From"] == SENDER
    assert message["Subject"] == "SCP-2026-0007: your sign-off is needed"
    assert message["X-Case-Reference"] == "SCP-2026-0007"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == _mail().message_id
    assert message["Date"].datetime == datetime(2026, 6, 5, 13, 0, tzinfo=UTC)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert text.get_content().replace("\r\n", "\n") == _mail().text
    assert isinstance(html, EmailMessage)
    assert html.get_content_type() == "text/html"
    assert "— today" in html.get_content()


async def test_an_invite_travels_as_an_alternative_and_as_a_file() -> None:
    """R-2."""
    calendar = invite(
        uid="u@northmoor.example",
        sequence=0,
        starts_at=datetime(2026, 6, 5, 13, 0, tzinfo=UTC),
        minutes=60,
        title="SCP-2026-0007: scoping meeting",
        location="Online — link in the mail",
        organizer=Party("Office", "office@northmoor.example"),
        attendees=[Party("Zoë Hale", "zoe.hale@police.example")],
        description="Scope of the review.",
        stamp=datetime(2026, 6, 3, 13, 0, tzinfo=UTC),
    )
    post = Post()
    agenda = Attachment(name="agenda.html", media_type="text/html", content="<p>Agenda — ü</p>".encode())
    with _serving(post) as carrier:
        await carrier.send(_mail(invite=calendar, attachments=[agenda]))
    message = _received(post)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
        "text/html",
    ]
    alternative = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert alternative.get_param("method") == "REQUEST"
    assert isinstance(alternative, EmailMessage)
    assert alternative.get_content().replace("\r\n", "\n") == calendar.decode().replace("\r\n", "\n")
    files = list(message.iter_attachments())
    assert [file.get_filename() for file in files] == ["invite.ics", "agenda.html"]
    assert files[0].get_payload(decode=True) == calendar
    assert files[1].get_payload(decode=True) == agenda.content


async def test_an_address_refused_for_good_is_told_apart() -> None:
    with _serving(Post(at_recipient="550 5.1.1 no such mailbox")) as carrier, pytest.raises(AddressRefused) as refused:
        await carrier.send(_mail())
    assert refused.value.address == "zoe.hale@police.example"
    assert refused.value.code == 550
    assert "no such mailbox" in refused.value.reply
    assert "zoe" not in str(refused.value)


async def test_an_address_refused_only_after_the_content_is_told_apart_too() -> None:
    with _serving(Post(at_content="550 5.1.1 recipient not found")) as carrier, pytest.raises(AddressRefused):
        await carrier.send(_mail())


@pytest.mark.parametrize(
    "post",
    [
        Post(at_recipient="451 4.7.1 greylisted, try again"),
        Post(at_recipient="530 5.7.0 authentication required"),
        Post(at_content="451 4.3.0 try again later"),
        Post(at_content="554 5.7.1 content refused"),
    ],
    ids=["greylisted", "login", "busy", "content"],
)
async def test_any_other_refusal_passes_through_so_that_it_is_tried_again(post: Post) -> None:
    with _serving(post) as carrier, pytest.raises(aiosmtplib.SMTPException):
        await carrier.send(_mail())
    assert post.taken == []


@pytest.mark.parametrize("tls", [SmtpTls.STARTTLS, SmtpTls.TLS])
async def test_a_mail_that_must_travel_protected_never_travels_in_the_open(tls: SmtpTls) -> None:
    post = Post()
    with _serving(post) as carrier, pytest.raises(aiosmtplib.SMTPException):
        await replace(carrier, tls=tls, timeout=2).send(_mail())
    assert post.taken == []


async def test_a_wrong_password_is_an_error_to_retry_and_not_a_refused_address() -> None:
    post = Post()
    with _serving(post, authenticator=_only("right")) as carrier:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await replace(carrier, username="office", password="wrong").send(_mail())
        await replace(carrier, username="office", password="right").send(_mail())
    assert len(post.taken) == 1


async def test_a_server_that_is_not_there_is_an_error_to_retry() -> None:
    with _serving(Post()) as carrier:
        pass
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await carrier.send(_mail())


@pytest.mark.parametrize("address", ["not an address", "two@at@signs.example", ""])
async def test_what_is_no_address_at_all_is_refused_before_a_server_is_asked(address: str) -> None:
    with _serving(Post()) as carrier, pytest.raises(AddressRefused):
        await carrier.send(_mail(to_address=address))


async def test_an_address_in_other_letters_arrives_where_the_server_can_take_it() -> None:
    post = Post()
    with _serving(post, enable_SMTPUTF8=True) as carrier:
        await carrier.send(_mail(to_address="zoë@police.example"))
    assert post.taken[0].rcpt_tos == ["zoë@police.example"]


async def test_an_address_in_other_letters_is_refused_where_the_server_cannot_take_it() -> None:
    post = Post()
    with _serving(post, enable_SMTPUTF8=False) as carrier, pytest.raises(AddressRefused):
        await carrier.send(_mail(to_address="zoë@police.example"))
    assert post.taken == []


def test_the_same_mail_is_the_same_bytes_so_that_a_retry_is_the_same_message() -> None:
    one, two = (_mail(attachments=[Attachment(name="a.txt", media_type="text/plain", content=b"a")]) for _ in range(2))
    assert bytes(as_message(one, SENDER)) == bytes(as_message(two, SENDER))


def test_a_message_id_is_stable_and_says_nothing_of_the_person() -> None:
    first = stable_message_id("SCP-2026-0007", "sign-off:2", "zoe-hale")
    assert (
        first == "<b980c416959399ecb737bf1c756967ef01c44a96@case-review.invalid>"
    )  # pinned: another id would send mails again
    assert "zoe" not in first


@pytest.mark.parametrize(
    "other",
    [
        ("SCP-2026-0008", "sign-off:2", "zoe-hale"),
        ("SCP-2026-0007", "sign-off:3", "zoe-hale"),
        ("SCP-2026-0007", "sign-off:2", "wren"),
    ],
)
def test_another_case_cause_or_person_is_another_message(other: tuple[str, str, str]) -> None:
    assert stable_message_id(*other) != stable_message_id("SCP-2026-0007", "sign-off:2", "zoe-hale")


def test_a_line_break_in_a_subject_cannot_make_a_header() -> None:
    with pytest.raises(ValueError, match=r"(?i)linefeed|header"):
        as_message(_mail(subject="SCP-2026-0007\r\nBcc: everyone@example.org"), SENDER)


def test_a_mail_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        as_message(_mail(sent_at=datetime(2026, 6, 5, 14, 0)), SENDER)  # noqa: DTZ001


def test_names_and_words_stay_out_of_what_is_printed_in_logs() -> None:
    shown = repr(_mail())
    assert "Zoë" not in shown
    assert "approve" not in shown
    assert "secret" not in repr(MailCarrier(host="h", port=25, mail_from=SENDER, username="u", password="secret"))
