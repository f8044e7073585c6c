"""Who owes what, in words: an agency by its name, else the offices whose step it is."""

from collections.abc import Callable, Collection

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


def namer(directory: Directory, *, whole: bool, own: Collection[str] = ()) -> Callable[[str], str]:
    """Ids of people and agencies in words; only those who see a whole case see people's names, and an agency those of
    its own.
    """
    names = {one.id: one.name for one in directory.agencies}
    led = {who for one in directory.agencies if one.id in own for who in (one.safeguarding_lead, one.senior_officer)}
    names |= {who.id: who.name for who in directory.people if whole or who.agency in own or who.id in led}
    return lambda id: names.get(id, id)
