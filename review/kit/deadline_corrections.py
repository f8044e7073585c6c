"""What a correction does to deadlines: what was counted from it, or met by it, is judged again (X-2). Pure.

A core file, beside `review.kit.deadlines`.
"""

from datetime import datetime

from pydantic import JsonValue

from review.case import reads
from review.case.deadline import Ending, RunningDeadline
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.kit import notify
from review.kit.deadline_ends import WITH_THE_CASE, end_one
from review.kit.deadline_kinds import kind_of
from review.kit.deadlines import (
    TAKEN_BACK,
    anchor,
    due_set,
    met_by,
    move,
    recount,
    run_again,
    stop_uncounted,
    uncounted,
)


def judge_again(case: CaseState, wrong: Entry, now: datetime) -> None:
    """What the wrong entry met, alone or with others, is met when it truly was, or owed again; not in a case that
    people ended.
    """
    for deadline in [one for one in case.deadlines.values() if _helped_to_meet(case, wrong, one)]:
        _meet_again(case, deadline, now)
        if reads.ended_by_people(case):
            end_one(case, deadline, Ending.WITHDRAWN, WITH_THE_CASE, now)


def _helped_to_meet(case: CaseState, wrong: Entry, deadline: RunningDeadline) -> bool:
    """It met the deadline, or came before what did, of several that meet it together."""
    if deadline.met_by == wrong.reported.message:
        return True
    kind = kind_of(deadline.rule)
    if not kind.met_by_several or not isinstance(wrong.fact, kind.met_by):
        return False
    later = case.entries[case.place(wrong) + 1 :]
    return deadline.met_by in [one.reported.message for one in later]


def count_again(case: CaseState, wrong: Entry, why: str, now: datetime) -> None:
    """What counts from nothing any more stops; all else is counted again, and what is met is judged by it."""
    for deadline in case.deadlines.values():
        met_by_our_mails = deadline.met_at and deadline.met_by is None  # those that tell people (D-3)
        if met_by_our_mails and uncounted(case, deadline):
            deadline.met_at = None
    stop_uncounted(case, case.deadlines.values(), TAKEN_BACK, now)
    _recount_met(case, wrong, why, now)
    recount(case, why, now)


def _recount_met(case: CaseState, wrong: Entry, why: str, now: datetime) -> None:
    """What a met deadline was counted from was wrong: its true due time is recorded, and with it whether it was late.

    Only a correction does so; a late announcement never moves a met deadline. Where the case was paused it is left
    as it was judged.
    """
    for deadline in case.deadlines.values():
        if deadline.met_at is None or deadline.held:
            continue
        was, deadline.since = (deadline.since, deadline.set_due), anchor(case, deadline)
        if isinstance(wrong.fact, kind_of(deadline.rule).day_set_by):
            deadline.set_due = due_set(case, deadline)
        if (deadline.since, deadline.set_due) != was:
            move(case, deadline, deadline.due_by(case.edition, case.calendar), why, now)


def _meet_again(case: CaseState, deadline: RunningDeadline, now: datetime) -> None:
    was, met = deadline.met_at, met_by(case, deadline)
    if met is None:
        run_again(case, deadline, "what met it was entered wrongly", now)
        return
    deadline.met_at, deadline.met_by = met.at, met.message
    if was and was != deadline.met_at:
        met_at = notify.moment(deadline.met_at)
        line = f"{deadline.id} {deadline.title} met at {met_at}, not {notify.moment(was)} (correction)"
        detail: dict[str, JsonValue] = {"was": was.isoformat(), "met": deadline.met_at.isoformat()}
        case.add_record_row(RowKind.DEADLINE, "deadline-met-corrected", line, now=now, about=deadline.id, detail=detail)
