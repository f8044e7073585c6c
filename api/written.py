"""What people have written in a fact, field by field, as its record holds it: for the pages that show it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from review.facts import FACTS, DocumentRef
from review.facts.base import FilledIn, Picked

_ANY_TEXT = r"\S"  # the pattern of a text that only has to hold something


def written(kind: str, detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each text of a fact with what it is called: ("covering note", "..."); ids, dates and choices are none.

    Of a correction, what is right now.
    """
    if kind not in FACTS:
        return []
    found = [(name.replace("_", " "), text) for name, text in _texts(FACTS[kind], detail) if text.strip()]
    right = detail.get("right")
    return found + (written(str(right.get("kind")), right) if isinstance(right, Mapping) else [])


def _texts(model: type[BaseModel], held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, parts in _written_in(model):
        values = held.get(name)
        for value in values if isinstance(values, Sequence) and not isinstance(values, str) else [values]:
            if isinstance(value, str) and None in parts:
                yield name, value
            elif isinstance(value, Mapping):
                for part in parts:
                    if part is None:
                        yield from ((name, text) for text in value.values() if isinstance(text, str))
                    else:
                        yield from _texts(part, value)


@cache
def _written_in(model: type[BaseModel]) -> list[tuple[str, tuple[type[BaseModel] | None, ...]]]:
    """The fields of a model that hold texts (None), or parts that do."""
    found = []
    for name, field in model.model_fields.items():
        filled_in = any(
            isinstance(one, FilledIn | Picked) for one in field.metadata
        )  # by the step, or chosen from a list
        leaves = (
            ()
            if filled_in or name in ("kind", "right")
            else tuple(dict.fromkeys(_leaves(field.annotation, field.metadata)))
        )
        if leaves:
            found.append((name, leaves))
    return found


def _leaves(kind: Any, about: Sequence[Any]) -> Iterator[type[BaseModel] | None]:
    """A part of a field's type: None for free text, else the model of a part."""
    if hasattr(kind, "__metadata__"):
        yield from _leaves(get_args(kind)[0], kind.__metadata__)
    elif get_origin(kind) in (Union, UnionType, list, tuple, dict):
        for one in get_args(kind):
            yield from _leaves(one, about)
    elif kind is str and not any(pattern != _ANY_TEXT for pattern in _patterns(about)):
        yield None
    elif isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not DocumentRef:
        yield kind


def _patterns(about: Sequence[Any]) -> Iterator[str]:
    for one in about:
        if pattern := getattr(one, "pattern", None):
            yield str(pattern)
        yield from _patterns(getattr(one, "metadata", ()))
