"""API: a body as a form shows it: what stands in each box."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from api.forms.question import ASK, DAY, EXACT, LEAVE_OUT, MONTH, NO, TIME, YEAR, YES, Kind, Question, within
from calendar_rules.lengths import london


def filled(questions: Sequence[Question], body: Any, path: str = "") -> dict[str, list[str]]:
    """What stands in the boxes where the form says this body, as JSON has it."""
    boxes: dict[str, list[str]] = {}
    for question in questions:
        if question.kind is Kind.ASK_EACH:
            boxes |= dict(_asked(question, body, within(path, question.name)))
            continue
        value = body.get(question.name) if question.name else body
        if value is not None:
            boxes |= dict(_boxes(question, value, within(path, question.name)))
    return boxes


def _boxes(question: Question, value: Any, here: str) -> Iterator[tuple[str, list[str]]]:
    match question.kind:
        case Kind.GROUP:
            yield from filled(question.parts, value, here).items()
        case Kind.ROWS:
            for number, one in enumerate(value):
                yield from filled(question.parts, one, within(here, str(number))).items()
        case Kind.KEYED:
            for key, one in value.items():
                yield from filled(question.parts, one, within(here, key)).items()
        case _:
            yield from _answer(question, value, here)


def _asked(question: Question, body: Any, here: str) -> Iterator[tuple[str, list[str]]]:
    """Each that is asked, and each that is left out with the reason."""
    (left_out,) = question.parts
    which, why = (part.name for part in left_out.parts)
    for one in body.get(question.name) or ():
        yield within(here, one), [ASK]
    for one in body.get(left_out.name) or ():
        there = within(here, one[which])
        yield there, [LEAVE_OUT]
        yield within(there, why), [one[why]]


def _answer(question: Question, value: Any, here: str) -> Iterator[tuple[str, list[str]]]:
    """The boxes of one answer."""
    match question.kind:
        case Kind.DAY | Kind.MOMENT:
            yield from when(str(value), here, with_time=question.kind is Kind.MOMENT)
        case Kind.PICKS | Kind.CHOICES:
            yield here, [str(one) for one in value]
        case Kind.LINES:
            yield here, ["\n".join(str(one) for one in value)]
        case Kind.CARRIED:
            yield here, [json.dumps(value)]
        case Kind.FILES:
            yield here, [json.dumps(one) for one in value]
        case Kind.TICK:
            yield here, [YES] if value else []
        case Kind.YES_NO:
            yield here, [{True: YES, False: NO}.get(value, str(value))]
        case _:
            yield here, [str(value)]


def when(value: str, here: str, *, with_time: bool) -> Iterator[tuple[str, list[str]]]:
    """The boxes of a date, or of a moment as clocks in London show it."""
    at = london(datetime.fromisoformat(value)) if with_time else datetime.fromisoformat(value)
    yield within(here, DAY), [str(at.day)]
    yield within(here, MONTH), [str(at.month)]
    yield within(here, YEAR), [str(at.year)]
    if with_time:
        yield within(here, TIME), [f"{at:%H:%M}"]
        yield within(here, EXACT), [value]
