"""The chapters of the protocol, in its order. Room: review; pure."""

from review.chapter import Chapter
from review.chapters import (
    announced,
    crg,
    editions,
    follow_up,
    information,
    involvement,
    learning_review,
    notification,
    panel,
    practice_review,
    rapid_review,
    referral,
    report,
    signing,
    standing,
)

CHAPTERS: tuple[Chapter, ...] = (
    notification.CHAPTER,
    rapid_review.CHAPTER,
    report.CHAPTER,
    panel.CHAPTER,
    referral.CHAPTER,
    information.CHAPTER,
    learning_review.CHAPTER,
    editions.CHAPTER,
    involvement.CHAPTER,
    crg.CHAPTER,
    practice_review.CHAPTER,
    follow_up.CHAPTER,
    signing.CHAPTER,
    announced.CHAPTER,
    standing.CHAPTER,
)
