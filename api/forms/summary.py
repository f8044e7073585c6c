"""API: what somebody is about to say, question by question, in words: to check it before it is recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.forms.question import ASK, DAY, MONTH, TIME, YEAR, YES, Kind, Question, within
from api.forms.read import Read
from api.forms.shown import Shown
from delivery.words import day

Line = tuple[str, str]  # what was asked, and the answer


def summary(form: Shown, found: Read) -> list[Line]:
    """Every answer that was given, in the form's order."""
    return list(_Summary(form, found).lines(form.questions, found.body, "", ""))


@dataclass
class _Summary:
    form: Shown
    found: Read

    def lines(self, questions: Sequence[Question], said: Mapping[str, Any], at: str, before: str) -> Iterator[Line]:
        """`at`: where in the body; `before`: what the label of a row or a key begins with."""
        for question in questions:
            value, here = said.get(question.name), within(at, question.name)
            if value is not None and value != []:
                yield from self._answer(question, value, here, before)

    def _answer(self, question: Question, value: Any, here: str, before: str) -> Iterator[Line]:
        box, label = self.found.places[here], f"{before}{question.label}"
        match question.kind:
            case Kind.GROUP:
                yield from self.lines(question.parts, value, here, before)
            case Kind.ROWS:
                for number, row in enumerate(value):
                    start = f"{label} {number + 1}: "
                    yield from self.lines(question.parts, row, within(here, str(number)), start)
            case Kind.KEYED:
                called = {one.value: one.text for one in self.form.keys(question, box)}
                for key, one in value.items():
                    start = f"{before}{called.get(key, key)}"
                    if isinstance(one, dict):
                        yield from self.lines(question.parts, one, within(here, key), f"{start}: ")
                    else:
                        yield start, str(one)
            case Kind.ASK_EACH:
                yield from self._asked(question, box, before)
            case _:
                if words := self._words(question, box):
                    yield label, words

    def _asked(self, question: Question, box: str, before: str) -> Iterator[Line]:
        """Who of a list is asked, in one line; and who is left out, each with the reason."""
        (left_out,) = question.parts
        keys = {one.value: one.text for one in self.form.keys(question, box)}
        said = {key: self.form.value(within(box, key)) for key in keys}
        yield f"{before}{question.label}", "\n".join(keys[key] for key, answer in said.items() if answer == ASK)
        for key, answer in said.items():
            reason = self.form.value(within(within(box, key), left_out.parts[-1].name))
            if reason and answer != ASK:
                yield f"{before}{left_out.label}: {keys[key]}", reason

    def _words(self, question: Question, box: str) -> str:
        """One answer in words; empty for what only programs read."""
        if question.kind is Kind.CARRIED or self.form.fixed(box):
            return self.form.in_words(question, box)
        if question.kind is Kind.TICK:
            return "Yes" if self.form.value(box) == YES else "No"
        if question.kind in (Kind.DAY, Kind.MOMENT):
            return self._date(box)
        if question.kind is Kind.FILES:
            return "\n".join(one.name for one in self.form.files(box))
        if question.kind in (Kind.LINE, Kind.TEXT, Kind.LINES):
            return self.form.value(box)  # as typed, though it be the id of somebody whose name is known
        called = {one.value: one.text for one in self.form.options(question, box)}
        return "\n".join(called.get(one, one) for one in self.form.values(box) if one)

    def _date(self, box: str) -> str:
        parts = {name: self.form.value(within(box, name)) for name in (DAY, MONTH, YEAR, TIME)}
        iso = f"{int(parts[YEAR]):04}-{int(parts[MONTH]):02}-{int(parts[DAY]):02}"
        counted = self.form.counted(box)
        return day(iso) + (f", {parts[TIME]}" if parts[TIME] else "") + (f". {counted}." if counted else "")
