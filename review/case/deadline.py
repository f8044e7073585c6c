"""The deadlines of a case: deadlines that fire, move, are met or stop ("How time is counted").

Pure: the present moment is given. A deadline never cancels the work under it; a met deadline never moves.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from pydantic import AwareDatetime

from calendar_rules.edition import Edition, Party, ReminderKind, Rule
from calendar_rules.lengths import (
    Length,
    Unit,
    after_work,
    again,
    due,
    end_of_day,
    london,
    moment,
    worked,
    working_time_after,
    working_time_before,
)
from calendar_rules.model import Model
from calendar_rules.plan import latest_safe, slack_working_days
from calendar_rules.working_days import WorkingCalendar


class Status(StrEnum):
    """How a deadline stands."""

    OPEN = "open"
    MOVED = "moved"  # open, and due at another time than at first
    MET = "met"
    LATE = "late"  # met after it was due, or overdue
    STOPPED = "stopped"


class Ending(StrEnum):
    """What stops the deadlines of a whole case at once (X-1, B-1, B-2)."""

    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    NOTIFICATION_WITHDRAWN = "notification-withdrawn"
    NO_RAPID_REVIEW = "no-rapid-review"
    EDITION = "edition"  # the case moved to one that has no such deadline


class Moved(Model):
    """One change of a due time: from, to, why."""

    was: AwareDatetime
    due: AwareDatetime
    why: str
    at: AwareDatetime


class Held(Model):
    """Time that a pause took out of a deadline (X-1)."""

    elapsed: timedelta
    working_days: int
    calendar_days: int
    worked: timedelta = timedelta(0)  # working time


class ReminderDue(NamedTuple):
    """The next reminder of a deadline: which, of what kind, for whom, and when (UTC)."""

    name: str
    kind: str
    tell: tuple[Party, ...]
    at: datetime


PASSED = "passed"  # the moment a deadline becomes overdue, whatever reminders the edition has
AGAIN = ":"  # before its number, in the name of a reminder that repeats: "daily", "daily:2"
PLAN = "plan"  # kind of the backward plan's reminders on D-7


class Planned(NamedTuple):
    """The reminders of a deadline, each by its first time with how often it repeats; and what they hang on."""

    edition: Edition
    calendar: WorkingCalendar
    span: tuple[datetime, datetime]
    reminders: list[tuple[ReminderDue, Length | None]]


class AtHand:
    """What was reckoned last, kept at hand: no part of the case.

    A run asks for the next reminder after every step, for every deadline that is open.
    """

    planned: Planned | None = None


class RunningDeadline(Model):
    """One running deadline. `id` is the rule's, with the subject where there are several: "D-6:police"."""

    id: str
    rule: str
    title: str
    subject: str | None = None
    since: AwareDatetime
    due: AwareDatetime
    started_at: AwareDatetime  # when the case began to run it
    fired: list[str] = []
    missed: dict[str, list[AwareDatetime]] = {}  # person -> when mails were due that a later one takes the place of
    met_at: AwareDatetime | None = None
    met_by: str | None = None  # the message whose fact met it
    stopped_at: AwareDatetime | None = None
    stopped_why: str | None = None
    stopped_with: Ending | None = None  # where it did not stop by itself
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

    @property
    def overdue_at(self) -> datetime | None:
        """From when it is overdue, if nothing is done: its due time; never, where a pause began to hold it in time."""
        in_time = self.held_since is not None and self.held_since <= self.due
        return self.due if self.open and not in_time else None

    def next_reminder(self, edition: Edition, calendar: WorkingCalendar) -> ReminderDue | None:
        """The earliest reminder that has not fired; None when all have."""
        waiting = [reminder for reminder in self._reminders(edition, calendar) if reminder.name not in self.fired]
        return min(waiting, key=lambda reminder: reminder.at, default=None)

    def later_reminders(
        self, reminder: ReminderDue, now: datetime, edition: Edition, calendar: WorkingCalendar
    ) -> list[ReminderDue]:
        """Reminders after this one that are due by now, too: after an outage it comes late, and they say more."""
        if reminder.at <= self.started_at:
            return []
        due = [one for one in self._reminders(edition, calendar, now) if one.name not in self.fired]
        return [one for one in due if reminder.at < one.at <= now and one.tell]

    def skip_past(self, edition: Edition, calendar: WorkingCalendar) -> None:
        """Reminders whose time was over before the deadline began are not sent; overdue and escalation still fire.

        The plan's warnings fire too, unless it is overdue already and nothing is left to plan. Of one that repeats only
        the last fires.
        """
        overdue = self.due <= self.started_at
        reminders = self._reminders(edition, calendar, self.started_at)
        last = {one.name.partition(AGAIN)[0]: one.name for one in reminders if one.at <= self.started_at}
        for reminder in reminders:
            silent = reminder.kind == ReminderKind.REMINDER or (reminder.kind == PLAN and overdue)
            silent = silent or last.get(reminder.name.partition(AGAIN)[0]) not in (None, reminder.name)
            if silent and reminder.at <= self.started_at and reminder.name not in self.fired:
                self.fired.append(reminder.name)

    def reschedule(self, edition: Edition, calendar: WorkingCalendar, now: datetime) -> None:
        """After a move: reminders still to come fire (again);
        one whose time is now over fires at once, unless it only reminds.
        """
        fired = set(self.fired)
        self.fired = [
            reminder.name
            for reminder in self._reminders(edition, calendar, now)
            if reminder.at <= now and (reminder.name in fired or reminder.kind == ReminderKind.REMINDER)
        ]

    def hold(self, since: datetime, until: datetime, edition: Edition, calendar: WorkingCalendar) -> None:
        """Give back the time of a pause; one that was overdue when the pause began stays so (X-1)."""
        start = max(since, self.since).astimezone(UTC)
        if start < until and start <= self.due_by(edition, calendar):
            first, last = london(start).date(), london(until).date()
            working = calendar.between(first, last)
            self.held.append(
                Held(
                    elapsed=until.astimezone(UTC) - start,
                    working_days=working,
                    calendar_days=(last - first).days,
                    worked=worked(start, until, calendar),
                )
            )

    def due_by(self, edition: Edition, calendar: WorkingCalendar) -> datetime:
        """When it is due, by its length, the calendar as it stands now and the pauses that held it."""
        length = self.length or edition.deadlines[self.rule].length
        moment_due = self.set_due or due(self.since, length, calendar)
        for held in self.held:
            if length.unit in (Unit.HOURS, Unit.AT_ONCE):
                moment_due += held.elapsed
            elif length.unit is Unit.WORKING_HOURS:
                moment_due = after_work(moment_due, held.worked, calendar)
            elif length.unit is Unit.WORKING_DAYS:
                moment_due = end_of_day(calendar.add(london(moment_due).date(), held.working_days))
            else:
                later = london(moment_due).date() + timedelta(days=held.calendar_days)
                moment_due = end_of_day(calendar.roll(later) if length.unit is Unit.DAYS else later)
        return moment_due

    def slack(self, now: datetime, calendar: WorkingCalendar) -> int:
        """Working days left: 0 on the due day, negative when overdue; a pause that holds the deadline eats none."""
        return slack_working_days(self.held_since or now, self.due, calendar)

    def _reminders(self, edition: Edition, calendar: WorkingCalendar, now: datetime | None = None) -> list[ReminderDue]:
        """All of them; of one that repeats those that have fired, those that are due by now, and the next."""
        reminders: list[ReminderDue] = []
        for first, every in self._planned(edition, calendar).reminders:
            reminders += self._repeated(first, every, calendar, now) if every else [first]
        return reminders

    @cached_property
    def _at_hand(self) -> AtHand:
        return AtHand()

    def _planned(self, edition: Edition, calendar: WorkingCalendar) -> Planned:
        held, span = self._at_hand.planned, (self.since, self.due)
        if held and held.edition is edition and held.calendar is calendar and held.span == span:
            return held
        self._at_hand.planned = planned = Planned(edition, calendar, span, self._first_reminders(edition, calendar))
        return planned

    def _first_reminders(self, edition: Edition, calendar: WorkingCalendar) -> list[tuple[ReminderDue, Length | None]]:
        """Each by its first time, with how often it repeats."""
        rule: Rule = edition.deadlines[self.rule]
        reminders: list[tuple[ReminderDue, Length | None]] = [
            (ReminderDue(PASSED, PASSED, (), self.due + timedelta(seconds=1)), None)
        ]
        for reminder in rule.reminders:
            at = moment(self.due, reminder.when, calendar, self.since)
            if at is None and self.due < self.since and reminder.kind is not ReminderKind.REMINDER:
                at = self.since  # it was overdue from the first: told at once (G-11)
            if at is not None and rule.in_working_hours:
                at = self._at_work(reminder.kind, at, calendar)
            if at is not None:
                late = reminder.kind is ReminderKind.OVERDUE and at == self.due
                first = ReminderDue(
                    reminder.name, reminder.kind, tuple(reminder.tell), at + timedelta(seconds=1) if late else at
                )
                reminders.append((first, reminder.every))
        if rule.family == "D-7":
            plan = latest_safe(self.due, edition, calendar)
            reminders += [(ReminderDue(safe.id, PLAN, (), safe.at), None) for safe in plan]
        return reminders

    def _at_work(self, kind: ReminderKind, at: datetime, calendar: WorkingCalendar) -> datetime | None:
        """When somebody is there to read it; None for what only reminds and would come before what it reminds of."""
        if kind is ReminderKind.REMINDER:
            earlier = working_time_before(at, calendar)
            return earlier if earlier > self.since else None
        return working_time_after(at, calendar) if kind is ReminderKind.DEPUTY else at

    def _repeated(
        self, first: ReminderDue, every: Length, calendar: WorkingCalendar, now: datetime | None
    ) -> list[ReminderDue]:
        """The reminder, and where it repeats, each time after it; one that only reminds ends when it is due."""
        found, number = [first], 1
        while found[-1].name in self.fired or (now and found[-1].at <= now):
            number += 1
            at = again(found[-1].at, every, calendar)
            if first.kind == ReminderKind.REMINDER and at >= self.due:
                break
            found.append(first._replace(name=f"{first.name}{AGAIN}{number}", at=at))
        return found
