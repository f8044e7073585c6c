"""What is kept as it was said, read: a return under its headings, a draft as its form has it."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import BaseModel

from api.forms import described, filled, read
from api.forms.lists import of_case
from api.forms.shown import Shown
from api.forms.summary import Line, summary
from api.reading import Reading
from api.visibility import Seen, people_of
from review.chapters.chronology.papers import CHRONOLOGY_OF, AgencyChronology
from review.chapters.learning_review.papers import LearningFindings
from review.chapters.practice_review.papers import REVIEW_DRAFT, TERMS_DRAFT, ReviewReport, TermsOfReference
from review.chapters.rapid_review.papers import RETURN_OF, ReturnContent
from review.chapters.report.papers import RapidReviewReport
from review.facts.directory import Directory
from review.links import ReturnRead, return_read
from store.documents import StoredContent

DRAFTS: Mapping[str, type[BaseModel]] = {
    "rapid-review-draft": RapidReviewReport,
    TERMS_DRAFT: TermsOfReference,
    REVIEW_DRAFT: ReviewReport,
    "learning-findings-draft": LearningFindings,
}


class Part(NamedTuple):
    """What stands under one heading."""

    title: str
    text: str


def parts(given: ReturnRead, content: bytes) -> list[Part]:
    text = ReturnContent.model_validate_json(content).root
    order = [*given.titles, *(id for id in text if id not in given.titles)]
    return [Part(given.titles.get(id, id), text[id]) for id in order if id in text]


def parts_of(reading: Reading, held: StoredContent) -> list[Part]:
    """A kept return, under the headings that were asked."""
    given = return_read(reading.case, held.document.removeprefix(RETURN_OF), held.version)
    return parts(given, held.content) if given else []


def lines_of(held: StoredContent, reading: Reading, view: Seen | None, directory: Directory) -> list[Line]:
    """A draft as its form has it: each heading, and what stands under it in words."""
    if held.document.startswith(RETURN_OF):
        return [(one.title, one.text) for one in parts_of(reading, held)]
    model = AgencyChronology if held.document.startswith(CHRONOLOGY_OF) else DRAFTS.get(held.document)
    if model is None or held.upload:
        return []
    questions = described(model)
    typed = filled(questions, json.loads(held.content))
    lists = of_case(reading.case, directory, *people_of(view), own=None)
    return summary(Shown(questions, typed, {}, lists), read(questions, typed))
