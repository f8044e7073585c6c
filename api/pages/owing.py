"""Who owes what, in words: an agency by its name, else the offices whose step it is."""

from collections.abc import Callable

from delivery.words import plain as in_words
from review.facts.directory import Directory
from review.listed import WaitingRow, owed_by
from store.snapshot import ListedCase

SHOWN = 3


def waited_for(line: ListedCase, name: Callable[[str], str]) -> str:
    """Who owes what the case waits for, in the protocol's order: the first three, and how many more."""
    owing = list(dict.fromkeys(who_owes(one, name) for one in line.waiting)) if line.live else []
    return ", ".join(owing[:SHOWN]) + (f" and {len(owing) - SHOWN} more" if owing[SHOWN:] else "")


def who_owes(one: WaitingRow, name: Callable[[str], str]) -> str:
    """An agency by its name; else the offices whose step it is, not the Business Unit that may record it for them."""
    if one.agency:
        return f"agency ({name(one.agency)})"
    return " or ".join(in_words(role) for role in owed_by(one))


def namer(directory: Directory, *, whole: bool) -> Callable[[str], str]:
    """Ids of people and agencies in words; only those who see a whole case see people's names."""
    names = {one.id: one.name for one in directory.agencies}
    if whole:
        names |= {who.id: who.name for who in directory.people}
    return lambda id: names.get(id, id)
