"""A chronology out of a table: which column is which, and each row's day. Nothing is guessed. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from review.kit.headings import same

_COLUMNS = {
    "day": ("date", "day", "when", "dateofevent", "eventdate", "dateandtime", "datetime"),
    "time": ("time", "timeofday"),
    "what": ("event", "what", "whathappened", "description", "details", "detail", "contact", "summary", "events"),
    "source": ("source", "sourceofinformation", "record", "origin", "reference", "where"),
}
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
_TIME = re.compile(r"(?P<rest>.*?)[ T,]*\b(?P<hour>[01]?[0-9]|2[0-3])[:.](?P<minute>[0-5][0-9])(:[0-5][0-9])?$")
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)


class FromTable(NamedTuple):
    """The events as a body has them, and in sentences what could not be read."""

    events: list[dict[str, Any]]
    unread: list[str]


def events_in(tables: Iterable[Sequence[Sequence[str]]]) -> FromTable:
    """The events of every table whose first row names a date and an event (British dates, day first)."""
    events: list[dict[str, Any]] = []
    unread: list[str] = []
    found = False
    for table in tables:
        columns = _columns(table[0]) if table else {}
        if not {"day", "what"} <= set(columns):
            continue
        found = True
        for number, row in enumerate(table[1:], 2):
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            if not any(cells.values()):
                continue
            event = _event(cells)
            if event is None:
                unread.append(f"Row {number} was not read: it needs a date such as 4/3/2026, and what happened.")
            else:
                events.append(event)
    if not found:
        unread.append("No table was found whose first row names a Date and an Event.")
    return FromTable(events, unread)


def _columns(heads: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first of several of one kind."""
    names = {word: name for name, words in _COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for at, head in enumerate(heads):
        if (name := names.get(same(head))) is not None:
            found.setdefault(name, at)
    return found


def _event(cells: dict[str, str]) -> dict[str, Any] | None:
    text, clock = cells["day"], _clock(cells.get("time", ""))
    if timed := _TIME.fullmatch(text):
        text, clock = timed["rest"], clock or _clock(text)
    day = _day(text)
    if day is None or not cells["what"] or (cells.get("time") and not clock):
        return None
    return {"day": day.isoformat(), "time": clock, "what": cells["what"], "source": cells.get("source", "")}


def _clock(text: str) -> str:
    found = _TIME.fullmatch(text.strip())
    return f"{int(found['hour']):02}:{found['minute']}" if found else ""


def _day(text: str) -> date | None:
    """A day with a year of four digits; the day stands before the month."""
    plain = _ORDINAL.sub("", text.strip().strip(","))
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None
