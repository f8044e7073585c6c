"""What `make bench` compares is the same thing done in two ways, and the ratio is theirs."""

import re
from datetime import date

import pytest

from bench import pure
from bench.side import Pair, Side, table, told
from calendar_rules.england import england


@pytest.mark.parametrize("n", [0, 1, 5, 15, 250])
def test_the_walk_finds_the_day_that_the_product_counts(n: int) -> None:
    calendar = england(2026, 2030)
    closed = {one.day for one in calendar.closed}
    for start in (date(2026, 12, 18), date(2026, 12, 24), date(2027, 3, 26)):
        assert pure.walked(closed, start, n) == (calendar.add(start, n) if n else start)


def test_both_sides_are_measured_in_every_round_and_a_line_tells_both_and_their_ratio() -> None:
    for pair in (pure.counting(15, rounds=3), pure.sealing(rounds=3)):
        assert [len(side.seconds) for side in (pair.first, pair.second)] == [3, 3]
        assert min(pair.first.seconds + pair.second.seconds) > 0
        assert re.search(rf"{pair.first.name} [\d.e+]+ (ms|µs|ns), {pair.second.name} .*: [\d.e+]+ times$", pair.line())


def test_a_ratio_is_how_many_times_as_long_the_second_takes_typically() -> None:
    pair = Pair("A thing", Side("one way", [1e-3, 2e-3, 9.0]), Side("another", [0.006, 5e-3, 0.1]))
    assert pair.ratio == pytest.approx(3.0)
    assert table("Things", [pair]).splitlines() == [
        "Things",
        f"  {'A thing':<42}  one way 2 ms, another 6 ms: 3 times",
    ]


@pytest.mark.parametrize(("seconds", "words"), [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (7e-6, "7 µs"), (4.2e-8, "42 ns")])
def test_seconds_are_told_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert told(seconds) == words
