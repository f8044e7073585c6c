"""How a due time was counted, day by day: "day 0", "day 1", "Saturday", and so on to the day it is due."""

from datetime import date, timedelta

from calendar_rules.lengths import london
from review.views import DeadlineView

_IN_DAYS = ("day", "working day", "calendar day")  # of months and hours no days are counted
_MOST = 60


def each_day(one: DeadlineView) -> list[tuple[date, str]]:
    """Each day from the one it is counted from, in order; none where days are not counted, or too many."""
    count, _, unit = one.length.removesuffix("s").partition(" ")
    first, last = london(one.since).date(), london(one.due).date()
    if unit not in _IN_DAYS or not 0 < (last - first).days <= _MOST or one.held_since:
        return []
    skipped = {day.day: day.why for day in one.passed_over}
    found, number = [(first, "day 0")], 0
    for after in range(1, (last - first).days + 1):
        day = first + timedelta(days=after)
        if day in skipped:
            found.append((day, skipped[day]))
        else:
            number += 1
            found.append((day, f"day {number}"))
    return found if str(number) == count else []  # people, or a pause, have moved it
