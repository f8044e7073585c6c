"""Words of Today: one deadline, and what a case waits for, as its page and the morning mail say them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from calendar_rules.lengths import london
from delivery.naming import Namer, subject_words
from delivery.words import left, opening, plain, working_days
from review.facts.directory import Role
from review.listed import DeadlineLine, WaitingRow


class DueWords(NamedTuple):
    """One deadline in words: what, whose, when ("Wed 9 Dec, 16:00", "2 working days late"), and what else of it."""

    what: str
    who: str
    when: str
    detail: str
    late: bool = False


def due_words(deadline: DeadlineLine, slack: int, name: Namer, now: datetime) -> DueWords:
    """`slack`: working days until it is due; below zero: since it was."""
    due = london(deadline.due)
    agency = deadline.owner == Role.AGENCY and deadline.subject
    who = name(deadline.subject or "") if agency else plain(deadline.owner)
    subject = f": {subject_words(deadline.subject, name)}" if deadline.subject else ""
    what = f"{deadline.title}{subject}"
    minute = "" if (due.hour, due.minute) == (23, 59) else f", {due:%H:%M}"
    day = on_day(due)
    if deadline.due < now:
        return DueWords(what, who, opening(left(slack, deadline.due, now)), f"due {day}{minute}", late=True)
    if due.date() == london(now).date():
        return DueWords(what, who, f"By {due:%H:%M} today" if minute else "By the end of today", "")
    return DueWords(what, who, f"{day}{minute}", f"{working_days(slack)} left" if slack else "")


def waiting_for_others(rows: Collection[WaitingRow]) -> list[WaitingRow]:
    """What a case waits for from others; what the Business Unit itself is to do stands not among it."""
    return [row for row in rows if row.agency or row.roles[0] is not Role.BUSINESS_UNIT]


def on_day(at: datetime) -> str:
    """ "Wed 9 Dec": its day in London."""
    there = london(at)
    return f"{there:%a} {there.day} {there:%b}"
