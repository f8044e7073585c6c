"""What mail servers answer, as it was seen, and what it means."""

import pytest

from delivery.answers import Judged, Step, judge
from review.case.mailing import MailTrouble

ADDRESS = Judged(MailTrouble.NO_SUCH_PERSON, lasting=True)
OURS = Judged(MailTrouble.MAY_NOT_SEND, lasting=False)
LATER = Judged(MailTrouble.TRY_LATER, lasting=False)
AWAY = Judged(MailTrouble.NOT_REACHABLE, lasting=False)
BIG = Judged(MailTrouble.TOO_BIG, lasting=True)


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        (Step.BEFORE, "554 5.7.1 no SMTP service for you", OURS),
        (Step.BEFORE, "535 5.7.8 authentication failed", OURS),
        (Step.BEFORE, "421 4.3.2 too busy", AWAY),
        (Step.BEFORE, "452 4.3.1 insufficient storage", AWAY),
        (Step.BEFORE, "552 5.3.4 message size exceeds fixed limit", BIG),
        (Step.RECIPIENT, "550 5.1.10 recipient not found by SMTP address lookup", ADDRESS),
        (Step.RECIPIENT, "550 5.2.1 the account is disabled", ADDRESS),
        (Step.RECIPIENT, "550 5.4.1 Recipient address rejected: user unknown", ADDRESS),
        (Step.RECIPIENT, "550 No such user here", ADDRESS),
        (Step.RECIPIENT, "550 mailbox unavailable", ADDRESS),
        (Step.RECIPIENT, "550 rejected", ADDRESS),
        (Step.RECIPIENT, "553 sorry, relaying denied from your location", OURS),
        (Step.RECIPIENT, "550 blocked by policy", OURS),
        (Step.RECIPIENT, "550 5.7.26 unauthenticated mail is not accepted", OURS),
        (Step.RECIPIENT, "553 5.1.8 sender domain not found", OURS),
        (Step.RECIPIENT, "503 5.5.1 need MAIL command", OURS),
        (Step.RECIPIENT, "450 4.1.1 unverified address", LATER),
        (Step.RECIPIENT, "452 4.3.1 insufficient system storage", LATER),
        (Step.RECIPIENT, "421 4.7.0 too many connections, exceeds the limit", LATER),
        (Step.RECIPIENT, "452 4.7.1 sending rate exceeds limit, try again later", LATER),
        (Step.RECIPIENT, "452 try later", Judged(MailTrouble.MAILBOX_FULL, lasting=False)),
        (Step.RECIPIENT, "552 5.2.2 the mailbox is over quota", Judged(MailTrouble.MAILBOX_FULL, lasting=True)),
        (Step.RECIPIENT, "552 exceeded storage allocation", Judged(MailTrouble.MAILBOX_FULL, lasting=True)),
        (Step.CONTENT, "552 5.2.3 message length exceeds administrative limit", BIG),
        (Step.CONTENT, "550 5.7.1 message refused", Judged(MailTrouble.NOT_ALLOWED, lasting=True)),
        (Step.CONTENT, "554 content refused", Judged(MailTrouble.NOT_ALLOWED, lasting=True)),
        (Step.CONTENT, "550 5.7.26 fails DMARC", Judged(MailTrouble.MAY_NOT_SEND, lasting=True)),
    ],
)
def test_an_answer_means_one_thing(step: Step, answer: str, meaning: Judged) -> None:
    """Only 5.1 and mailboxes that are gone are the address; what our server may not do is its own."""
    code, _, reply = answer.partition(" ")
    assert judge(step, int(code), reply) == meaning
