"""The backward plan from D-7: the latest safe times for each step of the rapid review, and the warnings of it.

Pure. `now` is the case's clock.
"""

from datetime import datetime

from calendar_rules.plan import SafeTime, latest_safe
from review.case import reads
from review.case.deadline import ReminderDue, RunningDeadline
from review.case.record import RowKind
from review.case.state import CaseState
from review.kit import notify


def safe_times(case: CaseState) -> list[SafeTime]:
    """The backward plan from D-7; empty while D-7 does not run."""
    deadline = case.deadlines.get("D-7")
    return latest_safe(deadline.due, case.edition, case.calendar) if deadline and deadline.open else []


def safe_step_done(case: CaseState, step: str) -> bool:
    """Whether what the backward plan wants by then is done, or the meeting it was for has been held without it."""
    held = reads.meeting_held(case) is not None
    match step:
        case "latest-request":
            return held or (
                bool(reads.scope(case)) and not [agency for agency in reads.scope(case) if agency not in case.requests]
            )
        case "latest-returns":
            return held or (bool(reads.scope(case)) and not reads.outstanding(case))
        case "latest-meeting":
            return held
        case "latest-draft-to-crg":
            return reads.with_the_crg(case) is not None or _draft_out(case)
        case _:  # latest-draft-out
            return _draft_out(case)


def _draft_out(case: CaseState) -> bool:
    return bool(reads.open_round(case)) or reads.approved_version(case) is not None


_LATE = {
    "latest-request": "the request to the agencies has not gone out",
    "latest-returns": "agencies' returns are still out",
    "latest-meeting": "the rapid review meeting has not been held",
    "latest-draft-to-crg": "the draft is not out to the CRG",
    "latest-draft-out": "the draft is not out for sign-off",
}


def mind_the_plan(case: CaseState, reminder: ReminderDue, now: datetime) -> None:
    if not safe_step_done(case, reminder.name):
        safe = next(step for step in safe_times(case) if step.id == reminder.name)
        warn(case, f"{reminder.name}:{safe.at.isoformat()}", _LATE[reminder.name], safe, now)


def mind_the_meeting(case: CaseState, now: datetime) -> None:
    """Warn when the date set for the rapid review meeting eats the slack of D-7 ("Backward plan")."""
    safe = {step.id: step for step in safe_times(case)}.get("latest-meeting")
    meeting = reads.meeting_at(case)
    if safe and meeting and not reads.meeting_held(case) and meeting > safe.at:
        what = f"the rapid review meeting is set for {notify.day(meeting)}"
        warn(case, f"meeting-set:{meeting.isoformat()}:{safe.at.isoformat()}", what, safe, now)
    mind_the_returns(case, now)


def returns_due(case: CaseState) -> list[RunningDeadline]:
    return [one for one in case.deadlines.values() if one.rule == "D-6" and one.open]


def mind_the_returns(case: CaseState, now: datetime) -> None:
    """Say that the meeting is set for before returns are due: they would be collated too late for it (R-5)."""
    meeting, last = reads.meeting_at(case), max((one.due for one in returns_due(case)), default=None)
    if meeting and last and meeting < last and not reads.meeting_held(case):
        when = f"the rapid review meeting is set for {notify.moment(meeting)}"
        line = f"Warning: {when}, and returns are due as late as {notify.moment(last)}"
        case.add_record_row(RowKind.WARNING, "meeting-before-returns", line, now=now, about=None)


def warn(case: CaseState, cause: str, what: str, safe: SafeTime, now: datetime) -> None:
    """A warning is a fact of the record, and a mail to those who can still do something."""
    line = f"Warning: {what}; the latest safe time was {notify.moment(safe.at)}"
    case.add_record_row(
        RowKind.WARNING,
        "slack-eaten",
        line,
        now=now,
        about="D-7",
        detail={"step": safe.id, "latest_safe": safe.at.isoformat()},
    )
    case.post(notify.slack_warning(case, cause, what, safe))
