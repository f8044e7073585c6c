"""A reminder that somebody sends now, to those whom a deadline waits for; at most once an hour (X-1). Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.facts import Reported
from review.facts.any_stage import ReminderAsked
from review.kit import refusals as no
from review.kit.notify import moment
from review.kit.notify_reminders import others_of, reminded_now
from review.kit.offer import Offer

EVERY = timedelta(hours=1)


def may_be_reminded(case: CaseState, fact: ReminderAsked, reported: Reported, now: datetime) -> None:
    deadline = _meant(case, fact.deadline)
    why = _why_not(case, deadline)
    if deadline is None or why:
        field = {"deadline": "is no deadline that waits for others"}
        raise no.NobodyToRemind(deadline=fact.deadline, because=why, fields=field)
    asked = [
        one.reported.recorded_at
        for one in case.entries_of(ReminderAsked)
        if _meant(case, one.fact.deadline) is deadline and one.reported.message != reported.message
    ]
    if asked and max(asked) > now - EVERY:
        raise no.RemindedLately(at=moment(max(asked)))


def remind(case: CaseState, entry: Entry[ReminderAsked], now: datetime) -> None:
    """Those whom the deadline waits for get its ordinary reminder at once (X-1)."""
    deadline = _meant(case, entry.fact.deadline)
    if deadline is None or _why_not(case, deadline):
        return
    told = reminded_now(case, deadline, entry.reported.message, now)
    line = f"{deadline.id} {deadline.title}: reminder sent on request"
    case.add_record_row(RowKind.DEADLINE, "deadline-reminder", line, now=now, about=deadline.id)
    case.post(told)


def offers(case: CaseState) -> Iterator[Offer]:
    for deadline in case.deadlines.values():
        if not _why_not(case, deadline):
            id = reads.plain_id(case, deadline.id)
            subject = deadline.subject or ""
            whose = f" ({reads.called(case, subject)})" if case.cast.agency(subject) else ""
            title = f"Send a reminder now: {deadline.title}{whose}"
            yield Offer(body=ReminderAsked(deadline=id), needed=False, title=title, about=id)


def _meant(case: CaseState, id: str) -> RunningDeadline | None:
    """The deadline of this id, as the case or a list shows it."""
    return case.deadlines.get(id) or next(
        (one for one in case.deadlines.values() if reads.plain_id(case, one.id) == id), None
    )


def _why_not(case: CaseState, deadline: RunningDeadline | None) -> str:
    """Why nobody can be reminded; empty where somebody can."""
    if deadline is None or not deadline.open:
        return "it is no deadline that is open in this case"
    if deadline.held_since:
        return "the case is paused, and its time is held"
    if deadline.rule == "N-8" and reads.notified_at(case) is None:
        return "the Panel has not been notified, so there is no copy to send"
    return "" if others_of(case, deadline) else "only the Business Unit is responsible for it"
