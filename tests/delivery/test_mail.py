"""Mail travels by real SMTP: a server in the test takes it, refuses it or is not there."""

import base64
import email
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from delivery.invites import Party, invite
from delivery.mail import Attachment, Mail, MailCarrier, MailNotTaken, as_message
from delivery.tokens import Tokens
from review.case.mailing import MailTrouble
from settings import SmtpTls
from tests.smtp import SENDER, Post, only, serving


def _mail(**changes: Any) -> Mail:
    given: dict[str, Any] = {
        "to_name": "Zoë Hale",
        "to_address": "zoe.hale@police.example",
        "subject": "SCP-2026-0007: your sign-off is needed",
        "text": "Please approve or send back.\n\n"
        + "A long paragraph with an long dash — and more. " * 40
        + "\n.\nA line of one dot above.\n",
        "html": "<p>Please approve or send back — today.</p>",
        "message_id": "<b980c916459399ecb737bf1c756967ef01c44a96@northmoor.example>",
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
    with serving(post) as carrier:
        await carrier.send(_mail())
    message = _received(post)
    assert post.taken[0].mail_from == "office@northmoor.example"
    assert post.taken[0].rcpt_tos == ["zoe.hale@police.example"]
    assert message["To"] == "Zoë Hale <zoe.hale@police.example>"
    assert message["From"] == SENDER
    assert message["Subject"] == "SCP-2026-0007: your sign-off is needed"
    assert message["X-Case-Reference"] == "SCP-2026-0007"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en-GB"
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
    with serving(post) as carrier:
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


async def _refused(carrier: MailCarrier, **changes: Any) -> MailNotTaken:
    with pytest.raises(MailNotTaken) as refused:
        await carrier.send(_mail(**changes))
    return refused.value


async def test_an_address_refused_for_good_is_told_apart() -> None:
    with serving(Post(at_recipient="550 5.1.1 no mailbox for zoe.hale@police.example")) as carrier:
        refused = await _refused(carrier)
    assert (refused.trouble, refused.lasting, refused.code) == (MailTrouble.NO_SUCH_PERSON, True, 550)
    assert "zoe" not in str(refused)


@pytest.mark.parametrize(
    ("post", "trouble", "lasting"),
    [
        (Post(at_content="550 5.1.1 recipient not found"), MailTrouble.NO_SUCH_PERSON, True),
        (Post(at_recipient="452 4.2.2 mailbox is full"), MailTrouble.MAILBOX_FULL, False),
        (Post(at_content="552 5.2.2 over quota"), MailTrouble.MAILBOX_FULL, True),
        (Post(at_content="552 5.3.4 message too big"), MailTrouble.TOO_BIG, True),
        (Post(at_content="554 5.7.1 attachment type .html is not allowed"), MailTrouble.NOT_ALLOWED, True),
        (Post(at_recipient="554 5.7.1 relay access denied"), MailTrouble.MAY_NOT_SEND, False),
        (Post(at_recipient="550 5.7.1 policy"), MailTrouble.MAY_NOT_SEND, False),
        (Post(at_recipient="530 5.7.0 authentication required"), MailTrouble.MAY_NOT_SEND, False),
        (Post(at_recipient="451 4.7.1 greylisted, try again"), MailTrouble.TRY_LATER, False),
        (Post(at_content="451 4.3.0 try again later"), MailTrouble.TRY_LATER, False),
        (Post(breaks_off=True), MailTrouble.PERHAPS_DELIVERED, False),
    ],
)
async def test_what_a_server_answers_is_told_apart(post: Post, trouble: MailTrouble, lasting: bool) -> None:
    """A fault of the mail system is never laid on an address, and what has perhaps arrived is called so."""
    with serving(post) as carrier:
        refused = await _refused(carrier)
    assert (refused.trouble, refused.lasting) == (trouble, lasting)


async def test_a_server_that_is_too_small_for_a_mail_says_so_before_it_gets_it() -> None:
    post = Post()
    with serving(post, data_size_limit=1000) as carrier:
        refused = await _refused(carrier)
    assert (refused.trouble, refused.lasting) == (MailTrouble.TOO_BIG, True)


async def test_a_server_that_breaks_off_before_the_content_has_not_got_the_mail() -> None:
    class Falling(Post):
        async def handle_RCPT(self, server: SMTP, *rest: Any) -> str:
            assert server.transport is not None
            server.transport.close()
            return "250 OK"

    with serving(Falling()) as carrier:
        refused = await _refused(carrier)
    assert refused.trouble is MailTrouble.NOT_REACHABLE


@pytest.mark.parametrize("tls", [SmtpTls.STARTTLS, SmtpTls.TLS])
async def test_a_mail_that_must_travel_protected_never_travels_in_the_open(tls: SmtpTls) -> None:
    post = Post()
    with serving(post) as carrier, pytest.raises(MailNotTaken):
        await replace(carrier, tls=tls, timeout=2).send(_mail())
    assert post.taken == []


async def test_a_wrong_password_is_a_fault_of_ours_and_not_a_refused_address() -> None:
    post = Post()
    with serving(post, authenticator=only("right")) as carrier:
        refused = await _refused(replace(carrier, username="office", password="wrong"))
        await replace(carrier, username="office", password="right").send(_mail())
    assert (refused.trouble, refused.lasting) == (MailTrouble.MAY_NOT_SEND, False)
    assert len(post.taken) == 1


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with serving(Post()) as carrier:
        pass
    refused = await _refused(carrier)
    assert (refused.trouble, refused.lasting) == (MailTrouble.NOT_REACHABLE, False)


@pytest.mark.parametrize("address", ["not an address", "two@at@signs.example", ""])
async def test_what_is_no_address_at_all_is_refused_before_a_server_is_asked(address: str) -> None:
    with serving(Post()) as carrier:
        refused = await _refused(carrier, to_address=address)
    assert refused.trouble is MailTrouble.NO_SUCH_PERSON


async def test_an_address_in_other_letters_arrives_where_the_server_can_take_it() -> None:
    post = Post()
    with serving(post, enable_SMTPUTF8=True) as carrier:
        await carrier.send(_mail(to_address="zoë@police.example"))
    assert post.taken[0].rcpt_tos == ["zoë@police.example"]


async def test_an_address_in_other_letters_is_refused_where_the_server_cannot_take_it() -> None:
    post = Post()
    with serving(post, enable_SMTPUTF8=False) as carrier:
        refused = await _refused(carrier, to_address="zoë@police.example")
    assert (refused.trouble, refused.lasting) == (MailTrouble.NO_SUCH_PERSON, True)
    assert post.taken == []


def test_the_same_mail_is_the_same_bytes_so_that_a_retry_is_the_same_message() -> None:
    one, two = (_mail(attachments=[Attachment(name="a.txt", media_type="text/plain", content=b"a")]) for _ in range(2))
    assert bytes(as_message(one, SENDER)) == bytes(as_message(two, SENDER))


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


class TakesTokens(Post):
    """Lets in the mailbox that brings the right token."""

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        given = base64.b64decode(args[1]).decode()
        return AuthResult(success=given == "user=office@northmoor.example\1auth=Bearer right\1\1", handled=False)


async def test_a_server_that_takes_no_password_is_given_a_token_and_a_new_one_when_it_wants_another() -> None:
    """XOAUTH2, as Microsoft 365 has it: the token of an application, for the mailbox that sends."""
    post, given = TakesTokens(), iter(("old", "right"))
    tokens = Tokens(
        url="https://issuer.example/token", client_id="app", client_secret="s", scope="mail",
        transport=httpx.MockTransport(
            lambda _: httpx.Response(200, json={"access_token": next(given), "expires_in": 3600})
        ),
    )  # fmt: skip
    with serving(post) as carrier:
        carrier = replace(carrier, username="office@northmoor.example", tokens=tokens)
        refused = await _refused(carrier)
        await carrier.send(_mail())
    assert (refused.trouble, refused.lasting) == (MailTrouble.MAY_NOT_SEND, False)
    assert len(post.taken) == 1
