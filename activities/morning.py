"""The morning mail: what stands in Today, to those who want it. Touches SQL, to read only."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from temporalio import activity

from activities.orders import READ_MORNING, MorningMail, MorningPart
from activities.ports import AddressBook
from calendar_rules.plan import slack_working_days
from calendar_rules.working_days import WorkingCalendar
from delivery.naming import Namer, in_names, namer, who_owes
from delivery.today import due_words, on_day, waiting_for_others
from delivery.words import inside
from review.facts.directory import READ_WHOLE_CASES, Person
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES
from store.morning import Morning, Wanted
from store.snapshot import DueLine, ListedCase

SHOWN = 20  # of each part, as on the page


class Choices(Protocol):
    """Who wants the mail."""

    async def wanted(self) -> dict[str, Wanted]: ...


@dataclass(frozen=True)
class MorningActivities:
    """Reads what the mail says: titles, references, offices and agencies, no name of a person."""

    read: Callable[[datetime, int], Awaitable[Morning]]
    choices: Choices
    people: AddressBook

    @activity.defn(name=READ_MORNING)
    async def read_morning(self) -> MorningMail:
        """Today as it stands now. On a day without work nobody is written to, nor while they are away."""
        return await self.morning(datetime.now(UTC))

    async def morning(self, now: datetime) -> MorningMail:
        """The same for any moment."""
        directory, choices = await self.people.read(), await self.choices.wanted()
        found = await self.read(now, SHOWN)
        name = namer(directory, whole=False)
        often = _sent_today(found.calendar, found.day)
        people = [
            who.id
            for who in directory.people
            if choices.get(who.id) in often and may_have_it(who) and not any(one.on(found.day) for one in who.leave)
        ]
        return MorningMail(
            partnership=directory.partnership, day=found.day, people=people, parts=list(_parts(found, name, now))
        )


def may_have_it(who: Person) -> bool:
    """Who may read Today may have it by mail."""
    return who.active and bool(set(READ_WHOLE_CASES) & set(who.roles))


def _sent_today(calendar: WorkingCalendar, day: date) -> set[Wanted]:
    """Daily: on working days. Weekly: on the first of a week."""
    if not calendar.is_working(day):
        return set()
    before = calendar.back(day, 1)
    first = before.isocalendar()[:2] != day.isocalendar()[:2]
    return {Wanted.DAILY, Wanted.WEEKLY} if first else {Wanted.DAILY}


def _parts(found: Morning, name: Namer, now: datetime) -> Iterable[MorningPart]:
    def due(lines: Iterable[DueLine]) -> list[str]:
        return [_due(one, found.calendar, name, now) for one in lines]

    for title, some in (
        ("Overdue", found.overdue),
        ("Due today", found.due_today),
        ("Due this week", found.due_this_week),
    ):
        yield MorningPart(title=title, count=some.many, lines=due(some.first))
    waiting = [line for one in found.waiting.first for line in _waiting(one, name)]
    yield MorningPart(title="Waiting for others (cases)", count=found.waiting.many, lines=waiting)
    new = [f"{reference}: {row.what}" for reference, row in found.new]
    yield MorningPart(title=f"New since {on_day(found.since)}", count=found.many_new, lines=list(dict.fromkeys(new)))
    failed = [f"{reference}: an email could not be delivered" for reference, _ in found.failed]
    yield MorningPart(title="Failed email", count=found.many_failed, lines=list(dict.fromkeys(failed)))
    unread = [f"{one.reference}: {', '.join(map(name, one.unread_returns))}" for one in found.unread.first]
    yield MorningPart(title="Unread returns", count=found.unread.many, lines=unread)


def _due(one: DueLine, calendar: WorkingCalendar, name: Namer, now: datetime) -> str:
    said = due_words(one.deadline, slack_working_days(now, one.deadline.due, calendar), name, now)
    more = f", {said.detail}" if said.detail else ""
    return f"{one.reference}: {said.what} ({said.who}): {inside(said.when) if said.late else said.when}{more}"


def _waiting(one: ListedCase, name: Namer) -> list[str]:
    due = f", next due {on_day(one.next_deadline_at)}" if one.next_deadline_at else ""
    stage = STAGE_TITLES[Stage(one.stage)]
    rows = waiting_for_others(one.waiting)
    return [
        f"{one.reference}: {in_names(row.what, row.agency, name)} "
        f"({name(row.agency) if row.agency else who_owes(row, name)}): {stage}{due}"
        for row in rows
    ]
