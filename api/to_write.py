"""A report to be written in Word: its headings by the edition, with what the case knows, or the version before.

What comes back in Word is read by the same headings (`api/pages/from_word.py`, R-7, K-1, K-6, A-5).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from activities.documents import assembled
from review.bodies import wanted_headings
from review.case import reads
from review.case.state import CaseState
from review.chapters.learning_review.papers import LearningFindings
from review.chapters.notification.particulars import of_the_form, safety_lines
from review.chapters.practice_review.papers import ReviewReport, TermsOfReference
from review.chapters.report.beginning import begun_report
from review.facts.directory import Directory

EMPTY = ("Not written yet.",)  # what a template says under a heading where nothing stands yet
_Begun = Callable[[CaseState], BaseModel]


class ToWrite(NamedTuple):
    """`rel`: the step that takes it; `content`: the key under which its template is given what is written."""

    rel: str
    title: str
    begun: _Begun
    content: str = "draft"


def _terms(case: CaseState) -> BaseModel:
    return TermsOfReference(agencies=reads.scope(case))


TO_WRITE: Mapping[str, ToWrite] = {
    "rapid-review-report": ToWrite("report-drafted", "Rapid review report", begun_report),
    "terms-of-reference": ToWrite("terms-drafted", "Terms of reference", _terms),
    "practice-review-report": ToWrite("review-drafted", "Practice review report", lambda _: ReviewReport()),
    "learning-findings": ToWrite(
        "learning-findings-drafted", "Learning review findings", lambda _: LearningFindings(), "findings"
    ),
}


def written_by(rel: str) -> tuple[str, ToWrite] | None:
    """The paper that is written for this step; None where it takes none."""
    return next(((paper, one) for paper, one in TO_WRITE.items() if one.rel == rel), None)


def papers_now(steps: Iterable[str]) -> list[str]:
    """The papers that are to be written now, by the steps that are open."""
    rels = set(steps)
    return [paper for paper, one in TO_WRITE.items() if one.rel in rels]


def to_write(paper: str, case: CaseState, before: bytes | None, author: str, directory: Directory) -> dict[str, Any]:
    """What the template is given. `before`: the version before, as it was said."""
    one = TO_WRITE[paper]
    said: dict[str, Any] = json.loads(before) if before else one.begun(case).model_dump(mode="json")
    n = {"author": author, "other_learning": reads.other_learning(case), "safety": safety_lines(case)}
    given = assembled(paper, n | of_the_form(case), {one.content: said}, directory)
    if paper == "practice-review-report":
        given["recommendations"] = given["recommendations"] or [{"what": "", "agencies": [], "outcome": ""}]
    if "sections" in given:  # those that nothing stands under yet, too
        given["sections"] = [
            {"title": title, "text": said.get(field.rpartition(".")[2]) or ""}
            for title, field in wanted_headings(one.rel, case).items()
        ]
    if paper == "rapid-review-report":
        named = {*said["agencies_involved"], *(absent["agency"] for absent in said["agencies_absent"])}
        missed = [id for id in dict.fromkeys([*reads.scope(case), *reads.expected(case)]) if id not in named]
        given["agencies_absent"] += [{"name": reads.called(case, id), "why": ""} for id in missed]
    return given
