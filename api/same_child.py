"""API: other cases of a case's children and family: of the same id, and of people who are likely the same (X-4, X-1).

Found by keyed hashes of ids, numbers and dates of birth; names are compared once the few cases found are opened.
"""

from collections.abc import Sequence
from typing import NamedTuple

import structlog
from pydantic import Field, ValidationError

from api.deps import Deps
from api.intake import Outcome
from api.paths import of_rehearsal
from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.family.alike import Somebody, marks, why_alike
from review.views import LikelySame
from settings.keys import CannotOpen
from store.cases import Related

LOOKED_AT = 20  # cases with somebody born on the same day: more than a partnership has
SAME_NUMBER = "The same child_id."

log = structlog.get_logger()


class LikelyDuplicate(Model):
    """Another case that is likely to be about the same child: look before you go on. It never stops an opening."""

    child_id: str = Field(description="the child of the case that was opened")
    reference: str
    other_child_id: str = Field(description="the child's number in that case")
    why: str


class OtherCases(NamedTuple):
    """By somebody's id: cases that they are in, and cases with somebody who is likely the same. `of_children`: the
    cases of either sort that a child of this case is in.
    """

    also_in: dict[str, list[Related]]
    likely: dict[str, list[LikelySame]]
    of_children: list[Related]


async def other_cases(deps: Deps, case: CaseState) -> OtherCases:
    """Other cases of its children and family. Rehearsals are compared with rehearsals alone."""
    children = {one.child_id for one in reads.children(case)}
    people = reads.people(case)
    keys = {one.person_id: marks(one) for one in people}
    found = await deps.store.cases.of_children([*keys, *(mark for known in keys.values() for mark in known)])

    def others(key: str) -> list[Related]:
        return [
            one
            for one in found[key]
            if one.reference != case.reference and of_rehearsal(one.reference) is case.rehearsal
        ]

    also_in = {id: others(id) for id in keys}
    likely: dict[str, list[LikelySame]] = {}
    by_reference = {one.reference: one for id in children for one in also_in[id]}
    for somebody in people:
        id = somebody.person_id
        known = {one.reference for one in also_in[id]}
        alike = {one.reference: one for mark in keys[id] for one in others(mark) if one.reference not in known}
        for one in sorted(alike.values(), key=lambda one: one.reference)[-LOOKED_AT:]:
            if same := _likely(somebody, one.reference, await _people_of(deps, one.reference)):
                likely.setdefault(id, []).extend(same)
                by_reference |= {one.reference: one} if id in children else {}
    return OtherCases(also_in, likely, [*by_reference.values()])


async def likely_duplicates(deps: Deps, opened: Outcome) -> list[LikelyDuplicate]:
    """The same for a case that was opened, in one list."""
    case = opened.case
    if case is None and opened.reference:
        reading = await deps.readings.of(deps.store, opened.reference)
        case = reading.case if reading else None
    if case is None:
        return []
    found, children = await other_cases(deps, case), [one.child_id for one in reads.children(case)]
    listed = [
        LikelyDuplicate(child_id=id, reference=one.reference, other_child_id=id, why=SAME_NUMBER)
        for id in children
        for one in found.also_in[id]
    ]
    return listed + [
        LikelyDuplicate(child_id=id, reference=one.reference, other_child_id=one.person_id, why=one.why)
        for id in children
        for one in found.likely.get(id, [])
    ]


def _likely(somebody: Somebody, reference: str, others: Sequence[Somebody]) -> list[LikelySame]:
    return [
        LikelySame(reference=reference, person_id=other.person_id, why=why)
        for other in others
        if (why := why_alike(somebody, other))
    ]


async def _people_of(deps: Deps, reference: str) -> list[Somebody]:
    """A case that is damaged is named in the log, and is no reason not to show another."""
    try:
        reading = await deps.readings.of(deps.store, reference)
    except (CannotOpen, ValidationError) as problem:
        log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
        return []
    return [*reads.people(reading.case)] if reading else []
