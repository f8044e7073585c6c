"""A text with headings of its own, put under those that are wanted: a return or a report from Word. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

_NUMBERED = re.compile(r"^\s*(\d+[.)]?(\d+[.)]?)*|[a-z][.)])\s+", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")


class Heard(NamedTuple):
    """A heading of the text, its level from 1, and what stands under it; before the first it is empty."""

    heading: str
    level: int
    text: str


class Placed(NamedTuple):
    """`found`: field -> its text; `missing`: titles that no heading has; `unknown`: headings that are none of them."""

    found: dict[str, str]
    missing: list[str]
    unknown: list[str]


def placed(sections: Iterable[Heard], wanted: Mapping[str, str]) -> Placed:
    """Put each section under the heading that it names. `wanted`: title -> field.

    Headings are the same whatever their numbers, capitals and marks. What stands under a lower heading belongs to the
    one above it, with its own heading; nothing is guessed.
    """
    fields = {same(title): field for title, field in wanted.items()}
    fields |= {same(field.rpartition(".")[2]): field for field in wanted.values()}
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    here, above = "", 0
    for one in sections:
        field = fields.get(same(one.heading)) if one.heading else None
        if field:
            here, above = field, one.level
            found.setdefault(here, []).extend([one.text] if one.text else [])
        elif here and one.level > above:
            found[here] += [text for text in (one.heading, one.text) if text]
        elif one.heading or one.text:
            here, above = "", 0
            unknown.append(one.heading or "the text before the first heading")
    texts = {field: "\n\n".join(parts) for field, parts in found.items() if parts}
    missing = [title for title, field in wanted.items() if field not in texts]
    return Placed(texts, missing, unknown)


def without_questions(sections: Iterable[Heard], asked: Collection[str]) -> list[Heard]:
    """The sections without the paragraphs that only repeat what was asked, as a form has them under its headings."""
    questions = {same(one) for one in asked}
    kept: list[Heard] = []
    for one in sections:
        parts = [part for part in one.text.split("\n\n") if part.strip() and same(part) not in questions]
        kept.append(one._replace(text="\n\n".join(parts)))
    return kept


def same(heading: str) -> str:
    """A heading without what does not tell it from another: its number, capitals and marks."""
    return _NOT_LETTERS.sub("", _NUMBERED.sub("", heading)).casefold()
