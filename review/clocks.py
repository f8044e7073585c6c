"""The deadlines of a case: clocks that ring, move, are met or stop ("How time is counted").

Room: review. Pure: the present moment is given. A clock never cancels the work under it; a met clock never moves.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel

from calendar_rules.edition import BellKind, Edition, Party, Rule
from calendar_rules.lengths import Length, Unit, due, end_of_day, london, moment
from calendar_rules.plan import latest_safe, slack_working_days
from calendar_rules.working_days import WorkingCalendar


class Status(StrEnum):
    """How a deadline stands."""

    OPEN = "open"
    MOVED = "moved"  # open, and due at another time than at first
    MET = "met"
    LATE = "late"  # met after it was due, or overdue
    STOPPED = "stopped"


class Moved(BaseModel):
    """One change of a due time: from, to, why."""

    was: AwareDatetime
    due: AwareDatetime
    why: str
    at: AwareDatetime


class Held(BaseModel):
    """Time that a pause took out of a clock (X-1)."""

    elapsed: timedelta
    working_days: int
    calendar_days: int


class BellDue(NamedTuple):
    """The next bell of a clock: which, of what kind, for whom, and when (UTC)."""

    name: str
    kind: str
    tell: tuple[Party, ...]
    at: datetime


PASSED = "passed"  # the moment a deadline becomes overdue, whatever bells the edition has
PLAN = "plan"  # kind of the backward plan's bells on D-7


class Clock(BaseModel):
    """One running deadline. `id` is the rule's, with the subject where there are several: "D-6:police"."""

    id: str
    rule: str
    title: str
    subject: str | None = None
    since: AwareDatetime
    due: AwareDatetime
    started_at: AwareDatetime  # when the case began to run it
    rung: list[str] = []
    met_at: AwareDatetime | None = None
    met_by: str | None = None  # the message whose fact met it
    stopped_at: AwareDatetime | None = None
    stopped_why: str | None = None
    moves: list[Moved] = []
    held: list[Held] = []
    held_since: AwareDatetime | None = None  # while a pause holds it
    length: Length | None = None  # under which it runs, or ran when it was met or stopped
    set_due: AwareDatetime | None = None  # where people set the due day itself

    @property
    def open(self) -> bool:
        return self.met_at is None and self.stopped_at is None

    def status(self, now: datetime) -> Status:
        if self.met_at is not None:
            return Status.LATE if self.met_at > self.due else Status.MET
        if self.stopped_at is not None:  # what was stopped when it was over is a duty that was missed
            return Status.LATE if self.stopped_at > self.due else Status.STOPPED
        if self.overdue(now):
            return Status.LATE
        return Status.MOVED if self.moves else Status.OPEN

    def overdue(self, now: datetime) -> bool:
        """Open and due before now; while a pause holds it: before the pause (X-1)."""
        return self.open and (self.held_since or now) > self.due

    def next_bell(self, edition: Edition, calendar: WorkingCalendar) -> BellDue | None:
        """The earliest bell that has not rung; None when all have."""
        waiting = [bell for bell in self._bells(edition, calendar) if bell.name not in self.rung]
        return min(waiting, key=lambda bell: bell.at, default=None)

    def silence_the_past(self, edition: Edition, calendar: WorkingCalendar) -> None:
        """Reminders whose time was over before the clock began are not sent; overdue and escalation bells still ring.

        The plan's warnings ring too, unless it is overdue already and nothing is left to plan.
        """
        overdue = self.due <= self.started_at
        for bell in self._bells(edition, calendar):
            silent = bell.kind == BellKind.REMINDER or (bell.kind == PLAN and overdue)
            if silent and bell.at <= self.started_at and bell.name not in self.rung:
                self.rung.append(bell.name)

    def rearm(self, edition: Edition, calendar: WorkingCalendar, now: datetime) -> None:
        """After a move: bells still to come ring (again);
        one whose time is now over rings at once, unless it only reminds.
        """
        rung = set(self.rung)
        self.rung = [
            bell.name
            for bell in self._bells(edition, calendar)
            if bell.at <= now and (bell.name in rung or bell.kind == BellKind.REMINDER)
        ]

    def hold(self, since: datetime, until: datetime, edition: Edition, calendar: WorkingCalendar) -> None:
        """Give back the time of a pause; one that was overdue when the pause began stays so (X-1)."""
        start = max(since, self.since).astimezone(UTC)
        if start < until and start <= self.due_by(edition, calendar):
            first, last = london(start).date(), london(until).date()
            working = calendar.between(first, last)
            self.held.append(
                Held(elapsed=until.astimezone(UTC) - start, working_days=working, calendar_days=(last - first).days)
            )

    def due_by(self, edition: Edition, calendar: WorkingCalendar) -> datetime:
        """When it is due, by its length, the calendar as it stands now and the pauses that held it."""
        length = self.length or edition.deadlines[self.rule].length
        moment_due = self.set_due or due(self.since, length, calendar)
        for held in self.held:
            if length.unit in (Unit.HOURS, Unit.AT_ONCE):
                moment_due += held.elapsed
            elif length.unit is Unit.WORKING_DAYS:
                moment_due = end_of_day(calendar.add(london(moment_due).date(), held.working_days))
            else:
                later = london(moment_due).date() + timedelta(days=held.calendar_days)
                moment_due = end_of_day(calendar.roll(later) if length.unit is Unit.DAYS else later)
        return moment_due

    def slack(self, now: datetime, calendar: WorkingCalendar) -> int:
        """Working days left: 0 on the due day, negative when overdue; a pause that holds the clock eats none."""
        return slack_working_days(self.held_since or now, self.due, calendar)

    def _bells(self, edition: Edition, calendar: WorkingCalendar) -> list[BellDue]:
        rule: Rule = edition.deadlines[self.rule]
        bells = [BellDue(PASSED, PASSED, (), self.due + timedelta(seconds=1))]
        for bell in rule.bells:
            at = moment(self.due, bell.when, calendar, self.since)
            if at is None and self.due < self.since and bell.kind is not BellKind.REMINDER:
                at = self.since  # it was overdue from the first: told at once (G-11)
            if at is not None:
                late = bell.kind is BellKind.OVERDUE and at == self.due
                bells.append(BellDue(bell.name, bell.kind, tuple(bell.tell), at + timedelta(seconds=1) if late else at))
        if rule.family == "D-7":
            bells += [BellDue(safe.id, PLAN, (), safe.at) for safe in latest_safe(self.due, edition, calendar)]
        return bells
