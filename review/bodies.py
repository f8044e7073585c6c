"""What is sent where a fact comes with content: a return, a draft. The content goes to the store, the fact names it.

Every other fact is its own body.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from review.case import reads
from review.case.state import CaseState
from review.chapters.chronology.papers import ChronologyBody
from review.chapters.learning_review.papers import FindingsBody, LearningFindings
from review.chapters.practice_review.papers import ReviewBody, TermsBody, TermsOfReference
from review.chapters.rapid_review.papers import ReturnBody
from review.chapters.report.papers import DraftBody, RapidReviewReport
from review.facts import FACTS
from review.facts.base import Fact
from review.facts.sample import shown
from review.kit.body import Body

WITH_PAPER: tuple[type[Body], ...] = (ReturnBody, DraftBody, TermsBody, ReviewBody, FindingsBody, ChronologyBody)

BODIES: dict[str, type[Fact] | type[Body]] = {
    **FACTS,
    **{body.model_fields["kind"].default: body for body in WITH_PAPER},
}

OPENING = ("referral-received", "information-requested")  # each has a form of its own, which opens the case
ANNOUNCED = tuple(kind for kind, fact in FACTS.items() if fact.by_system)  # said by the system, to live cases
REPORTED = tuple(kind for kind in BODIES if kind not in (*OPENING, *ANNOUNCED))  # by people, of a case that there is

# How an invented text of a sample begins; names and references besides are given whole.
_INVENTED = re.compile(r"Sample: .*|SAMPLE-.*|Sample Person \d+", re.DOTALL)


def sample_of(kind: str, now: datetime) -> dict[str, Any]:
    """The sample of a kind, as it would be sent now."""
    return shown(BODIES[kind].sample, now)


def wanted_headings(kind: str, case: CaseState) -> dict[str, str]:
    """The headings of what is written by this step: title -> the field of its body, for one that was written in Word.

    None of those steps whose fields hold no long text under a heading (R-3, R-7, K-1, K-6, A-5).
    """
    match kind:
        case "agency-returned":
            return {one.title: f"content.{one.id}" for one in reads.headings(case)}
        case "report-drafted":
            extra = (RapidReviewReport.EXTRA[one] for one in case.edition.report_sections)
            sections = {**RapidReviewReport.SECTIONS, **dict(extra)}
            return {title: f"report.{field}" for field, title in sections.items()}
        case "terms-drafted":
            return {title: f"terms.{field}" for field, title in TermsOfReference.SECTIONS.items()}
        case "review-drafted":
            return {"Summary": "report.summary", "Analysis": "report.analysis"}
        case "learning-findings-drafted":
            return {title: f"findings.{field}" for field, title in LearningFindings.SECTIONS.items()}
    return {}


def invented(text: str) -> bool:
    """Whether this is the invented text of a sample, which would make no record of anything (decision 0010)."""
    return _INVENTED.fullmatch(text.strip()) is not None or text.strip() in _WHOLE


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)


_WHOLE = {text for body in BODIES.values() for text in texts_of(body.sample) if text.startswith("Sample ")}
