"""What somebody has to see before they take a step: the paper that it is about, and what was said before of the thing.

It is part of the case, and shown to those who see it; nothing of it is sent by the form.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from api.deps import Deps
from api.forms.words import sentence
from api.pages.given_return import paper_path
from api.reading import Reading
from api.reads import papers_of
from api.to_write import written_by
from api.visibility import AgencyOut, CaseOut
from calendar_rules.lengths import london
from delivery.words import day, plain
from review.chapters.any_stage.merging import in_words
from review.chapters.panel.chapter import put_to_the_partners
from review.chapters.practice_review.papers import REVIEW, ReviewReport
from review.chapters.rapid_review.papers import RETURN_OF
from review.facts import FACTS
from review.facts.panel import PanelResponded, PartnersDecided
from review.facts.report import ReportDrafted
from review.facts.signing import SignOffGiven
from review.kit.open_files import open_to, to_sign
from store.documents import Stored

_AS_WRITTEN = "-draft"  # ends the name of a paper as it was typed, of which there may be a made one


class Known(NamedTuple):
    """One line above a form: what is known already, and where it is read."""

    label: str
    text: str
    href: str = ""


View = CaseOut | AgencyOut


async def known(
    deps: Deps,
    reading: Reading,
    view: View,
    rel: str,
    example: dict[str, Any],
    name: Callable[[str], str],
    *,
    mine: Any,
) -> list[Known]:
    """All that this reader is shown above the form. `mine`: for whom only some papers are open, their people and
    agencies.
    """
    papers = await papers_of(deps, reading.case)
    if mine is not None:
        held, signed = open_to(reading.case, *mine), to_sign(reading.case, mine[0])
        own = {(name, one.version) for name, one in held.items()} | signed
        papers = [one for one in papers if (one.document, one.version) in own]
    lines = [*_to_write(view, rel), *_papers(view, papers, rel, example, name)]
    lines += _of_action(view, example, name)
    if isinstance(view, CaseOut):
        lines += [*_of_candidate(view, rel, example), *_of_versions(view, rel, example)]
        lines += [
            *_decided(rel, *put_to_the_partners(reading.case)),
            *_answered(view, rel, example),
            *merging(rel, example, lambda one: sentence(in_words(reading.case, one))),
        ]
        lines += await _recommendation(deps, view, example)
    return lines


def _to_write(view: View, rel: str) -> Iterator[Known]:
    """The paper as it is to be written in Word, where that is who sees the whole case (R-7)."""
    if isinstance(view, CaseOut) and (found := written_by(rel)):
        paper, one = found
        yield Known("To write in Word", f"{one.title}, with its headings", f"/cases/{view.reference}/made/{paper}")


def merging(rel: str, example: dict[str, Any], words: Callable[[str], str]) -> Iterator[Known]:
    """A case of the same child into which this one can go, and what has to be named then, each in `words`."""
    if rel == "case-merged":
        yield Known("Case of the same child", example["into"], f"/cases/{example['into']}")
        if example.get("carried"):
            yield Known("Deadlines that it must carry", "\n".join(map(words, example["carried"])))
        if example.get("loses"):
            yield Known("What it cannot take up", "\n".join(map(words, example["loses"])))


def _papers(
    view: View, papers: list[Stored], rel: str, example: dict[str, Any], name: Callable[[str], str]
) -> Iterator[Known]:
    for document, version in _meant(view, papers, rel, example):
        for one in papers:
            if one.document == document and one.version == version:
                title = f"{one.title}, version {one.version}"
                if document.startswith(RETURN_OF):
                    title = f"Return of {name(document.removeprefix(RETURN_OF))}, version {one.version}"
                yield Known("To read", title, paper_path(view.reference, document, version))


def _meant(view: View, papers: list[Stored], rel: str, example: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The papers that a step is about, each with its version: as it was made, else as it was written."""
    if rel == SignOffGiven.kind_name():
        yield from ((one.document, one.version) for one in view.rounds if one.id == example.get("round"))
    elif rel == "returns-read":
        yield from ((f"{RETURN_OF}{agency}", number) for agency, number in example.get("returns", {}).items() if number)
    elif document := FACTS[rel].of_paper if rel in FACTS else "":
        agreed = view.practice_review.agreed_version if isinstance(view, CaseOut) and view.practice_review else None
        version = example.get("version") if "version" in FACTS[rel].model_fields else agreed
        made = any(one.document == document and one.version == version for one in papers)
        yield from [(document if made else document + _AS_WRITTEN, version)] if version else []


