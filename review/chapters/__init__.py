"""The chapters beyond the rapid review, in the protocol's order. Room: review; pure."""

from review.chapter import Chapter
from review.chapters import (
    crg,
    editions,
    follow_up,
    information,
    involvement,
    learning_review,
    practice_review,
    referral,
    standing,
)

CHAPTERS: tuple[Chapter, ...] = (
    referral.CHAPTER,
    information.CHAPTER,
    learning_review.CHAPTER,
    editions.CHAPTER,
    involvement.CHAPTER,
    crg.CHAPTER,
    practice_review.CHAPTER,
    follow_up.CHAPTER,
    standing.CHAPTER,
)
