"""What a deadline is: what it counts from, what meets or overtakes it. Pure; the classes are in `deadline_kinds`."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, NamedTuple

from calendar_rules.edition_checks import own_milestone
from review.case import reads
from review.case.deadline import Ending, RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.editions import MilestoneOfOursReached
from review.facts.enums import Stage
from review.kit.anchors import ANCHORS


class Met(NamedTuple):
    """When a deadline was met, and by which message where a fact met it or asked for the mail that did."""

    at: datetime
    message: str | None = None


DEADLINES: dict[str, "Deadline"] = {}  # by rule; each class of `deadline_kinds` enters itself


def kind_of(rule: str) -> "Deadline":
    """The kind of a deadline, by its rule; a milestone of a partnership's own is named by its edition alone."""
    return MilestoneOfOursDue(rule) if own_milestone(rule) else DEADLINES[rule]


class Deadline:
    """A deadline of the protocol; `RunningDeadline` is one that runs in a case.

    `rule`: its entry in the editions. `subject`: what its subject names, where there are several; facts that have a
    field of that name are about that one. `set_by`: the facts that it counts from, where people set it running; each
    starts it. `conditional`: it takes more than such a fact, so it starts as soon as it is `owed`, or `owed_for` one.
    `met_by`: the facts that meet it, or ask for the mail that does; the last one that stands counts.
    `met_by_several`: several of them meet it together, or in turn, so each that was wrong has it judged again (X-2).
    `day_set_by`: the facts by which people set the due day itself: pauses that began before do not move it (X-1).
    `outlives`: the ends of a case at which it does not stop. `of_notifying`: it stops where it is decided not to.
    """

    rule: str
    subject: ClassVar[str | None] = None
    set_by: ClassVar[tuple[type[Fact], ...]] = ()
    met_by: ClassVar[tuple[type[Fact], ...]] = ()
    met_by_several: ClassVar[bool] = False
    day_set_by: ClassVar[tuple[type[Fact], ...]] = ()
    conditional: ClassVar[bool] = False
    outlives: ClassVar[tuple[Ending, ...]] = ()
    of_notifying: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        if "rule" in vars(cls):
            DEADLINES[cls.rule] = cls()

    @property
    def has_given_ids(self) -> bool:
        """Whether people give an id to what it is about: a concern, a handover, an action, a milestone."""
        return bool(self.subject and self.set_by)

    def since(self, case: CaseState, subject: str | None = None) -> datetime | None:
        """The moment that it is counted from; None while it is not known, or where the edition has it not."""
        if self.rule not in case.edition.deadlines:
            return None
        if anchor := ANCHORS.get(case.edition.deadlines[self.rule].counted_from):
            return anchor(case, subject)
        entries = self.about(case, self.set_by, subject)
        return entries[-1].happened_at if entries else None

    def owed(self, case: CaseState) -> bool:
        """Of a conditional one: whether it is owed as the case stands now."""
        return False

    def owed_for(self, case: CaseState) -> Iterable[str | None]:
        """Of a conditional one: the subjects for which it is owed; None stands for the one that has no subject."""
        return (None,) if self.owed(case) else ()

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The due time that people set, or the time counted back from it; None for a deadline that is counted."""
        return None

    def day_set_at(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """When people set the due day; None for a deadline that is counted."""
        entries = self.about(case, self.day_set_by, running.subject)
        return entries[-1].happened_at if entries else None

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        """The fact that meets it, if it is there."""
        entries = self.about(case, self.met_by, running.subject)
        return entries[-1] if entries else None

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """What meets it, if it is there. What is met by a mail is met when the mail has gone, or was made good."""
        entry = self.fact(case, running)
        return Met(entry.happened_at, entry.reported.message) if entry else None

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        """Why nobody owes it any more although nothing met it, where that is so: it stops and says so."""
        return None

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        """Why it is owed after all although it was overtaken or met, where that is so: it runs again and says so."""
        return None

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        """Whether a mail is one by whose going it is met."""
        return False

    def about(self, case: CaseState, kinds: tuple[type[Fact], ...], subject: str | None) -> list[Entry[Fact]]:
        """The standing facts of these kinds, in the order in which they came; of the subject, where they name one."""
        found: list[Entry[Fact]] = []
        for kind in kinds:
            entries = case.entries_of(kind)
            if self.subject and self.subject in kind.subject:
                entries = [one for one in entries if one.fact.about == (subject or "")]
            found += entries
        return sorted(found, key=case.place) if len(kinds) > 1 else found


class InTurn(Deadline):
    """One of several that come one after the other: its subject is its number, and the fact of that number meets it."""

    met_by_several = True

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        number, told = int(running.subject or 1), case.entries_of(*self.met_by)
        return told[number - 1] if len(told) >= number else None


class MilestoneOfOursDue(Deadline):
    """A milestone that a partnership's edition sets itself, such as "P-1:leaders-meeting" ("Editions")."""

    met_by = (MilestoneOfOursReached,)

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return reads.milestone_of_ours(case, self.rule.partition(":")[2])

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the case is concluded" if case.stage is Stage.CONCLUDED else None
