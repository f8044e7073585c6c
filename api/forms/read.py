"""API: what somebody typed into a form, as the body that it says. The body's own class judges it, not this."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from api.forms.fill import when
from api.forms.question import (
    ASK,
    DAY,
    EXACT,
    LEAVE_OUT,
    MONTH,
    NO,
    TIME,
    YEAR,
    YES,
    Kind,
    Option,
    Question,
    Typed,
    keys_under,
    rows_under,
    within,
)
from calendar_rules.lengths import LONDON

_NOTHING: Any = object()
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_NOT_OF_AN_ID = re.compile(r"[^a-z0-9]+")


@dataclass
class Read:
    """A body as it was typed. `places`: where in the form each part of it stands; `asked`: the question of each box;
    `wrong`: what cannot be read, by its box.
    """

    body: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Question] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def read(questions: Sequence[Question], typed: Typed) -> Read:
    """The body that the form says. What was left empty is left out."""
    found = Read()
    found.body = _fields(found, questions, typed, "", "")
    return found


def _fields(found: Read, questions: Sequence[Question], typed: Typed, box: str, at: str) -> dict[str, Any]:
    """The fields of one object: `box` is where it stands in the form, `at` where in the body."""
    said: dict[str, Any] = {}
    for one in questions:
        here = within(box, one.name)
        if one.kind is Kind.ASK_EACH:
            said |= _asked(found, one, typed, here, at)
        else:
            said[one.name] = _value(found, one, typed, here, within(at, one.name))
    return {name: value for name, value in said.items() if value is not _NOTHING}


def _value(found: Read, question: Question, typed: Typed, box: str, at: str) -> Any:
    found.places[at], found.asked[box] = box, question
    text = next(iter(typed.get(box, [])), "")
    match question.kind:
        case Kind.GROUP:
            inside = _fields(found, question.parts, typed, box, at)
            return inside if question.required or _says(question.parts, inside) else _NOTHING
        case Kind.ROWS:
            return _rows(found, question, typed, box, at)
        case Kind.KEYED:
            return _keyed(found, question, typed, box, at)
        case Kind.DAY | Kind.MOMENT:
            return _when(found, question, typed, box)
        case Kind.PICKS | Kind.CHOICES:
            return [one for one in typed.get(box, []) if one] or _NOTHING
        case Kind.FILES:
            return [one for kept in typed.get(box, []) if (one := _file(kept))] or _NOTHING
        case Kind.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()] or _NOTHING
        case Kind.TICK:
            return True if text == YES else _NOTHING if question.required else False
        case Kind.YES_NO if question.outright and not text:
            found.wrong[box] = f"Choose an answer: {question.label[:1].lower()}{question.label[1:]}"
    return _plain(question, text) if text else _NOTHING


def _file(kept: str) -> dict[str, Any] | None:
    """What a fact names of a file that was sent; the form holds its name besides."""
    try:
        return {name: json.loads(kept)[name] for name in ("document", "version", "sha256")}
    except (ValueError, KeyError, TypeError):
        return None


def _plain(question: Question, text: str) -> Any:
    match question.kind:
        case Kind.CARRIED:
            try:
                return json.loads(text)
            except ValueError:
                return text
        case Kind.NUMBER:
            number = text.replace(",", "").replace("£", "").strip()
            try:
                return int(number) if question.whole else float(number)
            except ValueError:
                return text
        case Kind.YES_NO:
            return {YES: True, NO: False}.get(text, text)
    return _NOT_OF_AN_ID.sub("-", text.lower()).strip("-") if question.is_id else text


def _rows(found: Read, question: Question, typed: Typed, box: str, at: str) -> Any:
    rows: list[Any] = []
    for number in rows_under(typed, box):
        row = _fields(found, question.parts, typed, within(box, str(number)), within(at, str(len(rows))))
        if _says(question.parts, row):
            rows.append(row)
    return rows or _NOTHING


def _asked(found: Read, question: Question, typed: Typed, box: str, at: str) -> dict[str, Any]:
    """Who of a list is asked, and who is left out, each with the reason: two fields of the body. A reason alone leaves
    one out, too.
    """
    (left_out,) = question.parts
    which, why = left_out.parts
    asked: list[str] = []
    left: list[dict[str, str]] = []
    found.places |= {within(at, question.name): box, within(at, left_out.name): box}
    found.asked[box] = question
    known = {one.value: one for one in question.options}
    for key in dict.fromkeys((*known, *keys_under(typed, box))):
        one, here, beside = known.get(key, Option(key, key)), within(box, key), within(within(box, key), why.name)
        answer, reason = (next(iter(typed.get(name, [])), "") for name in (here, beside))
        found.asked |= {here: question, beside: replace(why, label=f"Why {one.text} is left out")}
        if answer == ASK:
            found.places[within(at, f"{question.name}.{len(asked)}")] = here
            asked.append(key)
        elif answer == LEAVE_OUT or reason:
            there = within(at, f"{left_out.name}.{len(left)}")
            found.places |= {there: here, within(there, which.name): here, within(there, why.name): beside}
            left.append({which.name: key} | ({why.name: reason} if reason else {}))
        elif one.needed:
            found.wrong[here] = f"Choose whether to ask {one.text}"
    return {question.name: asked or _NOTHING, left_out.name: left or _NOTHING}


def _keyed(found: Read, question: Question, typed: Typed, box: str, at: str) -> Any:
    said: dict[str, Any] = {}
    for key in keys_under(typed, box):
        inside, there = within(box, key), within(at, key)
        if not question.parts[0].name:
            value = _value(found, question.parts[0], typed, inside, there)
            said |= {key: value} if value is not _NOTHING else {}
        elif _says(question.parts, row := _fields(found, question.parts, typed, inside, there)):
            said[key] = row
    return said or _NOTHING


def _says(parts: Sequence[Question], row: dict[str, Any]) -> bool:
    """Whether anything was typed or chosen: a box that is not ticked says nothing by itself."""
    return any(row.get(one.name) is not False for one in parts if one.name in row and one.kind is not Kind.CARRIED)


def _when(found: Read, question: Question, typed: Typed, box: str) -> Any:
    """A date, or a moment in London. A moment that was not touched keeps its seconds."""
    moment = question.kind is Kind.MOMENT
    names = (DAY, MONTH, YEAR, TIME) if moment else (DAY, MONTH, YEAR)
    parts = {name: next(iter(typed.get(within(box, name), [])), "") for name in names}
    if not any(parts.values()):
        return _NOTHING
    exact = next(iter(typed.get(within(box, EXACT), [])), "")
    if exact and _unchanged(exact, parts, box):
        return exact
    try:
        day = date(int(parts[YEAR]), int(parts[MONTH]), int(parts[DAY]))
    except (ValueError, OverflowError):
        found.wrong[box] = "Enter a real date, such as 27 3 2026"
        return _NOTHING
    if not moment:
        return day.isoformat()
    clock = _TIME.fullmatch(parts[TIME])
    if not clock:
        found.wrong[box] = "Enter the time as well, such as 14:30"
        return _NOTHING
    at = datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), tzinfo=LONDON)
    if at.astimezone(UTC).astimezone(LONDON).time() != at.time():
        found.wrong[box] = "Enter another time: the clocks went forward in that hour"
        return _NOTHING
    return at.isoformat()


def _unchanged(exact: str, parts: dict[str, str], box: str) -> bool:
    try:
        shown = dict(when(exact, box, with_time=True))
    except ValueError:
        return False
    return all(shown[within(box, name)] == [value] for name, value in parts.items())
