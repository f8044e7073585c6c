"""A meeting of the CRG and those who are to come: what each is told, and when (G-1, G-2). Pure.

What people's calendars show is compared with how the meeting stands: called, moved, cancelled, somebody joined or left
the CRG, it is all the same difference.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case.effects import EffectKey
from review.case.mailing import MailTrouble, NotTaken
from review.case.notices import Invite, Notice

TITLE = "Case Review Group meeting"
MINUTES = 120
INVITED, MOVED, CANCELLED = "crg-meeting-invite", "crg-meeting-moved", "crg-meeting-cancelled"
AGENDA, UNDELIVERED, UNRECORDED = "crg-meeting-agenda", "crg-meeting-undelivered", "crg-meeting-unrecorded"


class AgendaLine(Model):
    """One line of the agenda as a mail may hold it: by reference and stage."""

    reference: str
    stage: str
    overdue: bool = False
    safety: str = ""  # how it stands with the steps for children's safety (N-5)


class MeetingStands(Model):
    """How a meeting stands: when, where, who is to come, when the agenda is due, and its lines once it is."""

    partnership: str
    starts_at: AwareDatetime
    link: str = ""
    minutes: int = MINUTES
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


class Shown(Model):
    """What one person's calendar shows of the meeting."""

    sequence: int
    starts_at: AwareDatetime
    link: str
    minutes: int = MINUTES
    cancelled: bool = False


class Trying(Model):
    """A mail about a meeting that has not been taken yet: when it is tried, for the first time or again."""

    notice: Notice
    since: AwareDatetime  # the first try
    tries: int = 0
    trouble: MailTrouble | None = None
    again_at: AwareDatetime


class MeetingTold(Model):
    """What people have been told of a meeting: the whole state of its workflow, from which it can begin again."""

    meeting: str
    calendars: dict[str, Shown] = {}  # by person, as mail servers have taken it
    tried: dict[str, Shown] = {}  # by person: what was given to be sent after that, so that no number is given twice
    perhaps: dict[str, Shown] = {}  # by person: what may show after that, as a server broke off before it answered
    trying: dict[str, Trying] = {}  # by the key of the notice
    agenda: list[str] = []  # who has it
    missed: list[str] = []  # who has been reminded that it is not recorded, by key
    undelivered: list[str] = []  # what the Business Unit has heard could not be delivered


def to_tell(told: MeetingTold, stands: MeetingStands, now: datetime) -> list[Notice]:
    """What is to be sent now: calendars put right, then the agenda or the missing record where it is due (G-2)."""
    people = dict.fromkeys([*stands.people, *told.calendars, *told.perhaps])
    found = [_put_right(told, stands, person, now) for person in people]
    return [notice for notice in found if notice] + _agendas(told, stands, now) + _unrecorded(told, stands, now)


def take_in(told: MeetingTold, notice: Notice) -> None:
    """Note that somebody has been sent this."""
    if notice.template == AGENDA:
        told.agenda.append(notice.to)
    elif notice.template == UNRECORDED:
        told.missed.append(notice.key)
    elif notice.invite is not None:
        _shows(told, notice.to, _shown(notice.invite))


def _shown(invite: Invite) -> Shown:
    return Shown(**invite.model_dump(include={"sequence", "starts_at", "link", "minutes", "cancelled"}))


def _shows(told: MeetingTold, person: str, shown: Shown) -> None:
    """One person's calendar shows this, whatever was given before it."""
    if (known := told.calendars.get(person)) and known.sequence > shown.sequence:  # it was slow to arrive
        return
    told.calendars[person] = shown
    for kept in (told.tried, told.perhaps):
        if person in kept and kept[person].sequence <= shown.sequence:
            del kept[person]


def to_try(told: MeetingTold, notices: list[Notice], now: datetime) -> None:
    """What is to be sent from now on. What is tried already goes on; what is overtaken is let go."""
    wanted = {one.key for one in notices}
    told.trying = {key: one for key, one in told.trying.items() if key in wanted or one.notice.template == UNDELIVERED}
    for notice in notices:
        if notice.key in told.trying:
            continue
        told.trying[notice.key] = Trying(notice=notice, since=now, again_at=now)
        if notice.invite:
            told.tried[notice.to] = _shown(notice.invite)


def sent(told: MeetingTold, notice: Notice) -> None:
    """A mail has gone, overtaken meanwhile or not."""
    told.trying.pop(notice.key, None)
    take_in(told, notice)


def not_taken(told: MeetingTold, stands: MeetingStands, notice: Notice, outcome: NotTaken, now: datetime) -> None:
    """A mail has not been taken: it is tried again, or the Business Unit hears of it and the next news tries it again.

    Of what may have arrived the calendar may show it: what says otherwise then goes there, too.
    """
    if outcome.trouble in (MailTrouble.PERHAPS_DELIVERED, MailTrouble.UNANSWERED) and notice.invite:
        told.perhaps[notice.to] = _shown(notice.invite)
    trying = told.trying.pop(notice.key, None)
    if trying is None:  # overtaken
        return
    if not outcome.failed and outcome.again_after is not None:
        again = {"tries": trying.tries + 1, "trouble": outcome.trouble, "again_at": now + outcome.again_after}
        told.trying[notice.key] = trying.model_copy(update=again)
    elif notice.template != UNDELIVERED:
        for one in undelivered(told, stands, notice):
            told.trying[one.key] = Trying(notice=one, since=now, again_at=now)


