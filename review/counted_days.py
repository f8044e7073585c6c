"""The days in which a rapid review is made, by their number: "working day 12 of 15" (§2, D-7).

Pure. For pages that show a date, or ask for one, while D-7 runs.
"""

from datetime import date, datetime

from calendar_rules.lengths import london
from calendar_rules.working_days import ONE_DAY, working_days
from review.case.state import CaseState

D7 = "D-7"
_WEEK = 7 * ONE_DAY


def days_of_d7(case: CaseState) -> dict[date, str]:
    """Each day from the one on which D-7 began to a week after its end, in order, with what it is; none where it does
    not run.
    """
    if (span := _span(case)) is None:
        return {}
    first, last = span
    total, found, day = case.calendar.between(first, last), {}, first
    while day <= last + _WEEK:
        found[day] = _words(case, first, day, total)
        day += ONE_DAY
    return found


def day_of_d7(case: CaseState, now: datetime) -> str:
    """Which day this is while D-7 runs, for a mail: "working day 12 of 15"; nothing on a day that is not counted."""
    if (span := _span(case)) is None:
        return ""
    first, last, day = *span, london(now).date()
    if day < first or day > last + _WEEK or case.calendar.why_closed(day):
        return ""
    return _words(case, first, day, case.calendar.between(first, last))


def numbered_day_of_d7(case: CaseState, now: datetime) -> str:
    """The same where the day has a number of its own: from the first working day to the last."""
    span = _span(case)
    return day_of_d7(case, now) if span and span[0] < london(now).date() <= span[1] else ""


def _span(case: CaseState) -> tuple[date, date] | None:
    """From the day on which D-7 began to the one on which it is due; None where it does not run."""
    running = case.deadlines.get(D7)
    return (london(running.since).date(), london(running.due).date()) if running and running.open else None


def _words(case: CaseState, first: date, day: date, total: int) -> str:
    if why := case.calendar.why_closed(day):
        return f"no working day ({why})"
    number = case.calendar.between(first, day)
    if number < 1:
        begins = case.calendar.add(first, 1)
        return f"the day of the notification; working day 1 of {total} is {begins:%A} {begins.day} {begins:%B}"
    if number > total:
        return f"{working_days(number - total)} after the last of {total}"
    return f"working day {number} of {total}"
