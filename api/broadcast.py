"""API: what every live case must hear of: closed days, a changed directory. A message per case; the relay delivers.

Each has one id per case, so that it is kept once however often somebody makes sure of it.
"""

import hashlib

from api.means import Means
from calendar_rules.working_days import ClosedDay, ClosedKind
from review.case import CaseState
from review.directory import Directory, Role
from review.facts import Said, Speaker
from review.said.announced import CalendarChanged, DirectoryChanged
from store.closures import TakenBack
from store.inbox import Message

OURS = "~"  # begins no key that a client may send
ON_BEHALF = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT])  # where the process makes up for what it missed


async def tell_of_day(means: Means, day: ClosedDay, *, by: Speaker) -> int:
    """Keep a message on a closed day for each case whose days count; returns how many those are."""
    references, cause = await means.store.cases.counting(), await _closing(means, day)
    await means.store.meetings.look_again()  # the day of an agenda may have moved
    for reference in references:
        await _tell(means, reference, CalendarChanged(days=[day]), cause=cause, by=by)
    return len(references)


async def tell_of_opening(means: Means, taken: TakenBack, *, by: Speaker) -> int:
    """Keep a message on a closure taken back for each case whose days count; returns how many those are (X-2)."""
    references = await means.store.cases.counting()
    await means.store.meetings.look_again()
    for reference in references:
        await _tell(means, reference, _opening(taken), cause=_cause_of_opening(taken), by=by)
    return len(references)


async def tell_of_directory(means: Means, directory: Directory, *, by: Speaker) -> int:
    """Keep a message with the new cast for each live case; returns how many live cases there are."""
    references = await means.store.cases.live()
    await means.store.meetings.look_again()  # who is of the CRG, and their addresses
    fact = DirectoryChanged(cast=directory.cast())
    for reference in references:
        await _tell(means, reference, fact, cause=f"directory-{directory.version}", by=by)
    return len(references)


async def catch_up(means: Means) -> None:
    """Tell live cases what they have not heard: a process may have ended between a change and its telling."""
    await means.store.meetings.look_again()
    for reference in await means.store.cases.live():
        await catch_up_case(means, reference)


async def catch_up_case(means: Means, reference: str) -> None:
    """The same for one case; also for one that was opened while something changed."""
    snapshot = await means.store.cases.get(reference)
    if snapshot is None:
        return
    case, directory = CaseState.model_validate(snapshot.state), await means.store.directory.read()
    if reference in await means.store.cases.counting():
        await _catch_up_days(means, case)
    if case.cast.version < directory.version:
        changed = DirectoryChanged(cast=directory.cast())
        await _tell(means, reference, changed, cause=f"directory-{directory.version}", by=ON_BEHALF)


async def _catch_up_days(means: Means, case: CaseState) -> None:
    closures = await means.store.closures.all()
    for day in closures:
        if case.calendar.first <= day.day <= case.calendar.last and case.calendar.is_working(day.day):
            fact, cause = CalendarChanged(days=[day]), await _closing(means, day)
            await _tell(means, case.reference, fact, cause=cause, by=ON_BEHALF)
    entered = {one.day for one in case.calendar.closed if one.kind is not ClosedKind.BANK_HOLIDAY}
    latest = {one.closed.day: one for one in await means.store.closures.taken_back()}  # the last of each day
    for taken in latest.values():
        if taken.closed.day in entered - {day.day for day in closures}:
            await _tell(means, case.reference, _opening(taken), cause=_cause_of_opening(taken), by=ON_BEHALF)


async def _closing(means: Means, day: ClosedDay) -> str:
    """A day that was taken back and is closed anew is news again, so it has another cause."""
    turns = await means.store.closures.turns(day.day)
    return f"closed-{day.day.isoformat()}" + (f"-{turns + 1}" if turns else "")


def _opening(taken: TakenBack) -> CalendarChanged:
    return CalendarChanged(opened=[taken.closed.model_copy(update={"why": taken.reason})])


def _cause_of_opening(taken: TakenBack) -> str:
    return f"opened-{taken.closed.day.isoformat()}-{taken.turn}"


async def _tell(
    means: Means, reference: str, fact: CalendarChanged | DirectoryChanged, *, cause: str, by: Speaker
) -> None:
    id, now = f"{OURS}{cause}:{reference}", means.now()
    said = Said(message=id, by=by, recorded_at=now, fact=fact)
    await means.store.inbox.receive(
        Message(
            id=id,
            fingerprint=hashlib.sha256(f"{id}\n{fact.model_dump_json()}".encode()).hexdigest(),
            reference=reference,
            kind=fact.kind,
            body=said.model_dump(mode="json"),
            by=by.who,
            received_at=now,
        )
    )
