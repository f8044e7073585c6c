"""API: a cache of cases as they were last read, and of what callers were shown. Opening a case and working out its next
steps is the most expensive part of an answer, so it is done once for each version of a case, and each minute.
"""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import NamedTuple

from review.case.entries import Entry
from review.case.state import CaseState
from store import Store
from store.cases import Stamp
from store.snapshot import Clocked

CASES = 16
ANSWERED = 4_000_000  # bytes of answers that are kept
ENTRIES = 1000  # of all cases that are kept, so that a few long ones do not fill the memory


class Reading(NamedTuple):
    """A case in one line and its state, shared by all who read it: nobody may change it. `stamp` is of this version."""

    line: Clocked
    case: CaseState
    stamp: Stamp


class Readings:
    """The cases that were read last; another version of one takes the place of the one before."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    async def of(self, store: Store, reference: str) -> Reading | None:
        """The case as it is now, or `None` where it is not known."""
        stamp = await store.cases.stamp(reference)
        kept = self._kept.get(reference)
        if stamp is None:
            return None
        if kept and kept.stamp == stamp._replace(waits=kept.stamp.waits):
            return kept if kept.stamp == stamp else kept._replace(stamp=stamp)
        before = kept if kept and kept.stamp.version <= stamp.version else None
        snapshot = await store.cases.get(reference, after=before.stamp.version if before else None)
        if snapshot is None:
            return None
        case = CaseState.model_validate(snapshot.state)
        if before:
            case.entries = _with_what_is_new(before.case.entries, case.entries, snapshot.entries_from)
        # Where it has been written since, the stamp is an older one, and the next reader reads it again.
        line = Clocked(**snapshot.model_dump(exclude={"state", "entries_from"}))
        reading = Reading(line, case, stamp)
        self._keep(reference, reading)
        return reading

    def _keep(self, reference: str, reading: Reading) -> None:
        self._kept[reference] = reading
        self._kept.move_to_end(reference)
        while len(self._kept) > CASES or (len(self._kept) > 1 and self._entries() > ENTRIES):
            self._kept.popitem(last=False)

    def _entries(self) -> int:
        return sum(len(reading.case.entries) for reading in self._kept.values())


def _with_what_is_new(known: list[Entry], new: list[Entry], first: int) -> list[Entry]:
    """Entries as they stand now: most of them were opened for the reading before, and are the same."""
    return [*known[:first], *new] if new else known


class Shown(NamedTuple):
    """A case as somebody was shown it: the answer's JSON but for the present moment, and its ETag.

    `rests_on` is all that it was made from, besides who asked and the time; from `made` until `until` (UTC, and then no
    more) time changes nothing of it.
    """

    body: bytes
    tag: str
    rests_on: object
    made: datetime
    until: datetime

    def holds(self, rests_on: object, now: datetime) -> bool:
        """Whether it would be made the same now."""
        return self.made <= now < self.until and self.rests_on == rests_on


class Answers:
    """What was shown last, by the case and by who was shown it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Shown] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, rests_on: object, now: datetime) -> Shown | None:
        """What was shown, where it still holds."""
        kept = self._kept.get(key)
        if kept is None or not kept.holds(rests_on, now):
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Hashable, shown: Shown) -> None:
        """Keep it in the place of what was shown before; what was not asked for longest goes, where it is too much."""
        if before := self._kept.pop(key, None):
            self._bytes -= len(before.body)
        self._kept[key] = shown
        self._bytes += len(shown.body)
        while self._bytes > ANSWERED:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.body)


def true_until(case: CaseState, now: datetime) -> datetime:
    """Until when a view of the case made now stays true, if nothing is written: to the next whole minute, or until the
    next deadline passes. Days, meetings and examples begin on whole minutes; a deadline can fall on any second.
    """
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return min([minute, *(deadline.due for deadline in case.deadlines.values() if deadline.due >= now)])
