"""What stops the deadlines of a whole case at once, and what sets them running again. Pure.

The case ends, no rapid review follows, or another edition has not the deadline; each class says which end it
`outlives`. A core file: `review.kit.deadlines` has what happens to one deadline.
"""

from collections.abc import Callable, Container
from datetime import datetime

from calendar_rules.edition import Edition
from review.case import reads
from review.case.deadline import Ending, RunningDeadline
from review.case.state import CaseState
from review.kit.deadline_kinds import kind_of
from review.kit.deadlines import GONE_AGAIN, TAKEN_BACK, recount, run_again, stop, stop_uncounted

WITH_THE_CASE = "the case was withdrawn"
BY_PEOPLE = (Ending.WITHDRAWN, Ending.MERGED, Ending.NOTIFICATION_WITHDRAWN)  # the case is opened again, or never


def end(case: CaseState, ending: Ending, why: str | Callable[[RunningDeadline], str], now: datetime) -> None:
    """Every deadline stops and says why, but those of a class that outlives this end (X-1, B-1, B-2)."""
    for deadline in case.deadlines.values():
        end_one(case, deadline, ending, why if isinstance(why, str) else why(deadline), now)


def end_one(case: CaseState, deadline: RunningDeadline, ending: Ending, why: str, now: datetime) -> None:
    """One deadline stops with its case, unless its class outlives that."""
    if deadline.open and ending not in kind_of(deadline.rule).outlives:
        stop(case, deadline.id, why, now)
        deadline.stopped_with = ending


def go_on(case: CaseState, endings: Container[Ending | None], why: str, now: datetime) -> None:
    """What stopped with one of these ends runs again (X-1), but what is counted from nothing by now (X-2)."""
    stopped = [one for one in case.deadlines.values() if not one.open and one.stopped_with in endings]
    for deadline in stopped:
        run_again(case, deadline, why, now)
    stop_uncounted(case, stopped, TAKEN_BACK, now)


def notifying_again(case: CaseState, why: str, now: datetime) -> None:
    """The decision not to notify does not stand: what stopped with it, or with the case, runs again (D-1, N-5, N-8).

    In a case that people ended it does so as soon as the case is reopened.
    """
    for deadline in case.deadlines.values():
        if not deadline.stopped_at or not kind_of(deadline.rule).of_notifying:
            continue
        if reads.ended_by_people(case):
            deadline.stopped_why, deadline.stopped_with = WITH_THE_CASE, Ending.WITHDRAWN
        else:
            run_again(case, deadline, why, now)


def carry_no_longer(case: CaseState, other: str, now: datetime) -> None:
    """Another case goes on by itself again: what this one carried for it stops, unless this one owes it, too (X-1)."""
    carried = {one.id for one in case.carried if one.other == other}
    case.carried = [one for one in case.carried if one.other != other]
    own = [one for id, one in case.deadlines.items() if id in carried]
    stop_uncounted(case, own, GONE_AGAIN, now)


def move_to_edition(case: CaseState, edition: Edition, now: datetime) -> None:
    """The case goes by another edition: what is open is counted again by its lengths, what it has not stops, and what
    stopped so before and it has again runs, until the rapid review is submitted ("Editions", B-11).
    """
    was, case.edition = case.edition, edition
    case.lapsed = sorted({deadline.rule for deadline in case.deadlines.values()} - set(edition.deadlines))
    if case.lapsed:  # what ran under the old edition can still be read
        kept = {rule: was.deadlines[rule] for rule in case.lapsed}
        case.edition = edition.model_copy(update={"deadlines": edition.deadlines | kept})
    for deadline in case.deadlines.values():
        if deadline.rule in case.lapsed:
            end_one(case, deadline, Ending.EDITION, f"the edition {edition.id} has no such deadline", now)
        elif deadline.stopped_with is Ending.EDITION and not reads.submitted(case):
            run_again(case, deadline, f"the edition {edition.id} has this deadline", now)
        elif deadline.open and deadline.title == was.deadlines[deadline.rule].title:
            deadline.title = edition.deadlines[deadline.rule].title
    recount(case, f"the case was moved from the edition {was.id} to {edition.id}", now)
    for deadline in case.deadlines.values():
        if deadline.open:
            deadline.reschedule(case.edition, case.calendar, now)
