"""Mails that have not gone, about what is settled by now: an answer given, a deadline met, an office passed on (R-11).

Pure. They are not sent after all, and are no failed duty any more.
"""

from collections.abc import Collection
from datetime import datetime

from review.case import reads
from review.case.mailing import OF_THE_SYSTEM
from review.case.notices import LinkFor, Notice
from review.case.record import RowKind
from review.case.state import REQUEST, CaseState
from review.kit.mail_names import mail_name
from review.kit.notify import ANSWER_LINK, DUTY_FAILED, FOR_COLLEAGUE, READING_LINK, REMINDER, SIGN_OFF_LINK


def let_go(case: CaseState, now: datetime, *, sending: Collection[str] = ()) -> None:
    """Take out what is settled, of the outbox, of what waits and of failed duties; `sending` is on its way."""
    failed, waits = [one.notice for one in case.failed.values()], [one.notice for one in case.waiting.values()]
    known = {one.key: one for one in (*failed, *waits, *case.outbox)}  # failed duties before mails about them
    for notice in known.values():
        if notice.key in sending or not is_settled(case, notice):
            continue
        case.outbox = [one for one in case.outbox if one.key != notice.key]
        waiting = case.waiting.pop(notice.key, None)
        case.failed.pop(notice.key, None)
        case.post(waiting.others if waiting else ())
        line = f"Not sent to {notice.to}: {mail_name(notice)}; what it asked for is settled"
        detail = {"effect": notice.key}
        case.add_record_row(RowKind.EFFECT, "mail-overtaken", line, now=now, about=notice.about, detail=dict(detail))


def is_settled(case: CaseState, notice: Notice) -> bool:
    """Whether nothing waits any more for what a mail asks of this person."""
    if notice.template in (DUTY_FAILED, FOR_COLLEAGUE):
        told_once = notice.n.get("trouble") in OF_THE_SYSTEM  # of the mail system, not of one mail
        return not told_once and not any(notice.cause.startswith(f"{notice.template}:{key}:") for key in case.failed)
    if notice.link and _link_is_settled(case, notice, notice.link):
        return True
    deadline = case.deadlines.get(notice.about or "")
    return deadline is not None and not deadline.open and notice.cause.startswith(f"{REMINDER}{deadline.id}:")


def _link_is_settled(case: CaseState, notice: Notice, link: LinkFor) -> bool:
    subject, _, capacity = link.subject.partition(":")
    if link.purpose == SIGN_OFF_LINK:
        one = next((one for one in case.rounds if one.id == subject), None)
        if one is None:
            return False
        ask = next((ask for ask in one.asks if ask.capacity == capacity), None)
        return ask is None or not one.open or ask.answered or not ask.may_sign(notice.to)
    if link.purpose == ANSWER_LINK:
        asked = next((one for one in reads.unanswered_handovers(case) if one.handover == subject), None)
        return asked is None or reads.sub_group(case, asked) != notice.to
    if link.purpose == READING_LINK:
        return reads.ended(case) or reads.outside_author(case) != notice.to
    known = case.cast.agency(subject)
    passed_on = known is not None and known.safeguarding_lead != notice.to
    for_the_return = not notice.cause.startswith((REQUEST, f"{REMINDER}R-3:"))
    answered = for_the_return and bool(reads.answers_of(case, subject))
    return passed_on or answered or reads.ended(case) or bool(reads.submitted(case))
