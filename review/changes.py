"""How a case changes: a fact is taken, a clock starts, rings, moves, is met or stops, a round opens or closes.

Room: review. Pure transitions on `CaseState`, each of which tells the record. Whether a fact may be taken is said
beforehand by `review.checks`; what is done about it is for the run.
"""

from datetime import UTC, date, datetime

from pydantic import JsonValue

from calendar_rules.lengths import LONDON, START_OF_WORK, london
from calendar_rules.plan import SafeTime, latest_safe
from calendar_rules.working_days import ClosedKind
from review import telling
from review.case import SUBMISSION, CaseState, Entry, Failed, Pause
from review.clocks import PASSED, PLAN, BellDue, Clock, Moved
from review.facts import (
    CalendarChanged,
    CasePaused,
    CaseResumed,
    CaseWithdrawn,
    Corrected,
    DirectoryChanged,
    DocumentRef,
    DutyRetried,
    Fact,
    IncidentReported,
    RapidReviewMeetingMoved,
    Said,
    ScopingMeetingHeld,
    SignOffGiven,
)
from review.notices import Notice
from review.record import RowKind, Settled
from review.refusals import Refusal
from review.sign_off import VACANT, Ask, Round, RoundStatus, accountable, deputies, signatories
from review.words import ENDED, STAGE_TITLES, Stage, Verdict

WITH_THE_CASE = "the case was withdrawn"  # why a clock stopped that runs again when the case is reopened

# --- facts ---


def when(case: CaseState, said: Said, now: datetime) -> datetime:
    """When a fact happened (UTC): as it says, else when it was recorded;
    in a rehearsal, whose clock is its own, now.
    """
    if said.fact.happened_at is not None:
        return said.fact.happened_at.astimezone(UTC)
    return (now if case.rehearsal else min(said.recorded_at, now)).astimezone(UTC)


def take(case: CaseState, said: Said, now: datetime) -> None:
    """Take a fact that has been checked. A message that was seen before changes nothing."""
    if case.seen(said.message):
        return
    entry = Entry(said=said, happened_at=when(case, said, now), taken_at=now)
    case.entries.append(entry)
    case.settled.append(settlement(said.message, now))
    case.tell(
        RowKind.FACT,
        said.fact.kind,
        telling.of_fact(said.fact),
        now=now,
        about=telling.subject_of(said.fact),
        said=said,
        happened_at=entry.happened_at,
        detail=said.fact.model_dump(mode="json"),
    )
    _consequences(case, entry, now)
    _consequences_by_chapter(case, entry, now)
    _meet_what_is_fulfilled(case, now)


def refuse(case: CaseState, said: Said, refusal: Refusal, now: datetime) -> None:
    """Note that a message which came by the relay was refused; nothing else changes, and its sender can read why."""
    if case.seen(said.message):
        return
    case.refused[said.message] = Settled(message=said.message, status="refused", refusal=refusal.as_dict(), at=now)
    case.settled.append(case.refused[said.message])
    detail: dict[str, JsonValue] = {"refusal": refusal.name(), "fact": said.fact.model_dump(mode="json")}
    case.tell(RowKind.REFUSED, said.fact.kind, f"Refused: {refusal.text}", now=now, said=said, detail=detail)


def settlement(message: str, now: datetime) -> Settled:
    """That a message was recorded."""
    return Settled(message=message, status="recorded", at=now)


def _consequences_by_chapter(case: CaseState, entry: Entry, now: datetime) -> None:
    from review.chapters import CHAPTERS  # chapters stand on the transitions of this module

    for chapter in CHAPTERS:
        chapter.consequences(case, entry, now)


def _consequences(case: CaseState, entry: Entry, now: datetime) -> None:
    fact: Fact = entry.said.fact
    match fact:
        case SignOffGiven():
            _sign(case, fact, entry, now)
        case ScopingMeetingHeld() | RapidReviewMeetingMoved():
            _mind_the_meeting(case, now)
        case CasePaused():
            case.pauses.append(Pause(since=entry.happened_at))
            recount(case, "the case is paused", now)
            case.post(telling.standing(case, "case-paused", entry))
        case CaseResumed():
            _resume(case, entry, now)
        case CaseWithdrawn():
            _withdraw(case, entry, now)
        case Corrected():
            _correct(case, fact, entry, now)
        case CalendarChanged():
            _change_calendar(case, fact, now)
        case DirectoryChanged():
            _change_cast(case, fact, now)
        case DutyRetried():
            failed = case.failed.pop(fact.duty)
            case.post([failed.notice])


