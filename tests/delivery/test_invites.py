"""Invites land at the right hour on both sides of a clock change (R-2, R-6)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event, Timezone

from delivery.invites import Party, invite
from delivery.words import LONDON

OFFICE = Party("Safeguarding Business Unit", "office@northmoor.example")
ASKED = [Party("Wren Hale", "wren.hale@police.example"), Party("Müller, Sol", "sol@health.example")]
STAMP = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def _invite(starts_at: datetime, *, minutes: int = 60, sequence: int = 0, cancelled: bool = False) -> bytes:
    return invite(
        uid="SCP-2026-0007-scoping@northmoor.example",
        sequence=sequence,
        starts_at=starts_at,
        minutes=minutes,
        title="SCP-2026-0007: scoping meeting",
        location="https://meet.example.org/abc",
        organizer=OFFICE,
        attendees=ASKED,
        description="The link and the agenda are in the mail that came with this invite.",
        stamp=STAMP,
        cancelled=cancelled,
    )


def _event(content: bytes) -> Event:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize(
    ("starts_at", "in_london"),
    [
        (datetime(2026, 3, 27, 14, 0, tzinfo=UTC), "20260327T140000"),
        (datetime(2026, 3, 30, 13, 0, tzinfo=UTC), "20260330T140000"),
        (datetime(2026, 10, 23, 13, 0, tzinfo=UTC), "20261023T140000"),
        (datetime(2026, 10, 26, 14, 0, tzinfo=UTC), "20261026T140000"),
    ],
)
def test_two_in_the_afternoon_is_two_on_both_sides_of_a_clock_change(starts_at: datetime, in_london: str) -> None:
    content = _invite(starts_at)
    assert f"DTSTART;TZID=Europe/London:{in_london}\r\n".encode() in content
    start = _event(content).start
    assert start == starts_at
    assert isinstance(start, datetime)
    assert start.astimezone(LONDON).strftime("%H:%M") == "14:00"


def test_a_meeting_over_the_clock_change_keeps_its_length() -> None:
    event = _event(_invite(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), minutes=120))
    assert event.end == datetime(2026, 10, 25, 2, 30, tzinfo=UTC).astimezone(LONDON)


def test_the_time_zone_that_is_sent_gives_the_offsets_of_london_by_itself() -> None:
    """A calendar that knows no zone names reads the rule in the file: read so, it agrees with the zone database."""
    content = _invite(datetime(2026, 3, 30, 13, 0, tzinfo=UTC))
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    there = zone.to_tz(lookup_tzid=False)
    for year in (1998, 2018, 2026, 2037):
        moment = datetime(year, 1, 1, 12, 0)  # noqa: DTZ001
        while moment.year == year:
            assert moment.replace(tzinfo=there).utcoffset() == moment.replace(tzinfo=LONDON).utcoffset()
            moment += timedelta(days=1)
    assert content.count(b"RRULE") == 2
    assert len(content) < 1600


def test_an_invite_is_a_request_with_everyone_asked_to_answer() -> None:
    content = _invite(STAMP)
    assert b"METHOD:REQUEST\r\n" in content
    event = _event(content)
    assert [str(one) for one in event.attendees] == ["mailto:wren.hale@police.example", "mailto:sol@health.example"]
    assert [one.params["CN"] for one in event.attendees] == ["Wren Hale", "Müller, Sol"]
    assert {one.params["RSVP"] for one in event.attendees} == {"TRUE"}
    assert str(event["ORGANIZER"]) == "mailto:office@northmoor.example"
    assert event["SUMMARY"] == "SCP-2026-0007: scoping meeting"


def test_the_same_invite_is_the_same_bytes() -> None:
    assert _invite(STAMP) == _invite(STAMP)


def test_a_move_keeps_the_uid_and_raises_the_sequence() -> None:
    first, moved = _event(_invite(STAMP)), _event(_invite(STAMP + timedelta(days=1), sequence=1))
    assert first["UID"] == moved["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_a_cancellation_takes_the_same_meeting_away() -> None:
    content = _invite(STAMP, sequence=2, cancelled=True)
    assert b"METHOD:CANCEL\r\n" in content
    event = _event(content)
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == _event(_invite(STAMP))["UID"]


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    content = _invite(STAMP)
    assert not re.search(rb"(?<!\r)\n", content)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_a_meeting_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        _invite(datetime(2026, 3, 30, 14, 0))  # noqa: DTZ001
