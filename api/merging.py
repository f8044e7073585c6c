"""API: a case is merged into another (X-1). How the other stands is looked up here; `review` says whether it fits."""

from collections.abc import Iterable

import structlog
from pydantic import ValidationError

from api.deps import Deps
from api.problems import Problem
from review.case import reads
from review.case.state import CaseState
from review.chapters.any_stage.chapter import cannot_take_it_up, carried_by
from review.facts.any_stage import CaseMerged, OtherCase
from review.next_steps import NextStep
from settings.keys import CannotOpen
from store.cases import Related

log = structlog.get_logger()


async def with_the_other_case(deps: Deps, fact: CaseMerged) -> CaseMerged:
    """The fact with what was found of the other case. Raises a 404 problem if that case does not exist."""
    other = await _found(deps, fact.into)
    if other is None:
        raise Problem("unknown-case", errors={"into": "no case has this reference; GET /v1/cases lists them"})
    return fact.model_copy(update={"other": other})


async def offered(deps: Deps, case: CaseState, steps: list[NextStep], also_in: Iterable[Related]) -> list[NextStep]:
    """The steps, with a merger only where a case of the same child can take this one up, and into that one (X-4)."""
    kept = []
    for step in steps:
        if step.rel == "case-merged":
            into = await _into(deps, case, step.example, also_in)
            if into is None:
                continue
            step = step.model_copy(update={"example": step.example | {"into": into}})
        kept.append(step)
    return kept


async def _into(deps: Deps, case: CaseState, example: dict[str, object], also_in: Iterable[Related]) -> str | None:
    merged = CaseMerged.model_validate(example)
    for one in also_in:
        other = await _found_if_it_opens(deps, one.reference) if one.live else None
        if other and cannot_take_it_up(case, merged, other) is None:
            return one.reference
    return None


async def _found_if_it_opens(deps: Deps, reference: str) -> OtherCase | None:
    """As `_found`; another case that is damaged is named in the log, and is no reason not to show this one."""
    try:
        return await _found(deps, reference)
    except (CannotOpen, ValidationError) as problem:
        log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
        return None


async def _found(deps: Deps, reference: str) -> OtherCase | None:
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        return None
    other = reading.case
    return OtherCase(
        ended=reads.ended(other), rehearsal=other.rehearsal, deadlines=carried_by(other), route=other.route
    )
