"""API: a case is merged into another (X-1). How the other stands is looked up here; `review` says whether it fits."""

from collections.abc import Iterable

import structlog
from pydantic import ValidationError

from api.deps import Deps
from api.problems import Problem
from review.case import reads
from review.case.state import CaseState
from review.chapters.any_stage.chapter import cannot_take_it_up, carried_by
from review.chapters.any_stage.merging import loses
from review.facts.any_stage import CaseMerged, OtherCase
from review.next_steps import NextStep
from settings.keys import CannotOpen
from store.cases import Related

log = structlog.get_logger()


async def with_the_other_case(deps: Deps, reference: str, fact: CaseMerged) -> CaseMerged:
    """The fact with what was found of the other case. Raises a 404 problem if that case does not exist."""
    reading = await deps.readings.of(deps.store, reference)
    other = await _found(deps, fact.into, reading.case if reading else None)
    if other is None:
        raise Problem("unknown-case", errors={"into": "is not the reference of a case"})
    return fact.model_copy(update={"other": other})


async def offered(deps: Deps, case: CaseState, steps: list[NextStep], also_in: Iterable[Related]) -> list[NextStep]:
    """The steps, with a merger only where a case of the same child can take this one up, and into that one (X-4)."""
    kept = []
    for step in steps:
        if step.rel == "case-merged":
            found = await _into(deps, case, step.example, also_in)
            if found is None:
                continue
            step = step.model_copy(update={"example": step.example | found})
        kept.append(step)
    return kept


async def _into(
    deps: Deps, case: CaseState, example: dict[str, object], also_in: Iterable[Related]
) -> dict[str, object] | None:
    """The case that can take it up, and what that one would lose."""
    merged = CaseMerged.model_validate(example)
    for one in also_in:
        other = await _found_if_it_opens(deps, one.reference, case) if one.live else None
        if other and cannot_take_it_up(case, merged, other) is None:
            return {"into": one.reference, "loses": other.loses}
    return None


async def _found_if_it_opens(deps: Deps, reference: str, case: CaseState) -> OtherCase | None:
    """As `_found`; another case that is damaged is named in the log, and is no reason not to show this one."""
    try:
        return await _found(deps, reference, case)
    except (CannotOpen, ValidationError) as problem:
        log.error("case-cannot-be-opened", reference=reference, error=type(problem).__name__)
        return None


async def _found(deps: Deps, reference: str, case: CaseState | None) -> OtherCase | None:
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        return None
    other = reading.case
    return OtherCase(
        ended=reads.ended(other),
        rehearsal=other.rehearsal,
        deadlines=carried_by(other),
        route=other.route,
        loses=loses(case, other) if case else [],
    )
