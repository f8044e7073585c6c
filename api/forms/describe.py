"""API: the questions of a form, read off the class of the fact: its fields, their types and descriptions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, RootModel
from pydantic.fields import FieldInfo

from api.forms.question import NO, YES, Kind, Option, Question
from api.forms.words import ONE, hint_of, label_of, sentence
from delivery.words import plain
from review.facts.base import DocumentRef, Files, FilledIn, Picked

# Fields whose answer is one of fewer than all: which list (api/forms/lists.py) they are chosen from.
LISTS = {
    "PartnerViewGiven.person": "officer",
    "ScopingMeetingHeld.attended": "scoping-party",
    "ScopingMeetingHeld.agencies": "agency-to-ask",
    "AgencyAdded.agency": "agency-not-asked",
    "PublicationPlanned.managers": "agency-person",
    "FindingsHandedOver.sub_group": "sub-group",
    "CaseMerged.carried": "never-paused",
    "CaseMerged.loses": "may-stay-behind",
}
# Two lists that are one question: who is asked, and who is left out.
LEFT_OUT = {"ScopingMeetingHeld.agencies": "left_out"}
# Asked only where another question of the same form has a certain answer: which question, and which answer.
_OF_AN_OUTSIDER = ("capacity", "outside")
WHEN = {f"DraftBody.outside_{one}": _OF_AN_OUTSIDER for one in ("reason", "experience", "qualification")}
# What has to be said outright (`Fact.outright`), in words: the two answers, no first.
OUTRIGHT = {
    "SafetyStepsRecorded.none_needed": ("Steps were taken: say below which", "None are needed: say below why"),
}
_KEPT = "Leave this empty to keep the day and time that were entered."
_LONGEST_LINE = 500  # characters; what may be longer gets a box of several lines
LAST = (
    "files",
    "happened_at",
    "edition",
    "rehearsal",
)  # asked last: when, which is nearly always now; and the frame of a case

# Done by the very form, or sent by the system as it is recorded: it happens now, and nobody is asked when.
HAPPENS_NOW = (
    *("SignOffGiven", "DraftSentForSignOff", "FinalDraftSent", "DraftSentToCrg", "ReminderAsked", "DutyRetried"),
)


class _Type(NamedTuple):
    """The type of a field without its wrappers: what is said of it beside, and whether it may be left out."""

    core: Any
    about: tuple[Any, ...]
    optional: bool

    def says(self, kind: type) -> Any:
        return next((one for one in self.about if isinstance(one, kind)), None)

    @property
    def picked(self) -> str:
        found = self.says(Picked)
        return found.of if found else ""


@cache
def described(model: type[BaseModel], right: type[BaseModel] | None = None) -> tuple[Question, ...]:
    """The questions of a body, in the order of its fields. `right`: of a correction, the class of what is right."""
    apart = {"kind", *(LEFT_OUT.get(f"{model.__name__}.{name}") for name in model.model_fields)}
    fields = {name: field for name, field in model.model_fields.items() if name not in apart}
    order = sorted(fields, key=lambda name: LAST.index(name) + 1 if name in LAST else 0)
    asked = (_question(model, name, fields[name], right) for name in order)
    return tuple(question for question in asked if question is not None)


def _question(model: type[BaseModel], name: str, field: FieldInfo, right: type[BaseModel] | None) -> Question | None:
    found = _bare(field.annotation, field.metadata)
    filled_in = found.says(FilledIn)
    if filled_in and filled_in.by == "system":
        return None
    if name == "happened_at" and model.__name__ in HAPPENS_NOW:
        return None
    shape: dict[str, Any] = (
        {"kind": Kind.CARRIED} if filled_in or found.core is DocumentRef else _shape(found, field, right)
    )
    if listed := LISTS.get(f"{model.__name__}.{name}"):
        shape |= {"picked": listed} | ({"kind": Kind.PICKS} if shape["kind"] is Kind.LINES else {})
    if left_out := LEFT_OUT.get(f"{model.__name__}.{name}"):
        rest = _question(model, left_out, model.model_fields[left_out], right)
        shape |= {"kind": Kind.ASK_EACH, "parts": (rest,)}
    if outright := OUTRIGHT.get(f"{model.__name__}.{name}"):
        no, yes = outright
        shape |= {"kind": Kind.YES_NO, "options": (Option(NO, no), Option(YES, yes)), "outright": True}
    is_id = shape["kind"] is Kind.LINE and any("a-z0-9" in pattern for pattern in _patterns(found.about))
    kind, description = shape["kind"], field.description or ""
    return Question(
        name=name,
        label=label_of(model, name, description, kind),
        hint=hint_of(model, name, description, kind, is_id=is_id),
        required="outright" in shape or (field.is_required() and not found.optional),
        is_id=is_id,
        one=ONE.get(name, ""),
        when=WHEN.get(f"{model.__name__}.{name}"),
        **shape,
    )


def _shape(found: _Type, field: FieldInfo, right: type[BaseModel] | None) -> dict[str, Any]:
    """The kind of a question, and what belongs to that kind."""
    core, origin = found.core, get_origin(found.core)
    if found.says(Files):
        return {"kind": Kind.FILES}
    if origin is list:
        return _of_several(_bare(get_args(core)[0]))
    if origin is dict:
        return _keyed(core)
    if origin in (Union, UnionType):
        return _of_a_union(core, right)
    if origin is Literal:
        values = get_args(core)
        return {"kind": Kind.TICK} if values == (True,) else _choice(one for one in values if one)
    if core is bool:
        optional = found.optional or field.is_required()
        return {"kind": Kind.YES_NO, "options": _yes_no()} if optional else {"kind": Kind.TICK}
    return dict(_PLAIN[core]) if core in _PLAIN else _of_a_class(found)


_PLAIN: dict[Any, dict[str, Any]] = {
    AwareDatetime: {"kind": Kind.MOMENT},
    date: {"kind": Kind.DAY},
    int: {"kind": Kind.NUMBER},
    float: {"kind": Kind.NUMBER, "whole": False},
}


def _of_a_class(found: _Type) -> dict[str, Any]:
    """A closed list, a group of fields, or a text."""
    core = found.core
    if issubclass(core, Enum):
        return _choice(one.value for one in core)
    if issubclass(core, RootModel):
        return _keyed(core.model_fields["root"].annotation)
    if issubclass(core, BaseModel):
        return {"kind": Kind.GROUP, "parts": described(core)}
    if found.picked:
        return {"kind": Kind.PICK, "picked": found.picked}
    longest = next((one.max_length for one in found.about if getattr(one, "max_length", None)), 0)
    return {"kind": Kind.TEXT if longest > _LONGEST_LINE else Kind.LINE}


def _choice(values: Iterable[str]) -> dict[str, Any]:
    return {"kind": Kind.CHOICE, "options": tuple(_option(one) for one in values)}


def _of_several(item: _Type) -> dict[str, Any]:
    if item.picked:
        return {"kind": Kind.PICKS, "picked": item.picked}
    if isinstance(item.core, type) and issubclass(item.core, Enum):
        return {"kind": Kind.CHOICES, "options": tuple(_option(one.value) for one in item.core)}
    if isinstance(item.core, type) and issubclass(item.core, BaseModel):
        return {"kind": Kind.ROWS, "parts": described(item.core)}
    return {"kind": Kind.LINES}


def _keyed(core: Any) -> dict[str, Any]:
    """The same for each key: of a closed list, or of one that the case knows."""
    key, value = (_bare(one) for one in get_args(core))
    enum = isinstance(key.core, type) and issubclass(key.core, Enum)
    if isinstance(value.core, type) and issubclass(value.core, BaseModel):
        parts = described(value.core)
    else:
        info = FieldInfo.from_annotation(get_args(core)[1])
        parts = (Question(name="", label="", hint="", required=False, **_shape(value, info, None)),)
    options = tuple(_option(one.value) for one in key.core) if enum else ()
    return {"kind": Kind.KEYED, "picked": key.picked, "options": options, "parts": parts}


def _of_a_union(core: Any, right: type[BaseModel] | None) -> dict[str, Any]:
    """One of several facts: the one that is given. Or yes, no, and words besides."""
    kinds = get_args(core)
    if bool in kinds:
        more = (_option(word) for one in kinds if get_origin(one) is Literal for word in get_args(one))
        return {"kind": Kind.YES_NO, "options": (*_yes_no(), *more)}
    which = Question(name="kind", label="Kind", hint="", kind=Kind.CARRIED, required=True)
    asked = described(right) if right else ()
    as_it_was = [replace(one, hint=_KEPT) if one.name == "happened_at" else one for one in asked]
    return {"kind": Kind.GROUP, "parts": (which, *as_it_was) if right else ()}


def _yes_no() -> tuple[Option, ...]:
    return (Option(YES, "Yes"), Option(NO, "No"))


def _option(value: str) -> Option:
    return Option(value, sentence(plain(value)))


def _bare(annotation: Any, about: Sequence[Any] = ()) -> _Type:
    optional, held = False, list(about)
    while True:
        if hasattr(annotation, "__metadata__"):
            held += annotation.__metadata__
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation):
            optional = True
            left = [one for one in get_args(annotation) if one is not type(None)]
            annotation = left[0] if len(left) == 1 else Union[tuple(left)]  # noqa: UP007  (made of a list)
        else:
            return _Type(annotation, tuple(_flat(held)), optional)


def _flat(about: Sequence[Any]) -> Iterator[Any]:
    """What is said of a field, and what a `Field` inside an alias says."""
    for one in about:
        yield one
        yield from getattr(one, "metadata", ())


def _patterns(about: Sequence[Any]) -> Iterator[str]:
    return (str(one.pattern) for one in about if getattr(one, "pattern", None))
