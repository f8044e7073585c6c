"""API: today across all cases: what is overdue, due today and this week, who is waited for, what is new, what failed.

The page `/today` says what this says. Everything is counted whole and listed as far as it can be read at a glance; the
lists of deadlines and cases have the rest.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from api.auth import Reader
from api.deps import Deps, TheDeps
from api.etags import tagged
from api.reads import DueOut
from api.tags import CASES
from calendar_rules.model import Model
from calendar_rules.plan import slack_working_days
from calendar_rules.working_days import ONE_DAY, WorkingCalendar
from review.case.mailing import MailTrouble
from review.listed import WaitingRow
from store.morning import morning
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
    now = deps.now()
    found = await morning(deps.store, now, limit)
    calendar = found.calendar
    return TodayOut(
        day=found.day,
        overdue=_due(found.overdue, now, calendar),
        due_today=_due(found.due_today, now, calendar),
        due_this_week=_due(found.due_this_week, now, calendar),
        waiting_for_others=WaitingSome(count=found.waiting.many, items=[_waiting(one) for one in found.waiting.first]),
        new=NewSome(
            count=found.many_new,
            since=found.since,
            items=[
                NewFact(
                    reference=case, href=_href(case), at=row.told_at, what=row.what, line=row.line, who=_who(row.who)
                )
                for case, row in found.new
            ],
        ),
        failed_mails=FailedSome(
            count=found.many_failed,
            items=[
                FailedMail(
                    reference=case,
                    href=_href(case),
                    **one.model_dump(include={"person", "subject", "trouble", "why", "tried_at"}),
                )
                for case, one in found.failed
            ],
        ),
        unread_returns=UnreadSome(
            count=found.unread.many,
            items=[
                UnreadReturns(reference=one.reference, href=_href(one.reference), agencies=one.unread_returns)
                for one in found.unread.first
            ],
        ),
        closed_days=[
            one.date for one in calendar.skipped(found.day, found.day + WEEK * ONE_DAY) if one.date.isoweekday() < 6
        ],
    )


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
