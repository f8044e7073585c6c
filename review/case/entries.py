"""An entry: a fact as the case took it; and the entries sorted by kind, since they are asked for so often."""

from typing import TYPE_CHECKING, Any, Generic, Self, cast

from pydantic import AwareDatetime
from typing_extensions import TypeVar

from calendar_rules.model import Model
from review.facts import AnyFact, Fact, Reported
from review.facts.enums import Stage

F = TypeVar("F", bound=Fact)
Said = TypeVar("Said", bound=Fact, covariant=True, default=AnyFact)


class Entry(Model, Generic[Said]):
    """A fact as the case took it. A corrected one stays, and says by what it was corrected or taken back.

    `Entry[AgencyReturned]` is for the type checker: every entry is kept and read alike.
    """

    reported: Reported
    happened_at: AwareDatetime
    taken_at: AwareDatetime
    corrected_by: str | None = None
    stage: Stage | None = None  # where the case stood when it was said
    right: bool = False  # what a correction says is right, in the place of what was wrong

    if not TYPE_CHECKING:

        def __class_getitem__(cls, kind: Any) -> type[Self]:
            return cls

    @property
    def fact(self) -> Said:
        return cast("Said", self.reported.fact)

    def replaced_by(self, after: "Entry") -> bool:
        """Whether the entry after this one has taken its place (X-2)."""
        return self.corrected_by == after.reported.message and self.reported.fact.kind == after.fact.kind


class Sorted:
    """The entries by kind, by number, and their messages, kept at hand: no part of the case."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._number = 0
        self._last: Entry | None = None  # of those that are sorted
        self._forget()

    def of(self, entries: list[Entry], *kinds: type[F]) -> list[Entry[F]]:
        """Those of a kind, or of several in the order in which they came."""
        self._sort(entries)
        found = self._of_kinds.get(kinds)
        if found is None:
            found = self._of_kinds[kinds] = [one for one in entries if isinstance(one.fact, kinds)]
        return cast("list[Entry[F]]", found)

    def numbered(self, entries: list[Entry], kind: type[F]) -> list[tuple[str, Entry[F]]]:
        """Those of a kind with their numbers from 1; what takes the place of a wrong entry has the same number, and
        after it the id of the correction (X-2).
        """
        self._sort(entries)
        numbered = self._numbered.setdefault(kind, _Numbered())
        numbered.extend(entries, kind)
        return cast("list[tuple[str, Entry[F]]]", numbered.found)

    def holds(self, entries: list[Entry], message: str) -> bool:
        """Whether one of them was said with this message."""
        self._sort(entries)
        return message in self._messages

    def _forget(self) -> None:
        self._of_kinds: dict[tuple[type[Fact], ...], list[Entry]] = {}
        self._numbered: dict[type[Fact], _Numbered] = {}
        self._messages: set[str] = set()

    def _sort(self, entries: list[Entry]) -> None:
        """Sort what was added; all of them where they are others, or one was put between them (X-2)."""
        known = self._number
        if self._entries is not entries or known > len(entries) or (known and entries[known - 1] is not self._last):
            self._entries, known = entries, 0
            self._forget()
        elif known == len(entries):
            return
        for entry in entries[known:]:
            self._messages.add(entry.reported.message)
            for kinds, found in self._of_kinds.items():
                if isinstance(entry.fact, kinds):
                    found.append(entry)
        self._number = len(entries)
        self._last = entries[-1] if entries else None


class _Numbered:
    """The entries of one kind, numbered as far as they were looked at."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Entry]] = []
        self._number = self._looked_at = 0

    def extend(self, entries: list[Entry], kind: type[Fact]) -> None:
        for place in range(self._looked_at, len(entries)):
            entry = entries[place]
            if isinstance(entry.fact, kind):
                instead = place > 0 and entries[place - 1].replaced_by(entry)
                self._number += not instead
                key = f"{self._number}:{entry.reported.message}" if instead else str(self._number)
                self.found.append((key, entry))
        self._looked_at = len(entries)