def _correct(case: CaseState, correction: Corrected, entry: Entry, now: datetime) -> None:
    """What was wrong stays, marked;
    what is right takes its place, and everything counted from it is counted anew (X-2).
    """
    wrong = next(old for old in case.entries if old.said.message == correction.corrects and not old.corrected_by)
    wrong.corrected_by = entry.said.message
    envelope = entry.said.model_copy(update={"fact": correction.right})
    happened = correction.right.happened_at or wrong.happened_at
    right = Entry(said=envelope, happened_at=happened, taken_at=wrong.taken_at)
    case.entries.insert(case.entries.index(wrong) + 1, right)
    for clock in [clock for clock in case.clocks.values() if clock.met_by == correction.corrects]:
        _meet_anew(case, clock, now)
    why = f"correction: {correction.right.title.lower()}"
    if isinstance(correction.right, IncidentReported):
        _mind_the_duties_of_care(case, why, now)
    if isinstance(correction.right, ScopingMeetingHeld):
        for clock in [clock for clock in case.clocks.values() if clock.rule == "D-6" and clock.open]:
            if clock.subject not in case.scope:
                stop(case, clock.id, "the agency is no longer in scope", now)
        _mind_the_meeting(case, now)
    _recount_met(case, why, now)
    recount(case, why, now)


def _recount_met(case: CaseState, why: str, now: datetime) -> None:
    """What a met deadline was counted from was wrong: its true due time is recorded, and with it whether it was late.

    Only a correction does so; a late announcement never moves a met deadline. Where the case was paused it is left
    as it was judged.
    """
    for clock in case.clocks.values():
        if clock.met_at is None or clock.held or case.anchor(clock) == clock.since:
            continue
        clock.since = case.anchor(clock)
        _move(case, clock, clock.due_by(case.edition, case.calendar), why, now)


def _meet_anew(case: CaseState, clock: Clock, now: datetime) -> None:
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


def set_aside(case: CaseState, kind: type[Fact], entry: Entry) -> None:
    """What was decided no longer stands, because of what is said now; it stays in the case, marked (A-3, X-1)."""
    if decided := case.entry(kind):
        decided.corrected_by = entry.said.message


def _mind_the_duties_of_care(case: CaseState, why: str, now: datetime) -> None:
    """D-2 runs from the moment it is known that a child in care died, and stops where none did (N-4)."""
    if "D-1" not in case.clocks or case.halted:  # the case's own start sees to it; or all is over
        return
    for rule in (rule for rule in case.edition.deadlines if rule.startswith("D-2:")):
        clock = case.clocks.get(rule)
        if not case.child_in_care_died and clock:
            stop(case, rule, why, now)
        elif case.child_in_care_died and clock and clock.stopped_at:
            run_again(case, clock, why, now)
        elif case.child_in_care_died:
            start(case, rule, now, since=case.incident.aware_at)


def _change_calendar(case: CaseState, fact: CalendarChanged, now: datetime) -> None:
    """A proclaimed bank holiday or a closure moves every open deadline that it touches;
    a met one never ("a late announcement"). One that was entered by mistake is opened again, and they move back (X-2).
    """
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
    return f"{why}, {day:%A} {day.day} {day:%B %Y}"


def _change_cast(case: CaseState, fact: DirectoryChanged, now: datetime) -> None:
    """From now on the new people hold the offices; an open sign-off passes to whoever holds the office now."""
    if fact.cast.version <= case.cast.version:
        return
    case.cast = fact.cast
    for one in (one for one in case.rounds if one.open):
        for ask in (ask for ask in one.asks if ask.verdict is None):
            _pass_on(case, one, ask, now)


