"""The chapters of the protocol, in its order. Pure."""

from review.chapters.announcements import chapter as announced
from review.chapters.any_stage import chapter as standing
from review.chapters.chronology import chapter as chronology
from review.chapters.crg import chapter as crg
from review.chapters.editions import chapter as editions
from review.chapters.family import chapter as family
from review.chapters.follow_up import chapter as follow_up
from review.chapters.information import chapter as information
from review.chapters.involvement import chapter as involvement
from review.chapters.learning_review import chapter as learning_review
from review.chapters.links import chapter as links
from review.chapters.notification import chapter as notification
from review.chapters.panel import chapter as panel
from review.chapters.practice_review import chapter as practice_review
from review.chapters.rapid_review import chapter as rapid_review
from review.chapters.referral import chapter as referral
from review.chapters.report import chapter as report
from review.chapters.signing import chapter as signing
from review.facts.base import Fact
from review.kit.chapter import Chapter, Consequence

CHAPTERS: tuple[Chapter, ...] = (
    notification.CHAPTER,
    family.CHAPTER,
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
    chronology.CHAPTER,
    follow_up.CHAPTER,
    signing.CHAPTER,
    links.CHAPTER,
    announced.CHAPTER,
    standing.CHAPTER,
)


def consequences(kind: type[Fact]) -> list[Consequence]:
    """What follows from a kind of fact, chapter by chapter, in the order in which it is done."""
    return [one for chapter in CHAPTERS for one in chapter.consequences.get(kind, ())]
