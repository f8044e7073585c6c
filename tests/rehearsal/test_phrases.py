"""When something happens, in a scenario's words. Every date here was worked out by hand on a calendar."""

from datetime import UTC, datetime

import pytest

from calendar_rules.england import england
from calendar_rules.lengths import LONDON
from crg.rehearsal.phrases import Moments, NoPhrase, NotKnownYet, Phrase

START = datetime(2026, 12, 18, 10, 0, tzinfo=LONDON)  # a Friday
NOW = datetime(2026, 12, 22, 15, 30, tzinfo=LONDON)  # the Tuesday after
ENGLAND = england(2026, 2027)
EVENTS = {
    "notification": datetime(2026, 12, 18, 16, 0, tzinfo=LONDON),
    "D-6:police": datetime(2026, 12, 29, 23, 59, 59, tzinfo=LONDON),
    "D-8:rapid-review-1:health": datetime(2027, 1, 9, 13, 0, tzinfo=LONDON),
    "rapid review meeting": datetime(2027, 1, 6, 10, 0, tzinfo=LONDON),
    "the late return": datetime(2026, 12, 30, 9, 0, tzinfo=LONDON),
    "agency-added": datetime(2026, 12, 22, 12, 0, tzinfo=LONDON),
    "panel's meeting": datetime(2027, 2, 1, 12, 0, tzinfo=LONDON),
}


def when(text: str) -> str:
    """The moment of a phrase, as a clock in London shows it."""
    moment = Phrase.read(text).moment(Moments(START, NOW, ENGLAND, EVENTS))
    assert moment.tzinfo is UTC
    return moment.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("phrase", "moment"),
    [
        ("day 0 11:30", "2026-12-18 11:30"),
        ("day 3 10:00", "2026-12-21 10:00"),
        ("day 3", "2026-12-21 10:00"),
        ("day 14 09:00", "2027-01-01 09:00"),
        ("2026-12-24 12:00", "2026-12-24 12:00"),
        ("2026-12-24T12:00", "2026-12-24 12:00"),
        ("2026-12-24", "2026-12-24 09:00"),
    ],
)
def test_a_day_is_counted_from_the_day_of_the_start_or_named(phrase: str, moment: str) -> None:
    assert when(phrase) == moment


@pytest.mark.parametrize(
    ("phrase", "moment"),
    [
        # 21, 22, 23, 24 December; the 25th, the 28th and 1 January are bank holidays.
        ("1 working day after the notification", "2026-12-21 16:00"),
        ("4 working days after the notification 14:00", "2026-12-24 14:00"),
        ("5 working days after the notification 14:00", "2026-12-29 14:00"),
        ("8 working days after the notification", "2027-01-04 16:00"),
        ("1 working day before D-6:police is due 09:00", "2026-12-24 09:00"),
        ("one working day before the start", "2026-12-17 10:00"),
    ],
)
def test_working_days_are_counted_as_the_protocol_counts_them(phrase: str, moment: str) -> None:
    assert when(phrase) == moment


@pytest.mark.parametrize(
    ("phrase", "moment"),
    [
        ("5 days after the notification", "2026-12-23 16:00"),
        ("2 weeks after the notification 09:00", "2027-01-01 09:00"),
        ("48 hours after the notification", "2026-12-20 16:00"),
        ("1 minute after D-6:police", "2026-12-30 00:00:59"),
        ("2 hours before D-8:rapid-review-1:health", "2027-01-09 11:00"),
        ("the rapid review meeting", "2027-01-06 10:00"),
        ("at the rapid review meeting", "2027-01-06 10:00"),
        ("on the day of the rapid review meeting 14:00", "2027-01-06 14:00"),
        ("1 hour after the late return", "2026-12-30 10:00"),
        ("30 minutes after agency-added", "2026-12-22 12:30"),
        ("4 days after the Panel's meeting 15:00", "2027-02-05 15:00"),
    ],
)
def test_time_is_counted_from_what_has_happened(phrase: str, moment: str) -> None:
    events = EVENTS | {"late return": EVENTS["the late return"]}
    found = Phrase.read(phrase).moment(Moments(START, NOW, ENGLAND, events)).astimezone(LONDON)
    assert found.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00") == moment


@pytest.mark.parametrize(
    ("phrase", "moment"),
    [
        ("at once", "2026-12-22 15:30"),
        ("1 hour later", "2026-12-22 16:30"),
        ("an hour later", "2026-12-22 16:30"),
        ("2 days later", "2026-12-24 15:30"),
        ("3 working days later 09:00", "2026-12-29 09:00"),
        ("16:00", "2026-12-22 16:00"),
        ("15:30", "2026-12-22 15:30"),
        ("09:00", "2026-12-23 09:00"),
        ("tuesday 16:00", "2026-12-22 16:00"),
        ("tuesday 09:00", "2026-12-29 09:00"),
        ("Friday", "2026-12-25 09:00"),
        ("monday 11:15", "2026-12-28 11:15"),
    ],
)
def test_time_is_counted_from_the_step_before(phrase: str, moment: str) -> None:
    assert when(phrase) == moment


def test_hours_are_hours_though_the_clocks_change_and_days_keep_their_hour() -> None:
    """The clocks go forward in the night to 29 March 2026."""
    saturday = datetime(2026, 3, 28, 16, 0, tzinfo=LONDON)
    moments = Moments(saturday, saturday, ENGLAND, {})
    assert Phrase.read("24 hours later").moment(moments) == datetime(2026, 3, 29, 16, 0, tzinfo=UTC)
    assert Phrase.read("1 day later").moment(moments) == datetime(2026, 3, 29, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("soon", "says no time"),
        ("", "says no time"),
        ("day three", "says no time"),
        ("in 3 days", "says no time"),
        ("2026-13-01 10:00", "a day that does not exist"),
        ("25:00", "there is no 25:00 on a clock"),
        ("day 3 10:75", "there is no 10:75 on a clock"),
        ("many days later", '"many" is no number'),
        ("2 hours after the notification 14:00", "both a number of hours and an hour of the day"),
    ],
)
def test_what_says_no_time_is_told_so_with_what_to_write(phrase: str, says: str) -> None:
    with pytest.raises(NoPhrase, match=says) as refusal:
        Phrase.read(phrase)
    assert "write for example" in str(refusal.value) or "leave one of them out" in str(refusal.value)


def test_what_has_not_happened_yet_cannot_be_counted_from() -> None:
    phrase = Phrase.read("2 working days after the submission")
    with pytest.raises(NotKnownYet, match='counts from "submission", which is not known at this point'):
        phrase.moment(Moments(START, NOW, ENGLAND, EVENTS))
