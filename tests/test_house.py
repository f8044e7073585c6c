"""The shape of the house: import directions, no second clock, everything registered, no file too long to read."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from pydantic import BaseModel

from calendar_rules.model import Model
from review.case.state import CaseState
from tests.house import EVERYWHERE, ROOMS, ROOT, files, modules

CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}  # of datetime, date, time and workflow
FIELDS_BY_NAME = ("self", "case", "ask", "workflow._Definition.from_class(type(held))")  # of these, and of no fact
OF_A_FACT = re.compile(r"\b(facts?|entry|entries|right|wrong|reported)\b")  # what facts are called outside of review
OF_BEFORE = {"patched", "deprecate_patch", "knows", "ask_for_ways"}  # how a run would keep to the code it began with
MOST_LINES = 400
LONGER = (  # which file, and why
    ("review/protocol.py", "the table of the stages, and what is read off it"),
    ("store/migrations/versions/0001_first_tables.py", "every table, once"),
    ("tests/delivery/samples.py", "data: a sample of each mail and document"),
    ("tests/rehearsal/test_examples.py", "plays each example once; two files would play each twice"),
)


@cache
def parsed(room: str) -> list[tuple[str, ast.Module]]:
    return list(modules(room))


def trees(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of these rooms by its path, parsed once for all tests here."""
    return chain.from_iterable(map(parsed, rooms))


@pytest.fixture(scope="module", autouse=True)
def _trees_are_let_go() -> Iterator[None]:
    """They are larger than all else that the tests hold."""
    yield
    parsed.cache_clear()


def test_no_file_is_too_long_to_find_a_line_in() -> None:
    """But for those that are named, each of which is longer indeed."""
    long = [path for path, source in files(*EVERYWHERE) if source.count("\n") > MOST_LINES]
    assert sorted(long) == sorted(path for path, _ in LONGER), "split by subject; what is short by now leaves the list"


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml, by import-linter."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def test_the_errors_of_no_model_repeat_what_was_sent() -> None:
    """It may be about a child, and errors end in logs and in Temporal: models are made from `calendar_rules.model`."""
    for room in (*ROOMS, "bench"):
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "__main__" not in module.name and not module.name.startswith("store.migrations."):
                importlib.import_module(module.name)

    ours = [one for one in _models(BaseModel) if one.__module__.split(".")[0] in {*ROOMS, "worker", "bench"}]

    assert len(ours) > 300
    telling = {f"{one.__module__}.{one.__name__}" for one in ours if not one.model_config.get("hide_input_in_errors")}
    # What pydantic itself makes of a generic model bears our module's name; nothing is validated by it.
    assert [one for one in telling if ".RootModel[" not in one] == []


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in base.__subclasses__():
        yield one
        yield from _models(one)


def test_the_pure_rooms_never_ask_what_time_it_is() -> None:
    """The present moment is given: a case's clock is its own."""
    asked = [
        f"{path}:{node.lineno}"
        for path, tree in trees("review", "calendar_rules")
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
        for path, tree in trees("workflows")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert asked == [], "use run.now(), which is the case's clock"


OF_A_RUN = {"asyncio", "collections", "contextlib", "dataclasses", "datetime", "enum", "functools", "re", "typing"}
BESIDE_THE_STATE = {"random", "secrets", "uuid", "os", "time", "threading", "socket", "subprocess", "tempfile"}


def test_what_a_workflow_runs_has_no_way_to_the_world_around_it() -> None:
    """A replay must come to the same; no sandbox sees to it (decision 0022)."""
    ours = {room.removesuffix(".py") for room in ROOMS} | {"temporalio", "pydantic", "pydantic_core"}
    found = [
        f"{path}: {name}"
        for path, tree in trees("workflows")
        for name in _imported(tree)
        if name.partition(".")[0] not in OF_A_RUN | ours
    ]
    found += [
        f"{path}: {name}"
        for path, tree in trees("review", "calendar_rules")
        for name in _imported(tree)
        if name.partition(".")[0] in BESIDE_THE_STATE
    ]
    found += [
        f"{path}:{node.lineno}: {node.func.id}()"
        for path, tree in trees("workflows", "review")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "input", "id"}
    ]
    assert found == [], "what is different each time comes from an activity or from the engine (workflow.random, now)"


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_workflow_module_speaks_of_the_sandbox() -> None:
    """There is none (decision 0022)."""
    elsewhere = [
        f"{path}:{node.lineno}"
        for path, tree in trees(*EVERYWHERE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "imports_passed_through"
    ]
    assert elsewhere == [], "import as anywhere else"


def test_a_stage_is_a_function_on_one_run() -> None:
    """Nothing is built on `CaseRun`; a case's workflow only begins and runs. What varies is given, not overridden."""
    built = {
        node.name: (
            bases,
            {part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)},
        )
        for _, tree in trees("workflows")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for bases in [{ast.unparse(base) for base in node.bases}]
        if bases & {"CaseRun", "CaseWorkflow"}
    }
    thin = ({"CaseWorkflow"}, {"__init__", "run"})
    assert built == {"CaseReview": thin, "InformationRequest": thin}, "write a function that takes the run"


