"""Names in words: of people and agencies by their ids, of who owes a step, and in a step's title."""

import re
from collections.abc import Callable, Collection

from delivery.words import plain
from review.facts.directory import Directory
from review.listed import WaitingRow, owed_by

_A_CHILD = "a child of the case"  # in a step's title: which one stands beside it, and mails name none

Namer = Callable[[str], str]  # ids of people and agencies in words; an id that it does not know stands for itself


def who_owes(one: WaitingRow, name: Namer) -> str:
    """An agency by its name; else the offices whose step it is, not the Business Unit that may record it for them."""
    if one.agency:
        return f"agency ({name(one.agency)})"
    return " or ".join(plain(role) for role in owed_by(one))


def namer(directory: Directory, *, whole: bool, own: Collection[str] = ()) -> Namer:
    """Ids of people and agencies in words; only those who see a whole case see people's names, and an agency those of
    its own.
    """
    names = {one.id: one.name for one in directory.agencies}
    led = {who for one in directory.agencies if one.id in own for who in (one.safeguarding_lead, one.senior_officer)}
    names |= {who.id: who.name for who in directory.people if whole or who.agency in own or who.id in led}
    return lambda id: names.get(id, id)


def in_names(text: str, about: str | None, name: Namer) -> str:
    """A step's title with the name of what it is about in place of the id."""
    if about and _A_CHILD in text and name(about) != about:
        return text.replace(_A_CHILD, name(about))
    return re.sub(rf"(?<![\w-]){re.escape(about)}(?![\w-])", lambda _: name(about), text) if about else text
