"""A meeting of the CRG: how it stands, who is to come, what is on its agenda (G-1, G-2). Touches SQL, to read only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from temporalio import activity

from activities.orders import READ_CRG_MEETING, ReadCrgMeeting
from activities.ports import AddressBook
from calendar_rules.england import england
from calendar_rules.lengths import Offset, london, moment
from calendar_rules.working_days import ClosedDay, WorkingCalendar
from review.chapters.crg.meeting import AgendaLine, MeetingStands
from review.facts.directory import Cast, Role
from store.meeting import Meeting

OF_THE_CRG = (Role.CRG_CHAIR, Role.CRG_MEMBER)


class KeptMeetings(Protocol):
    """Where meetings are kept."""

    async def get(self, id: str) -> Meeting: ...


class LiveAgenda(Protocol):
    """Where it is read what lies before the CRG."""

    async def lines(self, now: datetime) -> list[AgendaLine]: ...


class ClosedDays(Protocol):
    """Which days are entered as closed."""

    async def all(self) -> list[ClosedDay]: ...


@dataclass(frozen=True)
class MeetingActivities:
    """Reads all that a meeting's workflow needs to know, at once."""

    meetings: KeptMeetings
    agenda: LiveAgenda
    people: AddressBook
    closures: ClosedDays
    agenda_working_days: int

    @activity.defn(name=READ_CRG_MEETING)
    async def read_crg_meeting(self, order: ReadCrgMeeting) -> MeetingStands:
        """The meeting as it stands; the lines of its agenda once that is due. Rehearsals are left out."""
        meeting, directory = await self.meetings.get(order.meeting), await self.people.read()
        held = directory.cast().on(london(order.at).date())
        agenda_at = await self._agenda_at(meeting.starts_at)
        due = agenda_at <= order.at and meeting.held_at is None and meeting.cancelled_at is None
        return MeetingStands(
            partnership=directory.partnership,
            starts_at=meeting.starts_at,
            link=meeting.link,
            minutes=meeting.minutes,
            held=meeting.held_at is not None,
            cancelled=meeting.cancelled_at is not None,
            people=_holders(held, *OF_THE_CRG),
            business_unit=_holders(held, Role.BUSINESS_UNIT),
            agenda_at=agenda_at,
            record_at=await self._record_at(meeting),
            lines=await self.agenda.lines(order.at) if due else [],
        )

    async def _agenda_at(self, starts_at: datetime) -> datetime:
        """When the agenda goes out: at 09:00 in London, working days before the meeting that a setting gives."""
        calendar, days = await self._calendar(starts_at), self.agenda_working_days
        before = Offset(f"{days} working day{'' if days == 1 else 's'} before")
        return moment(starts_at, before, calendar, starts_at - timedelta(days=200)) or starts_at

    async def _record_at(self, meeting: Meeting) -> datetime:
        """09:00 of the working day after; of one that was entered late, after the day on which it was entered."""
        since = max(meeting.starts_at, meeting.called_at or meeting.starts_at)
        return moment(since, Offset("1 working day after"), await self._calendar(since), since) or since

    async def _calendar(self, about: datetime) -> WorkingCalendar:
        first, last = (year := london(about).year) - 1, year + 1
        return england(first, last, [one for one in await self.closures.all() if first <= one.day.year <= last])


def _holders(held: Cast, *roles: Role) -> list[str]:
    """Each person once, however many of the offices they hold."""
    return [who.id for who in held.people if set(roles) & set(who.roles)]
