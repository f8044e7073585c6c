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
    """The entries by kind, kept at hand: no part of the case."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.number = 0
        self.by_kind: dict[type[Fact], list[Entry]] = {}

    def of(self, entries: list[Entry], kind: type[F]) -> list[Entry[F]]:
        """Those of a kind; sorted again where entries were added, or are others."""
        if self.entries is not entries or self.number != len(entries):
            self.entries, self.number, self.by_kind = entries, len(entries), {}
            for entry in entries:
                self.by_kind.setdefault(type(entry.fact), []).append(entry)
        return cast("list[Entry[F]]", self.by_kind.get(kind, []))
