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
from review.open_case import calendar_years

# Facts whose moment scenarios count from, in the protocol's words.
EVENT_OF = {
    "panel-notified": "notification",
    "scoping-meeting-held": "scoping meeting",
    "returns-requested": "request",
    "agency-returned": "return",
    "rapid-review-meeting-held": "rapid review meeting",
    "report-drafted": "draft",
    "draft-sent-to-crg": "draft to the crg",
    "draft-agreed": "crg's agreement",
    "draft-sent-for-sign-off": "sign-off request",
    "submitted-to-panel": "submission",
    "panel-responded": "panel's response",
    "partners-decided": "decision",
    "crg-considered": "crg's decision",
    "information-supplied": "supply",
}
# Facts that set a time to come: the event, and the field of the body that says when.
SETS = {
    "scoping-meeting-arranged": ("scoping meeting", "starts_at"),
    "scoping-meeting-held": ("rapid review meeting", "rapid_review_meeting_at"),
    "rapid-review-meeting-moved": ("rapid review meeting", "starts_at"),
    "panel-acknowledged": ("panel's meeting", "meeting_date"),
    "panel-meeting-moved": ("panel's meeting", "meeting_date"),
    "panel-answered": ("panel's meeting", "meeting_date"),
}


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
        if kind in EVENT_OF:
            self._events[EVENT_OF[kind]] = at
        if kind == "incident-reported":
            self._events |= {"incident": _set_for(body["incident_at"]), "awareness": _set_for(body["aware_at"])}
        if kind in SETS:
            event, field = SETS[kind]
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
