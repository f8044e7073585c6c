"""The plan of a rapid review: when each step could be taken, and the slack that it leaves ("Backward plan").

Pure. Each step follows the one before as soon as the edition's lengths allow, on working days; a time that people set
moves all that follow. Slack is counted to the latest safe time, or to the step's own deadline.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from pydantic import AwareDatetime

from calendar_rules.edition import Edition
from calendar_rules.lengths import LONDON, Length, Unit, due, end_of_day, london, working_time_after
from calendar_rules.model import Model
from calendar_rules.plan import latest_safe, slack_working_days
from calendar_rules.working_days import WorkingCalendar

MORNING, AFTERNOON, LAST_CALL = time(10), time(16), time(16)
REQUESTS_GO = time(9)
NOTICE = timedelta(hours=2)  # that people are given of a meeting on the same day
_HOURS = (Unit.AT_ONCE, Unit.HOURS, Unit.WORKING_HOURS)


class PlanStepId(StrEnum):
    """The steps of a rapid review that have a time of their own, in their order."""

    SCOPING = "scoping"
    REQUEST = "request"
    RETURNS = "returns"
    MEETING = "meeting"
    CRG = "draft-to-crg"
    DRAFT = "draft-out"
    SIGN_OFF = "sign-off"
    SUBMISSION = "submission"


TITLES = {
    PlanStepId.SCOPING: "CRG scoping meeting",
    PlanStepId.REQUEST: "Send the requests to the agencies",
    PlanStepId.RETURNS: "All returns in",
    PlanStepId.MEETING: "Rapid review meeting",
    PlanStepId.CRG: "Draft to the CRG",
    PlanStepId.DRAFT: "Draft out for sign-off",
    PlanStepId.SIGN_OFF: "Sign-off complete",
    PlanStepId.SUBMISSION: "Submit to the Panel",
}
_LATEST = {
    PlanStepId.REQUEST: "latest-request",
    PlanStepId.RETURNS: "latest-returns",
    PlanStepId.MEETING: "latest-meeting",
    PlanStepId.CRG: "latest-draft-to-crg",
    PlanStepId.DRAFT: "latest-draft-out",
}


class Standing(StrEnum):
    """What a time of the plan is."""

    PROPOSED = "proposed"
    CHANGED = "changed"  # by whoever looks at the plan
    ARRANGED = "arranged"  # people have been told of it
    DONE = "done"


class PlannedStep(Model):
    """One step: when, until when it is safe, and the working days between. `warnings` say what does not fit."""

    id: PlanStepId
    title: str
    at: AwareDatetime
    latest_safe: AwareDatetime
    slack_working_days: int
    standing: Standing
    warnings: list[str] = []


class Known(Model):
    """What is known of a case when it is planned: due times by rule, times of what is done and of what is arranged."""

    due: dict[str, datetime] = {}
    done: dict[PlanStepId, datetime] = {}
    arranged: dict[PlanStepId, datetime] = {}


def propose(
    notified: datetime,
    edition: Edition,
    calendar: WorkingCalendar,
    *,
    known: Known | None = None,
    changed: Mapping[PlanStepId, datetime] | None = None,
    now: datetime | None = None,
) -> list[PlannedStep]:
    """The plan of a rapid review whose notification reached the Panel at that time, in the order of the work.

    Nothing is proposed for before `now`. Raises BeyondCalendar where a time lies outside the calendar.
    """
    known, changed = known or Known(), changed or {}
    ends = {rule: _due(rule, notified, edition, calendar) for rule in ("D-4", "D-5", "D-7")} | known.due
    latest = _latest(ends, edition, calendar)
    planned: dict[PlanStepId, datetime] = {}
    for step in PlanStepId:
        at = known.done.get(step) or changed.get(step) or known.arranged.get(step)
        planned[step] = at or _next(step, planned, notified, ends, edition, calendar, now)
    early = {later: first for first, later in pairwise(PlanStepId)}
    return [
        PlannedStep(
            id=step,
            title=TITLES[step],
            at=at,
            latest_safe=latest[step],
            slack_working_days=slack_working_days(at, latest[step], calendar),
            standing=_standing(step, known, changed),
            warnings=[] if step in known.done else _warnings(step, at, early.get(step), planned, calendar),
        )
        for step, at in planned.items()
    ]


def _due(rule: str, since: datetime, edition: Edition, calendar: WorkingCalendar) -> datetime:
    return due(since, edition.deadlines[rule].length, calendar)


def _latest(ends: Mapping[str, datetime], edition: Edition, calendar: WorkingCalendar) -> dict[PlanStepId, datetime]:
    """The latest safe time of each step; for one that has a deadline itself, whichever comes first."""
    safe = {one.id: one.at for one in latest_safe(ends["D-7"], edition, calendar)}
    found = {step: safe.get(_LATEST.get(step, ""), ends["D-7"]) for step in PlanStepId}
    found[PlanStepId.SCOPING] = ends["D-4"]
    found[PlanStepId.REQUEST] = min(found[PlanStepId.REQUEST], ends["D-5"])
    return found


def _next(
    step: PlanStepId,
    before: Mapping[PlanStepId, datetime],
    notified: datetime,
    ends: Mapping[str, datetime],
    edition: Edition,
    calendar: WorkingCalendar,
    now: datetime | None,
) -> datetime:
    """When a step can follow those before it, and not before people are at work again after `now`."""
    gaps = edition.national
    match step:
        case PlanStepId.SCOPING:
            return _scoping(max(notified, now or notified), ends["D-4"], calendar)
        case PlanStepId.REQUEST:
            at = _on(london(before[PlanStepId.SCOPING]).date(), REQUESTS_GO, calendar, days=1)
        case PlanStepId.RETURNS:
            at = _due("D-6", before[PlanStepId.REQUEST], edition, calendar)
            return max(ends.get("D-6", at), end_of_day(london(now).date()) if now else at)
        case PlanStepId.MEETING:
            at = _after(before[PlanStepId.RETURNS], gaps.returns_before_meeting, MORNING, calendar)
        case PlanStepId.CRG:
            at = _after(before[PlanStepId.MEETING], gaps.meeting_before_draft, MORNING, calendar)
        case PlanStepId.DRAFT:
            at = _after(before[PlanStepId.CRG], edition.deadlines["R-16"].length, AFTERNOON, calendar)
        case PlanStepId.SIGN_OFF:
            return _due("D-8", before[PlanStepId.DRAFT], edition, calendar)
        case PlanStepId.SUBMISSION:
            at = working_time_after(before[PlanStepId.SIGN_OFF], calendar)
    return max(at, working_time_after(now, calendar)) if now else at


def _after(since: datetime, length: Length, at: time, calendar: WorkingCalendar) -> datetime:
    """So long after: an hour of the working day on which it ends, where it is counted in days."""
    ends = due(since, length, calendar)
    return working_time_after(ends, calendar) if length.unit in _HOURS else _on(london(ends).date(), at, calendar)


def _on(day: date, at: time, calendar: WorkingCalendar, *, days: int = 0) -> datetime:
    """An hour of the nth working day after that day; of the day itself, or the next working day, for 0."""
    return datetime.combine(calendar.add(day, days) if days else calendar.roll(day), at, LONDON)


def _scoping(since: datetime, deadline: datetime, calendar: WorkingCalendar) -> datetime:
    """The morning of the next working day; where that is too late (D-4), the same day, or the next whatever it is."""
    local = london(since)
    morning = datetime.combine(calendar.add(local.date(), 1), MORNING, LONDON)
    if morning <= deadline or since >= deadline:
        return morning
    soon = (local + NOTICE + timedelta(minutes=59)).replace(minute=0, second=0, microsecond=0)
    if calendar.is_working(local.date()) and soon.date() == local.date() and soon.time() <= LAST_CALL:
        return soon
    return datetime.combine(local.date() + timedelta(days=1), MORNING, LONDON)


def _standing(step: PlanStepId, known: Known, changed: Mapping[PlanStepId, datetime]) -> Standing:
    if step in known.done:
        return Standing.DONE
    if step in changed:
        return Standing.CHANGED
    return Standing.ARRANGED if step in known.arranged else Standing.PROPOSED


def _warnings(
    step: PlanStepId,
    at: datetime,
    follows: PlanStepId | None,
    planned: Mapping[PlanStepId, datetime],
    calendar: WorkingCalendar,
) -> list[str]:
    """What does not fit: a day on which nobody works, a time before what it follows."""
    day, found = london(at).date(), []
    by_itself = (PlanStepId.RETURNS, PlanStepId.SIGN_OFF)  # its time runs on closed days as on others
    if (why := calendar.why_closed(day)) and step not in by_itself:
        found.append(
            f"It is a {why}" if why == f"{day:%A}" else f"{day:%A} {day.day} {day:%B} is no working day: {why}"
        )
    if follows and at < planned[follows]:
        before = london(planned[follows])
        name = TITLES[follows]
        found.append(f'It comes before "{name}" ({before:%A} {before.day} {before:%B}, {before:%H:%M})')
    return found
