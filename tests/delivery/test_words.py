"""Dates, counts and codes as a person reads them."""

from datetime import UTC, date, datetime

import pytest

from delivery.words import answered, day, deadline, moment, plain, working_days


def test_a_day_is_written_out() -> None:
    assert day(date(2026, 6, 5)) == "Friday 5 June 2026"


def test_the_day_of_a_moment_is_the_day_in_london() -> None:
    assert day(datetime(2026, 6, 4, 23, 30, tzinfo=UTC)) == "Friday 5 June 2026"


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        (datetime(2026, 6, 5, 13, 0, tzinfo=UTC), "Friday 5 June 2026, 14:00"),
        (datetime(2026, 12, 4, 14, 0, tzinfo=UTC), "Friday 4 December 2026, 14:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October 2026, 01:30 BST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sunday 25 October 2026, 01:30 GMT"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Sunday 29 March 2026, 02:30"),
    ],
)
def test_a_moment_is_shown_in_london_and_names_its_zone_only_when_the_hour_happens_twice(
    utc: datetime, shown: str
) -> None:
    assert moment(utc) == shown


def test_a_deadline_at_the_end_of_a_day_reads_so() -> None:
    assert deadline(datetime(2026, 6, 5, 22, 59, 59, tzinfo=UTC)) == "the end of Friday 5 June 2026"
    assert deadline(datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC)) == "the end of Friday 4 December 2026"
    assert deadline(date(2026, 6, 5)) == "the end of Friday 5 June 2026"


def test_a_deadline_to_the_minute_names_the_minute() -> None:
    """D-4, D-8: 48 hours."""
    assert deadline(datetime(2026, 6, 5, 13, 0, tzinfo=UTC)) == "14:00 on Friday 5 June 2026"


@pytest.mark.parametrize("write", [day, moment, deadline])
def test_a_time_without_a_zone_is_refused(write: object) -> None:
    assert callable(write)
    with pytest.raises(ValueError, match="aware"):
        write(datetime(2026, 6, 5, 14, 0))  # noqa: DTZ001


def test_times_that_came_through_json_read_the_same() -> None:
    assert day("2026-06-05") == "Friday 5 June 2026"
    assert moment("2026-06-05T13:00:00Z") == "Friday 5 June 2026, 14:00"
    assert deadline("2026-06-05T23:59:59+01:00") == "the end of Friday 5 June 2026"
    assert deadline("2026-06-05") == "the end of Friday 5 June 2026"


def test_a_day_without_an_hour_is_no_moment() -> None:
    with pytest.raises(ValueError, match="without an hour"):
        moment("2026-06-05")


def test_working_days_are_counted_in_words() -> None:
    assert [working_days(count) for count in (0, 1, 2)] == ["0 working days", "1 working day", "2 working days"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("accountable-officer:police", "accountable officer for the police"),
        ("independent-chair", "Independent Chair"),
        ("dcs", "Director of Children's Services"),
        ("practice-review", "local child safeguarding practice review"),
        ("no-further-action", "no further action"),
        ("Local review: agreed", "Local review: agreed"),
    ],
)
def test_a_code_is_read_in_plain_words_and_a_sentence_stays(code: str, words: str) -> None:
    assert plain(code) == words


def test_an_answer_is_yes_no_not_answered_or_its_own_words() -> None:
    assert [answered(value) for value in (True, False, None, "may-highlight")] == [
        "Yes",
        "No",
        "Not answered",
        "May highlight",
    ]
