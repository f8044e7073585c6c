"""Store: what a case looks like from outside. Plain models, no SQL."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case.state import CaseState
from review.listed import DeadlineLine, WaitingRow, listed


class DeadlineRow(DeadlineLine):
    """One deadline of a case. `slack_working_days` is what is left until it is due; below nought when it is over."""

    slack_working_days: int | None = None


class CaseLine(Model):
    """A case as a list shows it: no name, no narrative. `case_now` is the case's own clock when it was written."""

    reference: str
    seq: int
    route: str
    stage: str
    opened_at: AwareDatetime
    next_deadline_at: AwareDatetime | None = None
    overdue: bool = False
    live: bool = True
    rehearsal: bool = False
    edition: str = ""
    case_now: AwareDatetime


class Clocked(CaseLine):
    """A case whose clock can be read: it runs `ahead` of ours, where it is a rehearsal."""

    ahead: timedelta = timedelta(0)


class Snapshot(Clocked):
    """A case whole, with its state; or with those of its entries only that stand from a place on."""

    state: dict[str, Any]
    entries_from: int = 0

    @classmethod
    def of(cls, case: CaseState, now: datetime) -> "Snapshot":
        """A case as it stands at that moment of its clock."""
        line = listed(case, now).line.model_dump(include=set(cls.model_fields))
        overdue = any(deadline.overdue(now) for deadline in case.deadlines.values())
        state = case.model_dump(mode="json")
        return cls(reference=case.reference, seq=case.rows, case_now=now, overdue=overdue, state=state, **line)


class ListedCase(CaseLine):
    """A case as the page of all cases shows it: whose step is next, too."""

    next_deadline: str | None = None
    paused: bool = False
    next_title: str | None = None
    safety: str = ""
    unread_returns: list[str] = []
    waiting: list[WaitingRow] = []


class DueLine(Model):
    """One deadline with the case that it belongs to."""

    reference: str
    deadline: DeadlineRow
