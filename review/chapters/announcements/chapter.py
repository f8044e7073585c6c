"""What every live case is told: closed days, and who holds which office. Pure. X-2."""

from datetime import date, datetime
from typing import get_args

from calendar_rules.lengths import london
from calendar_rules.working_days import ClosedKind
from review.case.entries import Entry
from review.case.held import entered_cast, held, take_offices
from review.case.mailing import MailTrouble
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.signing.chapter import follow_up
from review.facts import Corrected
from review.facts.announcements import AnnouncedFact, CalendarChanged, DirectoryChanged
from review.facts.any_stage import TakenBack
from review.facts.directory import Cast, Role
from review.facts.editions import EditionMoved
from review.facts.notification import IncidentReported
from review.kit import changes
from review.kit.chapter import Chapter
from review.kit.deadlines import recount
from review.kit.live_links import reissued
from review.kit.notify import dated
from review.kit.sign_off_rounds import ask_newcomers, pass_on
from review.kit.vacancies import vacancies, warn_of


def _change_calendar(case: CaseState, entry: Entry[CalendarChanged], now: datetime) -> None:
    """A proclaimed bank holiday or a closure moves every open deadline that it touches;
    a met one never ("a late announcement"). One that was entered by mistake is opened again, and they move back (X-2).
    """
    fact = entry.fact
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


def _change_cast(case: CaseState, entry: Entry[DirectoryChanged], now: datetime) -> None:
    """From now on the new people hold the offices; an open sign-off passes to the holder of the office."""
    if entry.fact.cast.version > case.cast.version:
        _offices_are(case, entry.fact.cast, now)


def leave_begins_or_ends(case: CaseState, now: datetime) -> None:
    """On a day on which somebody's leave begins, or has ended: the offices go to the stand-in, or back."""
    if entered := case.cast_entered:
        was = case.cast
        _offices_are(case, entered, now)
        for who in case.cast.people:
            before = was.person(who.id)
            if before and before.stands_in != who.stands_in:
                line = f"stands in as {_words(who.stands_in)}" if who.stands_in else "no longer stands in"
                case.add_record_row(RowKind.FACT, "stand-in-changed", f"{who.id} {line}", now=now, about=who.id)


def _words(offices: list[Role]) -> str:
    return " and ".join(office.value.replace("-", " ") for office in offices)


def _offices_are(case: CaseState, entered: Cast, now: datetime) -> None:
    """The offices as the directory has them, held on this day by those who are there."""
    vacant = vacancies(case)
    before = case.cast
    take_offices(case, entered, london(now).date())
    warn_of(case, vacant, now)
    for one in (one for one in case.rounds if one.open):
        for ask in [ask for ask in one.asks if not ask.answered]:
            pass_on(case, one, ask, now)
        ask_newcomers(case, one, now)
        if not one.open:  # whoever was waited for has left
            follow_up(case, one, now)
    case.post(reissued(case, before, now))
    for key, failed in list(case.failed.items()):  # a second person has confirmed what their links waited for
        if failed.trouble is MailTrouble.UNCONFIRMED and failed.notice.to not in case.cast.unconfirmed:
            changes.duty_again(case, key, now)


def _by_edition_and_area(case: CaseState, entry: Entry, now: datetime) -> None:
    """An edition may have delegates act, an incident says in which council's area it is: offices follow (N-2, B-11)."""
    if held(case, entered_cast(case), london(now).date()).people != case.cast.people:
        _offices_are(case, entered_cast(case), now)


CHAPTER = Chapter(
    title="Told to every live case",
    facts=get_args(AnnouncedFact),
    consequences={
        CalendarChanged: (_change_calendar,),
        DirectoryChanged: (_change_cast,),
        IncidentReported: (_by_edition_and_area,),
        EditionMoved: (_by_edition_and_area,),
        Corrected: (_by_edition_and_area,),
        TakenBack: (_by_edition_and_area,),
    },
)
