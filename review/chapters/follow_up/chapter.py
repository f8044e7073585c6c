"""What follows a review: learning disseminated, findings handed over, actions to their end (§6, §7, G-9..G-11, K-10).

How things stand is looked up in `reads`; what is refused: `checks`; what follows: `effects`; what comes next: `steps`.
"""

from typing import get_args

from review.chapters.follow_up.checks import CHECKS
from review.chapters.follow_up.effects import CONSEQUENCES
from review.chapters.follow_up.steps import offers
from review.facts.follow_up import FollowUpFact
from review.kit.chapter import Chapter

CHAPTER = Chapter(
    title="What follows",
    facts=get_args(FollowUpFact),
    checks=CHECKS,
    offers=offers,
    consequences=CONSEQUENCES,
)
