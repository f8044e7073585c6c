"""What to think of the directory as it stands, in sentences: warnings, never a bar (G-1, R-11, N-2). Pure."""

from collections.abc import Iterable
from datetime import date

from calendar_rules.edition import Edition
from review.case.sign_off import accountable, in_words
from review.chapters.crg import seniority
from review.facts.directory import Cast, Directory
from review.kit.vacancies import offices_needed


def warnings(directory: Directory, editions: Iterable[Edition], day: date) -> list[str]:
    """Who is not senior enough, which partners have several accountable officers, which offices nobody holds that day.

    `editions`: those that a case can be opened under.
    """
    known, cast = list(editions), directory.cast().on(day)
    return [
        *seniority.warnings(directory, (one.crg_chair_body for one in known)),
        *_several_officers(cast, known),
        *_vacant(cast, known),
    ]


def _several_officers(cast: Cast, editions: list[Edition]) -> list[str]:
    """R-11: each of them is asked for every signature, or the edition says that the first suffices."""
    found: dict[tuple[str, bool], list[str]] = {}
    for edition in editions:
        for capacity in edition.national.accountable_capacities:
            if len(accountable(cast, capacity)) > 1:
                found.setdefault((capacity, edition.national.each_officer_signs), []).append(edition.id)
    return [_of_several(cast, capacity, ids, each=each) for (capacity, each), ids in found.items()]


def _of_several(cast: Cast, capacity: str, editions: list[str], *, each: bool) -> str:
    officers, partner = accountable(cast, capacity), in_words(capacity)
    who = f"{partner[0].upper()}{partner[1:]} has {len(officers)} accountable officers: {', '.join(officers)}"
    signs = "each of them signs" if each else f"the first, {officers[0]}, signs alone"
    return f"{who}. Under {' and '.join(editions)} {signs} (R-11)."


def _vacant(cast: Cast, editions: list[Edition]) -> list[str]:
    """N-2, "a vacant office": by office, with what it is needed for and under which editions."""
    found: dict[str, dict[str, list[str]]] = {}
    for edition in editions:
        for office, what in offices_needed(cast, edition):
            needed = found.setdefault(office, {})
            needed.setdefault(what, []).append(edition.id)
    sentences = []
    for office, needed in found.items():
        ids = list(dict.fromkeys(id for each in needed.values() for id in each))
        name = " ".join(_SHORT.get(word, word) for word in office.replace(":", ", ").replace("-", " ").split(" "))
        for_what = "; ".join(list(needed)[:_NAMED]) + ("; and more" if len(needed) > _NAMED else "")
        sentences.append(f"Nobody holds the office of {name}. Under {' and '.join(ids)} it is needed for: {for_what}.")
    return sentences


_SHORT = {"dcs": "DCS", "crg": "CRG"}
_NAMED = 3  # of what an office is needed for, in one sentence
