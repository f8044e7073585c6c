"""What lists across cases show of a case, worked out when a moment is handed on: so no list opens a case.

Pure. Times are UTC, on the case's clock.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.notices import Invite
from review.case.state import CaseState
from review.chapters.crg.agenda import ActionLine, AgendaRow, action_lines, agenda_rows, on_agenda
from review.chapters.family.alike import marks, name_marks
from review.chapters.follow_up.reads import action_log
from review.facts.directory import Role
from review.kit import notify
from review.kit.meetings import invited
from review.kit.notify_reminders import others_of
from review.own_part import deadlines_of_agencies
from review.view import waiting_for
from review.views import WaitingFor


class DeadlineLine(Model):
    """One deadline. `overdue_at`: from when it is overdue if nothing is done; none for one that is met or stopped, or
    that a pause holds in time.
    """

    id: str
    title: str
    due: AwareDatetime
    met: AwareDatetime | None = None
    status: str  # open | met | late | moved | stopped
    owner: str
    subject: str | None = None  # e.g. the agency whose return it is
    overdue_at: AwareDatetime | None = None


class DeadlineHeld(DeadlineLine):
    """One deadline as it is kept. `what`: what is due by the edition, which no person has written. `owed_by`: the
    people who owe it; `agencies`: those whose own part it is, whoever owes it.
    """

    what: str = ""
    owed_by: list[str] = []
    agencies: list[str] = []


class MeetingLine(Model):
    """One meeting of the case as calendars show it, and who was invited (R-2, R-6)."""

    title: str
    starts_at: AwareDatetime
    minutes: int
    sequence: int
    cancelled: bool = False
    invited: list[str] = []


class WaitingRow(Model):
    """Something that a case waits for, and from whom; `agency` where an agency of the case is to do it, `remind` the
    deadline of which they can be reminded.
    """

    what: str
    roles: list[Role]
    agency: str | None = None
    remind: str | None = None


def owed_by(one: WaitingRow) -> list[Role]:
    """The offices whose step it is: not the Business Unit that may record it for them."""
    others: list[Role] = [role for role in one.roles if role is not Role.BUSINESS_UNIT]
    return others if one.roles[0] in others else list(one.roles)


def waits_for(rows: Iterable[WaitingRow]) -> str:
    """The offices that are waited for, each between spaces, so that one is found by itself: " agency crg-chair "."""
    offices: set[str] = set()
    for one in rows:
        first = one.roles[:1] if one.roles[0] is Role.BUSINESS_UNIT else owed_by(one)
        offices |= {Role.AGENCY} if one.agency else set(first)
    return f" {' '.join(sorted(offices))} " if offices else ""


class ActionRow(Model):
    """One action of a case's log. `overdue_at` as of a deadline."""

    line: ActionLine
    open: bool
    overdue_at: AwareDatetime | None = None


class Line(Model):
    """A case in one line, and what is asked of all live cases at once: no name of a child, no narrative.

    `calendar` names the closed days that the case knows, `waits_for` the offices that it waits for, `unread_returns`
    the agencies whose return nobody has said to have read, and `unread` how many they are.
    """

    route: str
    stage: str
    opened_at: AwareDatetime
    next_deadline: str | None = None
    next_deadline_at: AwareDatetime | None = None
    next_title: str | None = None
    live: bool = True
    on_agenda: bool = True
    rehearsal: bool = False
    paused: bool = False
    safety: str = ""  # how it stands with the steps for children's safety, in brief (N-5)
    waiting: list[WaitingRow] = []
    waits_for: str = ""
    unread: int = 0
    unread_returns: list[str] = []
    cast_version: int = 0
    calendar: str = ""
    edition: str = ""


class Listed(Model):
    """Everything that lists show of a case: deadlines by their plain ids, actions by the order in which they came.

    `agenda`: what it puts on the CRG's agenda, by part and number, as long as it stands there.
    """

    line: Line
    deadlines: dict[str, DeadlineHeld] = {}
    meetings: dict[str, MeetingLine] = {}
    actions: dict[str, ActionRow] = {}
    agenda: dict[str, AgendaRow] = {}
    agencies: list[str] = []
    # By what the children and the family are found: ids; dates of birth, numbers and names as marks.
    children: list[str] = []