def _pass_on(case: CaseState, one: Round, ask: Ask, now: datetime) -> None:
    """An unanswered ask goes to whoever now holds the office;
    deputies once asked stay asked while they are deputies.
    """
    ask.deputies = [person for person in ask.deputies if person in deputies(case.cast, ask.capacity)]
    holders = signatories(case.cast, ask.capacity)
    if ask.officer in holders or not holders:
        return
    clock = case.clocks.get(clock_of_ask(one, ask))
    if clock:
        stop(case, clock.id, "another officer holds the office", now)
    ask.officer, ask.received_at, ask.deputies, ask.turn = holders[0], None, [], ask.turn + 1
    ask.stand_in = not accountable(case.cast, ask.capacity)
    line = f"Sign-off for {ask.capacity} passes to the officer who now holds the office"
    case.tell(RowKind.FACT, "officer-replaced", line, now=now, about=f"{one.id}:{ask.capacity}")


def _resume(case: CaseState, entry: Entry, now: datetime) -> None:
    """The time of the pause is given back to every clock that the pause held (X-1)."""
    case.pauses[-1].until = entry.happened_at
    recount(case, "the case was paused", now)
    case.post(telling.standing(case, "case-resumed", entry))


def _withdraw(case: CaseState, entry: Entry, now: datetime) -> None:
    for clock in case.clocks.values():
        if clock.open:
            stop(case, clock.id, WITH_THE_CASE, now)
    for one in case.rounds:
        if one.open:
            one.status = RoundStatus.STOPPED
    case.post(telling.standing(case, "case-withdrawn", entry))
    enter(case, Stage.WITHDRAWN, now)


def _mind_the_meeting(case: CaseState, now: datetime) -> None:
    """Warn when the date set for the rapid review meeting eats the slack of D-7 ("Backward plan")."""
    safe = {step.id: step for step in safe_times(case)}.get("latest-meeting")
    if safe and case.meeting_at and not case.meeting_held and case.meeting_at > safe.at:
        what = f"the rapid review meeting is set for {telling.day(case.meeting_at)}"
        warn(case, f"meeting-set:{case.meeting_at.isoformat()}:{safe.at.isoformat()}", what, safe, now)


# --- clocks ---


def start(
    case: CaseState, rule: str, now: datetime, *, since: datetime, subject: str | None = None, title: str | None = None
) -> Clock:
    """Start a clock, or find it running: a run that begins again meets the same clock."""
    id = f"{rule}:{subject}" if subject else rule
    if id in case.clocks:
        return case.clocks[id]
    known = case.edition.deadlines[rule]
    clock = Clock(
        id=id,
        rule=rule,
        subject=subject,
        title=title or known.title,
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
        "length": str(known.length),
        "clause": known.clause,
    }
    case.tell(RowKind.DEADLINE, "deadline-started", line, now=now, about=id, detail=detail)
    _meet_what_is_fulfilled(case, now)
    if rule == "D-7":
        _mind_the_meeting(case, now)
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
                _mind_the_meeting(case, now)


def _reckon(case: CaseState, clock: Clock, *, until: datetime | None = None) -> datetime:
    """When a clock is due, by the calendar and the pauses as they stand now; a running pause counts up to `until`."""
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
    if bell.kind == "deputy" and (ask := case.ask(clock.subject or "")):
        ask.deputies = deputies(case.cast, ask.capacity)
    case.tell(
        RowKind.DEADLINE, f"deadline-{bell.kind}", f"{clock.id} {clock.title}: {bell.name}", now=now, about=clock.id
    )
    case.post(telling.bell(case, clock, bell))


def next_morning(case: CaseState, now: datetime) -> datetime:
    """09:00 in London on the next working day."""
    return datetime.combine(case.calendar.add(london(now).date(), 1), START_OF_WORK, LONDON)


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


def _meet_what_is_fulfilled(case: CaseState, now: datetime) -> None:
    for clock in case.clocks.values():
        if clock.open and (entry := case.fulfilled(clock)):
            meet(case, clock.id, entry.happened_at, now, message=entry.said.message)


# --- sign-off ---