class Told(Model):
    """One mail about a meeting: for what cause, to whom; where to join and how long, by then; and whether it went, or
    perhaps did.
    """

    cause: str
    person: str
    link: str = ""
    minutes: int = MINUTES
    sent: bool = True
    perhaps: bool = False


def told_so_far(meeting: str, starts_at: datetime, mails: Iterable[Told]) -> MeetingTold:
    """What people have been told, by the log of mails, oldest first: for a workflow that was lost."""
    told = MeetingTold(meeting=meeting)
    for mail in mails:
        template, _, rest = mail.cause.partition(":")
        if template in (INVITED, MOVED, CANCELLED):
            sequence, _, at = rest.partition(":")
            shown = Shown(
                sequence=int(sequence),
                starts_at=datetime.fromisoformat(at),
                link=mail.link,
                minutes=mail.minutes,
                cancelled=template == CANCELLED,
            )
            if mail.sent:
                _shows(told, mail.person, shown)
                continue
            told.tried[mail.person] = shown
            if mail.perhaps:
                told.perhaps[mail.person] = shown
        elif not mail.sent:
            continue
        elif mail.cause == f"agenda:{starts_at.isoformat()}":  # of another day it is sent again
            told.agenda.append(mail.person)
        elif template == "unrecorded":
            told.missed.append(EffectKey.mail(mail.cause, mail.person))
        elif template == "undelivered" and rest not in told.undelivered:
            told.undelivered.append(rest)
    return told


def reissue_agenda(told: MeetingTold, stands: MeetingStands, now: datetime) -> None:
    """A meeting put off so far that its agenda lies ahead again has it sent again, as it is by then."""
    if stands.agenda_at > now:
        told.agenda = []


def look_again_at(told: MeetingTold, stands: MeetingStands, now: datetime) -> datetime | None:
    """When there is something to do that nobody says: the agenda is due, then the record; None where there is not."""
    if not stands.over:
        return min((at for at in (stands.agenda_at, stands.record_at) if at and at > now), default=None)
    owed = [one.invite.starts_at for one in to_tell(told, stands, now) if one.invite]
    return max(owed, default=None)  # until then a cancellation that could not be delivered can be tried again


def undelivered(told: MeetingTold, stands: MeetingStands, notice: Notice) -> list[Notice]:
    """The Business Unit hears once of each mail that could not be delivered."""
    if notice.key in told.undelivered:
        return []
    told.undelivered.append(notice.key)
    n = {"what": _WHAT[notice.template], "starts_at": stands.starts_at, "lead": notice.to}
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


def _put_right(told: MeetingTold, stands: MeetingStands, person: str, now: datetime) -> Notice | None:
    """What makes one person's calendar show the meeting as it stands; nothing of what has begun."""
    shown, perhaps = told.calendars.get(person), told.perhaps.get(person)
    if person in stands.people and not stands.cancelled:
        if stands.held or stands.starts_at <= now:
            return None
        n: dict[str, object] = {"starts_at": stands.starts_at, "link": stands.link}
        stand = (stands.starts_at, stands.link, stands.minutes)
        right = shown is not None and (shown.starts_at, shown.link, shown.minutes) == stand
        if shown is None or shown.cancelled or (right and perhaps):
            return _calendar(INVITED, stands, person, told, n)
        n |= {"was": shown.starts_at, "ends_at": stands.starts_at + timedelta(minutes=stands.minutes)}
        return None if right else _calendar(MOVED, stands, person, told, n)
    there = perhaps or (shown if shown and not shown.cancelled else None)
    if there is None or stands.held or there.starts_at <= now:
        return None
    why = "cancelled" if stands.cancelled else "left"
    return _calendar(CANCELLED, stands, person, told, {"starts_at": there.starts_at, "why": why}, of=there)


def _calendar(
    template: str,
    stands: MeetingStands,
    person: str,
    told: MeetingTold,
    n: dict[str, object],
    *,
    of: Shown | None = None,
) -> Notice:
    """An invitation, or a cancellation `of` what shows. What is given again unchanged keeps its number."""
    starts_at, link, minutes = ((one := of or stands).starts_at, one.link, one.minutes)
    shown, tried = told.calendars.get(person), told.tried.get(person)
    last = tried or shown
    wanted = (starts_at, link, minutes, of is not None)
    same = tried is not None and (tried.starts_at, tried.link, tried.minutes, tried.cancelled) == wanted
    sequence = 0 if last is None else last.sequence if same else last.sequence + 1
    invite = Invite(
        meeting="meeting",
        sequence=sequence,
        title=TITLE,
        starts_at=starts_at,
        minutes=minutes,
        link=link,
        cancelled=of is not None,
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
