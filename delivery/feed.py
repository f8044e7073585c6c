"""A person's calendar (RFC 5545) as their program fetches it: deadlines and meetings. Part of `delivery`; pure.

An entry holds a case's reference and what is due or meets, never anything about a child nor words that people wrote:
assistants and phones read calendars too. Times are UTC. No alarm is set: whoever wants one sets it in the program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: a deadline, which takes no time; or a meeting, with its `minutes`. `stamp`: of the last change."""

    uid: str
    title: str
    starts_at: datetime
    stamp: datetime
    page: str
    minutes: int = 0
    sequence: int = 0
    cancelled: bool = False


def calendar(title: str, entries: Sequence[Entry]) -> bytes:
    """The whole calendar: the same bytes for the same entries. Each keeps its `uid` however often it moves."""
    made = Calendar()
    made.add("prodid", "-//Case review orchestrator//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-published-ttl", "PT1H")
    for one in entries:
        made.add_component(_event(one))
    return bytes(made.to_ical())


def _event(one: Entry) -> Event:
    event = Event()
    starts_at = one.starts_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", one.uid)
    event.add("dtstamp", one.stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", starts_at)
    if one.minutes:
        event.add("dtend", starts_at + timedelta(minutes=one.minutes))
    event.add("summary", one.title)
    event.add("url", one.page)
    event.add("sequence", one.sequence)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if one.minutes else "TRANSPARENT")  # a deadline keeps nobody busy
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event
