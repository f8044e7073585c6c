"""What one moment of a case leaves behind, as the run hands it on: rows, settled messages, and what has changed.

Pure. A run tells the store only what is new since the moment before (`Patcher`), so that a fact costs the
same in an old case as in a young one. What a message said is not said again: the store has it in the inbox.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, JsonValue
from pydantic_core import from_json, to_json

from calendar_rules.model import Model
from review.case.entries import Entry
from review.case.record import RecordRow, RowKind, Settled
from review.case.state import CaseState
from review.facts import Reported
from review.listed import listed

FROZEN = ("edition", "calendar", "cast")  # parts that are replaced whole, seldom: known by identity
_NOT_PARTS = ("entries", "untold", "settled", "version")  # have places of their own in a moment


class EntryLine(Model):
    """One entry. What was said stands in the inbox under its message, and in `reported` only where no inbox has it."""

    message: str
    right: bool = False  # what a correction says is right, in the place of what was wrong
    happened_at: AwareDatetime
    taken_at: AwareDatetime
    corrected_by: str | None = None
    stage: str | None = None
    reported: Reported | None = None


class Changed(Model):
    """A part that is kept by key: what is new or other in it, and what is gone; or all that there is."""

    now: dict[str, JsonValue] = {}
    gone: list[str] = []
    whole: bool = False


class Patch(Model):
    """What has changed of a case since the moment before: of its state, and of what lists show of it."""

    parts: dict[str, JsonValue] = {}  # replaced whole
    keyed: dict[str, Changed] = {}
    entries_from: int = 0  # place of the first of `entries`; what stood from there on is replaced
    entries: list[EntryLine] = []
    listed: dict[str, Changed] = {}  # line, deadlines, meetings, actions, agenda
    agencies: list[str] | None = None
    children: list[str] | None = None

    @property
    def state_is_same(self) -> bool:
        """Whether nothing has changed of the state; what lists show follows from it."""
        return not (self.parts or self.keyed or self.entries)


class Moment(Model):
    """All that one moment has come to, but for documents and mails. `at` is the case's time; moments count from 1.

    `began`: after which moment its run began; a store that was further then has what that run does not know.
    """

    reference: str
    opened_by: str | None = None  # the message that opened the case: after a restore a reference alone proves nothing
    version: int
    began: int = 0
    at: AwareDatetime
    patch: Patch
    rows: list[RecordRow] = []
    settled: list[Settled] = []


class Patcher:
    """Knows what was handed on last, and gives what is new: at any size of the case for nearly the same."""

    def __init__(self) -> None:
        self._json: dict[str, bytes] = {}
        self._shown: dict[str, bytes] = {}
        self._same: dict[str, Any] = {}
        self._entries: list[tuple[Entry, str | None]] = []

    @classmethod
    def beside(cls, case: CaseState) -> "Patcher":
        """Of a case whose state the store has as it is."""
        patcher = cls()
        patcher._state(case)
        return patcher

    def take(self, case: CaseState, now: datetime, *, seen: bool = True) -> Patch:
        """What has changed; from now on it is known. Without anything known, all of it.

        Not `seen` by anybody (a history that is replayed): what lists show is left out, and given whole the next time.
        """
        patch = self._state(case)
        if not seen:
            self._shown = {}
            return patch
        shown = listed(case, now).model_dump(mode="json")
        for name in ("line", "deadlines", "meetings", "actions", "agenda"):
            if changed := _changed(self._shown, name, shown[name]):
                patch.listed[name] = changed
        patch.agencies = self._replaced("agencies", shown["agencies"])
        patch.children = self._replaced("children", shown["children"])
        return patch

    def _replaced(self, name: str, value: list[str]) -> list[str] | None:
        now = to_json(value)
        if self._shown.get(name) == now:
            return None
        self._shown[name] = now
        return value

    def _state(self, case: CaseState) -> Patch:
        patch = Patch()
        for name in type(case).model_fields:
            value = getattr(case, name)
            if name in _NOT_PARTS:
                continue
            if name in FROZEN:
                if self._same.get(name) is not value:
                    self._same[name] = value
                    patch.parts[name] = value.model_dump(mode="json")
            elif isinstance(value, dict):
                if changed := _changed(self._json, name, value):
                    patch.keyed[name] = changed
            elif (now := to_json(value)) != self._json.get(name):
                self._json[name] = now
                patch.parts[name] = from_json(now)
        self._take_entries(patch, case.entries)
        return patch

    def _take_entries(self, patch: Patch, entries: list[Entry]) -> None:
        known = self._entries
        start = next(
            (place for place, (entry, by) in enumerate(known) if _is_other(entry, by, entries, place)), len(known)
        )
        patch.entries_from = start
        patch.entries = [_entry_line(entry) for entry in entries[start:]]
        self._entries = known[:start] + [(entry, entry.corrected_by) for entry in entries[start:]]


def _is_other(entry: Entry, by: str | None, entries: list[Entry], place: int) -> bool:
    return entries[place] is not entry or entry.corrected_by != by


def _changed(known: dict[str, bytes], name: str, value: dict[str, Any]) -> Changed | None:
    """What has changed of a part that is kept by key; None where nothing has."""
    now, before = to_json(value), known.get(name)
    if now == before:
        return None
    known[name] = now
    fresh = from_json(now)
    if before is None:
        return Changed(now=fresh, whole=True)
    old = from_json(before)
    changed = {key: one for key, one in fresh.items() if key not in old or old[key] != one}
    return Changed(now=changed, gone=[key for key in old if key not in fresh])


def _entry_line(entry: Entry) -> EntryLine:
    reported = entry.reported
    return EntryLine(
        message=reported.message,
        right=entry.right,
        happened_at=entry.happened_at,
        taken_at=entry.taken_at,
        corrected_by=entry.corrected_by,
        stage=entry.stage,
        reported=reported if reported.of_no_inbox else None,
    )


def moment(case: CaseState, patcher: Patcher, now: datetime, *, whole: bool = False, seen: bool = True) -> Moment:
    """What has come up since the moment before; the case has handed it on then.

    `whole`: with what was said in it, for a store that has no inbox message of it (the opening).
    """
    patch = patcher.take(case, now, seen=seen)
    rows, settled = list(case.untold), list(case.settled)
    case.untold, case.settled = [], []
    if whole:
        reported = case.entries[patch.entries_from :]
        patch.entries = [
            line.model_copy(update={"reported": one.reported})
            for line, one in zip(patch.entries, reported, strict=True)
        ]
    else:
        rows = _bare(rows, case.entries)
    return Moment(
        reference=case.reference,
        opened_by=case.entries[0].reported.message if case.entries else None,
        version=case.version,
        at=now,
        patch=patch,
        rows=rows,
        settled=settled,
    )


def _bare(rows: Sequence[RecordRow], entries: list[Entry]) -> list[RecordRow]:
    """The rows without what a message said, which the writer has in the inbox (X-3)."""
    wanted = {row.message for row in rows if row.message}
    reported = {
        one.reported.message: one.reported for one in entries if one.reported.message in wanted and not one.right
    }
    return [_without_what_was_said(row, reported.get(row.message or "")) for row in rows]


def _without_what_was_said(row: RecordRow, reported: Reported | None) -> RecordRow:
    if row.kind is RowKind.REFUSED and row.message:  # what was not ours has none, and nothing of it is kept
        return row.model_copy(update={"detail": {"refusal": row.detail["refusal"]}, "bare": True})
    if row.kind is not RowKind.FACT or reported is None or reported.of_no_inbox:
        return row
    fact = reported.fact.model_dump(mode="json")
    more = {key: value for key, value in row.detail.items() if key not in fact or fact[key] != value}
    return row.model_copy(update={"detail": more, "bare": True})
