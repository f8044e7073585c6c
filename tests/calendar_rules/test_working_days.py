"""Working days against an independent oracle: a walk day by day over a list of bank holidays typed in by hand.

"How time is counted": working day, N working days from X, a late announcement.
"""

import subprocess
import sys
import timeit
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from calendar_rules.england import england
from calendar_rules.working_days import BeyondCalendar, ClosedDay, ClosedKind, WorkingCalendar

# Typed by hand, not taken from any library; substitute days stand in for those that fall on a weekend. The first test
# says what they were read against.
BANK_HOLIDAYS = """
2018-01-01 2018-03-30 2018-04-02 2018-05-07 2018-05-28 2018-08-27 2018-12-25 2018-12-26
2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26
2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
"""
TYPED = {date.fromisoformat(text) for text in BANK_HOLIDAYS.split()}
FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
ENGLAND = england(2018, 2027)

days = st.dates(FIRST, LAST)
early_days = st.dates(FIRST, date(2025, 12, 31))
closures = st.sets(days, max_size=40)


def works(day: date, closed: set[date]) -> bool:
    return day.strftime("%a") not in ("Sat", "Sun") and day not in closed


def walk(day: date, n: int, closed: set[date], step: int = 1) -> date:
    while n:
        day += timedelta(days=step)
        n -= works(day, closed)
    return day


def with_closures(closed: set[date]) -> WorkingCalendar:
    extra = [ClosedDay(day=day, why="Closed", kind=ClosedKind.CLOSURE) for day in closed]
    return england(2018, 2027, extra)


def test_england_has_exactly_the_typed_bank_holidays_of_2018_to_2027() -> None:
    """Working day: 8 May 2020 (moved), 2-3 June 2022, 19 September 2022, 8 May 2023 and substitute days included.

    All 83 typed days were read against GOV.UK's "UK bank holidays", England and Wales, and none differed: against its
    own data for 2018 to 2023 (a copy from before the days of September 2022 and May 2023 were proclaimed) and for 2024
    to 2027, and against the list for 2012 to 2027 that NdrSupport copies from it, which has those two days as well.
    """
    assert [one.day for one in ENGLAND.closed] == sorted(TYPED)
    assert {one.kind for one in ENGLAND.closed} == {ClosedKind.BANK_HOLIDAY}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2020, 5, 4), None),
        (date(2020, 5, 8), "May Day"),
        (date(2022, 5, 30), None),
        (date(2022, 6, 2), "Spring Bank Holiday"),
        (date(2022, 6, 3), "Platinum Jubilee of Elizabeth II"),
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 8), "Coronation of Charles III"),
        (date(2026, 12, 26), "Saturday"),
        (date(2026, 12, 27), "Sunday"),
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2026, 12, 29), None),
    ],
)
def test_a_closed_day_says_why(day: date, why: str | None) -> None:
    assert ENGLAND.why_closed(day) == why
    assert ENGLAND.is_working(day) is (why is None)


@given(early_days, st.integers(0, 400), closures)
def test_adding_agrees_with_the_walk(day: date, n: int, closed: set[date]) -> None:
    """N working days from X: the day of X is day 0 even when it is no working day."""
    assert with_closures(closed).add(day, n) == walk(day, n, TYPED | closed)


@given(st.dates(date(2020, 1, 1), LAST), st.integers(0, 400), closures)
def test_going_back_agrees_with_the_walk(day: date, n: int, closed: set[date]) -> None:
    assert with_closures(closed).back(day, n) == walk(day, n, TYPED | closed, step=-1)


@given(days, st.integers(0, 500), closures)
def test_counting_between_agrees_with_the_walk(a: date, span: int, closed: set[date]) -> None:
    b = min(a + timedelta(days=span), LAST)
    passed = [a + timedelta(days=n) for n in range(1, (b - a).days + 1)]
    calendar, counted = with_closures(closed), sum(works(day, TYPED | closed) for day in passed)
    assert calendar.between(a, b) == counted
    assert calendar.between(b, a) == -counted
    assert [one.date for one in calendar.skipped(a, b)] == [day for day in passed if not works(day, TYPED | closed)]


