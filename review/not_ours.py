"""What reached a case from outside and was not sealed by this service for it. Pure.

It stands in the place of the value. Nothing of its content is kept: who could write it could write anything.
"""

from dataclasses import dataclass
from datetime import datetime

from calendar_rules.lengths import london
from review.case.record import RowKind
from review.case.state import CaseState, NotOursOfDay


@dataclass(frozen=True)
class NotOurs:
    """In place of a value: what came was not sealed here for this workflow, or is not of the shape asked for."""

    why: str


def noted(case: CaseState, counts: dict[str, NotOursOfDay], about: str, now: datetime) -> None:
    """Of each kind the first of a day is a row of the record, then the 10th, the 100th and so on: whoever sends without
    end makes no record without end (X-3). A row says nothing of what was sent.

    `counts` is kept for a run: what follows the last row is counted there only.
    """
    day, held = london(now).date(), counts.get(about) or case.not_ours.get(about)
    count = held.count + 1 if held and held.day == day else 1
    counts[about] = NotOursOfDay(day=day, count=count)
    if count != 10 ** (len(str(count)) - 1):
        return
    case.not_ours[about] = counts[about]
    came = "a message reached the engine" if count == 1 else f"{count:,} messages of this kind reached the engine today"
    line = f"Refused: {came} that this service did not send; nothing of it was taken"
    case.add_record_row(RowKind.REFUSED, "message-not-ours", line, now=now, about=about)
