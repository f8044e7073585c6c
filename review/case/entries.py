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
    """The entries by kind, and their messages, kept at hand: no part of the case."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._number = 0
        self._last: Entry | None = None  # of those that are sorted
        self._by_kind: dict[type[Fact], list[Entry]] = {}
        self._messages: set[str] = set()

    def of(self, entries: list[Entry], kind: type[F]) -> list[Entry[F]]:
        """Those of a kind."""
        self._sort(entries)
        return cast("list[Entry[F]]", self._by_kind.get(kind, []))

    def holds(self, entries: list[Entry], message: str) -> bool:
        """Whether one of them was said with this message."""
        self._sort(entries)
        return message in self._messages

    def _sort(self, entries: list[Entry]) -> None:
        """Sort what was added; all of them where they are others, or one was put between them (X-2)."""
        known = self._number
        if self._entries is not entries or known > len(entries) or (known and entries[known - 1] is not self._last):
            self._entries, self._number, self._by_kind, self._messages = entries, 0, {}, set()
        for entry in entries[self._number :]:
            self._by_kind.setdefault(type(entry.fact), []).append(entry)
            self._messages.add(entry.reported.message)
        self._number = len(entries)
        self._last = entries[-1] if entries else None