@given(st.dates(FIRST, date(2027, 10, 31)), closures)
def test_rolling_agrees_with_the_walk(day: date, closed: set[date]) -> None:
    closed -= {date(2027, 11, day) for day in range(1, 31)}  # leave a working day to roll to
    expected = day if works(day, TYPED | closed) else walk(day, 1, TYPED | closed)
    assert with_closures(closed).roll(day) == expected


def test_every_day_of_ten_years_agrees_with_the_walk() -> None:
    """Both sides of every boundary: each day, counted 1, 5, 10 and 15 working days on."""
    for offset in range((date(2027, 11, 30) - FIRST).days):
        day = FIRST + timedelta(days=offset)
        for n in (1, 5, 10, 15):
            assert ENGLAND.add(day, n) == walk(day, n, TYPED), (day, n)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # a leap day is a day like any other
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
        (date(2023, 2, 28), 1, date(2023, 3, 1)),
        (date(2026, 12, 18), 4, date(2026, 12, 24)),
        (date(2026, 12, 18), 5, date(2026, 12, 29)),
        (date(2026, 12, 25), 1, date(2026, 12, 29)),
        (date(2026, 12, 26), 0, date(2026, 12, 26)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (date(2022, 9, 16), 1, date(2022, 9, 20)),
    ],
)
def test_working_days_typed_by_hand(day: date, n: int, expected: date) -> None:
    assert ENGLAND.add(day, n) == expected


def test_a_late_announcement_moves_a_count_that_passes_it() -> None:
    """19 September 2022 was proclaimed nine days before; a count begun on the 12th ends a day later."""
    before = WorkingCalendar(
        first=FIRST, last=LAST, closed=tuple(one for one in ENGLAND.closed if one.day != date(2022, 9, 19))
    )
    funeral = ClosedDay(day=date(2022, 9, 19), why="State Funeral", kind=ClosedKind.PROCLAIMED)
    after = before.with_closed(funeral)
    assert before.add(date(2022, 9, 12), 5) == date(2022, 9, 19)
    assert after.add(date(2022, 9, 12), 5) == date(2022, 9, 20)
    assert before.add(date(2022, 9, 12), 5) == date(2022, 9, 19), "the old calendar stays as it was"
    assert after.add(date(2022, 9, 12), 4) == date(2022, 9, 16), "a count that ends before it does not move"


def test_closing_a_closed_day_again_changes_nothing() -> None:
    again = ClosedDay(day=date(2026, 12, 25), why="Office party", kind=ClosedKind.CLOSURE)
    assert ENGLAND.with_closed(again) is ENGLAND


def test_a_closure_on_a_saturday_changes_no_count() -> None:
    closed = ENGLAND.with_closed(ClosedDay(day=date(2026, 11, 21), why="Moving", kind=ClosedKind.CLOSURE))
    assert closed.add(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert closed.why_closed(date(2026, 11, 21)) == "Saturday"


def test_a_copy_with_other_closed_days_counts_with_those() -> None:
    """The numbers worked out for one calendar never serve another."""
    assert ENGLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert ENGLAND.model_copy(update={"closed": ()}).add(date(2026, 12, 24), 1) == date(2026, 12, 25)


def test_the_calendar_survives_json() -> None:
    assert ENGLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    text = ENGLAND.model_dump_json()
    assert WorkingCalendar.model_validate_json(text) == ENGLAND
    assert len(text) < 8_000


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (lambda: ENGLAND.add(date(2027, 12, 30), 2), "lead outside"),
        (lambda: ENGLAND.back(date(2018, 1, 2), 1), "lead outside"),
        (lambda: ENGLAND.add(date(2017, 12, 29), 1), "2017-12-29 is outside"),
        (lambda: ENGLAND.add(date(2028, 1, 3), 1), "2028-01-03 is outside"),
        (lambda: ENGLAND.is_working(date(2028, 1, 1)), "2028-01-01 is outside"),
        (lambda: ENGLAND.between(date(2017, 1, 1), date(2018, 1, 2)), "2017-01-01 is outside"),
        (lambda: ENGLAND.roll(date(2028, 1, 1)), "2028-01-01 is outside"),
    ],
)
def test_no_date_is_guessed_beyond_the_calendar(count: object, named: str) -> None:
    assert callable(count)
    with pytest.raises(BeyondCalendar, match=named):
        count()


