"""Papers of a case that are made for who asks, in Word or as PDF, from how the case stands; none of them is kept.

The action plan (G-11), the scoring sheet of a tender (K-2), the seven-minute briefing on what was learned (G-9): the
last two to be written in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.handing_out import handed_out, made_now, wanted_as
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import HEADERS
from api.problems import Problem
from api.visibility import CaseOut, read, seen
from delivery.naming import Namer, namer
from delivery.words import plain
from review.chapters.follow_up.reads import ActionStanding
from review.facts import Fact
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


class Made(NamedTuple):
    """One paper. `facts`: each makes a new version of it."""

    facts: tuple[type[Fact], ...]
    content: Callable[[CaseOut, Namer], dict[str, Any]]


def router() -> APIRouter:
    """`/cases/{reference}/made/{paper}`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/made/{paper}", as_paper, methods=["GET"])
    return routes


async def as_paper(request: Request, reference: str, paper: str) -> Response:
    """In Word; `?as=pdf` as PDF. For every office that sees whole cases."""
    caller = await holding(request, await reader(request), "This paper", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        made = MADE.get(paper)
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
        if made is None or not isinstance(view, CaseOut):
            raise Problem("not-found", "We cannot find that paper, or you do not have access to it.")
        directory = directory_with(reading.case, await deps.store.directory.read())
        rows = await deps.store.record.rows(reference, kind=RowKind.FACT)
        kinds = {one.kind_name() for one in made.facts}
        version, now = max(1, sum(one.what in kinds for one in rows)), deps.case_now(reading.line)
        n = made.content(view, namer(directory, whole=True))
        held = await made_now(
            deps, paper, n, reference=reference, partnership=directory.partnership, version=version, at=now
        )
        return await handed_out(deps, held, reference, wanted_as(request), HEADERS)
    except Problem as problem:
        return of_problem(request, problem, around)


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
        "learned": [str(one.fact["what"]) for one in shared],
        "changes": [{"what": one.what, "outcome": one.outcome} for one in view.actions],
    }


_OF_ACTIONS = (ActionSet, ActionProgressed, ActionDueMoved, ActionHandedOn, ActionClosureAgreed)
MADE = {
    "action-plan": Made(_OF_ACTIONS, _action_plan),
    "scoring-sheet": Made((CandidateEntered, CandidateExcluded), _scoring_sheet),
    "seven-minute-briefing": Made((LearningDisseminated, ActionSet), _briefing),
}
