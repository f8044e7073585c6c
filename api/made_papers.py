"""API: papers of a case that are made for who asks, in Word or as PDF, from how the case stands; none of them is kept.

The action plan (G-11), the scoring sheet of a tender (K-2), the seven-minute briefing on what was learned (G-9); and
each report while somebody is to write it, to be written in (R-7, K-1, K-6, A-5).
"""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.auth import Caller, Reader
from api.deps import Deps, TheDeps
from api.handing_out import As, handed_out, made_now
from api.paths import Reference
from api.problems import Problem
from api.reading import Reading
from api.tags import CASES
from api.to_write import TO_WRITE, papers_now, to_write
from api.visibility import CaseOut, read, seen
from delivery.naming import Namer, namer
from delivery.words import plain
from review.chapters.follow_up.reads import ActionStanding
from review.facts import Fact
from review.facts.base import DocumentRef
from review.facts.directory import Directory
from review.facts.enums import SelectionCriterion
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionHandedOn,
    ActionProgressed,
    ActionSet,
    LearningDisseminated,
)
from review.facts.tender import CandidateEntered, CandidateExcluded
from review.links import directory_with
from review.views import RowKind
from store.documents import StoredContent

_NONE = "We cannot find that paper, or you do not have access to it."
routes = APIRouter(tags=[CASES])


class Made(NamedTuple):
    """One paper. `facts`: each makes a new version of it."""

    facts: tuple[type[Fact], ...]
    content: Callable[[CaseOut, Namer], dict[str, Any]]


@routes.get("/v1/cases/{reference}/made/{paper}", operation_id="make-paper", response_class=Response)
async def make_paper(
    reference: Reference,
    paper: Annotated[str, Path(pattern=r"^[a-z][a-z-]{0,62}$", description="its name, as `links` of the case has it")],
    caller: Reader,
    deps: TheDeps,
    wanted: Annotated[As, Query(alias="as", description="in Word, or as PDF")] = As.KEPT,
) -> Response:
    """A paper made for who asks from how the case stands, in Word: the action plan, the scoring sheet, the seven-minute
    briefing; and a report while it is to be written, with its headings and what the case knows, or the version before.

    `?as=pdf` gives it as tagged PDF. A report that was written in it goes up by the form of its step.

    Who may: every office but agency and observer.
    """
    return await handed_out(deps, await paper_made(deps, caller, reference, paper), reference, wanted)


async def paper_made(deps: Deps, caller: Caller, reference: str, paper: str) -> StoredContent:
    """The paper, for somebody who sees the whole case. Raises a problem where there is none of this name now."""
    reading = await read(deps, reference)
    view = await seen(deps, caller, reading)
    if not isinstance(view, CaseOut):
        raise Problem("not-found", _NONE)
    directory = directory_with(reading.case, await deps.store.directory.read())
    if paper in MADE:
        rows = await deps.store.record.rows(reference, kind=RowKind.FACT)
        kinds = {one.kind_name() for one in MADE[paper].facts}
        version = max(1, sum(one.what in kinds for one in rows))
        n = MADE[paper].content(view, namer(directory, whole=True))
    elif paper in papers_now(step.rel for step in view.next_steps):
        version, n = await _begun(deps, caller, reading, paper, directory)
    else:
        raise Problem("not-found", _NONE)
    at, partnership = deps.case_now(reading.line), directory.partnership
    return await made_now(deps, paper, n, reference=reference, partnership=partnership, version=version, at=at)


async def _begun(
    deps: Deps, caller: Caller, reading: Reading, paper: str, directory: Directory
) -> tuple[int, dict[str, Any]]:
    """Which version it will be, and what stands in it: the one before, else what the case knows."""
    fact = TO_WRITE[paper].rel
    said = [one.fact for one in reading.case.entries if one.fact.kind == fact and not one.corrected_by]
    last: DocumentRef | None = getattr(said[-1], "content", None) if said else None
    held = await deps.store.documents.get(reading.case.reference, last.document, last.version) if last else None
    author = str(getattr(said[-1], "author", "")) if said else next(iter(caller.people), "")
    n = to_write(paper, reading.case, held.content if held else None, author, directory)
    return (last.version if last else 0) + 1, n


def _action_plan(view: CaseOut, name: Namer) -> dict[str, Any]:
    """What each action says, in words."""
    return {
        "open": sum(not one.closed for one in view.actions),
        "actions": [
            {"what": one.what, "outcome": one.outcome, "due": one.due, "standing": _standing(one)}
            | {"owner": f"{name(one.owner)}, {name(one.agency)}"}
            for one in view.actions
        ],
    }


def _standing(one: ActionStanding) -> str:
    rated = "Closed" if one.closed else plain(one.rating).capitalize() if one.rating else ""
    return ": ".join(filter(None, (rated, one.progress))) or "Nothing told yet"


def _scoring_sheet(view: CaseOut, name: Namer) -> dict[str, Any]:
    """The candidates who can be scored, and what for."""
    candidates = view.practice_review.candidates if view.practice_review else []
    return {
        "criteria": [plain(one).capitalize() for one in SelectionCriterion],
        "candidates": [
            {"name": one.name, "organisation": one.organisation, "day_rate": one.day_rate}
            for one in candidates
            if not one.excluded
        ],
    }


def _briefing(view: CaseOut, name: Namer) -> dict[str, Any]:
    """What was shared as learning, and what is changed by it; nobody is named."""
    shared = [one for one in view.facts if one.kind == LearningDisseminated.kind_name() and not one.corrected_by]
    return {
        "learned": list(dict.fromkeys(str(one.fact["what"]) for one in shared)),
        "changes": [{"what": one.what, "outcome": one.outcome} for one in view.actions],
    }


_OF_ACTIONS = (ActionSet, ActionProgressed, ActionDueMoved, ActionHandedOn, ActionClosureAgreed)
MADE = {
    "action-plan": Made(_OF_ACTIONS, _action_plan),
    "scoring-sheet": Made((CandidateEntered, CandidateExcluded), _scoring_sheet),
    "seven-minute-briefing": Made((LearningDisseminated, ActionSet), _briefing),
}
