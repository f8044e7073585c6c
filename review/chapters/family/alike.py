"""Whether two people of cases, entered under different ids, are likely to be one: children, or family (X-4). Pure.

The same NHS number, or the same number of an agency, says so. Else looked for: the date of birth, or the same with day
and month swapped. Then the names are compared without regard to
capitals, accents, hyphens, apostrophes and order: each part of the shorter name must have one of its own in the longer
name that is the same or nearly so. Nearly: one letter other, missing or too many, or two neighbours swapped, in a part
of four letters or more; two of these in one of seven or more. Other names count as names. It advises; people decide.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Protocol


class Somebody(Protocol):
    """What a child and a member of the family have in common: by what they are found."""

    @property
    def person_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def born(self) -> date | None: ...
    @property
    def other_names(self) -> Sequence[str]: ...
    @property
    def nhs_number(self) -> str: ...
    @property
    def local_ids(self) -> Sequence[str]: ...


_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "'": "", "’": "", "`": ""}
)
_ONE_OTHER, _TWO_OTHER = 4, 7  # letters from which so many may be other


def born_mark(one: Somebody) -> str | None:
    """By what people born on alike dates are found; no id has a colon. None where no date is given."""
    if one.born is None:
        return None
    return "born:{}:{:02}:{:02}".format(one.born.year, *sorted((one.born.month, one.born.day)))


def marks(one: Somebody) -> list[str]:
    """By what somebody is found in other cases beside their id: date of birth, NHS number, numbers of agencies."""
    found = [mark] if (mark := born_mark(one)) else []
    found += [f"nhs:{one.nhs_number}"] if one.nhs_number else []
    return found + [f"number:{number}" for number in _numbers(one)]


def name_marks(one: Somebody) -> list[str]:
    """By what somebody is looked for by name: each part of each of their names. Never by what two are compared."""
    return [
        f"name:{part}" for part in dict.fromkeys(part for name in (one.name, *one.other_names) for part in parts(name))
    ]


def sought_marks(wanted: str) -> list[str]:
    """By what the one is found whose name, id or number is wanted, as it was typed: with or without spaces."""
    return [*(f"name:{part}" for part in dict.fromkeys(parts(wanted))), *_sought_whole(wanted)]


def is_meant(one: Somebody, wanted: str) -> bool:
    """Whether one of their names is the wanted one, or part of it or nearly so; or it is their id or number, whole."""
    if any(_names_alike(parts(wanted), parts(name)) for name in (one.name, *one.other_names)):
        return True
    return not {one.person_id, *marks(one)}.isdisjoint(_sought_whole(wanted))


def _sought_whole(wanted: str) -> list[str]:
    """What is typed as an id, as an NHS number, and as another number."""
    id, joined = wanted.strip().lower().replace(":", " "), _joined(wanted)  # no id has a colon, and other marks do
    return [id, f"nhs:{joined.replace('-', '')}", f"number:{joined}"]


def why_alike(one: Somebody, other: Somebody) -> str | None:
    """In a sentence why both are likely to be the same; None where they are not, or have the same id."""
    if one.person_id == other.person_id:
        return None
    if one.nhs_number and one.nhs_number == other.nhs_number:
        return "The NHS number is the same."
    theirs = _numbers(other)
    if same := next((said for plain, said in _numbers(one).items() if plain in theirs), None):
        return f"The number is the same ({same})."
    if born_mark(one) is None or born_mark(one) != born_mark(other):
        return None
    return _named_alike(one, other)


def _named_alike(one: Somebody, other: Somebody) -> str | None:
    alike = [
        (sorted(parts(ours)) == sorted(parts(theirs)), theirs)
        for ours in (one.name, *one.other_names)
        for theirs in (other.name, *other.other_names)
        if _names_alike(parts(ours), parts(theirs))
    ]
    if not alike:
        return None
    same, theirs = max(alike, key=lambda found: found[0])
    born = "Born on the same day" if one.born == other.born else "Day and month of birth are swapped"
    name = "the name is the same" if same else f"the names are alike ({theirs})"
    return f"{born}; {name}."


def _numbers(one: Somebody) -> dict[str, str]:
    """The numbers of agencies without regard to capitals and spaces, each with how it was said."""
    return {_joined(number): number for number in one.local_ids}


def _joined(number: str) -> str:
    return "".join(number.casefold().split())


def parts(name: str) -> list[str]:
    """The parts of a name without regard to capitals, accents, hyphens and apostrophes."""
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
