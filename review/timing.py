"""How a clock changes: it starts, rings, is met, moves or stops; and the backward plan from D-7.

Room: review. Pure transitions on `CaseState`, each of which tells the record. `now` is the case's clock.
"""

from datetime import datetime

from pydantic import JsonValue

from calendar_rules.lengths import LONDON, START_OF_WORK, london
from calendar_rules.plan import SafeTime, latest_safe
from review import telling
from review.case import CaseState
from review.clocks import PASSED, PLAN, BellDue, Clock, Moved
from review.record import RowKind
from review.sign_off import deputies

TAKEN_BACK = "what it was counted from was entered wrongly"  # such a clock runs again when that is said again
NO_LONGER_IN_SCOPE = "the agency is no longer in scope"


def start(
    case: CaseState, rule: str, now: datetime, *, since: datetime, subject: str | None = None, title: str | None = None
) -> Clock:
    """Start a clock, or find it running: a run that begins again meets the same clock.

    It counts from what the edition says; `since` stands where the facts do not tell that yet.
    """
    id = f"{rule}:{subject}" if subject else rule
    if known := case.clocks.get(id):
        if known.stopped_why in (TAKEN_BACK, NO_LONGER_IN_SCOPE):
            known.since = case.since(rule, subject) or since
            run_again(case, known, "what it is counted from has been said again", now)
        return known
    counted, since = case.edition.deadlines[rule], case.since(rule, subject) or since
    clock = Clock(
        id=id,
        rule=rule,
        subject=subject,
        title=title or counted.title,
        since=since,
        due=since,  # reckoned below
        started_at=now,
    )
    case.clocks[id] = clock
    clock.due = _reckon(case, clock)
    clock.silence_the_past(case.edition, case.calendar)
    line = f"{id} {clock.title} runs from {telling.moment(since)}, due {telling.moment(clock.due)}"
    detail: dict[str, JsonValue] = {
        "since": since.isoformat(),
        "due": clock.due.isoformat(),
        "length": str(counted.length),
        "clause": counted.clause,
    }
    case.tell(RowKind.DEADLINE, "deadline-started", line, now=now, about=id, detail=detail)
    meet_what_is_fulfilled(case, now)
    if rule == "D-7":
        mind_the_meeting(case, now)
    return clock


def meet(case: CaseState, clock_id: str, at: datetime, now: datetime, *, message: str | None = None) -> None:
    """Note a clock as met at `at`; once met it never moves."""
    clock = case.clocks[clock_id]
    if not clock.open:
        return
    if (
        clock.held_since and at > clock.held_since
    ):  # met while a pause holds it: the time of the pause is given back first
        _move(case, clock, _reckon(case, clock, until=at), "the case is paused", now)
    clock.met_at, clock.met_by, clock.held_since = at, message, None
    late = at > clock.due
    how = "met late" if late else "met"
    line = f"{clock.id} {clock.title} {how} at {telling.moment(at)} (due {telling.moment(clock.due)})"
    detail: dict[str, JsonValue] = {"due": clock.due.isoformat(), "met": at.isoformat(), "late": late}
    case.tell(
        RowKind.DEADLINE,
        "deadline-met-late" if late else "deadline-met",
        line,
        now=now,
        about=clock.id,
        happened_at=at,
        detail=detail,
    )


def stop(case: CaseState, clock_id: str, why: str, now: datetime) -> None:
    """Stop a clock that is overtaken: by withdrawal, by a newer version, by the end of the rapid review."""
    clock = case.clocks[clock_id]
    if clock.open:
        clock.stopped_at, clock.stopped_why, clock.held_since = now, why, None
        line = f"{clock.id} {clock.title} stopped: {why}"
        case.tell(
            RowKind.DEADLINE,
            "deadline-stopped",
            line,
            now=now,
            about=clock.id,
            detail={"why": why, "due": clock.due.isoformat()},
        )


