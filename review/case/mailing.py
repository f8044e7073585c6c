"""What can become of a mail, and what people are told of it. Pure: knows no SMTP."""

from datetime import timedelta
from enum import StrEnum

from calendar_rules.model import Model


class MailTrouble(StrEnum):
    """Why a mail has not been delivered."""

    NO_SUCH_PERSON = "no-such-person"
    MAILBOX_FULL = "mailbox-full"
    TOO_BIG = "too-big"
    NOT_ALLOWED = "not-allowed"
    MAY_NOT_SEND = "may-not-send"
    NOT_REACHABLE = "not-reachable"
    TRY_LATER = "try-later"
    UNANSWERED = "unanswered"
    PERHAPS_DELIVERED = "perhaps-delivered"
    NOT_SAFE = "not-safe"
    UNCONFIRMED = "unconfirmed"
    NOBODY = "nobody"
    CAME_BACK = "came-back"
    NOT_WRITTEN = "not-written"


TROUBLE_WORDS = {
    MailTrouble.NO_SUCH_PERSON: "there is no such mailbox: correct the address, then send it again",
    MailTrouble.MAILBOX_FULL: "the mailbox is full: ask them to make room, then send it again",
    MailTrouble.TOO_BIG: "the mail is too big for their mail server: give them the papers by other means",
    MailTrouble.NOT_ALLOWED: "their mail server does not allow this content or type of attachment: "
    "ask their IT to let it through, or give it to them by other means",
    MailTrouble.MAY_NOT_SEND: "our mail server may not send it: our IT must put this right; it is tried again",
    MailTrouble.NOT_REACHABLE: "our mail server cannot be reached: our IT must look at it; it is tried again",
    MailTrouble.TRY_LATER: "the mail server asks to try later: it is tried again",
    MailTrouble.UNANSWERED: "the mail server has the mail and has not confirmed it yet: its answer is waited for",
    MailTrouble.PERHAPS_DELIVERED: "the mail server broke off before it confirmed the mail: "
    "ask them whether it arrived, then record that it did or send it again",
    MailTrouble.NOT_SAFE: "papers of a case may not be mailed to this address, which is in no domain marked as safe: "
    "give them to this body by other means, and record that",
    MailTrouble.UNCONFIRMED: "a change of this person in the directory waits for a second person: "
    "the CRG Chair, or somebody of the Business Unit who did not make it, confirms it on the directory page; "
    "then the link is sent by itself",
    MailTrouble.NOBODY: "nobody in the directory holds this id any more: name somebody in their place",
    MailTrouble.CAME_BACK: "their mail system took it and sent it back: check the address, "
    "then send it again or tell them by other means",
    MailTrouble.NOT_WRITTEN: "the mail could not be written because of a fault in this system: it is tried again",
}

# Faults of the mail system as a whole, told once to those who run it, and not mail by mail.
OF_THE_SYSTEM = frozenset({MailTrouble.MAY_NOT_SEND, MailTrouble.NOT_REACHABLE})

# Lasting until somebody puts them right, and tried on meanwhile.
TRIED_ON = frozenset({MailTrouble.MAY_NOT_SEND, MailTrouble.UNCONFIRMED})

PERHAPS_TRIES = 3  # how often a mail is sent whose server breaks off before it answers


class Delivered(Model):
    """A mail server has taken the mail, now or at an earlier try."""

    message_id: str


class NotTaken(Model):
    """A mail that has not been taken: why, in a sentence for people, and when it is tried again by itself.

    `failed`: from now on it is a failed duty, for a person to see to, even where it is tried on meanwhile.
    """

    trouble: MailTrouble
    words: str
    failed: bool
    again_after: timedelta | None
    code: int | None = None


Outcome = Delivered | NotTaken


def wait_before(tries: int, trouble: MailTrouble) -> timedelta:
    """How long to wait after a try: from a second, doubling, to an hour; longer where copies might arrive."""
    if trouble is MailTrouble.UNANSWERED:
        return timedelta(seconds=1)  # nothing is sent: the next try waits for the answer to this one
    first = {MailTrouble.PERHAPS_DELIVERED: 60, MailTrouble.UNCONFIRMED: 600}.get(trouble, 1)
    return timedelta(seconds=min(first * 2 ** min(tries - 1, 20), 3600))
