"""A reply is taken apart: who wrote, to which mail, and what; only a whole first line of the list is an answer."""

import json
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from delivery.replies.address import mail_of_address, mail_of_message_id, reply_address
from delivery.replies.cutting import cut
from delivery.replies.html import lines_of
from delivery.replies.machines import Attending
from delivery.replies.reading import read
from delivery.replies.trust import NO_NAME
from tests.delivery.replying import ADDRESS, CASES, MARK, OURS, QUESTION, RELAY, Case, reply

NESTED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
GIVEN: list[dict[str, Any]] = json.loads(Path(__file__).with_name("replies.json").read_text("utf-8"))


@pytest.mark.parametrize("one", GIVEN, ids=lambda one: str(one["name"]))
def test_what_was_written_is_what_stands_above_quote_and_signature(one: dict[str, Any]) -> None:
    assert cut(one.get("text") or lines_of(one["html"])).text == one["wanted"]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_reply_says_what_its_first_line_says_or_is_read_by_a_person(one: Case) -> None:
    found = read(reply(one.text, html=one.html, **one.headers).as_bytes(), trusted=RELAY)

    assert found.said == one.said
    assert one.wanted is None or found.text == one.wanted
    for ours in (QUESTION, MARK):
        assert ours not in f"{found.text} {found.said}", "the question is no part of the answer"


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_however_a_reply_is_encoded_it_says_the_same(coding: str, charset: str) -> None:
    made = reply()
    made.set_content("Send back: the café’s name is on page 3", charset=charset, cte=coding)
    found = read(made.as_bytes()).said
    assert found is not None
    assert found.reasons == "the café’s name is on page 3"


def test_a_reply_address_is_the_message_id_of_the_mail_in_other_letters() -> None:
    assert len(ADDRESS.partition("@")[0].partition("+")[2]) == 24
    assert mail_of_address(ADDRESS.upper()) == mail_of_message_id(OURS) == "0123456789abcdef0123456789abcd"
    assert read(reply(In_Reply_To="").as_bytes()).mail == mail_of_message_id(OURS)
    assert reply_address("x@y.example", "<another@server.example>") is None
    assert reply_address(f"{'x' * 50}@y.example", OURS) is None, "too long for a mail server"


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({"To": "case-reviews@partnership.example.org"}, True),  # by the mail that it answers
        ({"To": "case-reviews@partnership.example.org", "In-Reply-To": "", "References": f"<a@b> {OURS}"}, True),
        ({"To": "case-reviews@partnership.example.org", "In-Reply-To": "<other@police.example>"}, False),
        ({"To": "x@y.example", "Delivered-To": ADDRESS, "In-Reply-To": ""}, True),
        ({"To": f"{ADDRESS}, case-reviews+aaaaaaaaaaaaaaaaaaaaaaaa@partnership.example.org"}, False),
    ],
)  # fmt: skip
def test_the_answered_mail_is_known_by_address_or_by_message_id_and_never_guessed(
    headers: dict[str, str], known: bool
) -> None:
    assert (read(reply(**headers).as_bytes()).mail is not None) is known


@pytest.mark.parametrize(
    ("header", "passes"),
    [
        (f"{RELAY}; dmarc=pass header.from=police.example", True),
        (f"{RELAY}; spf=pass smtp.mailfrom=police.example; dkim=pass header.d=police.example", True),
        (f"{RELAY}; dkim=pass header.d=example", False),
        (f"{RELAY}; dkim=pass header.d=elsewhere.example", False),
        (f"{RELAY}; spf=pass smtp.mailfrom=police.example", False),
        (f"{RELAY}; dkim=fail header.d=police.example; dmarc=fail header.from=police.example", False),
        (f"{RELAY}; dmarc=pass header.from=elsewhere.example", False),
        (f"{RELAY}; none", False),
        (f"{RELAY} 1; dmarc=pass header.from=police.example", True),
        ("mx.elsewhere.example; dmarc=pass header.from=police.example", False),
        ("no results at all", False),
        ("", False),
    ],
)
def test_only_a_pass_of_the_trusted_relay_for_the_senders_domain_is_one(header: str, passes: bool) -> None:
    assert read(reply(**{"Authentication-Results": header}).as_bytes(), trusted=RELAY).passed is passes


