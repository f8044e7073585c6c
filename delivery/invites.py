"""Calendar invites (RFC 5545, iTIP) for the meetings of the protocol (R-2, R-6). Part of `delivery`; pure.

Titles hold the case reference and the kind of meeting, never anything about a child: assistants and phones read
calendars too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

from delivery.words import LONDON


@dataclass(frozen=True)
class Party:
    """Someone in an invite: the organizer or an attendee."""

    name: str
    address: str


def invite(
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    minutes: int,
    title: str,
    location: str,
    organizer: Party,
    attendees: Sequence[Party],
    description: str,
    stamp: datetime,
    cancelled: bool = False,
) -> bytes:
    """An invitation (METHOD:REQUEST, R-2, R-6), or what takes it out of calendars again (METHOD:CANCEL).

    `starts_at` and `stamp` are aware; `minutes` are elapsed minutes. The same `uid` with a higher `sequence` moves the
    meeting in the calendars of those invited, or cancels it there.
    """
    if starts_at.tzinfo is None or stamp.tzinfo is None:
        raise ValueError("starts_at and stamp must be aware times")
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(LONDON))
    event.add("dtend", (starts_at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON))
    event.add("summary", title)
    event.add("location", location)
    event.add("description", description)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _address(organizer), encode=False)
    for one in attendees:
        address = _address(one)
        address.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
        event.add("attendee", address, encode=False)
    return _calendar("CANCEL" if cancelled else "REQUEST", event)


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["CN"] = party.name
    return address


def _calendar(method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Case review orchestrator//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_london())
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _london() -> Timezone:
    """Europe/London by its rule in force since 1996, in a dozen lines where the library's own is a table of dates."""
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, month, before, after in (
        (TimezoneDaylight(), "BST", 3, timedelta(0), timedelta(hours=1)),
        (TimezoneStandard(), "GMT", 10, timedelta(hours=1), timedelta(0)),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, 1 if month == 3 else 2))  # noqa: DTZ001
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        zone.add_component(part)
    return zone
