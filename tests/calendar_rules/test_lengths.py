"""Lengths of time and the moments they lead to. Dates are typed by hand ("How time is counted", D-1 to D-10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from calendar_rules.england import england
from calendar_rules.lengths import LONDON, Length, Offset, Unit, before, due, end_of_day, latest_start, london, moment
from calendar_rules.working_days import BeyondCalendar

ENGLAND = england(2018, 2031)


def at(text: str) -> datetime:
    """A London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("since", "length", "expected"),
    [
        # N working days from X: the day of X is day 0, whatever the hour and even when it is no working day
        ("2026-12-18T10:00", "5 working days", "2026-12-29T23:59:59"),
        ("2026-12-18T00:00", "5 working days", "2026-12-29T23:59:59"),
        ("2026-12-18T23:59", "5 working days", "2026-12-29T23:59:59"),
        ("2026-12-19T00:00", "5 working days", "2026-12-29T23:59:59"),
        ("2026-12-20T23:59", "5 working days", "2026-12-29T23:59:59"),
        ("2026-12-21T00:00", "5 working days", "2026-12-30T23:59:59"),
        ("2026-12-18T16:00", "15 working days", "2027-01-13T23:59:59"),
        ("2027-01-20T00:00", "10 working days", "2027-02-03T23:59:59"),
        ("2022-09-12T09:00", "5 working days", "2022-09-20T23:59:59"),
        ("2020-05-07T09:00", "1 working day", "2020-05-11T23:59:59"),
        # 48 hours: elapsed hours, weekends included, correct across a clock change; due at that minute
        ("2026-12-18T16:00", "48 hours", "2026-12-20T16:00"),
        ("2027-03-27T12:00", "48 hours", "2027-03-29T13:00"),
        ("2026-10-24T12:00", "48 hours", "2026-10-26T11:00"),
        ("2024-02-28T08:15", "48 hours", "2024-03-01T08:15"),
        # 5 days (agency returns): calendar days; the end of the next working day where the 5th is none
        ("2026-11-23T09:00", "5 days", "2026-11-30T23:59:59"),  # the 5th is a Saturday
        ("2026-11-24T09:00", "5 days", "2026-11-30T23:59:59"),  # a Sunday
        ("2026-11-25T09:00", "5 days", "2026-11-30T23:59:59"),  # a Monday
        ("2026-11-26T09:00", "5 days", "2026-12-01T23:59:59"),
        ("2026-12-20T09:00", "5 days", "2026-12-29T23:59:59"),  # Christmas Day
        ("2026-12-21T09:00", "5 days", "2026-12-29T23:59:59"),
        ("2024-02-24T09:00", "5 days", "2024-02-29T23:59:59"),  # a leap day
        # 6 months: calendar months, the last day of a shorter month, no rolling
        ("2027-01-15T14:00", "6 months", "2027-07-15T23:59:59"),
        ("2026-08-31T00:00", "6 months", "2027-02-28T23:59:59"),
        ("2023-08-31T00:00", "6 months", "2024-02-29T23:59:59"),
        ("2024-02-29T00:00", "6 months", "2024-08-29T23:59:59"),
        ("2026-06-30T23:59", "6 months", "2026-12-30T23:59:59"),
        ("2026-12-31T00:00", "6 months", "2027-06-30T23:59:59"),
        # working hours: 09:00 to 17:00 on working days
        ("2026-05-11T11:00", "4 working hours", "2026-05-11T15:00"),
        ("2026-05-11T15:30", "4 working hours", "2026-05-12T11:30"),
        ("2026-05-11T13:00", "4 working hours", "2026-05-11T17:00"),
        ("2026-05-22T16:00", "4 working hours", "2026-05-26T12:00"),  # a bank holiday weekend
        ("2026-05-23T03:00", "4 working hours", "2026-05-26T13:00"),
        ("2026-03-27T16:00", "1 working hour", "2026-03-27T17:00"),
        ("2026-03-27T16:00", "12 working hours", "2026-03-31T12:00"),  # the clocks go forward
        # at once: within a minute
        ("2026-12-18T16:00", "at once", "2026-12-18T16:01"),
    ],
)
def test_due_dates_typed_by_hand(since: str, length: str, expected: str) -> None:
    found = due(at(since), Length(length), ENGLAND)
    assert found == at(expected)
    assert found.tzinfo is UTC


