"""API: what every live case must hear of: closed days, a changed directory. A message per case; the relay delivers.

Each has one id per case, so that it is kept once however often somebody makes sure of it.
"""

import hashlib

from api.means import Means
from calendar_rules.working_days import ClosedDay
from review.case import CaseState
from review.directory import Directory, Role
from review.facts import CalendarChanged, DirectoryChanged, Said, Speaker
from store.inbox import Message

OURS = "~"  # begins no key that a client may send
ON_BEHALF = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT])  # where the process makes up for what it missed


async def tell_of_day(means: Means, day: ClosedDay, *, by: Speaker) -> int:
    """Keep a message on a closed day for each live case; returns how many live cases there are."""
    references = await means.store.cases.live()
    for reference in references:
        await _tell(means, reference, CalendarChanged(days=[day]), cause=f"closed-{day.day.isoformat()}", by=by)
    return len(references)


async def tell_of_directory(means: Means, directory: Directory, *, by: Speaker) -> int:
    """Keep a message with the new cast for each live case; returns how many live cases there are."""
    references = await means.store.cases.live()
    fact = DirectoryChanged(cast=directory.cast())
    for reference in references:
        await _tell(means, reference, fact, cause=f"directory-{directory.version}", by=by)
    return len(references)


async def catch_up(means: Means) -> None:
    """Tell live cases what they have not heard: a process may have ended between a change and its telling."""
    for reference in await means.store.cases.live():
        await catch_up_case(means, reference)


async def catch_up_case(means: Means, reference: str) -> None:
    """The same for one case; also for one that was opened while something changed."""
    snapshot = await means.store.cases.get(reference)
    if snapshot is None:
        return
    case, directory = CaseState.model_validate(snapshot.state), await means.store.directory.read()
    for day in await means.store.closures.all():
        if case.calendar.first <= day.day <= case.calendar.last and case.calendar.is_working(day.day):
            fact = CalendarChanged(days=[day])
            await _tell(means, reference, fact, cause=f"closed-{day.day.isoformat()}", by=ON_BEHALF)
    if case.cast.version < directory.version:
        changed = DirectoryChanged(cast=directory.cast())
        await _tell(means, reference, changed, cause=f"directory-{directory.version}", by=ON_BEHALF)


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