def test_the_topmost_result_of_the_relay_counts_and_one_without_a_name_where_that_is_set() -> None:
    forged = reply(**{"Authentication-Results": f"{RELAY}; dmarc=fail header.from=police.example"})
    forged["Authentication-Results"] = f"{RELAY}; dmarc=pass header.from=police.example"
    assert read(forged.as_bytes(), trusted=RELAY).passed is False
    microsoft = (
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=police.example; "
        "dmarc=pass action=none header.from=police.example;compauth=pass reason=100"
    )
    nameless = reply(**{"Authentication-Results": microsoft}).as_bytes()
    assert read(nameless, trusted=NO_NAME).passed is True
    assert read(nameless, trusted=RELAY).passed is False
    assert read(nameless).passed is False, "no relay is trusted unless it is named"


def test_a_report_that_a_mail_was_not_delivered_names_whom_why_and_which() -> None:
    report = (
        b"From: MAILER-DAEMON@mx.council.example\r\nTo: case-reviews@partnership.example.org\r\nReturn-Path: <>\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.council.example\r\n\r\n"
        b"Final-Recipient: rfc822; sam.sample@police.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + OURS.encode() + b"\r\n\r\n--b--\r\n"
    )
    found = read(report)
    assert found.machine
    assert found.said is None
    assert found.bounce is not None
    assert tuple(found.bounce) == (("sam.sample@police.example",), "5.1.1", OURS)
    delayed = read(report.replace(b"Action: failed", b"Action: delayed"))
    assert (delayed.bounce, delayed.unread_report) == (None, False)
    first = b"Final-Recipient: rfc822; pa@police.example\r\nAction: delivered\r\n\r\nFinal-Recipient: rfc822; sam"
    two = read(report.replace(b"Final-Recipient: rfc822; sam", first))
    assert two.bounce == found.bounce, "of two recipients the one who has not got it"
    assert read(report.replace(b"delivery-status", b"plain")).unread_report


@pytest.mark.parametrize(
    ("method", "status", "answer"),
    [
        ("REPLY", "ACCEPTED", Attending.ACCEPTED),
        ("REPLY", "DECLINED", Attending.DECLINED),
        ("COUNTER", "TENTATIVE", None),
    ],
)
def test_the_answer_of_a_calendar_names_the_meeting(method: str, status: str, answer: Attending | None) -> None:
    made = reply("")
    made.add_alternative(
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:CR-2026-014-scoping@partnership.example.org\r\n"
        f"SEQUENCE:2\r\nATTENDEE;PARTSTAT={status}:mailto:Sam.Sample@police.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        subtype="calendar",
        params={"method": method},
    )
    found = read(made.as_bytes()).calendar
    assert found is not None
    assert found == ("CR-2026-014-scoping@partnership.example.org", 2, "sam.sample@police.example", answer)


def test_what_is_attached_is_named_and_not_opened() -> None:
    made = reply("The return is attached.")
    made.add_attachment(b"\0" * 1_000_000, maintype="application", subtype="octet-stream", filename="scan.bin")
    macro = "vnd.ms-word.document.macroEnabled.12"
    made.add_attachment(b"PK", maintype="application", subtype=macro, filename="return.docm")
    found = read(made.as_bytes())
    assert [(one.name, one.size) for one in found.files] == [("scan.bin", 1_000_000), ("return.docm", 2)]
    assert found.said is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        NESTED + (b"--b\r\n" + NESTED) * 3000,
        b"Content-Type: text/plain; charset=klingon\r\n\r\nApproved",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!",
        b"From: " + b"<" * 10_000 + b"\r\n\r\nApproved",
        b"Content-Type: text/html\r\n\r\n" + b"<b>" * 9_000 + b"</i>" * 9_000,
        b"\r\n" + b"On 1 " * 20_000,
        b"\r\n" + b"From: a\r\n" * 20_000,
        b"\r\n" + b"> " * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!" * 20_000,
        b"Authentication-Results: mx.council.example; " + b"(" * 20_000 + b"\r\n\r\nApproved",
    ],
    ids=range(12),
)  # fmt: skip
def test_whatever_comes_in_is_read_and_soon(raw: bytes) -> None:
    begun = time.process_time()
    read(raw, trusted=RELAY)
    assert time.process_time() - begun < 2


def test_what_is_too_long_to_be_looked_at_is_read_by_a_person() -> None:
    assert read(reply("Send back: " + "too long " * 4000).as_bytes()).said is None
    assert read(reply("Send back: line\n" * 700).as_bytes()).said is None
    assert isinstance(reply(), EmailMessage)
