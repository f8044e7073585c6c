"""What `make bench` compares is the same thing done in two ways, and the ratio is theirs."""

import re
from datetime import UTC, date, datetime

import pytest

from bench import pure
from bench.seed import copies
from bench.side import Pair, Row, Side, table, told
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


def test_a_row_is_kept_by_its_time_or_by_how_many_times_its_floor_it_takes() -> None:
    ours, floor = Side("product", [0.02, 0.03, 0.04]), Side("floor", [0.01, 0.01, 0.02])
    assert Row("A thing", ours, floor, 0.05).kept is True
    assert Row("A thing", ours, floor, 0.02).kept is False
    assert Row("A thing", ours, floor, 2.1, times=True).kept is False
    assert Row("A thing", ours).kept is None
    assert Row("A thing", ours, floor, 3.1, times=True).lines() == [
        "  A thing",
        "      product 30 ms (25 ms to 35 ms, n=3); 3 times its floor; must 3.1 times: kept",
        "      floor 10 ms (10 ms to 15 ms, n=3)",
    ]


def test_the_cases_of_a_seeded_store_differ_in_reference_opening_and_stage() -> None:
    cases = list(copies(6, datetime.now(UTC)))
    assert len({one.reference for one in cases}) == 6
    assert {one.patch.parts["reference"] for one in cases} == {one.reference for one in cases}
    lines = [one.patch.listed["line"].now for one in cases]
    assert len({str(line["opened_at"]) for line in lines}) == 6
    assert {line["stage"] for line in lines} == {"discussion", "returns"}
