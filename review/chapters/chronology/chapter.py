"""The chronology of a review: agencies' dated events, where a review is under way and somebody wants one. Pure.

Nobody owes one: the protocol warns the rapid review of lengthy chronologies (§2), and leaves it to a review how it
works (§7).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from calendar_rules.lengths import london
from review.case import reads
from review.case.state import CaseState
from review.chapters.chronology.papers import AgencyChronology, ChronologyBody, ChronologyEvent
from review.facts import Reported
from review.facts.chronology import ChronologyGiven
from review.facts.enums import Decision
from review.kit.chapter import Chapter
from review.kit.guards import agencies, needs, not_a_day_to_come
from review.kit.offer import Offer

REVIEWS = (Decision.PRACTICE_REVIEW, Decision.NATIONAL_REVIEW, Decision.LEARNING_REVIEW)


def under_review(case: CaseState) -> bool:
    """Whether a review has been decided on, beyond the rapid review."""
    return reads.review_wanted(case) in REVIEWS


def _given(case: CaseState, fact: ChronologyGiven, reported: Reported, now: datetime) -> None:
    agencies(case, [fact.agency], "agency")
    needs(under_review(case), "a chronology belongs to a review; the rapid review asks for none (§2)")
    not_a_day_to_come("The last event", fact.last, now, "chronology")


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if not under_review(case):
        return
    day = london(now).date() - timedelta(days=60)
    for agency in reads.scope(case):
        event = ChronologyEvent(day=day, what="Sample: seen at home.", source="Sample: case record")
        body = ChronologyBody(agency=agency, chronology=AgencyChronology(events=[event]))
        title = f"Give the chronology of {reads.called(case, agency)}"
        yield Offer(body=body, needed=False, about=agency, title=title)


CHAPTER = Chapter(
    title="Chronology of a review",
    facts=(ChronologyGiven,),
    checks={ChronologyGiven: _given},
    offers=_offers,
)
