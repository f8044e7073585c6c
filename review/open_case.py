"""How a case begins: from its incident, a referral or a request, with the edition, calendar and cast it keeps."""

from datetime import datetime, timedelta

from calendar_rules.edition import Edition
from calendar_rules.lengths import london
from calendar_rules.working_days import WorkingCalendar
from review.case.held import take_offices
from review.case.state import CaseState
from review.check import validate_fact
from review.facts import Reported
from review.facts.directory import Cast
from review.protocol import WAYS_IN
from review.take import apply_fact

YEARS_BEFORE = 2
YEARS_AFTER = 8  # a case's calendar ends long after the case; see BeyondTheCalendar


def calendar_years(now: datetime) -> tuple[int, int]:
    """First and last year of the calendar that a case opened now keeps."""
    year = london(now).year
    return year - YEARS_BEFORE, year + YEARS_AFTER


def open_case(
    reference: str,
    reported: Reported,
    *,
    edition: Edition,
    calendar: WorkingCalendar,
    cast: Cast,
    partnership: str,
    now: datetime,
    rehearsal: bool = False,
    shift: timedelta = timedelta(0),
) -> CaseState:
    """A new case with its incident, referral or request taken (N-1, A-1, A-4). `now` is the case's clock.

    Raises a Refusal for one that cannot be.
    """
    route, stage = WAYS_IN[type(reported.fact)]
    case = CaseState(
        reference=reference,
        route=route,
        stage=stage,
        partnership=partnership,
        edition=edition,
        calendar=calendar,
        cast=cast,
        opened_at=now,
        rehearsal=rehearsal,
        shift=shift,
    )
    take_offices(case, cast, london(now).date())
    validate_fact(case, reported, now)
    apply_fact(case, reported, now)
    return case
