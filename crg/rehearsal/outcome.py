"""How a rehearsal came out: the record, the deadlines, the emails, the case; as data for `--json`.

Times are RFC 3339; those of the case are on the case's own, virtual clock.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from calendar_rules.model import Model
from review.case.state import CaseState

JSON = dict[str, Any]


class DeadlineOutcome(Model):
    """One deadline. `status`: met, late (met after it was due, or overdue), open, moved (open), stopped."""

    id: str
    title: str
    due: str
    met: str | None
    status: str
    slack_working_days: int | None = None


class EmailOutcome(Model):
    """One email that went out."""

    to: str
    subject: str
    sent_at: str


class Outcome(Model):
    """All of it. `state` is the case as the API shows it."""

    reference: str
    title: str
    record: list[JSON]
    deadlines: list[DeadlineOutcome]
    emails: list[EmailOutcome]
    state: JSON

    def write(self, file: Path) -> None:
        """Write it as JSON."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False)
        file.write_text(f"{text}\n", encoding="utf-8")


def outcome(title: str, case: CaseState, shown: JSON, record: list[JSON], emails: list[JSON], now: datetime) -> Outcome:
    """From the case as its workflow has it, and from what the API shows of it. `now` is the case's clock."""
    return Outcome(
        reference=case.reference,
        title=title,
        record=record,
        deadlines=[_deadline(case, one, now) for one in shown["deadlines"]],
        emails=[
            EmailOutcome(to=one["to"], subject=one["subject"], sent_at=one["sent_at"])
            for one in emails
            if one["status"] == "sent"
        ],
        state=shown,
    )


def _deadline(case: CaseState, shown: JSON, now: datetime) -> DeadlineOutcome:
    deadline = case.deadlines[shown["id"]]
    return DeadlineOutcome(
        id=deadline.id,
        title=deadline.title,
        due=shown["due"],
        met=shown["met"],
        status=deadline.status(now),
        slack_working_days=None if deadline.stopped_at else deadline.slack(deadline.met_at or now, case.calendar),
    )
