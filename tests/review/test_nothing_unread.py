"""Guard: what a fact asks people to write is shown somewhere, field by field (X-3). A marker in each text, looked for.

A field that is read nowhere is work that somebody did in vain: show it, send it, or name it in `UNREAD` with the
reason. Looked at here is the view of a case over the API, on which its pages stand.
"""

from datetime import UTC, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from review.case.entries import Entry
from review.facts import FACTS, Fact, Reported, Speaker
from review.facts.directory import Role
from review.facts.sample import shown
from review.view import fact_view

NOW = datetime(2026, 5, 11, 10, tzinfo=UTC)
UNREAD: dict[str, str] = {}  # "kind.field": why nobody reads it
NO_STORY = ("directory-changed", "calendar-changed", "edition-moved", "case-joined", "case-parted")  # the system's own
BY_CONTENT = ("corrected", "taken-back")  # they show another fact

WRITTEN = [kind for kind, fact in FACTS.items() if fact.sample and kind not in (*NO_STORY, *BY_CONTENT)]


def texts(model: type[BaseModel], at: str = "") -> list[str]:
    """The fields in which people write: those that take any text. Ids, references and choices are none."""
    found = []
    for name, field in model.model_fields.items():
        free = not any(getattr(one, "pattern", None) not in (None, r"\S") for one in field.metadata)
        for kind in _leaves(field.annotation):
            if kind is str and free and name not in ("kind", "partnership"):
                found.append(f"{at}{name}")
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                found += texts(kind, f"{at}{name}.")
    return found


def _leaves(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, UnionType, list):
        return [leaf for one in get_args(kind) for leaf in _leaves(one)]
    return _leaves(get_args(kind)[0]) if hasattr(kind, "__metadata__") else [kind]


def marked(body: Any, at: str, markers: dict[str, str]) -> Any:
    """The sample with a marker in each text that its own words begin with "Sample"."""
    if isinstance(body, dict):
        return {key: marked(value, f"{at}.{key}", markers) for key, value in body.items()}
    if isinstance(body, list):
        return [marked(value, at, markers) for value in body]
    if isinstance(body, str) and body.startswith("Sample"):
        markers[at] = f"Sample: marker {len(markers)} of {at}"
        return markers[at]
    return body


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_in_a_fact_is_read_in_the_case(kind: str) -> None:
    """X-3: in the view of the case that the API and its pages are made of."""
    markers: dict[str, str] = {}
    body = marked(shown(FACTS[kind].sample, NOW), kind, markers)
    fact: Fact = FACTS[kind].model_validate(body)
    reported = Reported.model_validate(
        {"message": "marked", "by": Speaker(people=["sbu-1"], roles=[Role.BUSINESS_UNIT]), "recorded_at": NOW}
        | {"fact": fact.model_dump(mode="json")}
    )
    text = fact_view(Entry(reported=reported, happened_at=NOW, taken_at=NOW)).model_dump_json()
    assert [at for at, marker in markers.items() if marker not in text and at not in UNREAD] == []


def test_the_sample_of_a_fact_fills_each_text_that_has_to_be_written() -> None:
    """So that the test above looks for every one."""
    left = {}
    for kind in WRITTEN:
        needed = {name for name, field in FACTS[kind].model_fields.items() if field.is_required()}
        wanted = {one for one in texts(FACTS[kind]) if one.partition(".")[0] in needed and "." not in one}
        if missing := wanted - set(FACTS[kind].sample):
            left[kind] = missing
    assert left == {}
