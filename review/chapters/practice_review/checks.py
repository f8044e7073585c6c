"""The practice review: what may be said when, from the terms to the publication (§7, K-1 to K-9, G-8, B-4, B-5)."""

from review.chapters.practice_review.checks_publication import PUBLICATION
from review.chapters.practice_review.checks_report import THE_REPORT
from review.chapters.practice_review.checks_tender import UNTIL_THE_REPORT
from review.facts.base import Fact
from review.kit.chapter import Check

CHECKS: dict[type[Fact], Check] = {**UNTIL_THE_REPORT, **THE_REPORT, **PUBLICATION}
