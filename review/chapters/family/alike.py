"""Whether two children, entered under different numbers, are likely to be the same child (X-4, X-1). Pure.

Looked for: the date of birth, or the same with day and month swapped. Then the names are compared without regard to
capitals, accents, hyphens, apostrophes and order: each part of the shorter name must have one of its own in the longer
name that is the same or nearly so. Nearly: one letter other, missing or too many, or two neighbours swapped, in a part
of four letters or more; two of these in one of seven or more. It advises; people decide.
"""

import unicodedata

from review.facts.base import Child

_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "'": "", "’": "", "`": ""}
)
_ONE_OTHER, _TWO_OTHER = 4, 7  # letters from which so many may be other


def born_mark(child: Child) -> str | None:
    """By what children born on alike dates are found; no id has a colon. None where no date is given."""
    if child.born is None:
        return None
    return "born:{}:{:02}:{:02}".format(child.born.year, *sorted((child.born.month, child.born.day)))


def why_alike(child: Child, other: Child) -> str | None:
    """In a sentence why both are likely to be the same child; None where they are not, or have the same number."""
    if child.child_id == other.child_id or born_mark(child) is None or born_mark(child) != born_mark(other):
        return None
    ours, theirs = _parts(child.name), _parts(other.name)
    if not _names_alike(ours, theirs):
        return None
    born = "Born on the same day" if child.born == other.born else "Day and month of birth are swapped"
    name = "the name is the same" if sorted(ours) == sorted(theirs) else f"the names are alike ({other.name})"
    return f"{born}; {name}."


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return "".join(one if one.isalnum() else " " for one in letters).split()


def _names_alike(ours: list[str], theirs: list[str]) -> bool:
    shorter, longer = sorted((ours, theirs), key=len)
    left = list(longer)
    for part in sorted(shorter, key=len, reverse=True):
        found = next((one for one in sorted(left, key=lambda one: one != part) if _near(part, one)), None)
        if found is None:
            return "".join(ours) == "".join(theirs)  # "Mary-Ann" and "Maryann"
        left.remove(found)
    return bool(shorter)


def _near(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    return _apart(one, other) <= (2 if longest >= _TWO_OTHER else 1 if longest >= _ONE_OTHER else 0)


def _apart(one: str, other: str) -> int:
    """How many letters are other, missing, too many, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
