"""Whether those who sit on the Case Review Group are senior enough (§6, G-1): a warning, never a bar.

Pure.
"""

from collections.abc import Iterable

from review.facts.directory import Directory, Person, Role, Seniority

WANTED = {Role.CRG_CHAIR: Seniority.ASSISTANT_DIRECTOR, Role.CRG_MEMBER: Seniority.HEAD_OF_SERVICE}

_ORDER = list(Seniority)
_OFFICES = {Role.CRG_CHAIR: "The CRG Chair", Role.CRG_MEMBER: "A CRG member"}


def warnings(directory: Directory, bodies: Iterable[str] = ()) -> list[str]:
    """A sentence for each person of the register whose level is below the protocol's, or not known; and for a Chair who
    is of another body than the editions name. `bodies`: their ids in the directory.
    """
    weaker = [
        _sentence(person, role)
        for person in directory.people
        if person.active
        for role in WANTED
        if role in person.roles and not _senior_enough(person, role)
    ]
    named = list(dict.fromkeys(body for body in bodies if body))
    return weaker + [
        f"The CRG Chair should come from {' or '.join(named)}; {person.id} {_from(person)} (G-1)."
        for person in directory.people
        if named and person.active and Role.CRG_CHAIR in person.roles and person.agency not in named
    ]


def _from(person: Person) -> str:
    return f"is of {person.agency}" if person.agency else "has no agency entered"


def _senior_enough(person: Person, role: Role) -> bool:
    return person.seniority is not None and _ORDER.index(person.seniority) >= _ORDER.index(WANTED[role])


def _sentence(person: Person, role: Role) -> str:
    level = f"is {_words(person.seniority)}" if person.seniority else "has no level entered"
    return f"{_OFFICES[role]} should be at {_words(WANTED[role])} level or above; {person.id} {level} (G-1)."


def _words(level: Seniority) -> str:
    return level.replace("-", " ")
