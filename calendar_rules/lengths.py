"""Lengths of time and the moments they lead to ("How time is counted").

Moments go in aware and come out in UTC; days are days in London. `end_of_day` is the one
place that turns a due day into an instant.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, RootModel, field_validator

from calendar_rules.working_days import ONE_DAY, Skipped, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
LAST_SECOND = time(23, 59, 59)
START_OF_WORK = time(9)  # reminders that are counted in days fire when somebody is there to hear them
END_OF_WORK = time(17)  # working hours are those between the two, on working days
AT_ONCE = timedelta(minutes=1)
_A_SECOND = timedelta(seconds=1)


class Unit(StrEnum):
    """What a length is counted in."""

    AT_ONCE = "at once"
    HOURS = "hour"
    WORKING_HOURS = "working hour"
    DAYS = "day"  # one that ends on a closed day goes to the next working day
    CALENDAR_DAYS = "calendar day"  # ends on its day, whatever that is
    WORKING_DAYS = "working day"
    MONTHS = "month"
    AS_SET = "as set"  # of no length: people set the due day


class Side(StrEnum):
    """On which side of what a reminder fires."""

    BEFORE = "before"  # before the due moment
    AFTER = "after"  # after the due moment
    IN = "in"  # after the start of the clock
    AT_DUE = "at due"
    ON_THE_DAY = "on the day"  # the morning of the due day


class _Counted(NamedTuple):
    number: int
    unit: Unit


_LENGTH = re.compile(r"(?P<count>[1-9]\d{0,3}) (?P<unit>hour|working hour|day|calendar day|working day|month)s?")
_LENGTH_HELP = 'write for example "5 working days", "48 hours", "5 days", "6 months" or "at once"'
_NOTHING_HELP = 'write at least 1, such as "1 working day", or "at once"'
_OFFSET_HELP = (
    'write for example "2 working days before", "12 hours before", "at due", "on the day", '
    '"1 working day after" or "3 months in"'
)


class Length(RootModel[str]):
    """A length of time in the protocol's words: "5 working days", "48 hours", "4 working hours", "6 months", "at once";
    "as set" where people set the due day itself: it is due at the end of that day.

    Two lengths are equal when they read the same. In JSON it is its text.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @field_validator("root")
    @classmethod
    def _readable(cls, text: str) -> str:
        counted = _read(text)
        if counted is None:
            help = _NOTHING_HELP if re.match(r"0+ ", text) else _LENGTH_HELP
            raise ValueError(f'"{text}" is no length of time; {help}')
        return _spell(counted)

    @cached_property
    def _counted(self) -> _Counted:
        return _read(self.root) or _Counted(0, Unit.AT_ONCE)

    @property
    def count(self) -> int:
        """How many units; 0 for "at once"."""
        return self._counted.number

    @property
    def unit(self) -> Unit:
        return self._counted.unit

    def __str__(self) -> str:
        return self.root


