"""The chapters beyond the rapid review, in the protocol's order. Room: review; pure."""

from review.chapter import Chapter

CHAPTERS: tuple[Chapter, ...] = ()
