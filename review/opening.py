"""How a case begins: from its incident, with the edition, calendar and cast that it keeps. Room: review."""

from datetime import datetime, timedelta

from calendar_rules.edition import Edition
from calendar_rules.lengths import london
from calendar_rules.working_days import WorkingCalendar
from review.case import CaseState
from review.changes import take
from review.checks import check
from review.directory import Cast
from review.facts import Said

YEARS_BEFORE = 2
YEARS_AFTER = 8  # a case's calendar ends long after the case; see BeyondTheCalendar


def calendar_years(now: datetime) -> tuple[int, int]:
    """First and last year of the calendar that a case opened now keeps."""
    year = london(now).year
    return year - YEARS_BEFORE, year + YEARS_AFTER


def open_case(
    reference: str,
    said: Said,
    *,
    edition: Edition,
    calendar: WorkingCalendar,
    cast: Cast,
    partnership: str,
    now: datetime,
    rehearsal: bool = False,
    shift: timedelta = timedelta(0),
) -> CaseState:
    """A new case with its incident taken (N-1). `now` is the case's clock.

    Raises a Refusal for an incident that cannot be.
    """
    case = CaseState(
        reference=reference,
        partnership=partnership,
        edition=edition,
        calendar=calendar,
        cast=cast,
        opened_at=now,
        rehearsal=rehearsal,
        shift=shift,
    )
    check(case, said, now)
    take(case, said, now)
    return case