def test_the_day_is_the_day_in_london_not_in_utc() -> None:
    """Half past midnight on Tuesday 16 June in London is still Monday in UTC; day 1 is Wednesday."""
    late = datetime(2026, 6, 15, 23, 30, tzinfo=UTC)
    assert due(late, Length("1 working day"), ENGLAND) == at("2026-06-17T23:59:59")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 18), datetime(2026, 12, 18, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 6, 30), datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_due_day_ends_at_23_59_59_in_london(day: date, expected: datetime) -> None:
    assert end_of_day(day) == expected


@given(st.datetimes(datetime(2018, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(1, 500))  # noqa: DTZ001
def test_hours_are_hours_on_the_clock_whatever_the_season(since: datetime, hours: int) -> None:
    assert due(since, Length(f"{hours} hours"), ENGLAND) - since == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["5 working days", "1 working day", "48 hours", "4 working hours", "5 days", "6 months", "at once"]
)
def test_a_length_reads_back_as_its_text(text: str) -> None:
    adapter = TypeAdapter(Length)
    assert str(Length(text)) == text
    assert adapter.dump_json(Length(text)) == f'"{text}"'.encode()
    assert adapter.validate_json(f'"{text}"') == Length(text)


def test_a_length_knows_its_count_and_unit() -> None:
    assert (Length("15 working days").count, Length("15 working days").unit) == (15, Unit.WORKING_DAYS)
    assert Length("1 working days") == Length("1 working day")
    assert hash(Length("48 hours")) == hash(Length("48 hours"))
    assert Length("48 hours") != Length("2 days")


@pytest.mark.parametrize("text", ["", "5", "48 hrs", "-1 days", "5  days", "five days", "5 workingdays", "1.5 months"])
def test_what_is_no_length_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValidationError, match='write for example "5 working days"'):
        Length(text)


def test_a_length_of_nothing_is_at_once() -> None:
    with pytest.raises(ValidationError, match='write at least 1, such as "1 working day", or "at once"'):
        Length("0 working days")


@pytest.mark.parametrize(
    "text", ["", "soon", "at once before", "2 working days", "2 working days ago", "before", "0 days in"]
)
def test_what_is_no_offset_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValidationError, match='write for example "2 working days before"'):
        Offset(text)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 12, 18, 10)  # noqa: DTZ001
    for length in ("5 working days", "48 hours", "at once"):
        with pytest.raises(ValueError, match="give an aware time"):
            due(naive, Length(length), ENGLAND)


def test_no_due_date_is_guessed_beyond_the_calendar() -> None:
    with pytest.raises(BeyondCalendar):
        due(at("2031-12-30T10:00"), Length("5 working days"), ENGLAND)


