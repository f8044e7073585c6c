"""Working days of one case: which days are closed, and counting past them.

Standard library and pydantic only; a case carries its calendar as plain data, so that a library
upgrade can never move a statutory date.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, ConfigDict, model_validator

from calendar_rules.model import Model

WEEKEND = {6: "Saturday", 7: "Sunday"}
ONE_DAY = timedelta(days=1)


def working_days(count: int) -> str:
    """ "1 working day", "4 working days"."""
    return f"{count} working day" + ("" if count == 1 else "s")


class ClosedKind(StrEnum):
    """Why a weekday is no working day."""

    BANK_HOLIDAY = "bank-holiday"
    CLOSURE = "closure"  # a local closure day that the partnership has entered
    PROCLAIMED = "proclaimed"  # a bank holiday announced while cases were live


def _without_full_stop(text: str) -> str:
    return text.rstrip(". ")


class ClosedDay(Model):
    """One day that is no working day, and why: in words that go on in a sentence or a list, so without a full stop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    why: Annotated[str, AfterValidator(_without_full_stop)]
    kind: ClosedKind


class Skipped(NamedTuple):
    """A day passed over in a count of working days."""

    date: date
    why: str


class BeyondCalendar(ValueError):
    """A day outside the years whose closed days are known; guessing would give a wrong statutory date."""

    def __init__(self, day: date | None, first: date, last: date) -> None:
        self.day = day
        what = f"{day.isoformat()} is" if day else "That many working days lead"
        super().__init__(
            f"{what} outside this calendar, which covers {first.isoformat()} to {last.isoformat()}; "
            "use a calendar that covers more years."
        )


class _Numbers(NamedTuple):
    """What counting needs, worked out once per calendar.

    Weekdays (Monday to Friday) are numbered from 0001-01-01; `closed` holds the numbers of the closed ones.
    `shifted[i]` is closed[i] - i: the working-day number from which on that closed day lies behind us.
    """

    closed: list[int]
    shifted: list[int]
    first: int
    last: int


