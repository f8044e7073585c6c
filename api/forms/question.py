"""API: what a form asks, one question after the other, and what somebody has typed into it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

Typed = Mapping[str, list[str]]  # the name of a box in the form -> what stands in it, or is ticked

YES, NO = "yes", "no"
ASK, LEAVE_OUT = "ask", "leave-out"
DAY, MONTH, YEAR, TIME = "day", "month", "year", "time"
EXACT = "exact"  # a moment to the second, where the boxes show its minute


class Kind(StrEnum):
    """How a question is asked."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"  # several short texts, one on each line
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"  # a day and a time of day, in London
    YES_NO = "yes-no"
    TICK = "tick"
    CHOICE = "choice"
    CHOICES = "choices"
    PICK = "pick"  # of the people, agencies or children that the case knows
    PICKS = "picks"
    GROUP = "group"  # several questions about one thing
    ROWS = "rows"  # the same questions for each of several things
    KEYED = "keyed"  # the same questions for each of a known list
    ASK_EACH = "ask-each"  # which of a list are asked; and which are left out, each with the reason
    FILES = "files"  # files to send, and those that were sent: each as what a fact names, with its name
    CARRIED = "carried"  # said by the step that is taken; nobody types it


class Option(NamedTuple):
    """One of the answers to choose from."""

    value: str
    text: str
    hint: str = ""
    group: str = ""  # the heading under which a long list has it
    lacks: tuple[str, ...] = ()  # of a key: the answers that are none under it
    needed: bool = False  # of a key: it has to be answered


@dataclass(frozen=True)
class Question:
    """One question. `picked` names the list from which an answer, or the key of one, is chosen; `parts` are the
    questions of a group, of a row, or of a key: one without a name where the key has a plain answer. Where each of a
    list is asked or left out, the only part is the list of those left out: which one, and the reason.
    """

    name: str
    label: str
    hint: str
    kind: Kind
    required: bool
    options: tuple[Option, ...] = ()
    picked: str = ""
    parts: tuple["Question", ...] = ()
    whole: bool = True  # of a number
    is_id: bool = False  # lower-case letters, digits and hyphens
    one: str = ""  # what one of several is called: a row, a key
    outright: bool = False  # one of its answers has to be chosen, though the class takes one for granted
    when: tuple[str, str] | None = None  # it is asked only where this question beside it has this answer

    def under(self, key: Option) -> "Question":
        """The question of a plain answer, asked for one key."""
        return replace(self, label=key.text, hint=key.hint, required=True)

    def asked_under(self, key: Option) -> tuple["Question", ...]:
        """The parts as they are asked for one key: only the answers that it can have."""
        return tuple(
            replace(one, options=tuple(option for option in one.options if option.value not in key.lacks))
            for one in self.parts
        )


def all_questions(questions: Iterable[Question]) -> Iterator[Question]:
    """With those within groups, rows and keys."""
    for one in questions:
        yield one
        yield from all_questions(one.parts)


def offered(questions: Iterable[Question], lists: Mapping[str, Sequence[Option]]) -> tuple[Question, ...]:
    """The questions, with the list of those that are asked or left out: who reads the form has to know who has to be
    accounted for, and what each is called.
    """
    return tuple(
        replace(one, options=tuple(lists.get(one.picked, ())), parts=offered(one.parts, lists))
        if one.kind in (Kind.ASK_EACH, Kind.GROUP)
        else one
        for one in questions
    )


def within(path: str, name: str) -> str:
    """The name of a box inside another."""
    return ".".join(part for part in (path, name) if part)


def keys_under(typed: Typed, path: str) -> list[str]:
    """What follows a name in the names of the boxes inside it, each once, in their order."""
    start = f"{path}."
    return list(dict.fromkeys(box[len(start) :].partition(".")[0] for box in typed if box.startswith(start)))


_LONGEST_NUMBER = 4  # digits of a row's number


def rows_under(typed: Typed, path: str) -> list[int]:
    """The numbers of the rows that a form shows, in order."""
    return sorted(
        int(key) for key in keys_under(typed, path) if key.isascii() and key.isdigit() and len(key) <= _LONGEST_NUMBER
    )
