"""Who owes what, in words: an agency by its name, else the offices whose step it is."""

from collections.abc import Callable

from delivery.naming import namer as namer
from delivery.naming import who_owes as who_owes
from store.snapshot import ListedCase

SHOWN = 3


def waited_for(line: ListedCase, name: Callable[[str], str]) -> str:
    """Who owes what the case waits for, in the protocol's order: the first three, and how many more."""
    owing = list(dict.fromkeys(who_owes(one, name) for one in line.waiting)) if line.live else []
    return ", ".join(owing[:SHOWN]) + (f" and {len(owing) - SHOWN} more" if owing[SHOWN:] else "")
