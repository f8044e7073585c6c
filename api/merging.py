"""API: a case goes on in another. How that one stands is looked up here; whether it can take it up, the review says.

Room: api. X-1.
"""

from api.means import Means
from api.problems import Problem
from review.case import CaseState
from review.chapters.standing import cannot_take_it_up, carried_by
from review.said.standing import CaseMerged, OtherCase
from review.steps import NextStep


async def with_the_other_case(means: Means, fact: CaseMerged) -> CaseMerged:
    """The fact with what was found of the other case. Raises a 404 problem where there is none."""
    other = await _found(means, fact.into)
    if other is None:
        raise Problem("unknown-case", errors={"into": "no case has this reference; GET /v1/cases lists them"})
    return fact.model_copy(update={"other": other})


async def offered(means: Means, case: CaseState, steps: list[NextStep], also_in: list[str]) -> list[NextStep]:
    """The steps, with a merger only where a case of the same child can take this one up, and into that one (X-4)."""
    kept = []
    for step in steps:
        if step.rel == "case-merged":
            into = await _into(means, case, step.example, also_in)
            if into is None:
                continue
            step = step.model_copy(update={"example": step.example | {"into": into}})
        kept.append(step)
    return kept


async def _into(means: Means, case: CaseState, example: dict[str, object], also_in: list[str]) -> str | None:
    merged = CaseMerged.model_validate(example)
    for reference in await means.store.cases.live_among(also_in):
        other = await _found(means, reference)
        if other and cannot_take_it_up(case, merged, other) is None:
            return reference
    return None


async def _found(means: Means, reference: str) -> OtherCase | None:
    snapshot = await means.store.cases.get(reference)
    if snapshot is None:
        return None
    other = CaseState.model_validate(snapshot.state)
    return OtherCase(ended=other.ended, rehearsal=other.rehearsal, clocks=carried_by(other), route=other.route)
