"""Whether a fact may be taken, and if not, why.

Room: review. `check` raises a `Refusal` or returns; it changes nothing. What is asked of each kind of fact
stands in its chapter (`review.chapters`), who may say what in `review.offices`.
"""

from datetime import datetime

from review import refusals as no
from review.case import CaseState
from review.changes import when
from review.chapter import Check
from review.chapters import CHAPTERS
from review.correctable import check_correction, check_taking_back
from review.facts import OPENINGS, Corrected, Fact, Said
from review.guards import countable, not_before, not_to_come
from review.offices import check_office
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.standing import TakenBack


def check(case: CaseState, said: Said, now: datetime) -> None:
    """Refuse what cannot be taken now; `now` is the case's clock. A message seen before is never refused again."""
    if case.seen(said.message):
        return
    fact = said.fact
    check_office(said, case.cast)
    if case.ended and not _outlives_the_case(fact):
        raise no.CaseEnded(stage=case.stage)
    happened = when(case, said, now)
    not_to_come(fact.title, happened, now, "happened_at")
    if not isinstance(fact, Corrected | TakenBack | CalendarChanged | DirectoryChanged):
        countable(case, fact.title, happened, "happened_at")
        if not isinstance(fact, OPENINGS):
            origin, began = case.origin
            not_before(fact.title, happened, origin, began, "happened_at")
    if isinstance(fact, Corrected):
        check_correction(case, fact, said, now, check_of)
    elif isinstance(fact, TakenBack):
        check_taking_back(case, fact, check_of)
    elif one := check_of(type(fact)):
        one(case, fact, said, now)


def check_of(kind: type[Fact]) -> Check | None:
    """What a chapter says of a kind of fact; None where it may always be said."""
    return next((chapter.checks[kind] for chapter in CHAPTERS if kind in chapter.checks), None)


def _outlives_the_case(fact: Fact) -> bool:
    """Corrections, what every case is told, failed duties, and what else its chapter says."""
    return isinstance(fact, Corrected | TakenBack) or any(isinstance(fact, chapter.outlive) for chapter in CHAPTERS)
