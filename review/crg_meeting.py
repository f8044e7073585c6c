"""A meeting of the CRG and those who are to come: what each is told, and when (G-1, G-2). Room: review; pure.

What people's calendars show is compared with how the meeting stands: called, moved, cancelled, somebody joined or left
the CRG, it is all the same difference.
"""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel

from review.notices import Invite, Notice

TITLE = "Case Review Group meeting"
MINUTES = 120
INVITED, MOVED, CANCELLED = "crg-meeting-invite", "crg-meeting-moved", "crg-meeting-cancelled"
AGENDA, UNDELIVERED, UNRECORDED = "crg-meeting-agenda", "crg-meeting-undelivered", "crg-meeting-unrecorded"


class AgendaLine(BaseModel):
    """One line of the agenda as a mail may hold it: by reference and stage."""

    reference: str
    stage: str
    overdue: bool = False


class MeetingStands(BaseModel):
    """How a meeting stands: when, where, who is to come, when the agenda is due, and its lines once it is."""

    partnership: str
    starts_at: AwareDatetime
    link: str = ""
    held: bool = False
    cancelled: bool = False
    people: list[str]
    business_unit: list[str]
    agenda_at: AwareDatetime
    record_at: AwareDatetime | None = None  # from when its record is missed; None as it was read before that was asked
    lines: list[AgendaLine] = []

    @property
    def over(self) -> bool:
        return self.held or self.cancelled


class Shown(BaseModel):
    """What one person's calendar shows of the meeting."""

    sequence: int
    starts_at: AwareDatetime
    link: str
    cancelled: bool = False


class MeetingTold(BaseModel):
    """What people have been told of a meeting: the whole state of its workflow, from which it can begin again."""

    meeting: str
    calendars: dict[str, Shown] = {}  # by person
    agenda: list[str] = []  # who has it
    missed: list[str] = []  # who has been reminded that it is not recorded, by key
    undelivered: list[str] = []  # what the Business Unit has heard could not be delivered


def to_tell(told: MeetingTold, stands: MeetingStands, now: datetime) -> list[Notice]:
    """What is to be sent now: calendars put right, then the agenda or the missing record where it is due (G-2)."""
    people = dict.fromkeys([*stands.people, *told.calendars])
    found = [_put_right(told.calendars.get(person), stands, person, now) for person in people]
    return [notice for notice in found if notice] + _agendas(told, stands, now) + _unrecorded(told, stands, now)


def take_in(told: MeetingTold, notice: Notice) -> None:
    """Note that somebody has been sent this."""
    if notice.template == AGENDA:
        told.agenda.append(notice.to)
    elif notice.template == UNRECORDED:
        told.missed.append(notice.key)
    elif notice.invite is not None:
        shown = notice.invite.model_dump(include={"sequence", "starts_at", "link", "cancelled"})
        told.calendars[notice.to] = Shown.model_validate(shown)


def agenda_anew(told: MeetingTold, stands: MeetingStands, now: datetime) -> None:
    """A meeting put off so far that its agenda lies ahead again has it sent again, as it is by then."""
    if stands.agenda_at > now:
        told.agenda = []


def look_again_at(told: MeetingTold, stands: MeetingStands, now: datetime) -> datetime | None:
    """When there is something to do that nobody says: the agenda is due, then the record; None where there is not."""
    if not stands.over:
        return min((at for at in (stands.agenda_at, stands.record_at) if at and at > now), default=None)
    if to_tell(told, stands, now):
        return stands.starts_at  # until then a cancellation that could not be delivered can be tried again
    return None


def undelivered(told: MeetingTold, stands: MeetingStands, notice: Notice) -> list[Notice]:
    """The Business Unit hears once of each mail that could not be delivered."""
    if notice.key in told.undelivered:
        return []
    told.undelivered.append(notice.key)
    n = {"what": _WHAT[notice.template], "starts_at": stands.starts_at}
    return [
        Notice(cause=f"undelivered:{notice.key}", template=UNDELIVERED, to=person, n=n)
        for person in stands.business_unit
        if person != notice.to
    ]


_WHAT = {
    INVITED: "an invitation to the meeting",
    MOVED: "that the meeting has moved",
    CANCELLED: "that the meeting leaves a calendar",
    AGENDA: "the agenda",
    UNRECORDED: "that the meeting has not been recorded",
}


def _put_right(shown: Shown | None, stands: MeetingStands, person: str, now: datetime) -> Notice | None:
    """What makes one person's calendar show the meeting as it stands; nothing of what has begun."""
    there = shown is not None and not shown.cancelled
    if person in stands.people and not stands.cancelled:
        if stands.held or stands.starts_at <= now:
            return None
        if shown is None or not there:
            return _calendar(INVITED, stands, person, shown, {"starts_at": stands.starts_at, "link": stands.link})
        if (shown.starts_at, shown.link) == (stands.starts_at, stands.link):
            return None
        n = {"starts_at": stands.starts_at, "was": shown.starts_at, "link": stands.link}
        return _calendar(MOVED, stands, person, shown, n)
    if shown is None or not there or stands.held or shown.starts_at <= now:
        return None
    why = "cancelled" if stands.cancelled else "left"
    return _calendar(CANCELLED, stands, person, shown, {"starts_at": shown.starts_at, "why": why})


def _calendar(template: str, stands: MeetingStands, person: str, shown: Shown | None, n: dict[str, object]) -> Notice:
    sequence = shown.sequence + 1 if shown else 0
    cancelled = template == CANCELLED
    invite = Invite(
        meeting="meeting",
        sequence=sequence,
        title=TITLE,
        starts_at=shown.starts_at if shown and cancelled else stands.starts_at,
        minutes=MINUTES,
        link=shown.link if shown and cancelled else stands.link,
        cancelled=cancelled,
    )
    at = invite.starts_at.isoformat()  # a mail that waits for its address is another one once the meeting has moved
    return Notice(cause=f"{template}:{sequence}:{at}", template=template, to=person, n=n, invite=invite)


def _agendas(told: MeetingTold, stands: MeetingStands, now: datetime) -> list[Notice]:
    """To each who is to come, once, from when it is due (G-2)."""
    if stands.over or stands.starts_at <= now or stands.agenda_at > now:
        return []
    n = {"starts_at": stands.starts_at, "lines": stands.lines}
    cause = f"agenda:{stands.starts_at.isoformat()}"
    return [
        Notice(cause=cause, template=AGENDA, to=person, n=n) for person in stands.people if person not in told.agenda
    ]


def _unrecorded(told: MeetingTold, stands: MeetingStands, now: datetime) -> list[Notice]:
    """The Business Unit is reminded once of a meeting neither recorded as held nor cancelled (G-2)."""
    if stands.over or stands.record_at is None or stands.record_at > now:
        return []
    cause = f"unrecorded:{stands.starts_at.isoformat()}"
    notices = [
        Notice(cause=cause, template=UNRECORDED, to=person, n={"starts_at": stands.starts_at})
        for person in stands.business_unit
    ]
    return [notice for notice in notices if notice.key not in told.missed]