def open_round(
    case: CaseState,
    title: str,
    document: DocumentRef,
    now: datetime,
    *,
    asked: list[str] | None = None,
    step: str = "",
    then: str = "",
) -> Round:
    """Start a round over one version; an open round over an older version is void (R-11).

    `asked` are the capacities that sign, the accountable officers' where it is left out; `step` tells apart the rounds
    that one version passes through (K-7); `then` says what follows when all have approved.
    """
    id = f"{document.document}-{document.version}" + (f"-{step}" if step else "")
    for one in case.rounds:
        if one.id == id:
            return one
        if one.open and one.document.document == document.document:
            overtake(case, one, now)
    asks = [
        Ask(
            capacity=capacity,
            officer=next(iter(signatories(case.cast, capacity)), VACANT),
            stand_in=not accountable(case.cast, capacity),
        )
        for capacity in asked or case.edition.national.accountable_capacities
    ]
    round = Round(id=id, title=title, document=document, opened_at=now, asks=asks, step=step, then=then)
    case.rounds.append(round)
    line = f"Sign-off of {title}, version {document.version}, asked of {', '.join(ask.capacity for ask in asks)}"
    case.tell(
        RowKind.FACT,
        "sign-off-opened",
        line,
        now=now,
        about=id,
        detail={"sha256": document.sha256, "version": document.version},
    )
    return round


def _sign(case: CaseState, fact: SignOffGiven, entry: Entry, now: datetime) -> None:
    one = next(one for one in case.rounds if one.id == fact.round)
    ask = one.ask_of(fact.officer, fact.capacity)
    if ask is None:
        raise LookupError(f"{fact.officer} is not asked in {fact.round}; checks come first")
    ask.verdict, ask.given_by, ask.given_at = fact.verdict, fact.officer, entry.happened_at
    ask.as_deputy, ask.comments = ask.stand_in or fact.officer != ask.officer, fact.comments
    clock_id = clock_of_ask(one, ask)
    if clock_id in case.clocks:
        meet(case, clock_id, entry.happened_at, now, message=entry.said.message)
    one.settle()
    if fact.verdict is Verdict.SEND_BACK:
        case.post(telling.sent_back(case, one, ask))
    if one.status is not RoundStatus.OPEN:
        for other in one.asks:
            if (clock := case.clocks.get(clock_of_ask(one, other))) and clock.open:
                stop(case, clock.id, "the draft was sent back", now)
        line = f"Sign-off of {one.title}, version {one.document.version}: {one.status}"
        case.tell(RowKind.FACT, "sign-off-closed", line, now=now, about=one.id)


def overtake(case: CaseState, one: Round, now: datetime) -> None:
    """A newer version is sent for sign-off: the round is void, and nobody owes an answer to it any more (R-11)."""
    if one.open:
        one.status = RoundStatus.SUPERSEDED
    for ask in one.asks:
        if clock_of_ask(one, ask) in case.clocks:
            stop(case, clock_of_ask(one, ask), "a newer version is out for sign-off", now)


def clock_of_ask(one: Round, ask: Ask) -> str:
    return f"D-8:{subject_of_ask(one, ask)}"


def subject_of_ask(one: Round, ask: Ask) -> str:
    return f"{one.id}:{ask.capacity}" if ask.turn == 1 else f"{one.id}:{ask.capacity}:{ask.turn}"


# --- stages and effects ---


def enter(case: CaseState, stage: Stage, now: datetime) -> None:
    """The case enters a stage; told once."""
    if case.stage is not stage:
        case.left = case.stage if stage in ENDED else None
        case.stage = stage
        case.tell(RowKind.STAGE, stage, STAGE_TITLES[stage], now=now)


def effect_done(
    case: CaseState, key: str, line: str, now: datetime, *, about: str | None = None, disclosed: bool = False
) -> None:
    """Note an effect as done; it will not be done again."""
    case.done[key] = now
    if key.startswith(SUBMISSION) and (clock := case.clocks.get("D-7")) and clock.open:
        meet(case, clock.id, now, now)  # delivered at the second try: met then, not when it was said
    case.tell(
        RowKind.DISCLOSURE if disclosed else RowKind.EFFECT,
        "mail-sent" if ">" in key else "document-made",
        line,
        now=now,
        about=about,
        detail={"effect": key},
    )


def effect_failed(case: CaseState, notice: Notice, why: str, now: datetime) -> None:
    """A duty that could not be done is recorded, shown, told to the Business Unit, and can be tried again."""
    case.failed[notice.key] = Failed(notice=notice, why=why, at=now)
    if notice.template == SUBMISSION and (clock := case.clocks.get("D-7")) and clock.met_at:
        run_again(case, clock, "the submission was not delivered to the Panel", now)
    case.tell(
        RowKind.FAILED,
        notice.template,
        f"Not delivered to {notice.to}: {why}",
        now=now,
        about=notice.about,
        detail={"duty": notice.key},
    )
    case.post(telling.duty_failed(case, notice, now))