def test_the_last_and_the_first_known_day_can_still_be_reached() -> None:
    assert ENGLAND.add(date(2027, 12, 30), 1) == date(2027, 12, 31)
    assert WorkingCalendar(first=date(2018, 1, 2), last=LAST).back(date(2018, 1, 3), 1) == date(2018, 1, 2)


def test_a_count_of_less_than_nothing_is_refused() -> None:
    for count in (ENGLAND.add, ENGLAND.back):
        with pytest.raises(ValueError, match="counts forward"):
            count(date(2026, 12, 18), -1)


def test_a_moment_given_for_a_day_is_refused() -> None:
    """Half past midnight in London in June is still yesterday in UTC: whoever counts must say which day is meant."""
    moment = datetime(2026, 6, 15, 23, 30, tzinfo=UTC)
    for count in (ENGLAND.add, ENGLAND.back):
        for n in (0, 5):
            with pytest.raises(TypeError, match="is a moment, not a day"):
                count(moment, n)


def closed_on(*typed: date) -> tuple[ClosedDay, ...]:
    return tuple(ClosedDay(day=day, why="Closed", kind=ClosedKind.CLOSURE) for day in typed)


@pytest.mark.parametrize(
    ("first", "last", "closed", "named"),
    [
        (LAST, FIRST, (), "swap the two dates"),
        (FIRST, LAST, closed_on(date(2026, 3, 3), date(2026, 3, 2)), "in order of date"),
        (FIRST, LAST, closed_on(date(2026, 3, 3), date(2026, 3, 3)), "each day once"),
        (FIRST, LAST, closed_on(date(2030, 3, 4)), "widen the calendar"),
    ],
)
def test_a_calendar_that_makes_no_sense_says_what_to_do(
    first: date, last: date, closed: tuple[ClosedDay, ...], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        WorkingCalendar(first=first, last=last, closed=closed)


@pytest.mark.parametrize("n", [5, 1000, 2000])
def test_adding_working_days_costs_the_same_at_any_n(n: int) -> None:
    """The best of many short runs beside a plain step of one day: a machine's own speed cancels out."""
    day, one = date(2018, 6, 1), timedelta(days=1)
    ENGLAND.add(day, n)
    costs = [
        (timeit.timeit(lambda: ENGLAND.add(day, n), number=500), timeit.timeit(lambda: day + one, number=500))
        for _ in range(200)
    ]
    added, stepped = min(cost for cost, _ in costs), min(cost for _, cost in costs)
    assert added < 40 * stepped, f"{added / stepped:.1f} steps of a day"


def test_counting_imports_nothing_heavy() -> None:
    """The workflow's sandbox loads these rooms for each case; bank holidays are read when a case opens, not before."""
    rooms = "calendar_rules.working_days, calendar_rules.edition, calendar_rules.plan, calendar_rules.england"
    program = f"import {rooms}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "calendar_rules.working_days" in loaded
    assert not {"holidays", "temporalio", "sqlalchemy", "fastapi", "rich", "typer"} & set(loaded)


def test_a_day_no_longer_closed_counts_again_and_the_first_calendar_stays() -> None:
    """X-2: with Tuesday 2 June 2026 closed the day after Monday 1 June is the 3rd; without, the 2nd."""
    day = ClosedDay(day=date(2026, 6, 2), why="Closure", kind=ClosedKind.CLOSURE)
    plain = WorkingCalendar(first=date(2026, 1, 1), last=date(2026, 12, 31))
    closed = plain.with_closed(day)
    assert closed.add(date(2026, 6, 1), 1) == date(2026, 6, 3)
    assert closed.without(day.day).add(date(2026, 6, 1), 1) == date(2026, 6, 2)
    assert closed.without(day.day) == plain
    assert not closed.is_working(day.day)


def test_a_day_that_was_not_closed_leaves_the_calendar_as_it_is() -> None:
    """X-2: a Saturday stays a Saturday; a day outside the calendar is refused."""
    plain = WorkingCalendar(first=date(2026, 1, 1), last=date(2026, 12, 31))
    assert plain.without(date(2026, 6, 6)) is plain
    with pytest.raises(BeyondCalendar):
        plain.without(date(2027, 1, 1))
