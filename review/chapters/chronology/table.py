"""A chronology out of a table: which column is which, and each row's day. Nothing is guessed. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from review.kit.headings import same

_COLUMNS = {
    "day": (
        "date",
        "day",
        "when",
        "dateofevent",
        "eventdate",
        "dateofcontact",
        "dateofincident",
        "datetime",
        "dateandtime",
    ),
    "time": ("time", "timeofday", "timeofevent"),
    "what": (
        *("event", "events", "what", "whathappened", "description", "details", "detail", "contact", "summary"),
        *("eventdetails", "eventdescription", "descriptionofevent", "significantevent", "keyevent", "eventcontact"),
    ),
    "source": ("source", "sourceofinformation", "sourceofevidence", "record", "origin", "reference", "where"),
}
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
_TIME = re.compile(
    r"(?P<rest>.*?)[ ,]*(?:T|\bat |\b)(?P<hour>[01]?[0-9]|2[0-3])[:.](?P<minute>[0-5][0-9])(:[0-5][0-9])?"
    r"(?P<half> ?[apAP]\.?[mM]\.?)?$"
)
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b[ ,.]*", re.IGNORECASE)
_HEADS_WITHIN = 20  # rows: a title, a name and a note may stand above the heads
_NOON = 12
_SHORT = 40  # characters of a cell that a sentence quotes


class Unread(NamedTuple):
    """A row that is no event: where it stands in its file, and why, in a sentence without its beginning."""

    row: str
    why: str


class FromTable(NamedTuple):
    """The events as a body has them, and what could not be read; `tables` is how many had a date and an event."""

    events: list[dict[str, Any]]
    unread: list[Unread]
    tables: int


def events_in(tables: Iterable[Sequence[Sequence[str]]]) -> FromTable:
    """The events of every table one of whose first rows names a date and an event (British dates, day first)."""
    events: list[dict[str, Any]] = []
    unread: list[Unread] = []
    found = 0
    for table in tables:
        heads, columns = _heads(table)
        if not columns:
            continue
        found += 1
        for number, row in enumerate(table[heads:], heads + 1):
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            if not any(cells.values()):
                continue
            event = _event(cells)
            if isinstance(event, str):
                unread.append(Unread(f"Row {number}" if found == 1 else f"Row {number} of table {found}", event))
            else:
                events.append(event)
    return FromTable(events, unread, found)


def _heads(table: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """How many rows there are up to the heads, and where each column stands; no columns where none are named."""
    for number, row in enumerate(table[:_HEADS_WITHIN], 1):
        columns = _columns(row)
        if {"day", "what"} <= set(columns):
            return number, columns
    return 0, {}


def _columns(heads: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first of several of one kind."""
    names = {word: name for name, words in _COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for at, head in enumerate(heads):
        if (name := names.get(same(head))) is not None:
            found.setdefault(name, at)
    return found


def _event(cells: dict[str, str]) -> dict[str, Any] | str:
    """The event of a row, or why it is none."""
    text, clock = cells["day"], _clock(cells.get("time", ""))
    if timed := _TIME.fullmatch(text):
        text, clock = timed["rest"], clock or _clock(text)
    day = _day(text)
    if not cells["day"]:
        return "it has no date"
    if day is None:
        return f"“{_short(cells['day'])}” is no date such as 4/3/2026"
    if not cells["what"]:
        return "it does not say what happened"
    if cells.get("time") and not clock:
        return f"“{_short(cells['time'])}” is no time such as 14:30"
    return {"day": day.isoformat(), "time": clock, "what": cells["what"], "source": cells.get("source", "")}


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _clock(text: str) -> str:
    """14:30 as a clock of 24 hours shows it; empty where it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return ""
    hour, half = int(found["hour"]), (found["half"] or "").strip().lower()
    if half and not 1 <= hour <= _NOON:
        return ""
    hour = hour % _NOON + (_NOON if half.startswith("p") else 0) if half else hour
    return f"{hour:02}:{found['minute']}"


def _day(text: str) -> date | None:
    """A day with a year of four digits; the day stands before the month."""
    plain = _WEEKDAY.sub("", _ORDINAL.sub("", " ".join(text.split()).strip(",")))
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None
