"""The practice review: what may be said when, by whom, and what follows from it (§7, K-1 to K-9, G-8, B-4, B-5).

How things stand is looked up in `reads`; what is refused: `checks`;
what follows: `effects`; what comes next: `steps`.
"""

from typing import get_args

from review.chapters.practice_review.checks import CHECKS
from review.chapters.practice_review.effects import CONSEQUENCES, record
from review.chapters.practice_review.steps import offers
from review.facts.practice_review import PracticeReviewFact
from review.kit.chapter import Chapter

CHAPTER = Chapter(
    title="Practice review",
    facts=get_args(PracticeReviewFact),
    checks=CHECKS,
    offers=offers,
    consequences=CONSEQUENCES,
    record=record,
)
