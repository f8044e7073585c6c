"""What every live case is told: closed days, and who holds which office. Room: review; pure. X-2."""

from datetime import date, datetime

from calendar_rules.working_days import ClosedKind
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.rounds import pass_on
from review.said.announced import CalendarChanged, DirectoryChanged
from review.telling import dated
from review.timing import recount
from review.told import Entry


def _change_calendar(case: CaseState, fact: CalendarChanged, now: datetime) -> None:
    """A proclaimed bank holiday or a closure moves every open deadline that it touches;
    a met one never ("a late announcement"). One that was entered by mistake is opened again, and they move back (X-2).
    """
    whys = [_reason(day.why, day.day) for day in fact.days]
    for day in fact.days:
        if case.calendar.first <= day.day <= case.calendar.last and case.calendar.is_working(day.day):
            case.calendar = case.calendar.with_closed(day)
    for day in fact.opened:
        # A bank holiday of the national calendar is not the partnership's to open.
        entered = next((one for one in case.calendar.closed if one.day == day.day), None)
        if entered and entered.kind is not ClosedKind.BANK_HOLIDAY:
            case.calendar = case.calendar.without(day.day)
            whys.append(_reason(f"Closed by mistake: {day.why}", day.day))
    recount(case, "; ".join(whys), now)


def _reason(why: str, day: date) -> str:
    return f"{why}, {day:%A} {dated(day)}"


def _change_cast(case: CaseState, fact: DirectoryChanged, now: datetime) -> None:
    """From now on the new people hold the offices; an open sign-off passes to whoever holds the office now."""
    if fact.cast.version <= case.cast.version:
        return
    case.cast = fact.cast
    for one in (one for one in case.rounds if one.open):
        for ask in (ask for ask in one.asks if not ask.answered):
            pass_on(case, one, ask, now)


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    match entry.said.fact:
        case CalendarChanged() as fact:
            _change_calendar(case, fact, now)
        case DirectoryChanged() as fact:
            _change_cast(case, fact, now)


CHAPTER = Chapter(
    title="Told to every live case",
    may_say={"calendar-changed": (Role.BUSINESS_UNIT,), "directory-changed": (Role.BUSINESS_UNIT,)},
    consequences=_follows,
    outlive=(CalendarChanged, DirectoryChanged),
)
