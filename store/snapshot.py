"""Store: what a case looks like from outside, as its workflow hands it to the read model. Plain models, no SQL."""

from typing import Any

from pydantic import AwareDatetime, BaseModel


class DeadlineRow(BaseModel):
    """One deadline of a case. `slack_working_days` is what is left of the backward plan, below nought when eaten up."""

    id: str
    title: str
    due: AwareDatetime
    met: AwareDatetime | None = None
    status: str  # open | met | late | moved | stopped
    owner: str
    slack_working_days: int | None = None
    subject: str | None = None  # e.g. the agency whose return it is


class CaseLine(BaseModel):
    """A case as a list shows it: no name, no narrative. `case_now` is the case's own clock when it was written."""

    reference: str
    seq: int
    route: str
    stage: str
    opened_at: AwareDatetime
    next_deadline: str | None = None
    next_deadline_at: AwareDatetime | None = None
    overdue: bool = False
    live: bool = True
    rehearsal: bool = False
    case_now: AwareDatetime


class Snapshot(CaseLine):
    """A case whole: its view, its deadlines, and the ids of its children. `seq` grows with every change."""

    state: dict[str, Any]
    deadlines: list[DeadlineRow] = []
    children: list[str] = []


class DueLine(BaseModel):
    """One deadline with the case that it belongs to."""

    reference: str
    deadline: DeadlineRow
