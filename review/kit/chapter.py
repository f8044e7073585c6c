"""What a chapter of the protocol brings: facts, checks, next steps, what follows from its facts.

A chapter is one folder in `review.chapters` and its facts one file in `review.facts`; `review.chapters` lists them all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from review.case.entries import Entry
from review.case.state import CaseState
from review.facts import Reported
from review.facts.base import Fact
from review.kit.offer import Offer

Check = Callable[[CaseState, Any, Reported, datetime], None]
Consequence = Callable[[CaseState, Entry[Any], datetime], None]


def _nothing_to_offer(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield from ()


def _nothing_to_add(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    """What the record says of a fact is the fact itself."""
    return {}


@dataclass(frozen=True)
class Chapter:
    """`facts` are its own, in the protocol's order; `checks` refuse, `offers` leads on.

    `consequences`: what each kind of fact changes, in order. `record` adds to a fact's row what only the case knows.
    """

    title: str
    facts: tuple[type[Fact], ...]
    checks: dict[type[Fact], Check] = field(default_factory=dict)
    offers: Callable[[CaseState, datetime], Iterator[Offer]] = _nothing_to_offer
    consequences: dict[type[Fact], tuple[Consequence, ...]] = field(default_factory=dict)
    record: Callable[[CaseState, Fact], dict[str, JsonValue]] = _nothing_to_add

    @property
    def kinds(self) -> list[str]:
        """The kinds of its facts, in the protocol's order."""
        return [fact.kind_name() for fact in self.facts]
