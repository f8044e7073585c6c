"""Finds in a report what identifies the family: names, dates of birth, addresses, ids, as whole words (K-6, K-8).

Pure. Of a name each part counts, too, where it begins with a capital letter; words such as "Baby" are no part of one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from review.case import reads
from review.case.state import CaseState
from review.chapters.family.alike import Somebody
from review.facts.enums import IdentityKind, InvolvedGroup
from review.facts.identities import IdentifyingPlace
from review.facts.involvement import PersonInvited

# Stand in for a name that is not known or not given, so they say nothing.
_NO_NAMES = frozenset(
    (
        *(
            "sample",
            "child",
            "children",
            "baby",
            "unborn",
            "unknown",
            "infant",
            "twin",
            "boy",
            "girl",
            "person",
            "adult",
        ),
        *("son", "daughter", "brother", "sister", "sibling", "mother", "father", "mum", "dad", "parent"),
        *("grandmother", "grandfather", "aunt", "uncle", "cousin", "mr", "mrs", "ms", "miss", "dr"),
        *("the", "and", "of", "one", "two", "three", "four", "five", "six"),
    )
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT = 4  # signs: "12" or "2024" identifies nobody by itself
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)


class Known(NamedTuple):
    """Something that the case knows of somebody of the family."""

    what: IdentityKind
    whose: str
    text: str

    @property
    def code(self) -> str:
        """Says which it is without saying what; it changes where the case learns otherwise."""
        return sha256(f"{self.what} {self.whose} {self.text}".encode()).hexdigest()[:16]


def known_of_the_family(case: CaseState) -> list[Known]:
    """What the case knows of the children it is about, of the family, and of those of it who were invited."""
    found: list[Known] = []
    for child in reads.children(case):
        found += _of(child)
        if child.address:
            found.append(Known(IdentityKind.ADDRESS, child.child_id, child.address))
    for member in reads.family(case):
        found += _of(member)
    found += [Known(IdentityKind.ADDRESS, home.home, home.address) for home in reads.homes(case)]
    for person in case.every(PersonInvited):
        if person.group is not InvolvedGroup.PRACTITIONERS:
            found.append(Known(IdentityKind.NAME, person.person, person.name))
    return found


def _of(one: Somebody) -> list[Known]:
    id = one.person_id
    found = [Known(IdentityKind.NAME, id, name) for name in (one.name, *one.other_names)]
    found += [Known(IdentityKind.ID, id, number) for number in (id, one.nhs_number, *one.local_ids) if number]
    return [*found, Known(IdentityKind.DATE_OF_BIRTH, id, one.born.isoformat())] if one.born else found


def places(texts: Mapping[str, str], known: Iterable[Known]) -> list[IdentifyingPlace]:
    """Where the texts, by their headings, say what identifies somebody: each heading, kind and person once."""
    known = list(known)
    return [place for where, text in texts.items() for place in _places_in(where, _plain(text), known)]


def _places_in(where: str, text: str, known: list[Known]) -> list[IdentifyingPlace]:
    """Whole names first, then parts: a surname that is shared is the first's who bears it."""
    hits: dict[tuple[IdentityKind, str], list[str]] = {}
    for pattern, one in [*_whole(known), *_parts(known)]:
        found = [hit.group() for hit in pattern.finditer(text) if one.what is not IdentityKind.NAME or _named(hit)]
        if found:
            hits.setdefault((one.what, one.whose), []).extend(found)
            text = pattern.sub(lambda hit: " " * len(hit.group()) if _named(hit) else hit.group(), text)
    return [
        IdentifyingPlace(where=where, what=what, whose=whose, times=len(hit), words=", ".join(dict.fromkeys(hit)))
        for what, whose in dict.fromkeys((one.what, one.whose) for one in known)
        if (hit := hits.get((what, whose)))
    ]


def _named(hit: re.Match[str]) -> bool:
    """A name of several words in any case; a single word only where it is written as a name ("will" is none)."""
    return " " in hit.group() or not hit.group()[0].islower()


def _whole(known: list[Known]) -> Iterable[tuple[re.Pattern[str], Known]]:
    for one in known:
        match one.what:
            case IdentityKind.DATE_OF_BIRTH:
                yield _day(date.fromisoformat(one.text)), one
            case IdentityKind.ADDRESS:
                yield _words([_plain(one.text), *_parts_of_an_address(_plain(one.text))]), one
            case IdentityKind.ID:
                yield re.compile(rf"(?<![\w-])(?:{_number(one.text)})(?![\w-])", re.IGNORECASE), one
            case _ if len(_plain(one.text).split()) > 1:
                yield _words([_plain(one.text)]), one


def _parts(known: list[Known]) -> Iterable[tuple[re.Pattern[str], Known]]:
    for one in known:
        if one.what is IdentityKind.NAME:
            parts = [part.strip(".,()'\"") for part in _plain(one.text).split()]
            if own := [part for part in parts if len(part) > 1 and part.casefold() not in _NO_NAMES]:
                yield _words(own), one


def _number(text: str) -> str:
    """An id as it stands; an NHS number with or without the spaces with which it is printed; of another number, which
    says whose it is, that number, too.
    """
    if text.isdigit():
        return r"[ -]?".join(text)
    number = text.split()[-1]
    return re.escape(text) + (f"|{re.escape(number)}" if number != text and len(number) > _SHORT else "")


def _parts_of_an_address(address: str) -> list[str]:
    """Its first line, and its postcode, with a space or without."""
    first = address.split(",")[0].strip()
    lines = [first] if " " in first else []
    return lines + [form for hit in _POSTCODE.finditer(address) for form in (f"{hit[1]} {hit[2]}", hit[1] + hit[2])]


def _words(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words, the longest first, in any case."""
    longest = sorted({phrase for phrase in phrases if phrase}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(one) for one in longest) + r")(?!\w)", re.IGNORECASE)


def _day(born: date) -> re.Pattern[str]:
    """A day as people write it: 3 March 2024, March 3rd, 2024, 03/03/2024, 3.3.24, 2024-03-03."""
    name = _MONTHS[born.month - 1]
    month, day = rf"(?:{name}|{name[:3]}\.?{'|Sept' if born.month == 9 else ''})", rf"0?{born.day}"
    year = rf"(?:{born.year}|{born.year % 100:02d})"
    forms = [
        rf"{day}(?:st|nd|rd|th)?(?: of)?[ -]{month},?[ -]{year}",
        rf"{month} {day}(?:st|nd|rd|th)?,? {year}",
        rf"{day}[ ]?[./-][ ]?0?{born.month}[ ]?[./-][ ]?{year}",
        rf"{born.year}[./-]0?{born.month}[./-]{day}",
    ]
    return re.compile(r"(?<!\d)(?:" + "|".join(forms) + r")(?!\d)", re.IGNORECASE)


def _plain(text: str) -> str:
    """One kind of apostrophe, of dash and of space: text comes from word processors."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[\u2018\u2019\u02bc]", "'", text)
    text = re.sub("[\u2010-\u2015]", "-", text)
    return re.sub(r"\s+", " ", text).strip()