class Offset(RootModel[str]):
    """When a reminder fires, seen from its deadline: "2 working days before", "at due", "3 months in"."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @field_validator("root")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text in (Side.AT_DUE, Side.ON_THE_DAY):
            return text
        words, _, side = text.rpartition(" ")
        counted = _read(words)
        no_span = counted is not None and counted.unit in (Unit.AT_ONCE, Unit.AS_SET)
        if counted is None or no_span or side not in (Side.BEFORE, Side.AFTER, Side.IN):
            raise ValueError(f'"{text}" says no time for a reminder; {_OFFSET_HELP}')
        return f"{_spell(counted)} {side}"

    @cached_property
    def side(self) -> Side:
        return Side(self.root) if self.root in (Side.AT_DUE, Side.ON_THE_DAY) else Side(self.root.rpartition(" ")[2])

    @cached_property
    def length(self) -> Length | None:
        """How far from the deadline (or the start); None for "at due" and "on the day"."""
        return None if self.root == self.side else Length(self.root.rpartition(" ")[0])

    def __str__(self) -> str:
        return self.root


def london(moment: datetime) -> datetime:
    """The same moment as clocks in London show it."""
    return _aware(moment).astimezone(LONDON)


def end_of_day(day: date) -> datetime:
    """The moment a due day ends: 23:59:59 Europe/London, in UTC."""
    return _in_london(day, LAST_SECOND)


def due(since: datetime, length: Length, calendar: WorkingCalendar) -> datetime:
    """When something is due, in UTC. The London day of `since` is day 0, whatever the hour ("How time is counted").

    Hours are elapsed hours, due at that very moment, as are working hours, of which only those from 09:00 to 17:00 on
    working days count; everything counted in days or months is due at the end of its day; "at once" is within a minute.
    Days that end on a closed day go to the next working day, calendar days and months do not.
    Raises BeyondCalendar when the calendar ends first.
    """
    if length.unit is Unit.AT_ONCE:
        return _aware(since).astimezone(UTC) + AT_ONCE
    if length.unit is Unit.HOURS:
        return _aware(since).astimezone(UTC) + timedelta(hours=length.count)
    if length.unit is Unit.WORKING_HOURS:
        return after_work(since, timedelta(hours=length.count), calendar)
    start = london(since).date()
    if length.unit is Unit.WORKING_DAYS:
        return end_of_day(calendar.add(start, length.count))
    if length.unit is Unit.DAYS:
        return end_of_day(calendar.roll(start + timedelta(days=length.count)))
    if length.unit is Unit.CALENDAR_DAYS:
        return end_of_day(start + timedelta(days=length.count))
    return end_of_day(_months_on(start, length.count))


def latest_start(end: datetime, length: Length, calendar: WorkingCalendar) -> datetime:
    """The latest moment from which `length`, counted forward by `due`, still ends by `end`; in UTC.

    For working days it is the end of a working day, though the closed days after it would count the same.
    """
    if length.unit is Unit.AT_ONCE:
        return _aware(end).astimezone(UTC) - AT_ONCE
    if length.unit is Unit.HOURS:
        return _aware(end).astimezone(UTC) - timedelta(hours=length.count)
    if length.unit is Unit.WORKING_HOURS:
        return _before_work(end, timedelta(hours=length.count), calendar)
    whole = london(end).date()
    if end < end_of_day(whole):
        whole -= ONE_DAY
    if length.unit is Unit.MONTHS:
        start = _months_on(whole, -length.count)
        while _months_on(start + ONE_DAY, length.count) <= whole:
            start += ONE_DAY
        return end_of_day(start)
    if length.unit is Unit.CALENDAR_DAYS:
        return end_of_day(whole - timedelta(days=length.count))
    target = calendar.back(whole + ONE_DAY, 1)
    if length.unit is Unit.WORKING_DAYS:
        return end_of_day(calendar.back(target, length.count))
    return end_of_day(target - timedelta(days=length.count))


def passed_over(since: datetime, length: Length, until: datetime, calendar: WorkingCalendar) -> list[Skipped]:
    """The closed days that made a count longer; none where closed days count like any other."""
    start, end = london(since).date(), london(until).date()
    if length.unit is Unit.WORKING_DAYS:
        return calendar.skipped(start, end)
    if length.unit is Unit.DAYS:
        return calendar.skipped(start + timedelta(days=length.count) - ONE_DAY, end)
    return []


def moment(due: datetime, offset: Offset, calendar: WorkingCalendar, since: datetime) -> datetime | None:
    """When a reminder fires, in UTC; None where that would be before its clock even started at `since`.

    Hours are elapsed hours, working hours those of working days. Offsets in working days, days or months fire at 09:00
    in London on that day.
    """
    rings = _moment(due, offset, calendar, since)
    return None if rings < since else rings


def again(at: datetime, every: Length, calendar: WorkingCalendar) -> datetime:
    """When a reminder that repeats fires after it has fired at `at`, in UTC."""
    if every.unit in (Unit.HOURS, Unit.WORKING_HOURS):
        return due(at, every, calendar)
    return _in_london(_day_off(london(at).date(), every, calendar, 1), START_OF_WORK)


def before(moment: datetime, length: Length, calendar: WorkingCalendar) -> datetime:
    """So much before a moment, in UTC: hours elapsed, otherwise the end of that day. For plans made backward."""
    if length.unit in (Unit.AT_ONCE, Unit.HOURS, Unit.WORKING_HOURS):
        return latest_start(moment, length, calendar)
    return end_of_day(_day_off(london(moment).date(), length, calendar, -1))


def after_work(since: datetime, span: timedelta, calendar: WorkingCalendar) -> datetime:
    """When so much working time has passed since a moment, in UTC."""
    if not span:
        return _aware(since).astimezone(UTC)
    start, left, day = london(since), span, london(since).date()
    while True:
        opens, shuts = _hours_of(day)
        begins = max(start, opens)
        if calendar.is_working(day) and begins < shuts:
            if left <= shuts - begins:
                return (begins + left).astimezone(UTC)
            left -= shuts - begins
        day += ONE_DAY


def working_time_before(at: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment itself if people are at work; else half an hour before they last went home, in UTC."""
    left = _before_work(at, _A_SECOND, calendar) + _A_SECOND
    return left if left == at else left - timedelta(minutes=30)


