"""What a chapter of the protocol brings: checks, offices, next steps, what follows from its facts. Room: review.

A chapter is one file in `review.chapters` and its facts one file in `review.said`; `review.chapters` lists them all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from review.case import CaseState
from review.directory import Role
from review.fact import Fact
from review.facts import Said
from review.offer import Offer
from review.told import Entry
from review.words import Stage

Check = Callable[[CaseState, Any, Said, datetime], None]


def _nothing_to_offer(case: CaseState, now: datetime) -> Iterator[Offer]:
    yield from ()


def _nothing_follows(case: CaseState, entry: Entry, now: datetime) -> None:
    """Most facts change nothing but what is known."""


def _nothing_to_add(case: CaseState, fact: Fact) -> dict[str, JsonValue]:
    """What the record says of a fact is the fact itself."""
    return {}


@dataclass(frozen=True)
class Chapter:
    """`checks` refuse, `may_say` names the offices, `offers` leads on, `consequences` changes what follows.

    `record` adds to a fact's row what only the case knows. `outlive` are facts that are taken after the case has ended,
    too. `stages` says where a step belongs of which the process alone does not tell it: the stages in which it is
    offered (none: whenever its chapter lasts). `leads` are the moves that the chapter's own consequences make.
    """

    title: str
    checks: dict[type[Fact], Check] = field(default_factory=dict)
    may_say: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    offers: Callable[[CaseState, datetime], Iterator[Offer]] = _nothing_to_offer
    consequences: Callable[[CaseState, Entry, datetime], None] = _nothing_follows
    record: Callable[[CaseState, Fact], dict[str, JsonValue]] = _nothing_to_add
    outlive: tuple[type[Fact], ...] = ()
    stages: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    leads: tuple[tuple[Stage, Stage], ...] = ()
