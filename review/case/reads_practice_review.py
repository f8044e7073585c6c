"""Reading a case: whether a practice review goes on, and whether it may still be published (§7, K-1, K-8). Pure."""

from review.case.entries import Entry
from review.case.reads_follow_up import review_wanted
from review.case.reads_stage import halted
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.enums import Decision
from review.facts.practice_review import ReviewNotPublished, ReviewPublished


def review_finished(case: CaseState) -> Entry[Fact] | None:
    """Published, or decided not to publish: whichever came first (K-8)."""
    ends: list[Entry[Fact]] = case.entries_of(ReviewPublished, ReviewNotPublished)
    return next(iter(ends), None)


def review_goes_on(case: CaseState) -> bool:
    """A practice review has been decided on, and is not over (K-1 to K-9)."""
    return review_wanted(case) is Decision.PRACTICE_REVIEW and not review_finished(case)


def may_still_be_published(case: CaseState) -> bool:
    """Decided not to publish: that can be thought better of (K-8)."""
    return bool(case.last(ReviewNotPublished)) and not case.last(ReviewPublished) and not halted(case)