def working_time_after(at: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment itself if people are at work; else when they next begin, in UTC."""
    return after_work(at, _A_SECOND, calendar) - _A_SECOND


def worked(since: datetime, until: datetime, calendar: WorkingCalendar) -> timedelta:
    """The working time between two moments."""
    start, end, day, found = london(since), london(until), london(since).date(), timedelta(0)
    while day <= end.date():
        opens, shuts = _hours_of(day)
        if calendar.is_working(day) and (begins := max(start, opens)) < (ends := min(end, shuts)):
            found += ends - begins
        day += ONE_DAY
    return found


def _before_work(end: datetime, span: timedelta, calendar: WorkingCalendar) -> datetime:
    """The latest moment from which so much working time passes by `end`, in UTC."""
    stop, left, day = london(end), span, london(end).date()
    while True:
        opens, shuts = _hours_of(day)
        ends = min(stop, shuts)
        if calendar.is_working(day) and opens < ends:
            if left <= ends - opens:
                return (ends - left).astimezone(UTC)
            left -= ends - opens
        day -= ONE_DAY


def _hours_of(day: date) -> tuple[datetime, datetime]:
    """Start and end of work, in London; no clock changes between the two."""
    return datetime.combine(day, START_OF_WORK, LONDON), datetime.combine(day, END_OF_WORK, LONDON)


def _moment(due: datetime, offset: Offset, calendar: WorkingCalendar, since: datetime) -> datetime:
    length = offset.length
    if length is None:
        due_day = london(due).date()
        return _aware(due).astimezone(UTC) if offset.side is Side.AT_DUE else _in_london(due_day, START_OF_WORK)
    origin, sign = (since, 1) if offset.side is Side.IN else (due, -1 if offset.side is Side.BEFORE else 1)
    if length.unit is Unit.HOURS:
        return _aware(origin).astimezone(UTC) + sign * timedelta(hours=length.count)
    if length.unit is Unit.WORKING_HOURS:
        span = timedelta(hours=length.count)
        return after_work(origin, span, calendar) if sign > 0 else _before_work(origin, span, calendar)
    return _in_london(_day_off(london(origin).date(), length, calendar, sign), START_OF_WORK)


def _day_off(day: date, length: Length, calendar: WorkingCalendar, sign: int) -> date:
    """The day that many working days, days or months after (sign 1) or before (sign -1) `day`."""
    if length.unit is Unit.WORKING_DAYS:
        return calendar.add(day, length.count) if sign > 0 else calendar.back(day, length.count)
    if length.unit is Unit.MONTHS:
        return _months_on(day, sign * length.count)
    return day + sign * timedelta(days=length.count)


def _months_on(day: date, months: int) -> date:
    """The same day some months on, or the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_london(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(
            f"{moment.isoformat()} says no time zone; give an aware time, such as {moment.isoformat()}+00:00"
        )
    return moment


@lru_cache(maxsize=1024)  # every case that is read brings all lengths of its edition
def _read(text: str) -> _Counted | None:
    """The count and unit in a text, or None where it says none."""
    if text in (Unit.AT_ONCE, Unit.AS_SET):
        return _Counted(0, Unit(text))
    found = _LENGTH.fullmatch(text)
    return _Counted(int(found["count"]), Unit(found["unit"])) if found else None


def _spell(counted: _Counted) -> str:
    if counted.unit in (Unit.AT_ONCE, Unit.AS_SET):
        return str(counted.unit)
    return f"{counted.number} {counted.unit}{'' if counted.number == 1 else 's'}"