def recount(case: CaseState, why: str, now: datetime) -> None:
    """Count every open clock anew from its anchor; what moves is recorded with its old and new date and the reason."""
    for clock in case.clocks.values():
        if not clock.open:
            continue
        clock.since = case.anchor(clock)
        if moved := _move(case, clock, _reckon(case, clock), why, now):
            clock.rearm(case.edition, case.calendar, now)
            case.post(telling.deadline_moved(case, clock, moved))
            if clock.rule == "D-7" and moved.due < moved.was:
                mind_the_meeting(case, now)


def recount_met(case: CaseState, why: str, now: datetime) -> None:
    """What a met deadline was counted from was wrong: its true due time is recorded, and with it whether it was late.

    Only a correction does so; a late announcement never moves a met deadline. Where the case was paused it is left
    as it was judged.
    """
    for clock in case.clocks.values():
        if clock.met_at is None or clock.held or case.anchor(clock) == clock.since:
            continue
        clock.since = case.anchor(clock)
        _move(case, clock, clock.due_by(case.edition, case.calendar), why, now)


def meet_anew(case: CaseState, clock: Clock, now: datetime) -> None:
    """The fact that met a clock was wrong:
    it is met when it truly was, or, where it was not met at all, runs again (X-2).
    """
    was, entry = clock.met_at, case.fulfilled(clock)
    if entry is None:
        run_again(case, clock, "what met it was entered wrongly", now)
        return
    clock.met_at, clock.met_by = entry.happened_at, entry.said.message
    if was and was != clock.met_at:
        line = f"{clock.id} {clock.title} met at {telling.moment(clock.met_at)}, not {telling.moment(was)} (correction)"
        detail: dict[str, JsonValue] = {"was": was.isoformat(), "met": clock.met_at.isoformat()}
        case.tell(RowKind.DEADLINE, "deadline-met-corrected", line, now=now, about=clock.id, detail=detail)


def run_again(case: CaseState, clock: Clock, why: str, now: datetime) -> None:
    """A clock that was met or stopped by mistake runs again; what it missed rings at once."""
    clock.met_at = clock.met_by = clock.stopped_at = clock.stopped_why = None
    clock.due = _reckon(case, clock)
    clock.rearm(case.edition, case.calendar, now)
    line = f"{clock.id} {clock.title} runs again, due {telling.moment(clock.due)}: {why}"
    detail: dict[str, JsonValue] = {"due": clock.due.isoformat(), "why": why}
    case.tell(RowKind.DEADLINE, "deadline-reopened", line, now=now, about=clock.id, detail=detail)


def _reckon(case: CaseState, clock: Clock, *, until: datetime | None = None) -> datetime:
    """When a clock is due, by the calendar and the pauses as they stand now; a running pause counts up to `until`."""
    clock.length = case.edition.deadlines[clock.rule].length
    clock.held, clock.held_since, clock.set_due = [], None, case.due_set(clock)
    if not case.edition.deadlines[clock.rule].never_pauses:
        for pause in case.pauses:
            if (ended := pause.until or until) is None:
                clock.held_since = max(pause.since, clock.since)
            else:
                clock.hold(pause.since, ended, case.edition, case.calendar)
    return clock.due_by(case.edition, case.calendar)


def _move(case: CaseState, clock: Clock, to: datetime, why: str, now: datetime) -> Moved | None:
    """Note a new due time, with the old one and the reason; None where it is the same."""
    if to == clock.due:
        return None
    moved = Moved(was=clock.due, due=to, why=why, at=now)
    clock.moves.append(moved)
    clock.due = to
    line = f"{clock.id} {clock.title} moved from {telling.moment(moved.was)} to {telling.moment(moved.due)}: {why}"
    detail: dict[str, JsonValue] = {"was": moved.was.isoformat(), "due": moved.due.isoformat(), "why": why}
    case.tell(RowKind.DEADLINE, "deadline-moved", line, now=now, about=clock.id, detail=detail)
    return moved


