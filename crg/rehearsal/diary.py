"""What a rehearsal has seen so far, and when: the moments that the phrases of a scenario count from.

Pure.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from calendar_rules.england import england
from calendar_rules.lengths import LONDON, london
from calendar_rules.working_days import ClosedDay, WorkingCalendar
from crg.rehearsal.phrases import Moments, Phrase
from crg.rehearsal.scenario import Scenario, WayIn
from review.facts import FACTS
from review.facts.notification import IncidentReported
from review.open_case import calendar_years


class Diary:
    """The present moment of the story, and what has happened in it. Moments are UTC, on the case's clock."""

    def __init__(self, scenario: Scenario) -> None:
        self.now = scenario.starts
        self._start = scenario.starts
        self._events: dict[str, datetime] = _first_events(scenario)
        self._calendar = _first_calendar(scenario)

    def when(self, phrase: Phrase) -> datetime:
        """The moment of a phrase. Raises `NotKnownYet`."""
        moments = Moments(start=self._start, now=self.now, calendar=self._calendar, events=self._events)
        return phrase.moment(moments)

    def moment(self, text: str) -> str:
        """The moment of a text as JSON has it. Raises `NoPhrase` or `NotKnownYet`."""
        return self.when(Phrase.read(text)).isoformat()

    def day(self, text: str) -> str:
        """The London date of a text as JSON has it. Raises `NoPhrase` or `NotKnownYet`."""
        return london(self.when(Phrase.read(text))).date().isoformat()

    def close(self, day: ClosedDay) -> None:
        """Work stops on this day, too."""
        self._calendar = self._calendar.with_closed(day)

    def named(self, name: str) -> None:
        """The step of this name is now."""
        self._events[name] = self.now

    def happened(self, kind: str, body: Mapping[str, Any]) -> None:
        """A fact was taken: it can be counted from, and so can what it sets."""
        at = datetime.fromisoformat(body["happened_at"])
        self._events[kind] = at
        fact = FACTS[kind]
        if fact.event:
            self._events[fact.event] = at
        if fact is IncidentReported:
            self._events |= {"incident": _set_for(body["incident_at"]), "awareness": _set_for(body["aware_at"])}
        if fact.sets_event:
            event, field = fact.sets_event
            self._events[event] = _set_for(body[field])

    def due(self, deadlines: Mapping[str, datetime]) -> None:
        """The case's deadlines as they stand, by id, can be counted from."""
        self._events |= deadlines


def _first_events(scenario: Scenario) -> dict[str, datetime]:
    """What has happened when the rehearsal starts."""
    match scenario.way_in:
        case WayIn.REFERRAL:
            return {"referral": scenario.received_at()}
        case WayIn.INFORMATION_REQUEST:
            return {"information request": scenario.received_at()}
    incident, aware = scenario.incident_times()
    return {"incident": incident, "awareness": aware}


def _first_calendar(scenario: Scenario) -> WorkingCalendar:
    """England's working days as far as they are known when the rehearsal starts."""
    calendar, unknown = england(*calendar_years(scenario.starts)), scenario.calendar.not_yet_known
    return calendar.model_copy(update={"closed": tuple(day for day in calendar.closed if day.day not in unknown)})


def _set_for(value: str) -> datetime:
    """A time to come, or a day to come at noon."""
    if len(value) == len("2026-12-18"):
        return datetime.combine(date.fromisoformat(value), time(12), LONDON)
    return datetime.fromisoformat(value)
