"""What is sent where a fact comes with content: a return, a draft. The content goes to the store, the fact names it.

Every other fact is its own body.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from review.chapters.learning_review.papers import FindingsBody
from review.chapters.practice_review.papers import ReviewBody, TermsBody
from review.chapters.rapid_review.papers import ReturnBody
from review.chapters.report.papers import DraftBody
from review.facts import FACTS
from review.facts.base import Fact
from review.facts.sample import shown
from review.kit.body import Body

WITH_PAPER: tuple[type[Body], ...] = (ReturnBody, DraftBody, TermsBody, ReviewBody, FindingsBody)

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
