"""What a form begins with, besides what its step says: the version before, to be changed, and a free short id.

Nothing of it is an answer of the example's: a version is what people of the case wrote themselves.
"""

import json
from collections.abc import Sequence
from typing import Any

from api.deps import Deps
from api.forms import Question, filled
from api.visibility import AgencyOut, CaseOut
from review.bodies import BODIES
from review.chapters.chronology.papers import CHRONOLOGY_OF
from review.chapters.rapid_review.papers import RETURN_OF
from review.facts.chronology import ChronologyGiven
from review.kit.body import Body

# Ids of what is new in the case: the step proposes the next that is free.
_PROPOSED = ("action", "agency", "candidate", "concern", "handover", "milestone", "person", "process")


def proposed(questions: Sequence[Question], example: dict[str, Any]) -> dict[str, list[str]]:
    """A short id that is free, for a form that brings something new into the case."""
    return filled([one for one in questions if one.is_id and one.name in _PROPOSED], example)


async def before(deps: Deps, view: CaseOut | AgencyOut, rel: str, about: str | None) -> dict[str, Any]:
    """The version before of what is written by this step, as its body says it; of a return, the agency's own."""
    body = BODIES[rel]
    last = _last(view, rel, about) if issubclass(body, Body) else {}
    content = last.get("content") or {}
    held = await deps.store.documents.get(view.reference, **_which(content)) if content else None
    if held is None:
        return {}
    same = set(body.model_fields) & set(last) - {"kind", "happened_at", "content", "nil", "files"}
    (paper,) = set(body.model_fields) & {"content", "report", "terms", "findings", "chronology"}
    return {name: last[name] for name in same if last[name] is not None} | {paper: json.loads(held.content)}


def _last(view: CaseOut | AgencyOut, rel: str, about: str | None) -> dict[str, Any]:
    """What was said last by such a step about the same."""
    if isinstance(view, AgencyOut):
        if rel == ChronologyGiven.kind_name():
            return _own_chronology(view, about)
        given = [one for one in view.returns if one.version and one.agency == about and rel == "agency-returned"]
        paper = {"document": f"{RETURN_OF}{about}", "version": given[-1].version} if given else None
        return {"agency": about, "officer": given[-1].officer, "content": paper} if given else {}
    said = [one.fact for one in view.facts if one.kind == rel and not one.corrected_by]
    return next((one for one in reversed(said) if about is None or one.get("agency", about) == about), {})


def _own_chronology(view: AgencyOut, about: str | None) -> dict[str, Any]:
    """What the agency has given as its chronology, by the address that it is read at."""
    document = f"{CHRONOLOGY_OF}{about}"
    version = view.links.get(document, "").rpartition("/")[2]
    return {"agency": about, "content": {"document": document, "version": int(version)}} if version else {}


def _which(content: dict[str, Any]) -> dict[str, Any]:
    return {"document": content["document"], "version": content["version"]}