@pytest.mark.parametrize(
    ("offset", "since", "deadline", "expected"),
    [
        ("1 working day before", "2026-12-21T09:00", "2026-12-29T23:59:59", "2026-12-24T09:00"),
        ("2 working days before", "2026-12-18T10:00", "2026-12-29T23:59:59", "2026-12-23T09:00"),
        ("on the day", "2026-12-18T10:00", "2026-12-29T23:59:59", "2026-12-29T09:00"),
        ("at due", "2026-12-18T10:00", "2026-12-29T23:59:59", "2026-12-29T23:59:59"),
        ("1 working day after", "2026-12-18T10:00", "2026-12-24T23:59:59", "2026-12-29T09:00"),
        ("4 working hours after", "2026-05-22T14:00", "2026-05-22T16:00", "2026-05-26T12:00"),
        ("4 working hours before", "2026-05-20T14:00", "2026-05-26T11:00", "2026-05-22T15:00"),
        ("24 hours before", "2027-01-08T15:30", "2027-01-10T15:30", "2027-01-09T15:30"),
        ("24 hours after", "2027-03-26T14:00", "2027-03-27T14:00", "2027-03-28T15:00"),  # the clocks go forward
        ("12 hours before", "2026-10-23T11:00", "2026-10-25T10:00", "2026-10-24T23:00"),  # the clocks go back
        ("3 months in", "2026-11-30T00:00", "2027-05-30T23:59:59", "2027-02-28T09:00"),
        ("5 months in", "2027-01-15T00:00", "2027-07-15T23:59:59", "2027-06-15T09:00"),
        ("15 days before", "2027-01-15T00:00", "2027-07-15T23:59:59", "2027-06-30T09:00"),
        ("1 month before", "2027-01-31T00:00", "2027-07-31T23:59:59", "2027-06-30T09:00"),
        ("2 working days in", "2026-12-24T09:00", "2027-01-15T23:59:59", "2026-12-30T09:00"),
    ],
)
def test_reminders_fire_at_times_typed_by_hand(offset: str, since: str, deadline: str, expected: str) -> None:
    assert moment(at(deadline), Offset(offset), ENGLAND, at(since)) == at(expected)


def test_a_reminder_before_its_deadline_started_does_not_fire() -> None:
    since, deadline = at("2026-11-23T09:00:01"), at("2026-11-24T23:59:59")
    assert moment(deadline, Offset("2 working days before"), ENGLAND, since) is None
    assert moment(deadline, Offset("1 working day before"), ENGLAND, since) is None
    on_time = at("2026-11-23T09:00")
    assert moment(deadline, Offset("1 working day before"), ENGLAND, on_time) == on_time


def test_so_much_before_a_moment_is_the_end_of_an_earlier_day() -> None:
    assert before(at("2027-01-11T23:59:59"), Length("1 working day"), ENGLAND) == at("2027-01-08T23:59:59")
    assert before(at("2027-01-11T12:00"), Length("3 days"), ENGLAND) == at("2027-01-08T23:59:59")
    assert before(at("2027-01-11T12:00"), Length("12 hours"), ENGLAND) == at("2027-01-11T00:00")


def test_six_months_that_end_in_february_can_start_at_the_end_of_august() -> None:
    """28, 29, 30 and 31 August all lead to 28 February; the latest of them is the latest start."""
    assert latest_start(at("2027-02-28T23:59:59"), Length("6 months"), ENGLAND) == at("2026-08-31T23:59:59")


ENDS = st.datetimes(datetime(2020, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    ENDS,
    st.sampled_from(
        [
            "48 hours",
            "1 hour",
            "4 working hours",
            "20 working hours",
            "at once",
            "5 days",
            "1 day",
            "2 working days",
            "6 months",
        ]
    ),
)
def test_the_latest_start_still_ends_in_time(end: datetime, text: str) -> None:
    assert due(latest_start(end, Length(text), ENGLAND), Length(text), ENGLAND) <= end


@given(ENDS, st.sampled_from(["48 hours", "5 days", "1 day", "6 months"]))
def test_a_second_after_the_latest_start_is_too_late(end: datetime, text: str) -> None:
    start = latest_start(end, Length(text), ENGLAND)
    assert due(start + timedelta(seconds=1), Length(text), ENGLAND) > end


@given(ENDS, st.integers(1, 15))
def test_the_next_working_day_after_the_latest_start_is_too_late(end: datetime, n: int) -> None:
    length = Length(f"{n} working days")
    start = latest_start(end, length, ENGLAND)
    assume(ENGLAND.is_working(london(start).date()))
    assert due(end_of_day(ENGLAND.add(london(start).date(), 1)), length, ENGLAND) > end
