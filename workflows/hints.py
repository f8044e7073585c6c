"""What a stage's source does not name: the facts it hears through a mechanism of its own. Room: workflows."""

from collections.abc import Callable
from typing import Any, TypeVar

from review.fact import Fact

M = TypeVar("M", bound=Callable[..., Any])
_MARK = "__hears__"


def hears(*facts: type[Fact]) -> Callable[[M], M]:
    """Mark a method as one that waits for these facts, for the protocol as it is drawn."""

    def marked(method: M) -> M:
        setattr(method, _MARK, tuple(str(one.model_fields["kind"].default) for one in facts))
        return method

    return marked


def heard(method: Callable[..., Any]) -> tuple[str, ...]:
    """The kinds of fact that a method was marked with."""
    kinds: tuple[str, ...] = getattr(method, _MARK, ())
    return kinds
