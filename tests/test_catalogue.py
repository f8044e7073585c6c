"""Every duty of the catalogue, and every way of counting time, is tried by a test or named as a later one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house import ROOT

TESTS = ROOT / "tests"
CATALOGUE = {"N": 6, "R": 15, "D": 10, "X": 4, "B": 11, "A": 5, "K": 10, "G": 11}  # how many of each there are
LATER = ("B-7", "B-9", "B-10")  # a later release: conflicts of interest, retention, figures

DUTIES = [
    *(f"N-{n}" for n in range(1, 7)),
    *(f"R-{n}" for n in range(1, 16)),
    *(f"D-{n}" for n in range(1, 11)),
    *(f"X-{n}" for n in range(1, 5)),
    *(f"B-{n}" for n in (1, 2, 3, 4, 5, 6, 8, 11)),
    *(f"A-{n}" for n in range(1, 6)),
    *(f"K-{n}" for n in range(1, 11)),
    *(f"G-{n}" for n in range(1, 12)),
]

WAYS_OF_COUNTING = [
    "working day",
    "N working days from X",
    "48 hours",
    "5 days",
    "6 months",
    "a late announcement",
    "anchors entered late",
]


@cache
def texts() -> dict[str, str]:
    """Every test function's text, its docstring and name included, by file and name."""
    return {
        f"{path.relative_to(ROOT)}::{node.name}": "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for path in sorted(TESTS.rglob("test_*.py"))
        if path != Path(__file__)
        for source in [path.read_text(encoding="utf-8")]
        for lines in [source.split("\n")]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("duty", DUTIES)
def test_every_duty_of_the_catalogue_is_tried_by_a_test(duty: str) -> None:
    wanted = re.compile(rf"(?<![A-Z0-9-]){duty}(?!\d)")
    assert [name for name, text in texts().items() if wanted.search(text)], f"name {duty} in the test that tries it"


def test_the_catalogue_is_whole() -> None:
    """Every id is tried by a test or named as a later one; none is both, none is twice."""
    whole = [f"{prefix}-{number}" for prefix, last in CATALOGUE.items() for number in range(1, last + 1)]
    assert sorted([*DUTIES, *LATER]) == sorted(whole)


@pytest.mark.parametrize("duty", LATER)
def test_what_comes_later_is_named_as_not_there_yet(duty: str) -> None:
    """Nobody is to learn by trying that something is missing."""
    missing = (
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("### Not there yet")[2].partition("\n## ")[0]
    )
    assert re.search(rf"(?<![A-Z0-9-]){duty}(?!\d)", missing), f"name {duty} in CHANGELOG.md under Not there yet"


@pytest.mark.parametrize("way", WAYS_OF_COUNTING)
def test_every_way_of_counting_time_is_tried_by_a_test(way: str) -> None:
    wanted = way.lower().removesuffix(" from x")
    assert [name for name, text in texts().items() if wanted in text.lower()], f"name '{way}' in the test that tries it"


def test_every_situation_that_once_went_wrong_is_walked_by_a_scenario_or_a_test_that_is_there() -> None:
    """docs/protocol-statement.md: each row of its last tables ends with a file of examples/, or a test."""
    statement = (ROOT / "docs" / "protocol-statement.md").read_text(encoding="utf-8")
    rows = [line for line in statement.partition("## Situations")[2].split("\n") if re.match(r"\| [A-Z]", line)]
    walked = [row.removesuffix(" |").rpartition("| ")[2].strip("`") for row in rows]
    assert len(walked) > 20
    there = {*texts(), *(f"examples/{file.name}" for file in (ROOT / "examples").glob("*.toml"))}
    assert [name for name in walked if name not in there] == []
