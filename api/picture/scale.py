"""Which day of a picture stands where, and which count. Pure; places are days from the left edge: 2.5 is noon of day 2.

Every day is as wide as every other, closed ones too: otherwise 48 hours and five calendar days would look wrong.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from calendar_rules.lengths import london
from calendar_rules.working_days import ONE_DAY, WEEKEND, ClosedKind, WorkingCalendar

A_DAY = 24 * 60
LAST_MINUTE = A_DAY - 1  # what is due at the end of a day stands at its right edge
DAYS_THAT_FIT = 62  # a longer picture shows months


class DayKind(StrEnum):
    """How a day counts."""

    WORKING = "working"
    WEEKEND = "weekend"
    BANK_HOLIDAY = "bank-holiday"
    CLOSURE = "closure"


class Day(NamedTuple):
    """One day. `number` is that of the working day; `why` says why another one does not count."""

    date: date
    kind: DayKind
    number: int | None
    why: str = ""


class Month(NamedTuple):
    """A month, as far as the picture shows it: from, to, and its first day there."""

    begins: float
    ends: float
    first: date


class Scale:
    """The days of one picture, `first` being day 0. What the calendar does not know, it does not show."""

    def __init__(self, first: date, last: date, calendar: WorkingCalendar) -> None:
        self.first = max(first, calendar.first)
        self.last = max(self.first, min(last, calendar.last))
        self._calendar = calendar

    @property
    def length(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    @property
    def by_months(self) -> bool:
        return self.length > DAYS_THAT_FIT

    def place(self, at: datetime) -> float:
        """Where a moment stands; one outside the picture stands at its edge."""
        there = london(at)
        minute = there.hour * 60 + there.minute
        within = 1.0 if minute >= LAST_MINUTE else minute / A_DAY
        return min(max((there.date() - self.first).days + within, 0.0), float(self.length))

    def shows(self, at: datetime) -> bool:
        return self.first <= london(at).date() <= self.last

    def start_of(self, day: date) -> float:
        return float((day - self.first).days)

    def number(self, day: date) -> int:
        """The number of the working day that this is, or that the last one before it was; the first is day 0."""
        return self._calendar.between(self.first, min(max(day, self.first), self.last))

    @cached_property
    def days(self) -> Sequence[Day]:
        """Each day, and how it counts."""
        return [self._day(self.first + n * ONE_DAY) for n in range(self.length)]

    @cached_property
    def closed(self) -> Sequence[Day]:
        """The bank holidays and closures, which fall on no weekend."""
        return [day for day in self.days if day.kind in (DayKind.BANK_HOLIDAY, DayKind.CLOSURE)]

    @cached_property
    def months(self) -> Sequence[Month]:
        found: list[Month] = []
        for day in self.days:
            here = self.start_of(day.date)
            if found and (found[-1].first.year, found[-1].first.month) == (day.date.year, day.date.month):
                found[-1] = found[-1]._replace(ends=here + 1)
            else:
                found.append(Month(here, here + 1, day.date))
        return found

    def runs(self) -> Sequence[tuple[float, float]]:
        """Closed days that follow one another, weekends between them included: one band in a picture of months."""
        found: list[tuple[float, float]] = []
        for day in self.closed:
            here = self.start_of(day.date)
            between = self.days[int(found[-1][1]) : int(here)] if found else ()
            if found and all(one.kind is not DayKind.WORKING for one in between):
                found[-1] = (found[-1][0], here + 1)
            else:
                found.append((here, here + 1))
        return found

    def _day(self, day: date) -> Day:
        if day == self.first and self._calendar.is_working(day):
            return Day(day, DayKind.WORKING, 0)
        why = self._calendar.why_closed(day)
        if why is None:
            return Day(day, DayKind.WORKING, self.number(day))
        if day.isoweekday() in WEEKEND:
            return Day(day, DayKind.WEEKEND, 0 if day == self.first else None, why)
        kind = next(one.kind for one in self._calendar.closed if one.day == day)
        closure = kind is ClosedKind.CLOSURE
        number = 0 if day == self.first else None  # the day that is counted from is day 0, whatever it is
        return Day(day, DayKind.CLOSURE if closure else DayKind.BANK_HOLIDAY, number, why)
