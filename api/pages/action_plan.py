"""The action plan of a case as a paper, in Word or as PDF: made for who asks, from the actions as they stand (G-11)."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.auth import READERS
from api.deps import deps_of
from api.handing_out import As, handed_out
from api.pages.auth import frame, holding, of_problem, reader
from api.pages.layout import HEADERS, names_in
from api.problems import Problem
from api.visibility import CaseOut, read, seen
from delivery.papers.kinds import WORD
from delivery.words import plain
from review.chapters.follow_up.reads import ActionStanding
from review.facts.follow_up import ActionClosureAgreed, ActionDueMoved, ActionHandedOn, ActionProgressed, ActionSet
from review.links import directory_with
from review.views import RowKind
from store.documents import StoredContent

PAPER = "action-plan"
SAID = {  # each makes a new version
    one.kind_name() for one in (ActionSet, ActionProgressed, ActionDueMoved, ActionHandedOn, ActionClosureAgreed)
}


def router() -> APIRouter:
    """`/cases/{reference}/action-plan`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/cases/{reference}/action-plan", as_paper, methods=["GET"])
    return routes


async def as_paper(request: Request, reference: str) -> Response:
    """In Word; `?as=pdf` as PDF. For every office that sees whole cases."""
    caller = await holding(request, await reader(request), "The action plan", READERS)
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    wanted = As.PDF if request.query_params.get("as") == As.PDF else As.KEPT
    try:
        reading = await read(deps, reference)
        view = await seen(deps, caller, reading)
        directory = directory_with(reading.case, await deps.store.directory.read())
        said = [one for one in await deps.store.record.rows(reference, kind=RowKind.FACT) if one.what in SAID]
        version, now = max(1, len(said)), deps.case_now(reading.line)
        context: dict[str, Any] = {
            "reference": reference,
            "partnership": directory.partnership,
            "version": version,
            "made_at": now,
        }
        context["n"] = _content(view.actions if isinstance(view, CaseOut) else [], names_in(directory))
        word = await asyncio.to_thread(deps.papers.render, PAPER, context)
        held = StoredContent(
            document=PAPER,
            version=version,
            sha256=hashlib.sha256(word).hexdigest(),
            media_type=WORD,
            title="Action plan",
            at=now,
            content=word,
        )
        return await handed_out(deps, held, reference, wanted, HEADERS)
    except Problem as problem:
        return of_problem(request, problem, around)


def _content(log: Sequence[ActionStanding], name: Callable[[str], str]) -> dict[str, Any]:
    """What each action says, in words."""
    return {
        "open": sum(not one.closed for one in log),
        "actions": [
            {"what": one.what, "outcome": one.outcome, "due": one.due, "standing": _standing(one)}
            | {"owner": f"{name(one.owner)}, {name(one.agency)}"}
            for one in log
        ],
    }


def _standing(one: ActionStanding) -> str:
    rated = "Closed" if one.closed else plain(one.rating).capitalize() if one.rating else ""
    return ": ".join(filter(None, (rated, one.progress))) or "Nothing told yet"
