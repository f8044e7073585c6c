"""API: a form as a page shows it: the questions with what stands in their boxes, what is wrong there, and choices."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from api.forms.question import (
    DAY,
    MONTH,
    YEAR,
    Kind,
    Option,
    Question,
    Typed,
    all_questions,
    keys_under,
    rows_under,
    within,
)
from api.forms.read import read
from api.forms.words import sentence

FIXED, ONCE, DO, ABOUT = "_fixed", "_once", "_do", "_about"  # boxes of the form itself, which are no field
FEW = 7  # choices that are shown as buttons; more make a list
MEETINGS = ("starts_at", "rapid_review_meeting_at")  # moments that lie ahead, within the fifteen days
MANY = 12  # choices that stand open; of more, those under later headings are folded
TEXTS = 12  # boxes for text that stand in full height; of more, those that hold little are low
MORE = 6  # optional questions at the end of a row that are folded together
LONG = 240  # characters: three lines


class SentFile(NamedTuple):
    """A file that was sent and is named when the form is."""

    kept: str  # what stands in the box
    name: str
    size: str

    @classmethod
    def of(cls, kept: str) -> "SentFile":
        try:
            held = json.loads(kept)
            return cls(kept, str(held.get("name") or f"{held['document']}, version {held['version']}"),
                       str(held.get("size", "")))  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(kept, "A file", "")


class KeyGroup(NamedTuple):
    """The keys under one heading. `open`: something is wrong there."""

    title: str
    keys: list[Option]
    answered: int
    open: bool


@dataclass
class Shown:
    """What a template asks for. `lists` are the choices of people, agencies, children and other lists, by their name;
    `named` puts what the step itself has filled in into words.
    """

    questions: Sequence[Question]
    typed: dict[str, list[str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[date, str] = field(default_factory=dict)  # where D-7 runs: what each day is

    def working_days(self, question: Question) -> list[tuple[date, str]]:
        """The days to choose from, each with its number, beside a question that asks for a meeting's time."""
        counted = question.kind is Kind.MOMENT and question.name in MEETINGS
        return [one for one in self.days.items() if one[1].startswith("working day")] if counted else []

    def counted(self, box: str) -> str:
        """ "Working day 12 of 15": what the day is that was typed."""
        try:
            day = date(*(int(self.value(within(box, part))) for part in (YEAR, MONTH, DAY)))
        except ValueError:
            return ""
        return sentence(self.days.get(day, ""))

    def all_boxes(self) -> list[tuple[str, str]]:
        """All that stands in the form, to be sent again; but for the button that was pressed."""
        return [(box, text) for box, texts in self.typed.items() if box != DO for text in texts]

    def value(self, box: str) -> str:
        return next(iter(self.typed.get(box, [])), "")

    def values(self, box: str) -> list[str]:
        return self.typed.get(box, [])

    def lines(self, box: str) -> int:
        """How high a box for text stands: a form of many has low ones, but for what is in them already."""
        return 3 if self._many_texts and len(self.value(box)) < LONG else 5

    @cached_property
    def _many_texts(self) -> bool:
        return sum(one.kind is Kind.TEXT for one in all_questions(self.questions)) > TEXTS

    def files(self, box: str) -> list[SentFile]:
        """The files that were sent from this form, each with its name and what stands in the box for it."""
        return [SentFile.of(kept) for kept in self.values(box) if kept]

    def error(self, box: str) -> str:
        return self.wrong.get(box, "")

    def reveals(self, box: str, answer: str) -> bool:
        """Whether questions are asked only where this answer is given there."""
        return any(one.when == (box, answer) for one in self.questions)

    def fixed(self, box: str) -> bool:
        """Whether the step has filled it in, so that nobody types it."""
        return box in self.typed.get(FIXED, [])

    def in_words(self, question: Question, box: str) -> str:
        """What the step has filled in: as the choice is called, or as the page names it."""
        called = {one.value: one.text for one in (*question.options, *self.lists.get(question.picked, ()))}
        return called.get(self.value(box)) or self.named.get(box, "")

    def options(self, question: Question, box: str = "") -> list[Option]:
        """The choices, and what is typed and none of them any more."""
        known = list(question.options or self.lists.get(question.picked, ()))
        gone = [one for one in self.values(box) if one and one not in [option.value for option in known]]
        anywhere = {one.value: one for some in self.lists.values() for one in some} if gone else {}
        return known + [anywhere.get(one, Option(one, one)) for one in gone]

    def grouped(self, question: Question, box: str = "") -> list[tuple[str, bool, list[tuple[int, Option]]]]:
        """The choices under their headings, each with its number in the whole; and whether a heading is shown open: the
        first two, and one under which something is chosen. Few choices have all theirs open.
        """
        groups: dict[str, list[tuple[int, Option]]] = {}
        for option in self.options(question, box):
            groups.setdefault(option.group, []).append((0, option))
        chosen, all_of_them = set(self.values(box)), sum(map(len, groups.values())) <= MANY
        found: list[tuple[str, bool, list[tuple[int, Option]]]] = []
        number = 0
        for group, held in groups.items():
            numbered = [(number + place, option) for place, (_, option) in enumerate(held, 1)]
            is_open = all_of_them or len(found) < 2 or any(option.value in chosen for _, option in numbered)
            found.append((group, is_open, numbered))
            number += len(held)
        return found

    def keys(self, question: Question, box: str) -> list[Option]:
        """The keys for each of which the same is asked, and those under which something was typed."""
        known = list(question.options or self.lists.get(question.picked, ()))
        more = [key for key in keys_under(self.typed, box) if key not in [option.value for option in known]]
        return known + [Option(key, key) for key in more]

    def key_groups(self, question: Question, box: str) -> list[KeyGroup]:
        """The keys under their headings, with how many of them are answered."""
        groups: dict[str, list[Option]] = {}
        for key in self.keys(question, box):
            groups.setdefault(key.group, []).append(key)
        answered = {key for key in keys_under(self.typed, box) if self._holds(within(box, key))}
        return [
            KeyGroup(
                title,
                keys,
                sum(key.value in answered for key in keys),
                any(_is_of(wrong, within(box, key.value)) for wrong in self.wrong for key in keys),
            )
            for title, keys in groups.items()
        ]

    def _holds(self, box: str) -> bool:
        """Whether something stands in this box, or in one inside it."""
        return box in self._held

    @cached_property
    def _held(self) -> frozenset[str]:
        """Every box in which something stands, and each that one is inside of: forms of a thousand rows ask often."""
        boxes = [name.split(".") for name, texts in self.typed.items() if any(texts)]
        return frozenset(".".join(parts[:deep]) for parts in boxes for deep in range(1, len(parts) + 1))

    def rows(self, question: Question, box: str) -> list[int]:
        """The rows of a repeating group; one at the least where one has to be."""
        return rows_under(self.typed, box) or ([0] if question.required else [])

    def more(self, question: Question, box: str) -> int:
        """How many questions at the end of a row are folded away: those that need no answer and have none, where they
        are many and the form shows several rows.
        """
        if (
            sum(not one.required for one in question.parts) < MORE
            or len(self.rows(question, box.rpartition(".")[0])) < 2
        ):
            return 0
        unanswered = (
            one.kind is not Kind.TICK and not one.required and not self._stands(within(box, one.name))
            for one in reversed(question.parts)
        )
        found = len([*takewhile(bool, unanswered)])
        return found if found >= MORE else 0

    def _stands(self, box: str) -> bool:
        return self._holds(box) or any(_is_of(wrong, box) for wrong in self.wrong)

    def few(self, question: Question, box: str) -> bool:
        return len(self.options(question, box)) <= FEW and question.kind is Kind.CHOICE

    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, each with the box to go to, in the order of the form."""
        asked = read(self.questions, self.typed).asked
        dates = {box for box, one in asked.items() if one.kind in (Kind.DAY, Kind.MOMENT)}
        order = {box: place for place, box in enumerate(asked)}
        wrong = sorted(self.wrong, key=lambda box: order.get(box, order.get(box.partition(".")[0], 0)))
        of = self._of_keys(asked)
        texts = {box: ": ".join([self.wrong[box], *of.get(box.rpartition(".")[0], [])]) for box in wrong}
        return [(within(box, DAY) if box in dates else box, texts[box]) for box in wrong if box]

    def _of_keys(self, asked: Mapping[str, Question]) -> dict[str, list[str]]:
        """What each key is called under which several things are asked: in the summary they would all read alike."""
        keyed = [(box, one) for box, one in asked.items() if one.kind is Kind.KEYED and one.parts[0].name]
        return {within(box, key.value): [key.text] for box, one in keyed for key in self.keys(one, box)}


def _is_of(name: str, box: str) -> bool:
    return name == box or name.startswith(f"{box}.")


def changed_rows(questions: Sequence[Question], typed: Typed, do: str) -> dict[str, list[str]]:
    """The form with a row more ("add:children") or less ("remove:children.1")."""
    verb, _, box = do.partition(":")
    boxes = {name: list(values) for name, values in typed.items()}
    if verb == "remove":
        return {name: values for name, values in boxes.items() if not name.startswith(f"{box}.")}
    first = _first_part(questions, box)
    shown = rows_under(typed, box)
    if not shown and _required(questions, box):
        shown = [0]
        boxes[within(box, f"0.{first}")] = [""]
    boxes[within(box, f"{max(shown, default=-1) + 1}.{first}")] = [""]
    return boxes


def _question(questions: Sequence[Question], box: str) -> Question | None:
    known, one = tuple(questions), None
    for part in box.split("."):
        one = next((question for question in known if question.name == part), one)
        known = one.parts if one else ()
    return one


def _first_part(questions: Sequence[Question], box: str) -> str:
    question = _question(questions, box)
    return question.parts[0].name if question and question.parts else "row"


def _required(questions: Sequence[Question], box: str) -> bool:
    question = _question(questions, box)
    return bool(question and question.required)
