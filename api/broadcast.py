"""API: what every live case must hear of: closed days, a changed directory. A message per case; the relay delivers.

Each has one id per case, so that it is kept once however often somebody makes sure of it.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from api.deps import Deps
from calendar_rules.working_days import ClosedDay, ClosedKind, WorkingCalendar
from review.case.state import CaseState
from review.facts import Reported, Speaker
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.any_stage import ALL_DUTIES, DutyRetried
from review.facts.directory import Directory, Role
from review.kit.changes import to_try_again
from settings.keys import CannotOpen
from store.cases import Heard
from store.closures import TakenBack
from store.inbox import Message

OURS = "~"  # begins no key that a client may send
TOGETHER = 1200  # messages in one transaction; others are let in between
ON_BEHALF = Speaker(people=["system"], roles=[Role.BUSINESS_UNIT])  # where the process makes up for what it missed


class News(NamedTuple):
    """Something that cases hear of, and what it is called: each case is told of a cause once."""

    cause: str
    fact: CalendarChanged | DirectoryChanged | DutyRetried


async def tell_of_day(deps: Deps, day: ClosedDay, *, by: Speaker) -> int:
    """Keep a message on a closed day for each case whose days count; returns how many those are."""
    references = await deps.store.cases.counting()
    await deps.store.meetings.look_again()  # the day of an agenda may have moved
    await _tell(deps, references, [await _closing(deps, day)], by=by)
    return len(references)


async def would_close(deps: Deps, day: date) -> bool:
    """Whether some live case's own calendar has it as a working day, because the case was opened before it was known
    that it is none (X-2).
    """
    for references in _by_calendar(await deps.store.cases.heard()).values():
        calendar = await _calendar(deps, references)
        if calendar is not None and calendar.first <= day <= calendar.last and calendar.is_working(day):
            return True
    return False


async def tell_of_opening(deps: Deps, taken: TakenBack, *, by: Speaker) -> int:
    """Keep a message on a closure taken back for each case whose days count; returns how many those are (X-2)."""
    references = await deps.store.cases.counting()
    await deps.store.meetings.look_again()
    await _tell(deps, references, [_opening(taken)], by=by)
    return len(references)


async def tell_of_directory(deps: Deps, directory: Directory, *, by: Speaker) -> int:
    """Keep a message with the new cast for each live case; returns how many live cases there are."""
    references = await deps.store.cases.live()
    await deps.store.meetings.look_again()  # who is of the CRG, and their addresses
    await _tell(deps, references, [_new_cast(directory)], by=by)
    return len(references)


async def try_mails_again(deps: Deps, message: str, *, by: Speaker) -> list[str]:
    """Keep a message for each case whose mails were not taken: all of them are tried again at once. Which cases."""
    found = [one for one in await deps.store.mail_log.undelivered() if await _has_mails(deps, one)]
    await _tell(deps, found, [News(f"mails-again-{message}", DutyRetried(duty=ALL_DUTIES))], by=by)
    return found


async def _has_mails(deps: Deps, reference: str) -> bool:
    snapshot = await deps.store.cases.get(reference)  # None for what is of a meeting or of the digest
    return snapshot is not None and bool(to_try_again(CaseState.model_validate(snapshot.state)))


async def catch_up(deps: Deps) -> None:
    """Tell live cases what they have not heard: a process may have ended between a change and its telling."""
    await deps.store.meetings.look_again()
    await _catch_up(deps, await deps.store.cases.heard())


async def catch_up_case(deps: Deps, reference: str) -> None:
    """The same for one case; also for one that was opened while something changed."""
    await _catch_up(deps, await deps.store.cases.heard(reference))


async def _catch_up(deps: Deps, heard: Sequence[Heard]) -> None:
    """Cases that know the same closed days have missed the same: one of them is opened to see what."""
    closures, taken_back = await deps.store.closures.all(), await deps.store.closures.taken_back()
    if closures or taken_back:
        for references in _by_calendar(heard).values():
            calendar = await _calendar(deps, references)
            if calendar is not None:
                await _tell(deps, references, await _missed(deps, calendar, closures, taken_back), by=ON_BEHALF)
    directory = await deps.store.directory.read()
    behind = [one.reference for one in heard if one.cast_version < directory.version]
    await _tell(deps, behind, [_new_cast(directory)], by=ON_BEHALF)


def _by_calendar(heard: Sequence[Heard]) -> dict[str, list[str]]:
    """The cases whose days count, together where they know the same closed days."""
    found: dict[str, list[str]] = {}
    for one in heard:
        if one.counts:
            found.setdefault(one.calendar, []).append(one.reference)
    return found


async def _calendar(deps: Deps, references: Sequence[str]) -> WorkingCalendar | None:
    """The closed days that all these cases know, from the first that can be opened."""
    for reference in references:
        try:
            snapshot = await deps.store.cases.get(reference)
            return WorkingCalendar.model_validate(snapshot.state["calendar"]) if snapshot else None
        except (CannotOpen, ValueError, KeyError) as error:
            deps.troubles.damage(reference, error)  # named in the log and in /health; all others go on
    return None


async def _missed(
    deps: Deps, calendar: WorkingCalendar, closures: Sequence[ClosedDay], taken_back: Sequence[TakenBack]
) -> list[News]:
    """What a case with this calendar has not heard of closed days, in the order of its telling."""
    missed = [
        await _closing(deps, day)
        for day in closures
        if calendar.first <= day.day <= calendar.last and calendar.is_working(day.day)
    ]
    entered = {one.day for one in calendar.closed if one.kind is not ClosedKind.BANK_HOLIDAY}
    latest = {one.closed.day: one for one in taken_back}  # the last of each day
    closed = {day.day for day in closures}
    return missed + [_opening(one) for one in latest.values() if one.closed.day in entered - closed]


async def _closing(deps: Deps, day: ClosedDay) -> News:
    """A day that was taken back and is closed again is news again, so it has another cause."""
    times = await deps.store.closures.times(day.day)
    return News(f"closed-{day.day.isoformat()}" + (f"-{times + 1}" if times else ""), CalendarChanged(days=[day]))


def _opening(taken: TakenBack) -> News:
    opened = taken.closed.model_copy(update={"why": taken.reason})
    return News(f"opened-{taken.closed.day.isoformat()}-{taken.number}", CalendarChanged(opened=[opened]))


def _new_cast(directory: Directory) -> News:
    return News(f"directory-{directory.version}", DirectoryChanged(cast=directory.cast()))


async def _tell(deps: Deps, references: Sequence[str], news: Sequence[News], *, by: Speaker) -> None:
    """Keep a message for each of the cases, many in one transaction; what a process leaves half done is caught up."""
    now = deps.now()
    for one in news:
        reported = Reported(message="", by=by, recorded_at=now, fact=one.fact)
        for first in range(0, len(references), TOGETHER):
            await deps.store.inbox.receive_all(_letters(one, reported, references[first : first + TOGETHER]))


def _letters(news: News, reported: Reported, references: Sequence[str]) -> list[Message]:
    body, content = reported.model_dump(mode="json"), news.fact.model_dump_json()
    ids = {reference: f"{OURS}{news.cause}:{reference}" for reference in references}
    return [
        Message.model_construct(  # the body was checked once, above: there may be thousands of them
            id=id,
            fingerprint=hashlib.sha256(f"{id}\n{content}".encode()).hexdigest(),
            reference=reference,
            kind=news.fact.kind,
            body=body | {"message": id},
            by=reported.by.who,
            received_at=reported.recorded_at,
        )
        for reference, id in ids.items()
    ]
