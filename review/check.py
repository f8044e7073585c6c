"""Whether a fact may be taken, and if not, why.

`validate_fact` raises a `Refusal` or returns; it changes nothing. What is asked of each kind of fact
stands in its chapter (`review.chapters`), who may say it on its class and in `review.offices`.
"""

from datetime import datetime

from review.case import reads
from review.case.state import CaseState
from review.chapters import CHAPTERS
from review.correctable import check_correction, check_taking_back
from review.facts import Corrected, Fact, Reported
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.any_stage import TakenBack
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.chapter import Check
from review.kit.guards import countable, not_before, not_to_come
from review.offices import check_office
from review.protocol import OPENINGS


def validate_fact(case: CaseState, reported: Reported, now: datetime) -> None:
    """Refuse what cannot be taken now; `now` is the case's clock. A message seen before is never refused again."""
    if case.seen(reported.message):
        return
    fact = reported.fact
    check_office(reported, case.cast)
    if reads.ended(case) and not fact.allowed_after_end:
        raise no.CaseEnded(stage=case.stage)
    happened = when(case, reported, now)
    not_to_come(fact.title, happened, now, "happened_at")
    if not isinstance(fact, Corrected | TakenBack | CalendarChanged | DirectoryChanged):
        countable(case, fact.title, happened, "happened_at")
        if not isinstance(fact, OPENINGS):
            origin, began = reads.origin(case)
            not_before(fact.title, happened, origin, began, "happened_at")
    if isinstance(fact, Corrected):
        check_correction(case, fact, reported, now, check_of)
    elif isinstance(fact, TakenBack):
        check_taking_back(case, fact, check_of)
    elif one := check_of(type(fact)):
        one(case, fact, reported, now)


def check_of(kind: type[Fact]) -> Check | None:
    """What a chapter says of a kind of fact; None where it may always be said."""
    return next((chapter.checks[kind] for chapter in CHAPTERS if kind in chapter.checks), None)
