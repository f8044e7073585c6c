"""The entity loop: what keeps a case running for as long as it lives.

No exception may end a case: an error of ours fails the workflow task, which is tried again with the next release.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, datetime, time
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from calendar_rules.lengths import LONDON
from review.case import reads
from review.case.effects import EffectKey
from review.case.record import RowKind
from review.chapters.announcements.chapter import leave_begins_or_ends
from review.chapters.any_stage.merging import goes_over
from review.facts import Reported, Speaker
from review.facts.any_stage import CaseJoined, CaseMerged, CaseParted, CaseReopened
from review.facts.directory import Role
from review.facts.enums import Stage
from workflows import names
from workflows.carrying import problem_of
from workflows.case_run import CaseRun

StageFunction = Callable[[CaseRun], Coroutine[Any, Any, None]]


async def nothing_more(run: CaseRun) -> None:
    """A case that was withdrawn or merged has as a rule nothing left to do."""


async def entity_loop(run: CaseRun, protocol: StageFunction, *, after_withdrawal: StageFunction = nothing_more) -> None:
    """Run the protocol from the top with the state as it is. Never ends a case.

    `after_withdrawal` is run in its place once the case was withdrawn or merged: what the law wants all the same.
    """
    run.meanwhile(run.carry())
    run.meanwhile(run.mails_tried_on())
    run.meanwhile(run.reminders())
    run.meanwhile(run.show_when_quiet())
    run.meanwhile(other_case_told(run))
    run.meanwhile(offices_by_date(run))
    left_off = reads.halted(run.case)  # then there are no stages to leave
    main = asyncio.create_task(after_withdrawal(run) if left_off else protocol(run))

    def problem() -> BaseException | None:
        return next((found for task in [main, *run.beside] if (found := problem_of(task))), None)

    def to_leave() -> bool:
        return reads.halted(run.case) and not left_off

    while True:
        await workflow.wait_condition(lambda: problem() is not None or to_leave() or may_continue_as_new(run))
        if stumbled := problem():
            raise _Stumbled(f"{type(stumbled).__name__}: {stumbled}") from stumbled
        if may_continue_as_new(run):
            workflow.continue_as_new(run.case)
        left_off = True
        main.cancel()  # withdrawn or merged: the stages end where they are, once


def may_continue_as_new(run: CaseRun) -> bool:
    """Whether to continue as new: it was asked for, or the history grows long, and the moment is quiet."""
    return run.continue_as_new_requested() and run.handed_on() and workflow.all_handlers_finished()


class _Stumbled(Exception):
    """An error of ours: it fails the workflow task, which is tried again with the next release; never the case."""


# --- leave ---


async def offices_by_date(run: CaseRun) -> None:
    """While somebody is on leave their stand-in holds the office, from the first minute of a day to the last of one."""
    while True:
        await workflow.wait_condition(lambda: _offices_change(run) is not None)
        day, entered = _offices_change(run), run.case.cast_entered
        if day is None:
            continue
        at = datetime.combine(day, time(), LONDON)
        if not await run.until(lambda: run.case.cast_entered is not entered, at, f"leave begins or ends {day}"):  # noqa: B023
            leave_begins_or_ends(run.case, run.now())


def _offices_change(run: CaseRun) -> date | None:
    """The day on which somebody's leave begins next or has ended; None where nobody has any."""
    entered, held = run.case.cast_entered, run.case.cast.day
    return entered.next_change(held) if entered and held else None


# --- a case that goes on in another ---


async def other_case_told(run: CaseRun) -> None:
    """A case that goes on in another tells it so, and what that one is to carry; and when it is over (X-1)."""
    while True:
        await workflow.wait_condition(lambda: _untold_other_case(run) is not None or bool(run.case.parting))
        if merged := _untold_other_case(run):
            joined = goes_over(run.case, merged)
            await _tell_other(run, merged.into, _joined_key(run, merged), joined, "this case goes on in it")
        else:
            other, key = run.case.parting[0], _parted_key(run)
            parted = CaseParted(other=run.case.reference)
            await _tell_other(run, other, key, parted, "this case goes on by itself again")
            del run.case.parting[0]


def _untold_other_case(run: CaseRun) -> CaseMerged | None:
    merged = run.case.last(CaseMerged) if run.case.stage is Stage.MERGED and not run.case.parting else None
    return merged if merged and _joined_key(run, merged) not in run.case.done else None


def _joined_key(run: CaseRun, merged: CaseMerged) -> str:
    return f"case-joined:{merged.into}:{len(run.case.entries_of(CaseMerged))}"


def _parted_key(run: CaseRun) -> str:
    return f"case-parted:{run.case.parting[0]}:{len(run.case.entries_of(CaseReopened))}"


async def _tell_other(run: CaseRun, other: str, key: str, fact: CaseJoined | CaseParted, what: str) -> None:
    await run.once(key, lambda: _signal_other(run, other, key, fact, what))


async def _signal_other(run: CaseRun, other: str, key: str, fact: CaseJoined | CaseParted, what: str) -> None:
    by, now = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT]), run.now()
    reported = Reported(message=f"~{key}:{run.case.reference}", by=by, recorded_at=workflow.now(), fact=fact)
    try:
        await workflow.get_external_workflow_handle(other).signal(names.RELAY, reported)
        line = f"{other} told that {what}"
    except ApplicationError:  # it is gone from the engine: people must know
        line = f"{other} could not be told that {what}; write it there"
    run.case.done[EffectKey(key)] = now
    run.case.add_record_row(RowKind.EFFECT, "other-case-told", line, now=now, about=other)
