"""Headers that hold words: whatever they say, a mailbox shows just that."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from delivery.mail import Mail, as_message

WORDS = [
    "CR-2026-001:",
    "please step in,",
    "Ynys Môn",
    "“today”",
    "–",
    "x" * 60,
    "y" * 90,
    "é" * 40,
    "=?x?=",
    "日本",
    "😀",
    "(a@b)",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
SENDER = "Unit, the “Northmoor” <office@northmoor.example>"


def _raw(subject: str, name: str = "A B", address: str = "a.b@example.org") -> bytes:
    mail = Mail(
        to_name=name,
        to_address=address,
        subject=subject,
        text="t",
        html="<p>t</p>",
        message_id="<m@example.org>",
        sent_at=datetime(2026, 6, 5, tzinfo=UTC),
        reference="CR-2026-001",
    )
    return as_message(mail, SENDER).as_bytes()


@given(subject=texts, name=texts, domain=st.sampled_from(["example.org", f"{'d' * 60}.example.org"]))
def test_a_mailbox_shows_what_a_header_says(subject: str, name: str, domain: str) -> None:
    """Long, not ASCII, with a comma or what looks encoded: no first line is empty, and there is one address."""
    address = f"{'a' * 60}@{domain}"
    raw = _raw(subject, name, address)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert not re.search(rb"^[A-Za-z-]+: ?\r?$", head, re.MULTILINE)
    shown = message_from_bytes(raw)
    assert str(make_header(decode_header(re.sub(r"\r?\n", "", shown["Subject"])))) == subject
    called, addressed = parseaddr(shown["To"].replace("\r\n", ""))
    assert addressed == address
    assert str(make_header(decode_header(called))) == name
    assert all(len(word) <= 75 for word in re.findall(r"=\?utf-8\?b\?\S*\?=", head.decode()))


def test_a_short_subject_stands_as_it_is() -> None:
    assert b"\r\nSubject: CR-2026-001: your sign-off is needed\r\n" in _raw("CR-2026-001: your sign-off is needed")
