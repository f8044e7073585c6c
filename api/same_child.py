"""API: other cases of a case's children: of the same number, and of children who are likely the same (X-4, X-1).

Found by keyed hashes of numbers and dates of birth; names are compared once the few cases found are opened.
"""

from collections.abc import Sequence
from typing import NamedTuple

import structlog
from pydantic import Field, ValidationError

from api.deps import Deps
from api.paths import of_rehearsal
from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.family.alike import born_mark, why_alike
from review.facts import Child
from review.views import LikelySame
from settings.keys import CannotOpen
from store.cases import Related

LOOKED_AT = 20  # cases with a child born on the same day: more than a partnership has
SAME_NUMBER = "The same child_id."

log = structlog.get_logger()


class LikelyDuplicate(Model):
    """Another case that is likely to be about the same child: look before you go on. It never stops an opening."""

    child_id: str = Field(description="the child of the case that was opened")
    reference: str
    other_child_id: str = Field(description="the child's number in that case")
    why: str


class OtherCases(NamedTuple):
    """By the child's id: cases that it is in, and cases with a child who is likely the same."""

    also_in: dict[str, list[Related]]
    likely: dict[str, list[LikelySame]]
    of_likely: list[Related]


async def other_cases(deps: Deps, case: CaseState) -> OtherCases:
    """Other cases of its children. Rehearsals are compared with rehearsals alone."""
    children = reads.children(case)
    marks = {child.child_id: mark for child in children if (mark := born_mark(child))}
    found = await deps.store.cases.of_children([*(child.child_id for child in children), *marks.values()])

    def others(key: str) -> list[Related]:
        return [
            one
            for one in found[key]
            if one.reference != case.reference and of_rehearsal(one.reference) is case.rehearsal
        ]

    also_in = {child.child_id: others(child.child_id) for child in children}
    born_alike = {child: others(mark) for child, mark in marks.items()}
    likely: dict[str, list[LikelySame]] = {}
    by_reference: dict[str, Related] = {}
    for child in children:
        known = {one.reference for one in also_in[child.child_id]}
        to_open = [one for one in born_alike.get(child.child_id, []) if one.reference not in known]
        for one in to_open[-LOOKED_AT:]:
            if same := _likely(child, one.reference, await _children_of(deps, one.reference)):
                likely.setdefault(child.child_id, []).extend(same)
                by_reference[one.reference] = one
    return OtherCases(also_in, likely, [*by_reference.values()])


async def likely_duplicates(deps: Deps, reference: str) -> list[LikelyDuplicate]:
    """The same for a case that was opened, in one list."""
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        return []
    found = await other_cases(deps, reading.case)
    listed = [
        LikelyDuplicate(child_id=child, reference=one.reference, other_child_id=child, why=SAME_NUMBER)
        for child, theirs in found.also_in.items()
        for one in theirs
    ]
    return listed + [
        LikelyDuplicate(child_id=child, reference=one.reference, other_child_id=one.child_id, why=one.why)
        for child, same in found.likely.items()
        for one in same
    ]


def _likely(child: Child, reference: str, others: Sequence[Child]) -> list[LikelySame]:
    return [
        LikelySame(reference=reference, child_id=other.child_id, why=why)
        for other in others
        if (why := why_alike(child, other))
    ]


async def _children_of(deps: Deps, reference: str) -> list[Child]:
    """A case that is damaged is named in the log, and is no reason not to show another."""
    try:
        reading = await deps.readings.of(deps.store, reference)
    except (CannotOpen, ValidationError) as problem:
        log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
        return []
    return reads.children(reading.case) if reading else []
