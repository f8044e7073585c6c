"""What a stage's source does not name: facts heard through a mechanism of its own, where it stands. Room: workflows."""

from collections.abc import Callable
from typing import Any, TypeVar

from review.fact import Fact
from review.words import Stage

M = TypeVar("M", bound=Callable[..., Any])
_MARK, _STANDS = "__hears__", "__stands_in__"


def hears(*facts: type[Fact]) -> Callable[[M], M]:
    """Mark a method as one that waits for these facts, for the protocol as it is drawn."""

    def marked(method: M) -> M:
        setattr(method, _MARK, tuple(str(one.model_fields["kind"].default) for one in facts))
        return method

    return marked


def stands_in(*stages: Stage) -> Callable[[M], M]:
    """Mark a method whose work is done in these stages only, however a case came to its line."""

    def marked(method: M) -> M:
        setattr(method, _STANDS, frozenset(stages))
        return method

    return marked


def standing(method: Callable[..., Any]) -> frozenset[Stage]:
    """The stages that a method was marked with; none where it was not."""
    stages: frozenset[Stage] = getattr(method, _STANDS, frozenset())
    return stages


def heard(method: Callable[..., Any]) -> tuple[str, ...]:
    """The kinds of fact that a method was marked with."""
    kinds: tuple[str, ...] = getattr(method, _MARK, ())
    return kinds