def ring(case: CaseState, clock_id: str, bell: BellDue, now: datetime) -> None:
    """A bell rings: what is overdue is noted, who must know is told, after silence the deputy is asked (R-4, R-11)."""
    clock = case.clocks[clock_id]
    clock.rung.append(bell.name)
    if bell.kind == PASSED:
        case.tell(
            RowKind.DEADLINE,
            "deadline-passed",
            f"{clock.id} {clock.title} is overdue",
            now=now,
            about=clock.id,
            detail={"due": clock.due.isoformat()},
        )
        return
    if bell.kind == PLAN:
        _mind_the_plan(case, bell, now)
        return
    ask = case.ask(clock.subject or "") if bell.kind == "deputy" else None
    if ask:
        ask.deputies = deputies(case.cast, ask.capacity)
    what, line = f"deadline-{bell.kind}", f"{clock.id} {clock.title}: {bell.name}"
    if bell.kind == "deputy" and not (ask and ask.deputies):
        what, line = "deadline-no-deputy", f"{clock.id} {clock.title}: no answer, and there is no deputy to ask"
    case.tell(RowKind.DEADLINE, what, line, now=now, about=clock.id)
    case.post(telling.bell(case, clock, bell, now))


def next_morning(case: CaseState, now: datetime) -> datetime:
    """09:00 in London on the next working day."""
    return datetime.combine(case.calendar.add(london(now).date(), 1), START_OF_WORK, LONDON)


def meet_what_is_fulfilled(case: CaseState, now: datetime) -> None:
    for clock in case.clocks.values():
        if clock.open and (entry := case.fulfilled(clock)):
            meet(case, clock.id, entry.happened_at, now, message=entry.said.message)


def safe_times(case: CaseState) -> list[SafeTime]:
    """The backward plan from D-7; empty while D-7 does not run."""
    clock = case.clocks.get("D-7")
    return latest_safe(clock.due, case.edition, case.calendar) if clock and clock.open else []


def safe_step_done(case: CaseState, step: str) -> bool:
    """Whether what the backward plan wants by then is done, or the meeting it was for has been held without it."""
    held = case.meeting_held is not None
    match step:
        case "latest-request":
            return held or (bool(case.scope) and not [agency for agency in case.scope if agency not in case.requests])
        case "latest-returns":
            return held or (bool(case.scope) and not case.outstanding)
        case "latest-meeting":
            return held
        case _:  # latest-draft-out
            return bool(case.open_round) or case.approved_version is not None


_LATE = {
    "latest-request": "the request to the agencies has not gone out",
    "latest-returns": "agencies' returns are still out",
    "latest-meeting": "the rapid review meeting has not been held",
    "latest-draft-out": "the draft is not out for sign-off",
}


def _mind_the_plan(case: CaseState, bell: BellDue, now: datetime) -> None:
    if not safe_step_done(case, bell.name):
        safe = next(step for step in safe_times(case) if step.id == bell.name)
        warn(case, f"{bell.name}:{safe.at.isoformat()}", _LATE[bell.name], safe, now)


def mind_the_meeting(case: CaseState, now: datetime) -> None:
    """Warn when the date set for the rapid review meeting eats the slack of D-7 ("Backward plan")."""
    safe = {step.id: step for step in safe_times(case)}.get("latest-meeting")
    if safe and case.meeting_at and not case.meeting_held and case.meeting_at > safe.at:
        what = f"the rapid review meeting is set for {telling.day(case.meeting_at)}"
        warn(case, f"meeting-set:{case.meeting_at.isoformat()}:{safe.at.isoformat()}", what, safe, now)


def warn(case: CaseState, cause: str, what: str, safe: SafeTime, now: datetime) -> None:
    """A warning is a fact of the record, and a mail to those who can still do something."""
    line = f"Warning: {what}; the latest safe time was {telling.moment(safe.at)}"
    case.tell(
        RowKind.WARNING,
        "slack-eaten",
        line,
        now=now,
        about="D-7",
        detail={"step": safe.id, "latest_safe": safe.at.isoformat()},
    )
    case.post(telling.slack_warning(case, cause, what, safe))
