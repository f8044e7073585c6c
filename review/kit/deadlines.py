"""How a deadline changes: it starts, fires, is met, moves or stops.

Pure transitions on `CaseState`; each tells the record. `now` is the case's clock.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue

from calendar_rules.lengths import LONDON, START_OF_WORK, london
from review.case import reads
from review.case.deadline import PASSED, PLAN, Ending, Moved, ReminderDue, RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.record import RowKind
from review.case.sign_off import deputies
from review.case.state import CaseState
from review.facts.base import Fact
from review.kit import carried, notify
from review.kit.backward_plan import mind_the_meeting, mind_the_plan, mind_the_returns, returns_due
from review.kit.deadline_base import Met
from review.kit.deadline_kinds import DEADLINES, kind_of
from review.kit.mail_names import mail_name

TAKEN_BACK = "what it was counted from was entered wrongly"
GONE_AGAIN = "the case that it came with goes on by itself again"
CAME_BACK = "the email that it rests on came back"
_SAID_AGAIN = {  # why a deadline that stopped for this runs again once it is started again
    TAKEN_BACK: "what it is counted from has been said again",
    GONE_AGAIN: "what it is counted from has been said again",
    CAME_BACK: "the email has gone",
}


def since(case: CaseState, rule: str, subject: str | None = None) -> datetime | None:
    """The moment that a deadline is counted from; None while it is not known, or where the edition has it not."""
    return kind_of(rule).since(case, subject)


def anchor(case: CaseState, deadline: RunningDeadline) -> datetime:
    """What a running deadline counts from, by the facts as they stand now."""
    return since(case, deadline.rule, deadline.subject) or deadline.since


def due_set(case: CaseState, deadline: RunningDeadline) -> datetime | None:
    """The due time that people set, or the time counted back from it; None for a deadline that is counted."""
    return kind_of(deadline.rule).due_set(case, deadline)


def met_by(case: CaseState, deadline: RunningDeadline) -> Met | None:
    """What meets a deadline, if it is there: a fact, or the going of mails."""
    return kind_of(deadline.rule).met(case, deadline)


def fact_that_met(case: CaseState, deadline: RunningDeadline) -> Entry[Fact] | None:
    """The fact that meets a deadline, if it is there."""
    return kind_of(deadline.rule).fact(case, deadline)


def owed_again(case: CaseState, deadline: RunningDeadline) -> str | None:
    """Why a deadline that was overtaken or met is owed after all; None where it is not, or the case is halted."""
    kind = kind_of(deadline.rule)
    if reads.halted(case) and Ending.WITHDRAWN not in kind.outlives:
        return None
    return kind.owed_again(case, deadline)


def start(
    case: CaseState, rule: str, now: datetime, *, since: datetime, subject: str | None = None, title: str | None = None
) -> RunningDeadline:
    """Start a deadline, or find it running: a run that begins again meets the same deadline.

    It counts from what the edition says; `since` stands where the facts do not tell that yet.
    """
    id, since = f"{rule}:{subject}" if subject else rule, kind_of(rule).since(case, subject) or since
    if known := case.deadlines.get(id):
        if known.stopped_why in _SAID_AGAIN:
            known.since = since
            run_again(case, known, _SAID_AGAIN[known.stopped_why], now)
        return known
    counted = case.edition.deadlines[rule]
    deadline = RunningDeadline(
        id=id,
        rule=rule,
        subject=subject,
        title=title or counted.title,
        since=since,
        due=since,  # reckoned below
        started_at=now,
    )
    case.deadlines[id] = deadline
    deadline.due = _reckon(case, deadline)
    deadline.skip_past(case.edition, case.calendar)
    line = f"{id} {deadline.title} runs from {notify.moment(since)}, due {notify.moment(deadline.due)}"
    detail: dict[str, JsonValue] = {
        "since": since.isoformat(),
        "due": deadline.due.isoformat(),
        "length": str(counted.length),
        "clause": counted.clause,
    }
    case.add_record_row(RowKind.DEADLINE, "deadline-started", line, now=now, about=id, detail=detail)
    settle(case, now)
    if rule == "D-7":
        mind_the_meeting(case, now)
    if rule == "D-6" and not [one for one in returns_due(case) if one.due == deadline.due and one is not deadline]:
        mind_the_returns(case, now)
    return deadline


def start_set_by(case: CaseState, entry: Entry, now: datetime) -> None:
    """Start each deadline that a fact sets running, from the moment at which it happened."""
    for rule, deadline in DEADLINES.items():
        if deadline.conditional or not isinstance(entry.fact, deadline.set_by) or rule not in case.edition.deadlines:
            continue
        start(case, rule, now, since=entry.happened_at, subject=entry.fact.about if deadline.subject else None)


def start_owed(case: CaseState, now: datetime) -> None:
    """Start what is owed by now, whichever fact brought that about; what the case carries for another, and has not
    itself (X-1); and each milestone of the partnership's own whose event is known ("Editions").
    """
    for rule, kind in DEADLINES.items():
        for subject in kind.owed_for(case) if kind.conditional else ():
            if at := since(case, rule, subject):
                start(case, rule, now, since=at, subject=subject)
    for one in case.carried:
        if one.id in case.edition.deadlines and one.id not in case.deadlines:
            start(case, one.id, now, since=one.since)
    for ours in reads.milestones_of_ours(case).values():
        known, at = case.deadlines.get(ours.id), since(case, ours.id)
        if at and not reads.ended(case) and (known is None or known.stopped_why == TAKEN_BACK):
            start(case, ours.id, now, since=at)


def meet(case: CaseState, deadline_id: str, at: datetime, now: datetime, *, message: str | None = None) -> None:
    """Note a deadline as met at `at`; once met it never moves."""
    deadline = case.deadlines[deadline_id]
    if not deadline.open:
        return
    if (
        deadline.held_since and at > deadline.held_since
    ):  # met while a pause holds it: the time of the pause is given back first
        move(case, deadline, _reckon(case, deadline, until=at), "the case is paused", now)
    deadline.met_at, deadline.met_by, deadline.held_since = at, message, None
    late = at > deadline.due
    how = "met late" if late else "met"
    line = f"{deadline.id} {deadline.title} {how} at {notify.moment(at)} (due {notify.moment(deadline.due)})"
    detail: dict[str, JsonValue] = {"due": deadline.due.isoformat(), "met": at.isoformat(), "late": late}
    case.add_record_row(
        RowKind.DEADLINE,
        "deadline-met-late" if late else "deadline-met",
        line,
        now=now,
        about=deadline.id,
        happened_at=at,
        detail=detail,
    )


def stop(case: CaseState, deadline_id: str, why: str, now: datetime) -> None:
    """Stop a deadline that is overtaken: by a newer version, by the end of the rapid review, by that of its case."""
    deadline = case.deadlines[deadline_id]
    if deadline.open:
        deadline.stopped_at, deadline.stopped_why, deadline.held_since = now, why, None
        line = f"{deadline.id} {deadline.title} stopped: {why}"
        case.add_record_row(
            RowKind.DEADLINE,
            "deadline-stopped",
            line,
            now=now,
            about=deadline.id,
            detail={"why": why, "due": deadline.due.isoformat()},
        )


def uncounted(case: CaseState, deadline: RunningDeadline) -> bool:
    """Whether it is counted from nothing any more, here or in a case that goes on in this one."""
    carried_for_another = any(one.id == deadline.id for one in case.carried)
    return since(case, deadline.rule, deadline.subject) is None and not carried_for_another


def stop_uncounted(case: CaseState, deadlines: Iterable[RunningDeadline], why: str, now: datetime) -> None:
    """What is counted from nothing any more stops, and runs again as soon as that is there."""
    for deadline in deadlines:
        if uncounted(case, deadline):
            stop(case, deadline.id, why, now)


def recount(case: CaseState, why: str, now: datetime) -> None:
    """Count every open deadline again from its anchor; a move is recorded with the old and new date and the reason."""
    for deadline in case.deadlines.values():
        if not deadline.open:
            continue
        deadline.since = anchor(case, deadline)
        if moved := move(case, deadline, _reckon(case, deadline), why, now):
            deadline.reschedule(case.edition, case.calendar, now)
            case.post(notify.deadline_moved(case, deadline, moved))
            if deadline.rule == "D-7" and moved.due < moved.was:
                mind_the_meeting(case, now)


def run_again(case: CaseState, deadline: RunningDeadline, why: str, now: datetime) -> None:
    """A deadline that was met or stopped by mistake runs again, from what it is counted from by now; what it missed
    fires at once.
    """
    deadline.since = anchor(case, deadline)
    deadline.met_at = deadline.met_by = deadline.stopped_at = deadline.stopped_why = deadline.stopped_with = None
    deadline.due = _reckon(case, deadline)
    deadline.reschedule(case.edition, case.calendar, now)
    line = f"{deadline.id} {deadline.title} runs again, due {notify.moment(deadline.due)}: {why}"
    detail: dict[str, JsonValue] = {"due": deadline.due.isoformat(), "why": why}
    case.add_record_row(RowKind.DEADLINE, "deadline-reopened", line, now=now, about=deadline.id, detail=detail)


def _reckon(case: CaseState, deadline: RunningDeadline, *, until: datetime | None = None) -> datetime:
    """When a deadline is due, by the calendar and pauses as they stand now; a running pause counts up to `until`."""
    deadline.length = case.edition.deadlines[deadline.rule].length
    deadline.held, deadline.held_since, deadline.set_due = [], None, due_set(case, deadline)
    if not case.edition.deadlines[deadline.rule].never_pauses:
        day_set_at = kind_of(deadline.rule).day_set_at(case, deadline)
        for pause in case.pauses:
            if day_set_at and pause.since < day_set_at:
                continue  # known when people set the day
            if (ended := pause.until or until) is None:
                deadline.held_since = max(pause.since, deadline.since)
            else:
                deadline.hold(pause.since, ended, case.edition, case.calendar)
    return carried.earlier(case, deadline, kind_of(deadline.rule).day_set_at(case, deadline), until=until)


def move(case: CaseState, deadline: RunningDeadline, to: datetime, why: str, now: datetime) -> Moved | None:
    """Note a new due time, with the old one and the reason; None where it is the same."""
    if to == deadline.due:
        return None
    moved = Moved(was=deadline.due, due=to, why=why, at=now)
    deadline.moves.append(moved)
    deadline.due = to
    line = f"{deadline.id} {deadline.title} moved from {notify.moment(moved.was)} to {notify.moment(moved.due)}: {why}"
    detail: dict[str, JsonValue] = {"was": moved.was.isoformat(), "due": moved.due.isoformat(), "why": why}
    case.add_record_row(RowKind.DEADLINE, "deadline-moved", line, now=now, about=deadline.id, detail=detail)
    return moved


def fire(case: CaseState, deadline_id: str, reminder: ReminderDue, now: datetime) -> None:
    """A reminder fires: overdue is noted, who must know is told, after silence the deputy is asked (R-4, R-11)."""
    deadline = case.deadlines[deadline_id]
    deadline.fired.append(reminder.name)
    if reminder.kind == PASSED:
        case.add_record_row(
            RowKind.DEADLINE,
            "deadline-passed",
            f"{deadline.id} {deadline.title} is overdue",
            now=now,
            about=deadline.id,
            detail={"due": deadline.due.isoformat()},
        )
        return
    if reminder.kind == PLAN:
        mind_the_plan(case, reminder, now)
        return
    ask = reads.ask(case, deadline.subject or "") if reminder.kind == "deputy" else None
    if ask:
        ask.deputies = deputies(case.cast, ask.capacity)
    what, line = f"deadline-{reminder.kind}", f"{deadline.id} {deadline.title}: {reminder.name.replace('-', ' ')}"
    if reminder.kind == "deputy" and not (ask and ask.deputies):
        what, line = "deadline-no-deputy", f"{deadline.id} {deadline.title}: no answer, and there is no deputy to ask"
    case.add_record_row(RowKind.DEADLINE, what, line, now=now, about=deadline.id)
    notices = notify.reminder(case, deadline, reminder, now)
    for notice in notices:
        _in_place_of_what_waits(case, deadline, notice, now)
    case.post(notices)


def _in_place_of_what_waits(case: CaseState, deadline: RunningDeadline, notice: Notice, now: datetime) -> None:
    """A mail of the same deadline that this person has not got yet is not sent after all: this one takes its place.

    Of several that wait as one mail the others go on waiting.
    """
    for key, waiting in list(case.waiting.items()):
        cause = f"{notify.REMINDER}{deadline.id}:"
        group = [waiting.notice, *waiting.others]
        older = [one for one in group if one.to == notice.to and one.cause.startswith(cause)]
        if not older:
            continue
        del case.waiting[key]
        if left := [one for one in group if one not in older]:
            again = {"notice": left[0], "others": left[1:]}
            case.waiting[left[0].key] = waiting.model_copy(update=again)
        for one in older:
            missed = [*one.n.get("missed", []), waiting.since.isoformat()]
            notice.n["missed"] = [*notice.n.get("missed", []), *missed]
            case.failed.pop(one.key, None)
            line = f"Not sent to {one.to}: {mail_name(one)}; a later mail takes its place"
            case.add_record_row(
                RowKind.EFFECT, "mail-overtaken", line, now=now, about=deadline.id, detail={"effect": one.key}
            )


def next_morning(case: CaseState, now: datetime) -> datetime:
    """09:00 in London on the next working day."""
    return datetime.combine(case.calendar.add(london(now).date(), 1), START_OF_WORK, LONDON)


def settle(case: CaseState, now: datetime) -> None:
    """Meet each deadline that is fulfilled, stop each that nobody owes any more, and run each again that is owed after
    all.
    """
    for deadline in case.deadlines.values():
        if not deadline.open:
            if why := owed_again(case, deadline):
                run_again(case, deadline, why, now)
        elif met := met_by(case, deadline):
            meet(case, deadline.id, met.at, now, message=met.message)
        elif why := kind_of(deadline.rule).overtaken(case, deadline):
            stop(case, deadline.id, why, now)
