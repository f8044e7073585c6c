"""Where a case stands: paused, withdrawn, ended; when things were recorded in it. X-1."""

from datetime import datetime
from itertools import zip_longest

from review.case.entries import Entry
from review.case.state import CaseState, Pause
from review.facts.announcements import CalendarChanged, DirectoryChanged
from review.facts.any_stage import CasePaused, CaseReopened, CaseResumed
from review.facts.enums import Stage
from review.protocol import ENDED


def recorded(case: CaseState, entry: Entry) -> datetime:
    """When something was recorded here, which may be before the case took it: its workflow was away.

    A rehearsal's clock is its own.
    """
    if case.rehearsal:
        return entry.taken_at
    return min(entry.reported.recorded_at, entry.taken_at)


def pauses_of(case: CaseState) -> list[Pause]:
    """The pauses as the facts have them (X-1)."""
    begun = [entry.happened_at for entry in case.entries_of(CasePaused)]
    ended = [entry.happened_at for entry in case.entries_of(CaseResumed)]
    return [Pause(since=since, until=until) for since, until in zip_longest(begun, ended[: len(begun)])]


def paused(case: CaseState) -> bool:
    return bool(case.pauses) and case.pauses[-1].until is None


def withdrawn(case: CaseState) -> bool:
    return case.stage is Stage.WITHDRAWN


def halted(case: CaseState) -> bool:
    """Withdrawn, or going on in another case: no work is left to be done here (X-1)."""
    return case.stage in (Stage.WITHDRAWN, Stage.MERGED)


def ended_by_people(case: CaseState) -> bool:
    """Withdrawn, merged, or the notification withdrawn: what is put right in it starts nothing (X-1, B-2)."""
    return halted(case) or case.stage is Stage.NOTIFICATION_WITHDRAWN


def ended(case: CaseState) -> bool:
    return case.stage in ENDED


def just_reopened(case: CaseState) -> bool:
    """Opened again, and nothing has been said in it since: it does not end by itself (X-1)."""
    told = [one.fact for one in case.entries if not isinstance(one.fact, CalendarChanged | DirectoryChanged)]
    return bool(told) and isinstance(told[-1], CaseReopened)
