"""How times, facts and deadlines are written in the record and in mails.

Pure. Titles of our own making; never a child's name or what happened.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from calendar_rules.lengths import london
from review.case.deadline import RunningDeadline
from review.facts import Fact
from review.kit.deadline_kinds import DEADLINES

if TYPE_CHECKING:
    pass


def moment(at: datetime) -> str:
    """ "Fri 12 Jun 2026 23:59", London."""
    local = london(at)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day(at: datetime) -> str:
    """ "Friday 12 June 2026", London."""
    local = london(at).date()
    return f"{local:%A} {dated(local)}"


def dated(one: date) -> str:
    """ "12 June 2026"."""
    return f"{one.day} {one:%B %Y}"


def of_fact(fact: Fact) -> str:
    """One sentence for the record."""
    return f"{fact.title}: {fact.about}" if fact.about else fact.title


def called(deadline: RunningDeadline) -> str:
    """What a mail calls a deadline: with the id that people gave it, where a case has several of a kind (G-11)."""
    given = deadline.subject if DEADLINES[deadline.rule].has_given_ids else None
    return f"{deadline.title} ({given})" if given else deadline.title