def listed(case: CaseState, now: datetime) -> Listed:
    """What lists show of the case, at that moment of its deadline."""
    log = action_log(case)
    line, whose = _line(case, now), deadlines_of_agencies(case, log)
    return Listed(
        line=line,
        deadlines={
            reads.plain_id(case, id): _deadline(case, deadline, whose.get(id, set()), now)
            for id, deadline in case.deadlines.items()
        },
        meetings={meeting: _meeting(case, meeting, shown) for meeting, shown in case.invites.items()},
        actions={
            str(place): ActionRow(line=action, open=deadline.open, overdue_at=deadline.overdue_at)
            for place, (action, deadline) in enumerate(action_lines(case, now, log))
        },
        agenda=_numbered(agenda_rows(case)) if line.on_agenda else {},
        agencies=reads.agencies_involved(case),
        children=_found_by(case),
    )


def _found_by(case: CaseState) -> list[str]:
    people = reads.people(case)
    found = [mark for one in people for mark in (*marks(one), *name_marks(one))]
    return list(dict.fromkeys([*(one.person_id for one in people), *found]))


def _line(case: CaseState, now: datetime) -> Line:
    upcoming = reads.next_deadline(case)
    # D-2 outlives a decision not to notify
    live = not reads.ended(case) or any(deadline.open for deadline in case.deadlines.values())
    waiting = [_waiting(case, one) for one in waiting_for(case, now)]
    unread = reads.read_by_nobody(case) if live else []
    return Line(
        route=case.route,
        stage=case.stage,
        opened_at=case.opened_at,
        next_deadline=upcoming.id if upcoming else None,
        next_deadline_at=upcoming.due if upcoming else None,
        next_title=upcoming.title if upcoming else None,
        live=live,
        on_agenda=on_agenda(case),
        rehearsal=case.rehearsal,
        paused=reads.paused(case),
        safety=reads.safety_in_brief(case),
        waiting=waiting,
        waits_for=waits_for(waiting) if live else "",
        unread=len(unread),
        unread_returns=unread,
        cast_version=case.cast.version,
        calendar=case.calendar.name,
        edition=case.edition.id,
    )


def _meeting(case: CaseState, meeting: str, shown: Invite) -> MeetingLine:
    plain = shown.model_dump(include={"title", "starts_at", "minutes", "sequence", "cancelled"})
    return MeetingLine(**plain, invited=invited(case, meeting))


def _deadline(case: CaseState, deadline: RunningDeadline, agencies: set[str], now: datetime) -> DeadlineHeld:
    rule = case.edition.deadlines[deadline.rule]
    return DeadlineHeld(
        id=deadline.id,
        title=deadline.title,
        due=deadline.due,
        met=deadline.met_at,
        status=deadline.status(now),
        owner=rule.owner,
        subject=deadline.subject,
        overdue_at=deadline.overdue_at,
        what=rule.title,
        owed_by=notify.parties(case, deadline, [rule.owner]),
        agencies=sorted(agencies),
    )


def _numbered(rows: Iterable[AgendaRow]) -> dict[str, AgendaRow]:
    """By part and the place among those of the part, which says nothing of what people named."""
    found: dict[str, AgendaRow] = {}
    count: Counter[str] = Counter()
    for row in rows:
        found[f"{row.part}:{count[row.part]}"] = row
        count[row.part] += 1
    return found


def _waiting(case: CaseState, one: WaitingFor) -> WaitingRow:
    theirs = one.about and Role.AGENCY in one.roles and case.cast.agency(one.about)
    deadline = case.deadlines.get(one.deadline or "")
    remind = reads.plain_id(case, deadline.id) if deadline and others_of(case, deadline) else None
    return WaitingRow(what=one.what, roles=one.roles, agency=one.about if theirs else None, remind=remind)
