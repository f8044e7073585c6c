"""What an SMTP server's answer means. Part of `delivery`: pure, knows the codes and the words of mail servers.

The enhanced status (RFC 3463) rules where there is one; else the code, and the words that servers are known to use.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from review.case.mailing import MailTrouble


class Step(StrEnum):
    """Where in the conversation the answer came."""

    BEFORE = "before"  # greeting, login, MAIL FROM: nothing of the recipient is known yet
    RECIPIENT = "recipient"
    CONTENT = "content"


class Judged(NamedTuple):
    """Why, and whether the same mail would be refused for ever."""

    trouble: MailTrouble
    lasting: bool


_STATUS = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
# Answers to the conversation or to our login, whatever the step.
_OF_THE_CONVERSATION = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})
_ABOUT_THE_SENDER = frozenset({"1.7", "1.8"})
_MAILBOX_GONE = frozenset({"2.1", "2.4"})
_FULL = re.compile(r"\b(full|quota|over ?quota|insufficient (mailbox )?storage|out of storage)\b", re.IGNORECASE)
_BIG = re.compile(
    r"\b(too (big|large|long)|size limit|maximum size|exceeds? (the )?(size|limit|maximum))", re.IGNORECASE
)
_NO_SUCH = re.compile(
    r"no such|unknown (user|recipient|mailbox)|no mailbox|mailbox unavailable|does not exist|doesn't exist"
    r"|(user|recipient|mailbox|address) (is )?(unknown|not found|disabled|invalid)"
    r"|invalid (recipient|mailbox|address)|not found here",
    re.IGNORECASE,
)
_OUR_SERVER = re.compile(
    r"relay|polic(y|ies)|spf|dkim|dmarc|authenticat|blacklist|blocklist|block list|listed|reputation|denied|spam"
    r"|ip address|sender|not permitted|not authori[sz]ed|prohibited|blocked",
    re.IGNORECASE,
)
_SENDER_ONLY = re.compile(
    r"relay|spf|dkim|dmarc|authenticat|blacklist|blocklist|reputation|listed|sender", re.IGNORECASE
)


def judge(step: Step, code: int, reply: str) -> Judged:
    """What an answer of 400 or above means."""
    found = _STATUS.search(reply)
    status, lasting = (found[1] if found else ""), code >= 500
    if _is_full(step, code, status, reply):
        return Judged(MailTrouble.MAILBOX_FULL, lasting)
    if status in ("2.3", "3.4") or code == 552 or (lasting and _BIG.search(reply)):
        return Judged(MailTrouble.TOO_BIG, lasting=True)
    if step is Step.BEFORE:
        return Judged(MailTrouble.MAY_NOT_SEND if lasting else MailTrouble.NOT_REACHABLE, lasting=False)
    if not lasting:
        return Judged(MailTrouble.TRY_LATER, lasting=False)
    if code in _OF_THE_CONVERSATION or status in _ABOUT_THE_SENDER:
        return Judged(MailTrouble.MAY_NOT_SEND, lasting=False)
    if _is_of_the_address(step, code, status, reply):
        return Judged(MailTrouble.NO_SUCH_PERSON, lasting=True)
    if step is Step.RECIPIENT:
        return Judged(MailTrouble.MAY_NOT_SEND, lasting=False)
    return Judged(MailTrouble.MAY_NOT_SEND if _SENDER_ONLY.search(reply) else MailTrouble.NOT_ALLOWED, lasting=True)


def came_back_by(status: str) -> MailTrouble:
    """Why a mail that a server had taken came back, by the status of its report. By itself nothing is tried again."""
    trouble = judge(Step.RECIPIENT, 550, f"550 {status or '5.0.0'}").trouble
    known = (MailTrouble.NO_SUCH_PERSON, MailTrouble.MAILBOX_FULL, MailTrouble.TOO_BIG)
    return trouble if status.startswith("5") and trouble in known else MailTrouble.CAME_BACK


def _is_full(step: Step, code: int, status: str, reply: str) -> bool:
    if step is Step.BEFORE or status.startswith(("3.", "7.")):  # their server's disk, or their rules
        return False
    return status == "2.2" or bool(_FULL.search(reply)) or (not status and _bare_full(step, code))


def _bare_full(step: Step, code: int) -> bool:
    return code == 452 or (code == 552 and step is Step.RECIPIENT)


def _is_of_the_address(step: Step, code: int, status: str, reply: str) -> bool:
    if status:
        return (
            status.startswith("1.")
            or status in _MAILBOX_GONE
            or bool(not status.startswith("7.") and _NO_SUCH.search(reply))
        )
    if _NO_SUCH.search(reply):
        return True
    return step is Step.RECIPIENT and code in (550, 551, 553) and not _OUR_SERVER.search(reply)
