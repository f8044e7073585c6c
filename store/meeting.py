"""Store: one meeting of the Case Review Group (G-2): how it reads, and when it may be called, changed and held.

Nothing here reads or writes a row: that is `store.meetings`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, JsonValue
from sqlalchemy import Row

from calendar_rules.lengths import london
from calendar_rules.model import Model
from review.chapters.crg.meeting import MINUTES
from review.kit.notify_wording import dated
from review.open_case import YEARS_AFTER, YEARS_BEFORE
from store.errors import AlreadyHeld, KeyReused, MeetingCancelled, MeetingFarOff


class MeetingRecord(Model):
    """Who came, what was noted, the agenda as it stood, and who recorded it."""

    attended: list[str]
    notes: str = ""
    agenda: dict[str, JsonValue]
    recorded_by: str = ""


class ChangeKind(StrEnum):
    """What can be changed of a meeting that was called."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    AMENDED = "amended"


class MeetingChange(Model):
    """One change, with what it took the place of (X-2)."""

    kind: ChangeKind
    at: AwareDatetime
    by: str
    reason: str
    starts_at_was: AwareDatetime | None = None
    link_was: str | None = None
    minutes_was: int | None = None
    attended_was: list[str] | None = None
    notes_was: str | None = None


class Meeting(Model):
    """One meeting of the CRG. `record` once it was held; its id names the day for which it was called first."""

    id: str
    starts_at: AwareDatetime
    link: str = ""
    minutes: int = MINUTES
    called_at: AwareDatetime | None = None
    held_at: AwareDatetime | None = None
    cancelled_at: AwareDatetime | None = None
    record: MeetingRecord | None = None
    changes: list[MeetingChange] = []

    def link_at(self, moment: datetime) -> str:
        """Where it was to be joined at that moment."""
        later = (one.link_was for one in self.changes if one.at > moment and one.link_was is not None)
        return next(later, self.link)

    def minutes_at(self, moment: datetime) -> int:
        """How long it was to last at that moment."""
        later = (one.minutes_was for one in self.changes if one.at > moment and one.minutes_was is not None)
        return next(later, self.minutes)


def is_new(reported: dict[str, Any] | None, kind: ChangeKind, reason: str, details: dict[str, Any]) -> bool:
    """Whether this has not been said before. Raises `KeyReused` where the message said something else."""
    if reported is None:
        return True
    if (reported["kind"], reported["reason"], reported["details"]) != (kind, reason, details):
        raise KeyReused("this key was sent with something else: use a new one for each thing you say")
    return False


def near_enough(starts_at: datetime, at: datetime) -> None:
    """A meeting may be entered late, and called long before; a year far off is a slip. Raises `MeetingFarOff`."""
    first, last = london(at).year - YEARS_BEFORE, london(at).year + YEARS_AFTER
    if not first <= london(starts_at).year <= last:
        raise MeetingFarOff(
            f"{when(starts_at)} is too far off for a meeting: name a day of the years {first} to {last}"
        )


def still_to_be_held(row: Row[Any]) -> None:
    """Only a meeting that is still to be held can be changed. Raises `MeetingCancelled`, `AlreadyHeld`."""
    if row.cancelled_at is not None:
        raise MeetingCancelled(cancelled(row))
    if row.held_at is not None:
        raise AlreadyHeld(was_held(row))


def cancelled(row: Row[Any]) -> str:
    return f"the meeting on {when(row.starts_at)} is cancelled: call another meeting"


def was_held(row: Row[Any]) -> str:
    return (
        f"the meeting on {when(row.starts_at)} was held and its record is kept: amend the record if it is wrong, "
        "call another meeting for what is left"
    )


def when(moment: datetime) -> str:
    there = london(moment)
    return f"{there:%A} {dated(there)}, {there:%H:%M}"
