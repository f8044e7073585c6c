"""The shape of the house: import directions, no second clock, everything registered, every duty tried by a test."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
CATALOGUE = {"N": 6, "R": 15, "D": 10, "X": 4, "B": 11, "A": 5, "K": 10, "G": 11}  # how many of each there are
LATER = ("B-7", "B-8", "B-9", "B-10")  # a later release: conflicts of interest, disclosures, retention, figures
DUTIES = [
    *(f"N-{n}" for n in range(1, 7)),
    *(f"R-{n}" for n in range(1, 16)),
    *(f"D-{n}" for n in range(1, 11)),
    *(f"X-{n}" for n in range(1, 5)),
    *(f"B-{n}" for n in (1, 2, 3, 4, 5, 6, 11)),
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
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}  # of datetime, date, time and workflow


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        paths = sorted((ROOT / room).rglob("*.py"))
        assert paths, f"there is no Python in {room}/"
        for path in paths:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml, by import-linter."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def test_the_pure_rooms_never_ask_what_time_it_is() -> None:
    """The present moment is given: a case's clock is its own."""
    asked = [
        f"{path}:{node.lineno}"
        for path, tree in modules("review", "calendar_rules")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time", "workflow"}
    ]
    assert asked == [], "take the moment as an argument"


def test_the_workflow_asks_no_clock_but_the_engines() -> None:
    """A replay must see the same times."""
    asked = [
        f"{path}:{node.lineno}"
        for path, tree in modules("workflows")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert asked == [], "use self.now(), which is the case's clock"


def test_the_api_holds_no_opinion() -> None:
    """Nothing is decided there by the stage of a case: `review` says what may be said, and what comes next."""
    deciding = (ast.If, ast.IfExp, ast.Compare, ast.Match, ast.While)
    opinions = [
        f"{path}:{part.lineno}"
        for path, tree in modules("api")
        for node in ast.walk(tree)
        if isinstance(node, deciding)
        for part in ast.walk(node.test if isinstance(node, ast.If | ast.IfExp | ast.While) else node)
        if isinstance(part, ast.Attribute) and part.attr == "stage" and _names(part.value, "case", "state")
        if not isinstance(node, ast.Match) or part is node.subject
    ]
    assert opinions == [], "put the decision in review/ and let the route ask for it"


def _names(node: ast.expr, *names: str) -> bool:
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)


def test_every_activity_is_registered_by_the_worker() -> None:
    """An activity that no worker carries out would wait for ever."""
    defined = {
        node.name
        for _, tree in modules("activities")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("activity.defn")
    }
    worker = ast.parse((ROOT / "worker.py").read_text(encoding="utf-8"))
    (wiring,) = [
        node for node in ast.walk(worker) if isinstance(node, ast.FunctionDef) and node.name == "activities_of"
    ]
    registered = {
        item.attr
        for node in ast.walk(wiring)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.List)
        for item in node.value.elts
        if isinstance(item, ast.Attribute)
    }
    assert defined, "no activity was found: has the way they are declared changed?"
    assert registered == defined


def test_every_activity_that_the_workflow_orders_is_defined_under_that_name() -> None:
    """The workflow names activities by the words in activities/orders.py."""
    trees = dict(modules("activities"))
    orders = {
        target.id
        for node in trees["activities/orders.py"].body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and re.fullmatch(r"[a-z]+(-[a-z]+)+", str(node.value.value))
    }
    used = {
        keyword.value.id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "activity.defn"
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Name)
    }
    assert orders
    assert used == orders


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


def test_no_test_is_left_out() -> None:
    """What cannot run here says so by failing."""
    left_out = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)|unittest\.skip")
    files = [path for path in TESTS.rglob("*.py") if path != Path(__file__)]
    assert [str(path.relative_to(ROOT)) for path in files if left_out.search(path.read_text(encoding="utf-8"))] == []
