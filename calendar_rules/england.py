"""The bank holidays of England. The only place that knows the `holidays` library.

Used when a case is opened and by `crg schedule`; from then on the case carries the result as data.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from calendar_rules.working_days import WEEKEND, ClosedDay, ClosedKind, WorkingCalendar


def england(first_year: int, last_year: int, extra: Iterable[ClosedDay] = ()) -> WorkingCalendar:
    """Working days of England from 1 January of `first_year` to 31 December of `last_year`, less the `extra` days.

    Substitute days are in; a bank holiday that falls on a weekend is not, for it changes no count. Extra days outside
    the years raise BeyondCalendar.
    """
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    calendar = WorkingCalendar(first=first, last=last, closed=_bank_holidays(first_year, last_year))
    for day in extra:
        calendar = calendar.with_closed(day)
    return calendar


@lru_cache(maxsize=16)  # every case that is opened asks for the same years
def _bank_holidays(first_year: int, last_year: int) -> tuple[ClosedDay, ...]:
    import holidays  # here, not above: it is slow to load and cannot be loaded inside a workflow

    named = holidays.country_holidays(
        "GB", subdiv="ENG", years=range(first_year, last_year + 1), observed=True, language="en_GB"
    )
    return tuple(
        ClosedDay(day=day, why=named[day].replace("(observed)", "(substitute day)"), kind=ClosedKind.BANK_HOLIDAY)
        for day in sorted(named)
        if day.isoweekday() not in WEEKEND and first_year <= day.year <= last_year
    )
