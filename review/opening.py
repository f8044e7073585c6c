"""How a case begins: from its incident, a referral or a request, with the edition, calendar and cast it keeps.

Room: review.
"""

from datetime import datetime, timedelta

from calendar_rules.edition import Edition
from calendar_rules.lengths import london
from calendar_rules.working_days import WorkingCalendar
from review.case import CaseState
from review.checks import check
from review.directory import Cast
from review.fact import Fact
from review.facts import Said
from review.said.information import InformationRequested
from review.said.notification import IncidentReported
from review.said.referral import ReferralReceived
from review.taking import take
from review.words import Route, Stage

YEARS_BEFORE = 2
YEARS_AFTER = 8  # a case's calendar ends long after the case; see BeyondTheCalendar


# Each fact that may begin a case: how the case came in, and its first stage.
WAYS_IN: dict[type[Fact], tuple[Route, Stage]] = {
    IncidentReported: (Route.SERIOUS_INCIDENT, Stage.DISCUSSION),
    ReferralReceived: (Route.REFERRAL, Stage.REFERRAL),
    InformationRequested: (Route.INFORMATION_REQUEST, Stage.GATHERING),
}


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
    """A new case with its incident, referral or request taken (N-1, A-1, A-4). `now` is the case's clock.

    Raises a Refusal for one that cannot be.
    """
    route, stage = WAYS_IN[type(said.fact)]
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
    check(case, said, now)
    take(case, said, now)
    return case
