"""API: today across all cases: what is overdue, due today and this week, who is waited for, what is new, what failed.

The page `/today` says what this says. Everything is counted whole and listed as far as it can be read at a glance; the
lists of deadlines and cases have the rest.
"""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from api.auth import Reader
from api.deps import Deps, TheDeps
from api.etags import tagged
from api.reads import DueOut
from api.tags import CASES
from calendar_rules.england import england
from calendar_rules.lengths import LONDON, london
from calendar_rules.model import Model
from calendar_rules.plan import slack_working_days
from calendar_rules.working_days import ONE_DAY, WorkingCalendar
from review.case.mailing import MailTrouble
from review.listed import WaitingRow
from store.snapshot import ListedCase
from store.today import Due

SHOWN = 20
WEEK = 7
routes = APIRouter(tags=[CASES])


class DueSome(Model):
    """Deadlines: how many, and the first of them."""

    count: int
    items: list[DueOut]


class WaitingCase(Model):
    """A case that waits for others than the Business Unit, and for what."""

    reference: str
    href: str
    stage: str
    next_deadline_at: AwareDatetime | None = None
    waiting: list[WaitingRow]


class WaitingSome(Model):
    """Cases that wait for others: how many, and those whose next deadline comes first."""

    count: int
    items: list[WaitingCase]


class NewFact(Model):
    """Something that was said of a case. `line` is that of its record."""

    reference: str
    href: str
    at: AwareDatetime
    what: str
    line: str
    who: str | None = None


class NewSome(Model):
    """What was said since the morning of the last working day: how much, and the latest of it."""

    count: int
    since: AwareDatetime
    items: list[NewFact]


class FailedMail(Model):
    """An email that somebody must see to."""

    reference: str
    href: str
    person: str
    subject: str
    trouble: MailTrouble | None = None
    why: str | None = None
    tried_at: AwareDatetime


class FailedSome(Model):
    """Emails that were refused for good, or that have perhaps arrived too often: how many, and the latest."""

    count: int
    items: list[FailedMail]


class UnreadReturns(Model):
    """A case with returns that nobody has said to have read (R-10), and whose they are."""

    reference: str
    href: str
    agencies: list[str]


class UnreadSome(Model):
    """Returns that nobody has said to have read: how many, and in which cases first."""

    count: int
    items: list[UnreadReturns]


class TodayOut(Model):
    """What a unit looks at in the morning. Days are London's; due today is what is due today and not yet over."""

    day: date
    overdue: DueSome
    due_today: DueSome
    due_this_week: DueSome = Field(description="after today and until Sunday")
    waiting_for_others: WaitingSome
    new: NewSome
    failed_mails: FailedSome
    unread_returns: UnreadSome
    closed_days: list[date] = Field(description="weekdays of the next seven days on which no work is done")


@routes.get("/v1/today", operation_id="read-today", response_model=TodayOut)
async def read_today(
    request: Request,
    _: Reader,
    deps: TheDeps,
    limit: Annotated[int, Query(ge=1, le=100, description="how many of each are listed")] = SHOWN,
) -> Response:
    """What is overdue, due today and this week, waited for, new, failed and unread, over all live cases.

    Rehearsals are left out. Who may: every office but agency and observer.
    """
    return tagged(request, await today(deps, limit))


async def today(deps: Deps, limit: int = SHOWN) -> TodayOut:
    """Today as it stands now."""
    now, calendar = deps.now(), await _calendar(deps)
    day = london(now).date()
    tomorrow, monday = _midnight(day + ONE_DAY), _midnight(day + (8 - day.isoweekday()) * ONE_DAY)
    since, read = _midnight(calendar.back(day, 1)), deps.store.today
    overdue = await read.due(now=now, until=now, limit=limit)
    due_today = await read.due(now=now, since=now, until=tomorrow, limit=limit)
    later = await read.due(now=now, since=tomorrow, until=monday, limit=limit)
    waiting = await read.waiting_for_others(now=now, limit=limit)
    unread = await read.with_unread_returns(now=now, limit=limit)
    many_new, new = await deps.store.record.news(since, limit=limit)
    many_failed, failed = await deps.store.mail_log.failed(limit=limit)
    return TodayOut(
        day=day,
        overdue=_due(overdue, now, calendar),
        due_today=_due(due_today, now, calendar),
        due_this_week=_due(later, now, calendar),
        waiting_for_others=WaitingSome(count=waiting.many, items=[_waiting(one) for one in waiting.first]),
        new=NewSome(
            count=many_new,
            since=since,
            items=[
                NewFact(
                    reference=case, href=_href(case), at=row.told_at, what=row.what, line=row.line, who=_who(row.who)
                )
                for case, row in new
            ],
        ),
        failed_mails=FailedSome(
            count=many_failed,
            items=[
                FailedMail(
                    reference=case,
                    href=_href(case),
                    **one.model_dump(include={"person", "subject", "trouble", "why", "tried_at"}),
                )
                for case, one in failed
            ],
        ),
        unread_returns=UnreadSome(
            count=unread.many,
            items=[
                UnreadReturns(reference=one.reference, href=_href(one.reference), agencies=one.unread_returns)
                for one in unread.first
            ],
        ),
        closed_days=[one.date for one in calendar.skipped(day, day + WEEK * ONE_DAY) if one.date.isoweekday() < 6],
    )


async def _calendar(deps: Deps) -> WorkingCalendar:
    """Working days as the partnership has them now, of last year, this one and the next."""
    year = deps.today().year
    closed = [one for one in await deps.store.closures.all() if abs(one.day.year - year) <= 1]
    return england(year - 1, year + 1, closed)


def _due(found: Due, now: datetime, calendar: WorkingCalendar) -> DueSome:
    items = []
    for line in found.first:
        left = slack_working_days(now, line.deadline.due, calendar)
        deadline = line.deadline.model_copy(update={"slack_working_days": left})
        items.append(DueOut(reference=line.reference, deadline=deadline, href=_href(line.reference)))
    return DueSome(count=found.many, items=items)


def _waiting(one: ListedCase) -> WaitingCase:
    given = one.model_dump(include={"reference", "stage", "next_deadline_at", "waiting"})
    return WaitingCase(**given, href=_href(one.reference))


def _who(who: object) -> str | None:
    return None if who in (None, "system") else str(who)


def _href(reference: str) -> str:
    return f"/v1/cases/{reference}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)