def _of_action(view: View, example: dict[str, Any], name: Callable[[str], str]) -> Iterator[Known]:
    for one in view.actions:
        if one.action == example.get("action"):
            yield Known("Action", one.what)
            yield Known("Whose", f"{name(one.owner)}, {name(one.agency)}")
            yield Known("Due", day(london(one.due).date()))
            yield Known("What is to be better for children", one.outcome)
            if one.progress:
                yield Known("Progress", f"{plain(one.rating)}: {one.progress}" if one.rating else one.progress)
            yield from (Known("Evidence", text) for text in one.evidence)


def _of_candidate(view: CaseOut, rel: str, example: dict[str, Any]) -> Iterator[Known]:
    review = view.practice_review
    if review is None or "candidate" not in example or rel == "candidate-entered":
        return
    for one in review.candidates:
        if one.candidate == example["candidate"] or (rel == "selection-proposed" and not one.excluded):
            total = sum(one.scores.values())
            parts = [
                one.organisation,
                f"£{one.day_rate} a day" if one.day_rate is not None else "",
                f"{total} points" if one.scores else "",
                "conflict of interest, not resolved" if one.in_conflict else "",
            ]
            yield Known(one.name, "; ".join(part for part in parts if part) or "entered")
    said = (one.fact for one in view.facts if not one.corrected_by)
    for fact in (one for one in said if one.get("candidate") == example["candidate"] and one.get("conflict")):
        yield Known("Conflict of interest", fact["conflict"])


def _of_versions(view: CaseOut, rel: str, example: dict[str, Any]) -> Iterator[Known]:
    review = view.practice_review
    for one in review.versions if review and rel in ("review-assured", "final-draft-sent") else []:
        if one.version == example.get("version"):
            yield from [Known("What this version lacks", ", ".join(one.missing))] if one.missing else []
            if places := [place for place in one.identifying if place.accepted is None]:
                yield Known("Identifies the family", ", ".join(f"{place.what} ({place.where})" for place in places))


def _decided(rel: str, draft: ReportDrafted | None, response: PanelResponded | None) -> Iterator[Known]:
    """What was recommended, and what the Panel answered, before the partners decide."""
    if rel != PartnersDecided.kind_name():
        return
    if draft:
        words = plain(draft.recommendation) if draft.recommendation else "none"
        national = "; a national review" if draft.national_review else ""
        yield Known("Recommended by the rapid review", words + national)
    if response:
        yield Known("The Panel's response", f"{plain(response.response)}: {response.reasons}")


def _answered(view: CaseOut, rel: str, example: dict[str, Any]) -> Iterator[Known]:
    answers = FACTS[rel].answers if rel in FACTS else None
    if answers is None:
        return
    kind, by = answers.fact.kind_name(), answers.fact.subject[0]
    for one in view.facts:
        if one.kind == kind and not one.corrected_by and one.fact.get(by) == example.get(by):
            yield Known(answers.label, str(one.fact.get(answers.field)))


async def _recommendation(deps: Deps, view: CaseOut, example: dict[str, Any]) -> list[Known]:
    """The recommendation that an action is set for, in the words of the agreed report (K-10)."""
    number, review = example.get("recommendation_number"), view.practice_review
    if not number or review is None or review.agreed_version is None:
        return []
    held = await deps.store.documents.get(view.reference, REVIEW + _AS_WRITTEN, review.agreed_version)
    if held is None:
        return []
    every = ReviewReport.model_validate_json(held.content).recommendations
    if number > len(every):
        return []
    one = every[number - 1]
    return [Known(f"Recommendation {number}", one.what), Known("Outcome for children", one.outcome_for_children)]
