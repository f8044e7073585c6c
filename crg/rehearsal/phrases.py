"""When something happens, in the words of a scenario: "day 3 10:00", "2 working days after the notification".

Pure: a phrase is read once (`Phrase.read`) and turned into a moment when its turn comes
(`Phrase.moment`). Times are Europe/London; moments come out in UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from calendar_rules.lengths import LONDON, london
from calendar_rules.working_days import WorkingCalendar

HELP = (
    'write for example "day 3 10:00", "2 working days after the notification 14:00", "1 hour later", '
    '"1 minute after D-6:police", "friday 09:00", "14:00", "2026-12-18 10:00" or "at once"'
)
MORNING = time(9)  # where a phrase names a day and no hour
START, PREVIOUS = "start", "previous step"

# What can be counted from, in the protocol's words. A fact kind, a step's name and a deadline's id can be, too.
EVENTS = {
    START: "when the rehearsal starts",
    PREVIOUS: "when the step before happened",
    "incident": "when the incident happened",
    "awareness": "when the local authority became aware",
    "referral": "when the referral was received",
    "crg's decision": "what the CRG made of the referral",
    "information request": "when another partnership's request was received",
    "supply": "when the information was supplied",
    "notification": "the notification to the Panel",
    "scoping meeting": "when it was held; until then, when it is set for",
    "request": "the rapid review request",
    "return": "the last return that came in",
    "rapid review meeting": "when it was held; until then, when it is set for",
    "draft": "the last draft",
    "sign-off request": "when the last draft went out for sign-off",
    "submission": "the submission to the Panel",
    "panel's meeting": "the day that the Panel has named, at noon",
    "panel's response": "the Panel's last response",
    "decision": "the partners' decision",
}
DEADLINE = re.compile(r"[A-Z]-[1-9]\d*(:[a-z0-9:-]+)?")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks", "working day": "working days"}
_ELAPSED = ("minutes", "hours")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}

_CLOCK = r"(?P<clock>\d{1,2}:\d\d)"
_DATE = re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\d)(?:[ Tt]{_CLOCK}(?::00)?)?")
_DAY = re.compile(rf"day (?P<count>\d{{1,4}})(?: {_CLOCK})?")
_WEEKDAY = re.compile(rf"(?P<weekday>{'|'.join(_WEEKDAYS)})(?: {_CLOCK})?", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?P<count>\d{1,4}|[a-z]+) (?P<unit>minute|hour|day|week|working day)s? "
    rf"(?:(?P<later>later)|(?P<side>after|before) (?P<event>.+?))(?: {_CLOCK})?"
)
_EVENT = re.compile(rf"(?:(?:at|when|on the day of) )?(?P<event>.+?)(?: {_CLOCK})?")


class NoPhrase(ValueError):
    """A text that says no time."""


class NotKnownYet(ValueError):
    """A phrase counts from something that has not happened in this rehearsal yet."""


class Moments(NamedTuple):
    """What a phrase is read against. `events` hold what has happened so far, deadlines' due times included."""

    start: datetime
    now: datetime
    calendar: WorkingCalendar
    events: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A moment in words: so much before or after something, at an hour; or a date; or a weekday to come."""

    text: str
    event: str | None = None
    count: int = 0
    unit: str = "days"
    clock: time | None = None
    day: date | None = None
    weekday: int | None = None

    @classmethod
    def read(cls, text: str) -> "Phrase":
        """The phrase of a text. Raises `NoPhrase`, which says what can be written."""
        text = " ".join(text.split())
        if text == "at once":
            return cls(text=text, event=PREVIOUS)
        if re.fullmatch(_CLOCK, text):
            return cls(text=text, clock=_clock(text, text))
        for pattern, make in ((_DATE, _dated), (_DAY, _numbered), (_WEEKDAY, _weekday), (_COUNTED, _counted)):
            if found := pattern.fullmatch(text):
                return make(text, found)
        found = _EVENT.fullmatch(text)
        if found and is_event(_event(found["event"])):
            return cls(text=text, event=_event(found["event"]), clock=_clock(text, found["clock"]))
        raise NoPhrase(f'"{text}" says no time; {HELP}')

    def moment(self, moments: Moments) -> datetime:
        """The moment, in UTC. Raises `NotKnownYet`."""
        if self.day is not None:
            return _in_london(self.day, self.clock or MORNING)
        if self.weekday is not None:
            return self._weekday_to_come(moments.now)
        if self.event is None:
            return self._hour_to_come(moments.now)
        since = self._since(moments)
        if self.unit in _ELAPSED:
            return since.astimezone(UTC) + timedelta(**{self.unit: self.count})
        if self.count == 0 and self.clock is None:
            return since.astimezone(UTC)
        local = london(since)
        return _in_london(self._day_off(local.date(), moments.calendar), self.clock or local.time())

    def _since(self, moments: Moments) -> datetime:
        if self.event == PREVIOUS:
            return moments.now
        if self.event == START:
            return moments.start
        since = moments.events.get(self.event or "")
        if since is None:
            raise NotKnownYet(f'"{self.text}" counts from "{self.event}", which is not known at this point')
        return since

    def _day_off(self, day: date, calendar: WorkingCalendar) -> date:
        if self.unit == "working days":
            return calendar.add(day, self.count) if self.count >= 0 else calendar.back(day, -self.count)
        return day + timedelta(**{self.unit: self.count})

    def _weekday_to_come(self, now: datetime) -> datetime:
        today = london(now).date()
        day = today + timedelta(days=((self.weekday or 0) - today.isoweekday()) % 7)
        found = _in_london(day, self.clock or MORNING)
        return found if found >= now else _in_london(day + timedelta(days=7), self.clock or MORNING)

    def _hour_to_come(self, now: datetime) -> datetime:
        today, clock = london(now).date(), self.clock or MORNING
        found = _in_london(today, clock)
        return found if found >= now else _in_london(today + timedelta(days=1), clock)


def is_event(name: str) -> bool:
    """Whether the name is one of the protocol's events or a deadline's id."""
    return name in EVENTS or DEADLINE.fullmatch(name) is not None


def in_london(text: str) -> datetime | None:
    """The moment that a date and time without an offset say, London; None where the text says none."""
    found = _DATE.fullmatch(" ".join(text.split()))
    if found is None or found["clock"] is None:
        return None
    return _dated(text, found).moment(Moments(_ANY, _ANY, _NO_CALENDAR, {}))


def _dated(text: str, found: re.Match[str]) -> Phrase:
    try:
        day = date.fromisoformat(found["date"])
    except ValueError:
        raise NoPhrase(f'"{text}" names a day that does not exist; {HELP}') from None
    return Phrase(text=text, day=day, clock=_clock(text, found["clock"]))


def _numbered(text: str, found: re.Match[str]) -> Phrase:
    return Phrase(text=text, event=START, count=int(found["count"]), clock=_clock(text, found["clock"]))


def _weekday(text: str, found: re.Match[str]) -> Phrase:
    weekday = _WEEKDAYS.index(found["weekday"].lower()) + 1
    return Phrase(text=text, weekday=weekday, clock=_clock(text, found["clock"]))


def _counted(text: str, found: re.Match[str]) -> Phrase:
    word, unit, clock = found["count"], _UNITS[found["unit"]], _clock(text, found["clock"])
    count = int(word) if word.isdigit() else _NUMBERS.get(word)
    if count is None:
        raise NoPhrase(f'"{text}": "{word}" is no number; {HELP}')
    if clock and unit in _ELAPSED:
        raise NoPhrase(f'"{text}" gives both a number of {unit} and an hour of the day; leave one of them out')
    event = PREVIOUS if found["later"] else _event(found["event"])
    return Phrase(text=text, event=event, count=-count if found["side"] == "before" else count, unit=unit, clock=clock)


def _event(words: str) -> str:
    """The event as it is known: without its article, a deadline's id without "is due"."""
    words = words.removesuffix(" is due").removeprefix("the ").removeprefix("The ")
    return words if DEADLINE.fullmatch(words) else words.lower()


def _clock(text: str, clock: str | None) -> time | None:
    if clock is None:
        return None
    hour, minute = map(int, clock.split(":"))
    if hour > 23 or minute > 59:
        raise NoPhrase(f'"{text}": there is no {clock} on a clock; {HELP}')
    return time(hour, minute)


def _in_london(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), LONDON).astimezone(UTC)


_ANY = datetime(2000, 1, 1, tzinfo=UTC)
_NO_CALENDAR = WorkingCalendar(first=_ANY.date(), last=_ANY.date())