def test_the_state_is_one_flat_model_and_readings_are_functions() -> None:
    """All fields in one class on no other of ours; what facts mean is in `reads`, which every caller goes through."""
    assert CaseState.__bases__ == (Model,)
    assert not [name for name, member in vars(CaseState).items() if isinstance(member, property)], (
        "a function in reads_*"
    )
    elsewhere = [
        f"{path}:{node.lineno}: {alias.name}"
        for path, tree in trees(*EVERYWHERE)
        if not path.startswith("review/case/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("review.case.reads")
        for alias in node.names
        if not alias.name.isupper()
    ]
    assert elsewhere == [], "from review.case import reads"


def test_no_fact_is_asked_for_a_field_by_name() -> None:
    """An entry knows the class of its fact (`Entry[AgencyReturned]`), so the type checker sees every field."""
    by_name = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in trees(*ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("getattr", "hasattr")
        and (path.startswith(("review/", "workflows/")) or OF_A_FACT.search(ast.unparse(node.args[0])))
        and ast.unparse(node.args[0]) not in FIELDS_BY_NAME
    ]
    assert by_name == [], "let the class of the fact say it (as `paper` does), or ask case.entries_of(kind)"


def test_one_place_knows_how_the_key_of_an_effect_is_written() -> None:
    """`EffectKey` alone puts cause and person together, and takes them apart."""
    elsewhere = [
        f"{path}:{node.lineno}"
        for path, tree in trees(*ROOMS, "tests")
        if path not in ("review/case/effects.py", "tests/test_house.py")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call | ast.Compare) and any(_is_the_sign(part) for part in ast.iter_child_nodes(node)))
        or (isinstance(node, ast.JoinedStr) and _joins(node))
    ]
    assert elsewhere == [], "use EffectKey.mail(cause, to), and its cause and to"


def _is_the_sign(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == ">"


def _joins(text: ast.JoinedStr) -> bool:
    """Whether a ">" stands between or after values, and is no end of a tag or an address."""
    words = "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in text.values)
    return "\0>" in words and "<" not in words


def test_no_workflow_holds_an_asynchronous_context() -> None:
    """A run that leaves the worker's memory is collected in any order: an asynchronous context whose generator went
    first cries into the log, past our masks. A plain one holds its tongue."""
    held = [
        f"{path}:{node.lineno}"
        for path, tree in trees("workflows")
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncWith) or (isinstance(node, ast.alias) and node.name == "asynccontextmanager")
    ]
    assert held == [], "use contextlib.contextmanager and a plain with"


def test_no_way_of_before_is_kept() -> None:
    """Nothing has been released, so no live case has a past: a change of the process is made without a patch."""
    kept = [
        f"{path}:{node.lineno}"
        for path, tree in trees(*EVERYWHERE)
        if path != "tests/workflows/next_release.py"  # an invented release to come
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in OF_BEFORE)
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.alias) and node.name in OF_BEFORE)
    ]
    assert kept == [], "make the change plainly, and record the histories again: tests/workflows/histories/README.md"


def test_the_api_holds_no_opinion() -> None:
    """Nothing is decided there by the stage of a case: `review` says what may be said, and what comes next."""
    deciding = (ast.If, ast.IfExp, ast.Compare, ast.Match, ast.While)
    opinions = [
        f"{path}:{part.lineno}"
        for path, tree in trees("api")
        for node in ast.walk(tree)
        if isinstance(node, deciding)
        for part in ast.walk(node.test if isinstance(node, ast.If | ast.IfExp | ast.While) else node)
        if isinstance(part, ast.Attribute) and part.attr == "stage" and _names(part.value, "case", "state")
        if not isinstance(node, ast.Match) or part is node.subject
    ]
    assert opinions == [], "put the decision in review/ and let the route ask for it"


def test_pages_read_no_state() -> None:
    """What a page shows is a view, from a door of `review`; a case that it has read it only hands on."""
    imported = [
        f"{path}: {name}"
        for path, tree in trees("api/pages")
        for name in _imported(tree)
        if name.split(".")[:2] == ["review", "case"]
    ]
    assert imported == [], "ask review.view, review.links or another door"
    read = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in trees("api/pages")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "case")
        or (isinstance(node, ast.Name) and node.id == "CaseState")
    ]
    assert read == [], "let a view say it"


def _names(node: ast.expr, *names: str) -> bool:
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)


def test_every_activity_is_registered_by_the_worker() -> None:
    """An activity that no worker carries out would wait for ever."""
    defined = {
        node.name
        for _, tree in trees("activities")
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
    there = dict(trees("activities"))
    orders = {
        target.id
        for node in there["activities/orders.py"].body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and re.fullmatch(r"[a-z]+(-[a-z]+)+", str(node.value.value))
    }
    used = {
        keyword.value.id
        for tree in there.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "activity.defn"
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Name)
    }
    assert orders
    assert used == orders


def test_every_workflow_is_started_with_the_timeout_of_a_task() -> None:
    """Else a killed worker's workflow task is given to another one after ten seconds only."""
    starts = [
        (f"{path}:{node.lineno}", {keyword.arg for keyword in node.keywords})
        for path, tree in trees(*ROOMS, "worker.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "start_workflow"
    ]
    assert len(starts) >= 4, "the ways a workflow is started were not found"
    assert [where for where, given in starts if "task_timeout" not in given] == []


def test_no_test_is_left_out() -> None:
    """What cannot run here says so by failing."""
    left_out = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)|unittest\.skip")
    files = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    assert [str(path.relative_to(ROOT)) for path in files if left_out.search(path.read_text(encoding="utf-8"))] == []
