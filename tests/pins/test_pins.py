"""What is persisted stays readable: facts, a live case, and every name that the engine, the store or a client keeps.

A failing pin does not ask to be renewed: cases that are running were written with what it holds. Add beside it.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from activities import orders
from calendar_rules.lengths import Unit
from calendar_rules.working_days import ClosedKind
from review.case.record import RowKind
from review.case.sign_off import RoundStatus
from review.case.state import CaseState
from review.check import validate_fact
from review.correctable import CORRECTABLE
from review.facts import FACTS, Reported, Speaker, enums
from review.facts.directory import Partner, Role
from review.next_steps import next_steps
from review.take import apply_fact
from tests.pins.add import add
from tests.review.world import fact_of, needed, world_of
from workflows import names

HERE = Path(__file__).parent
ENUMS: tuple[type[StrEnum], ...] = (
    *(one for one in vars(enums).values() if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum),
    ClosedKind,
    Partner,
    Role,
    RoundStatus,
    RowKind,
    Unit,
)
KEPT = (
    "A running case holds it. Keep reading it: leave the old name and its fields in place and add the new beside them, "
    "with a default; then pin the new form too."
)


def pinned(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def within(old: Any, new: Any) -> Any:
    """What of `new` answers to `old`: later fields, which have defaults, left out."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: within(value, new[key]) if key in new else "is gone" for key, value in old.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [within(one, other) for one, other in zip(old, new, strict=True)]
    return new


@pytest.mark.parametrize(
    "number", range(len(pinned("facts.json"))), ids=lambda number: pinned("facts.json")[number]["kind"]
)
def test_every_fact_ever_written_still_reads_and_writes_the_same(number: int) -> None:
    """X-3: facts.json grows; nothing in it is changed or taken out."""
    old = pinned("facts.json")[number]
    assert old["kind"] in FACTS, KEPT
    fact = FACTS[old["kind"]].model_validate(old)
    assert within(old, fact.model_dump(mode="json")) == old, KEPT
    reported = {
        "message": "m",
        "by": {"people": ["p"], "roles": []},
        "recorded_at": "2026-05-11T10:00:00Z",
        "fact": old,
    }
    assert Reported.model_validate_json(json.dumps(reported)).fact == fact, KEPT


def test_every_kind_of_fact_is_pinned() -> None:
    """A new kind: `make pins` adds the JSON of its sample to facts.json."""
    assert set(FACTS) == {fact["kind"] for fact in pinned("facts.json")}


def test_a_kind_without_a_pin_gets_one_from_its_sample_and_no_pin_is_changed(tmp_path: Path) -> None:
    """`make pins`, and again, which changes nothing."""
    held = (HERE / "facts.json").read_text(encoding="utf-8").splitlines(keepends=True)
    without = [line for line in held if '"kind": "findings-handed-over"' not in line]
    pins = tmp_path / "facts.json"
    pins.write_text("".join(without), encoding="utf-8")
    assert add(pins) == ["findings-handed-over"]
    kept = json.loads("".join(without))
    assert json.loads(pins.read_text(encoding="utf-8"))[:-1] == kept
    new = json.loads(pins.read_text(encoding="utf-8"))[-1]
    assert set(new) == set(FACTS["findings-handed-over"].model_fields)
    whole = pins.read_text(encoding="utf-8")
    assert (add(pins), pins.read_text(encoding="utf-8")) == ([], whole)


def test_every_field_of_every_fact_is_pinned() -> None:
    """A new field: add an instance that has it to facts.json, beside the old one."""
    shown: dict[str, set[str]] = {}
    for fact in pinned("facts.json"):
        shown.setdefault(fact["kind"], set()).update(fact)
    missing = {kind: set(FACTS[kind].model_fields) - shown[kind] for kind in FACTS}
    assert {kind: fields for kind, fields in missing.items() if fields} == {}


def test_what_can_be_corrected_today_can_be_corrected_tomorrow() -> None:
    """X-2"""
    assert set(pinned("names.json")["correctable"]) <= CORRECTABLE, KEPT


def test_a_case_that_was_under_way_reads_and_goes_on() -> None:
    """X-3: a live case moves onto new code with the state that old code wrote."""
    old = pinned("case.json")
    case = CaseState.model_validate(old)
    assert within(old, case.model_dump(mode="json")) == old, KEPT
    assert next_steps(case, case.opened_at), "an old case is offered nothing"
    world = world_of(case, case.entries[-1].taken_at)
    step = needed(world)
    assert step
    by = Speaker(people=step.people or ["sbu-1"], roles=step.roles)
    reported = Reported(message="go-on", by=by, recorded_at=world.now, fact=fact_of(step, world))
    validate_fact(case, reported, world.now)
    apply_fact(case, reported, world.now)
    assert case.rows > old["rows"]


def test_the_names_that_the_engine_keeps_stay() -> None:
    """X-3: workflow, messages, search attributes with their types, activities."""
    assert {
        "workflow": names.WORKFLOW,
        "directory": names.DIRECTORY_NEWS,
        "crg_meeting": {"workflow": names.CRG_MEETING, "look_again": names.LOOK_AGAIN},
        "messages": {"say": names.SAY, "relay": names.RELAY, "begin_again": names.BEGIN_AGAIN},
        "queries": {"state": names.STATE, "progress": names.PROGRESS},
        "search_attributes": {
            key.name: key.indexed_value_type.name
            for key in (
                names.CASE_STAGE,
                names.CASE_ROUTE,
                names.NEXT_DEADLINE,
                names.NEXT_DEADLINE_AT,
                names.OVERDUE,
                names.EDITION,
            )
        },
        "activities": {
            "send": orders.TRY_MAIL,
            "carry_out": orders.CARRY_OUT,
            "digest": orders.READ_DIGEST,
            "morning": orders.READ_MORNING,
            "crg_meeting": orders.READ_CRG_MEETING,
            "directory": orders.TELL_OF_DIRECTORY,
        },
    } == pinned("names.json")["engine"], KEPT


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_a_word_once_written_keeps_its_meaning(kind: type[StrEnum]) -> None:
    """X-3: stages, routes, decisions and all other closed lists; words may be added, and are then pinned."""
    assert {one.name: one.value for one in kind} == pinned("names.json")["words"].get(kind.__name__), KEPT
