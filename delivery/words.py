"""Filters of the templates: dates, counts and codes as a person in England reads them. Part of `delivery`; pure."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Undefined

from calendar_rules.working_days import working_days as working_days

LONDON = ZoneInfo("Europe/London")

# Codes of the protocol whose plain reading is not simply the code without hyphens.
_READINGS = {
    "business-unit": "Business Unit",
    "communications": "Communications",
    "chief-executive": "Chief Executive",
    "criteria-met-no-review": "criteria met, no review",
    "crg-chair": "CRG Chair",
    "crg-member": "CRG member",
    "decider": "those who decide on notifying",
    "dcs": "Director of Children's Services",
    "elsewhere-in-england": "elsewhere in England",
    "from-panel": "from the Panel",
    "in-area": "in the local authority's area",
    "independent-chair": "Independent Chair",
    "learning-review": "another learning review",
    "ofsted": "Ofsted",
    "outside-england": "outside England",
    "panel": "Panel",
    "refer-to-crg": "refer to the CRG",
    "sbu-manager": "Business Unit manager",
    "secretary-of-state": "Secretary of State",
    "sub-group": "sub-group",
    "to-panel": "to the Panel",
    "practice-review": "local child safeguarding practice review",
}
_FOR_A_PARTNER = ("accountable-officer", "deputy", "delegate")  # offices that somebody holds for a partner
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _read(value: date | str) -> date:
    """The date or moment itself, also where it came through JSON (RFC 3339)."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == len("2026-06-05") else datetime.fromisoformat(value)


def _in_london(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone: give the template an aware time")
    return value.astimezone(LONDON)


def _on_the_day(value: date) -> str:
    return f"{value:%A} {value.day} {value:%B %Y}"


def _on_the_clock(value: datetime) -> str:
    """The hour and minute; the zone is named only in the hour that happens twice when summer time ends."""
    twice = value.replace(fold=0).utcoffset() != value.replace(fold=1).utcoffset()
    return f"{value:%H:%M}" + (f" {value:%Z}" if twice else "")


def day(value: date | str) -> str:
    """ "Friday 5 June 2026": a date, or the London day of an aware time."""
    read = _read(value)
    return _on_the_day(_in_london(read) if isinstance(read, datetime) else read)


def moment(value: datetime | str) -> str:
    """ "Friday 5 June 2026, 14:00": an aware time, Europe/London."""
    read = _read(value)
    if not isinstance(read, datetime):
        raise ValueError(f"{read.isoformat()} is a day without an hour: give the template a moment")
    there = _in_london(read)
    return f"{_on_the_day(there)}, {_on_the_clock(there)}"


def deadline(value: date | str) -> str:
    """What follows "by": "the end of Friday 5 June 2026", or "14:00 on Friday 5 June 2026" where the minute counts."""
    read = _read(value)
    if not isinstance(read, datetime):
        return f"the end of {_on_the_day(read)}"
    there = _in_london(read)
    if (there.hour, there.minute) == (23, 59):
        return f"the end of {_on_the_day(there)}"
    return f"{_on_the_clock(there)} on {_on_the_day(there)}"


def left(days: int, due: datetime, now: datetime) -> str:
    """What is left until something is due, or how late it is: whole working days only, "late, since 16:00 today" before
    one has passed, and "due today" of today alone.
    """
    there, today = _in_london(due), _in_london(now).date()
    if due < now:
        if days < 0:
            return f"{working_days(-days)} late"
        return f"late, since {_on_the_clock(there)} today" if there.date() == today else "late"
    if days > 0:
        return f"{working_days(days)} left"
    day = "today" if there.date() == today else f"{there:%A}"
    return f"due {day}" if (there.hour, there.minute) == (23, 59) else f"due {day} {there:%H:%M}"


def plain(value: str) -> str:
    """A code in words ("accountable-officer:police": "accountable officer for the police"); a sentence stays."""
    parts = re.split(r"[:/]", value)
    if not all(_CODE.fullmatch(part) for part in parts):
        return value
    if parts[0] in _FOR_A_PARTNER and len(parts) > 1:
        of_whom = parts[1].replace("-", " ")
        whom = of_whom if of_whom in ("health", "education") else f"the {of_whom}"
        further = f" ({parts[2].replace('-', ' ')})" if len(parts) > 2 else ""
        return f"{plain(parts[0])} for {whom}{further}"
    return ", ".join(_READINGS.get(part, part.replace("-", " ")) for part in parts)


def greeted(name: str) -> str:
    """Whom a mail greets: a person by their name; a mailbox ("The Panel's mailbox") as a colleague."""
    return "colleague" if name.lower().startswith("the ") else name


def opening(value: str) -> str:
    """Words as a sentence begins with them: the first letter is a capital."""
    return value[:1].upper() + value[1:]


def inside(value: str) -> str:
    """Words as they stand inside a sentence: the first letter is small."""
    return value[:1].lower() + value[1:]


def brief(value: str, longest: int) -> str:
    """Words for a subject, cut where a word ends."""
    return value if len(value) <= longest else f"{value[: longest - 1].rpartition(' ')[0].rstrip(',')}…"


def answered(value: bool | str | None) -> str:
    """An answer to a criterion: "Yes", "No", "Not answered", or its own words."""
    if value is None:
        return "Not answered"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return opening(plain(value))


def given(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing a value that the context lacks by the same error as anywhere else in a template."""

    def checked(value: object, *rest: object) -> Any:
        if isinstance(value, Undefined):
            str(value)  # StrictUndefined raises, naming what is missing
        return apply(value, *rest)

    return checked


FILTERS: dict[str, Any] = {
    "answered": answered,
    "brief": brief,
    "day": day,
    "deadline": deadline,
    "inside": inside,
    "moment": moment,
    "opening": opening,
    "plain": plain,
    "working_days": working_days,
}
