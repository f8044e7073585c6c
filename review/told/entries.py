"""The entries of a case, and how they are found: by kind, by what they are about, by what came after.

Room: review. Pure readings; nothing here changes a case.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel

from review.facts import Fact, Said
from review.words import Stage

F = TypeVar("F", bound=Fact)


class Entry(BaseModel):
    """A fact as the case took it. A corrected one stays, and says by what it was corrected or taken back."""

    said: Said
    happened_at: AwareDatetime
    taken_at: AwareDatetime
    corrected_by: str | None = None
    stage: Stage | None = None  # where the case stood when it was said

    def replaced_by(self, after: "Entry") -> bool:
        """Whether the entry after this one has taken its place (X-2)."""
        return self.corrected_by == after.said.message and self.said.fact.kind == after.said.fact.kind


def named(entries: Iterable[Entry], field: str, id: str) -> Entry | None:
    """The last entry whose fact is about that action or concern."""
    return next((entry for entry in reversed(list(entries)) if getattr(entry.said.fact, field, None) == id), None)


def _version_of(drafted: Fact) -> int | None:
    content = getattr(drafted, "content", None)
    return content.version if content else None


class _Sorted:
    """The entries by kind, kept at hand: no part of the case."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.number = 0
        self.by_kind: dict[type[Fact], list[Entry]] = {}

    def of(self, entries: list[Entry], kind: type[Fact]) -> list[Entry]:
        """Those of a kind; sorted anew where entries were added, or are others."""
        if self.entries is not entries or self.number != len(entries):
            self.entries, self.number, self.by_kind = entries, len(entries), {}
            for entry in entries:
                self.by_kind.setdefault(type(entry.said.fact), []).append(entry)
        return self.by_kind.get(kind, [])


class Entries(BaseModel):
    """The facts of a case as it took them."""

    entries: list[Entry] = []

    @cached_property
    def sorted_entries(self) -> _Sorted:
        return _Sorted()

    def entry(self, kind: type[F]) -> Entry | None:
        """The last standing entry of a kind."""
        return next((entry for entry in reversed(self._said(kind)) if not entry.corrected_by), None)

    def last(self, kind: type[F]) -> F | None:
        """The last standing fact of a kind."""
        entry = self.entry(kind)
        return entry.said.fact if entry else None  # type: ignore[return-value]  # isinstance checked in entry()

    def every(self, kind: type[F]) -> list[F]:
        """All standing facts of a kind, oldest first."""
        return [entry.said.fact for entry in self._said(kind) if not entry.corrected_by]  # type: ignore[misc]

    def keyed(self, kind: type[F]) -> dict[str, F]:
        """All standing facts of a kind by their number from 1, which a correction or a taking back never shifts; what
        takes the place of a wrong entry has the id of the correction after the number (X-2).
        """
        found: dict[str, F] = {}
        number, before = 0, None
        for entry in self.entries:
            instead = before is not None and before.replaced_by(entry)
            before = entry
            if isinstance(entry.said.fact, kind):
                number += not instead
                key = f"{number}:{entry.said.message}" if instead else str(number)
                if not entry.corrected_by:
                    found[key] = entry.said.fact
        return found

    def entries_of(self, kind: type[F]) -> list[Entry]:
        return [entry for entry in self._said(kind) if not entry.corrected_by]

    def place(self, entry: Entry) -> int:
        """Where an entry stands among all; ValueError for one that is not there."""
        for place, one in enumerate(self.entries):
            if one is entry:
                return place
        raise ValueError("the case has no such entry")

    def after(self, entry: Entry, kind: type[F]) -> list[Entry]:
        """The standing entries of a kind that stand after that entry."""
        later = self.entries[self.place(entry) + 1 :]
        return [one for one in later if isinstance(one.said.fact, kind) and not one.corrected_by]

    def drafted(self, kind: type[F], version: int | None = None) -> F | None:
        """A version of what is drafted in facts of a kind (report, terms, review, findings), or the latest."""
        return next((one for one in reversed(self.every(kind)) if version in (None, _version_of(one))), None)

    def _said(self, kind: type[F]) -> list[Entry]:
        """The entries of a kind, standing or not. They are asked for hundreds of times between two facts."""
        return self.sorted_entries.of(self.entries, kind)