class WorkingCalendar(Model):
    """The frozen calendar of one case: Monday to Friday, less the closed days ("How time is counted": working day).

    Every method takes and gives plain London dates and raises BeyondCalendar outside `first` to `last`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date
    closed: tuple[ClosedDay, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [one.day for one in self.closed]
        if self.first > self.last:
            raise ValueError(
                f"the calendar begins on {self.first} but ends before that, on {self.last}; swap the two dates"
            )
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("closed days must be in order of date, each day once; sort them and drop repeats")
        if days and not (self.first <= days[0] and days[-1] <= self.last):
            raise ValueError(
                f"closed days must lie between {self.first} and {self.last}; widen the calendar or drop them"
            )
        return self

    @cached_property
    def _numbers(self) -> _Numbers:
        closed = [_weekdays_up_to(one.day.toordinal()) for one in self.closed if one.day.isoweekday() not in WEEKEND]
        shifted = [number - index for index, number in enumerate(closed)]
        return _Numbers(closed, shifted, self.first.toordinal(), self.last.toordinal())

    @cached_property
    def _why(self) -> dict[date, str]:
        return {one.day: one.why for one in self.closed}

    @cached_property
    def name(self) -> str:
        """The same for two calendars in which the same days are closed for the same kind of reason."""
        days = [self.first.isoformat(), self.last.isoformat()]
        days += [f"{one.day.isoformat()} {one.kind}" for one in self.closed]
        return hashlib.sha256(json.dumps(days).encode()).hexdigest()[:32]

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A checked copy. Pydantic's own would take the worked-out numbers of the old closed days along."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | dict(update or {}))

    def is_working(self, day: date) -> bool:
        return self.why_closed(day) is None

    def why_closed(self, day: date) -> str | None:
        """Why the day is no working day ("Saturday", "Christmas Day"); None for a working day."""
        day = self._known(day)
        return WEEKEND.get(day.isoweekday()) or self._why.get(day)

    def add(self, day: date, n: int) -> date:
        """The nth working day after `day`; the day itself is day 0, even when it is no working day.

        The time it takes does not grow with n.
        """
        if n <= 0 or isinstance(day, datetime):
            return self._not_forward(day, n)
        # _number and _day_numbered written out: the two calls would cost as much as the count itself
        closed, shifted, first, last = self._numbers
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)
        number = weeks * 5 + (rest if rest < 5 else 5)
        wanted = number - bisect_right(closed, number) + n
        weeks, rest = divmod(wanted + bisect_right(shifted, wanted) - 1, 5)
        found = weeks * 7 + rest + 1
        if ordinal < first or found > last:
            raise self._beyond(ordinal, found)
        return date.fromordinal(found)

    def back(self, day: date, n: int) -> date:
        """The nth working day before `day`; the day itself is day 0, even when it is no working day."""
        if n <= 0:
            return self._not_forward(day, n)
        ordinal = self._known(day).toordinal()
        found = self._day_numbered(self._number(ordinal - 1) - n + 1)
        if found < self._numbers.first:
            raise self._beyond(ordinal, found)
        return date.fromordinal(found)

    def between(self, a: date, b: date) -> int:
        """Working days after `a` up to and with `b`; negative where `b` comes first."""
        return self._number(self._known(b).toordinal()) - self._number(self._known(a).toordinal())

    def roll(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        return _plain(day) if self.is_working(day) else self.add(day, 1)

    def skipped(self, a: date, b: date) -> list[Skipped]:
        """The days after `a` up to and with `b` that are no working days, each with its reason."""
        days = (_plain(a) + timedelta(days=n) for n in range(1, (self._known(b) - self._known(a)).days + 1))
        return [Skipped(day, why) for day in days if (why := self.why_closed(day))]

    def with_closed(self, day: ClosedDay) -> "WorkingCalendar":
        """This calendar with one more closed day (a late announcement); the same one where it is closed already."""
        self._known(day.day)
        if day.day in self._why:
            return self
        at = bisect_left([one.day for one in self.closed], day.day)
        return self.model_copy(update={"closed": (*self.closed[:at], day, *self.closed[at:])})

    def without(self, day: date) -> "WorkingCalendar":
        """This calendar with that day no longer closed (X-2); the same one where only the weekend closes it."""
        self._known(day)
        if day not in self._why:
            return self
        return self.model_copy(update={"closed": tuple(one for one in self.closed if one.day != day)})

    def _known(self, day: date) -> date:
        day = _plain(day)
        if not self.first <= day <= self.last:
            raise BeyondCalendar(day, self.first, self.last)
        return day

    def _not_forward(self, day: date, n: int) -> date:
        if n < 0:
            raise ValueError(
                f"{n} working days cannot be counted; `add` counts forward and `back` backward, both from 0 up"
            )
        return self._known(day)  # day 0, or a moment given for a day, which this refuses

    def _beyond(self, start: int, found: int) -> BeyondCalendar:
        """The error for a count from one ordinal day to another; names the start if that is already outside."""
        numbers = self._numbers
        inside = numbers.first <= start <= numbers.last
        return BeyondCalendar(None if inside else date.fromordinal(start), self.first, self.last)

    def _number(self, ordinal: int) -> int:
        """How many working days there are up to and with that ordinal day."""
        weekdays = _weekdays_up_to(ordinal)
        return weekdays - bisect_right(self._numbers.closed, weekdays)

    def _day_numbered(self, number: int) -> int:
        """The ordinal day of the working day with that number."""
        weeks, rest = divmod(number + bisect_right(self._numbers.shifted, number) - 1, 5)
        return weeks * 7 + rest + 1


def _weekdays_up_to(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01 (a Monday, ordinal 1) up to and with that ordinal day."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _plain(day: date) -> date:
    """Refuses a moment given for a day: whose date it has depends on the time zone, which `lengths.london` settles."""
    if isinstance(day, datetime):
        raise TypeError(
            f"{day.isoformat()} is a moment, not a day; take its London date first with lengths.london(moment).date()"
        )
    return day
