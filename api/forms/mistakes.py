"""API: what is wrong with what somebody typed, in words for a person, by the box that it stands in."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from api.forms.question import Kind, Question, within
from api.forms.read import Read
from api.forms.words import sentence

_ABOUT = ("is ", "are ", "has ", "have ", "must ", "lies ", "holds ", "ends ", "cannot ", "was ", "stands ", "does ")
_ENTER = {
    Kind.PICK: "Choose {the}",
    Kind.PICKS: "Choose {the}",
    Kind.ASK_EACH: "Choose {the}",
    Kind.CHOICE: "Choose {the}",
    Kind.CHOICES: "Choose {the}",
    Kind.YES_NO: "Choose an answer: {it}",
    Kind.TICK: "Confirm: {it}",
    Kind.DAY: "Enter a date: {it}",
    Kind.MOMENT: "Enter a date and a time: {it}",
    Kind.ROWS: "Add {it}",
    Kind.NUMBER: "Enter a number: {it}",
}
# How a label begins that needs no article in a sentence.
_AS_IT_IS = (
    *("the", "a", "an", "any", "each", "every", "its", "their", "those", "your", "against", "in", "on"),
    *("how", "what", "when", "where", "whether", "which", "who", "whom", "whose", "why"),
)
_NOT_TYPED = ("missing", "string_too_short", "too_short", "enum", "literal_error", "none_required")
_OF_A_KIND = ("int", "float", "bool", "date", "datetime", "finite")


def mistakes(wrong: ValidationError, found: Read) -> dict[str, str]:
    """What the body's class refuses, by the box; what stands in none of them under an empty name."""
    said = dict(found.wrong)
    for one in wrong.errors(include_url=False, include_input=False):
        about = one.get("ctx", {})
        parts = [str(part) for part in one["loc"] if part != "[key]"]
        parts += [field] if (field := getattr(about.get("error"), "field", "")) else []
        box = place(found, parts)
        question = found.asked.get(box)
        if question and question.kind is Kind.ROWS and one["type"] == "missing":
            said |= _of_the_first(question, box)
            continue
        if question and question.kind is Kind.ASK_EACH and any(one.startswith(f"{box}.") for one in said):
            continue  # each line says it
        said.setdefault(box, _sentence(one["type"], str(one["msg"]), about, question))
    return said


def _of_the_first(rows: Question, box: str) -> dict[str, str]:
    """Where one has to be there: what the row that the form shows lacks, box by box."""
    return {within(within(box, "0"), one.name): _enter(one) for one in rows.parts if one.required}


def placed(fields: Mapping[str, str], found: Read) -> dict[str, str]:
    """What a refusal says of fields ("right.kind": "must be ..."), by the box."""
    boxes = {place(found, field.split(".")): text for field, text in fields.items()}
    return {box: _about(text, found.asked.get(box)) for box, text in boxes.items() if box}


def place(found: Read, parts: Sequence[str]) -> str:
    """The box of a part of the body, or of what holds it; empty where it is in none. What the validator puts between,
    such as the kind of a fact, is passed over.
    """
    here, box = "", ""
    for part in parts:
        there = f"{here}.{part}" if here else part
        if there in found.places:
            here, box = there, found.places[there]
        elif any(one.startswith(f"{there}.") for one in found.places):  # a row, or a key
            here = there
    return box


def _sentence(kind: str, message: str, about: Mapping[str, Any], question: Question | None) -> str:
    if kind in _NOT_TYPED or kind.partition("_")[0] in _OF_A_KIND or question is None:
        return _enter(question) if question else sentence(message.removeprefix("Value error, "))
    match kind:
        case "string_too_long":
            return f"{question.label or 'This'} must be {about['max_length']:,} characters or fewer"
        case "string_pattern_mismatch":
            if question.is_id:
                return f"{question.label} must be lower-case letters, digits and hyphens, at least two"
            return _enter(question)
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return f"{question.label or 'This'} must be {sentence_of_number(message)}"
        case "too_long":
            return f"{question.label}: {about['max_length']} are the most"
    return _about(message.removeprefix("Value error, "), question)


def sentence_of_number(message: str) -> str:
    """ "Input should be less than or equal to 5" as "less than or equal to 5"."""
    return message.removeprefix("Input should be ")


def _enter(question: Question) -> str:
    if (question.kind, question.label) == (Kind.YES_NO, "Answer"):
        return "Choose an answer"
    it = _inside(question.label or "an answer")
    the = it if it.partition(" ")[0] in _AS_IT_IS else f"the {it}"
    return _ENTER.get(question.kind, "Enter {the}").format(it=it, the=the)


def _about(text: str, question: Question | None) -> str:
    """A sentence of a field: "Officer must be yourself"."""
    if question and question.label and text.startswith(_ABOUT):
        return f"{question.label} {text}"
    return sentence(text)


def _inside(label: str) -> str:
    """A label within a sentence."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
