"""Who is told of a change of the directory: the old address, CRG Chair and Business Unit (R-11). Pure.

Each is told at the address of before: whoever changed an address does not read in the place of its owner.
"""

from calendar_rules.model import Model
from review.case.notices import Addressee, Notice
from review.facts.confirming import CONFIRMERS, EMAIL, office_called
from review.facts.directory import Directory, Person


class DirectoryTold(Model):
    """Which version of the directory is to be told of."""

    version: int


def is_news(new: Directory) -> bool:
    """Whether a version of the directory is to be told of."""
    return bool(_moved(new)) or any(one.version == new.version for one in new.unconfirmed)


def notices(held: Directory, new: Directory, by: str) -> list[Notice]:
    """The mails of one change, `held` being the version before it and `by` the person who made it."""
    if not is_news(new):
        return []
    before = {who.id: who for who in held.people}
    people = {who.id: who for who in new.people} | before
    who = people[by].name if by in people else "an operator of this system"
    found = [
        _at(before[id], f"address-changed:{id}", "address-changed", {"by_name": who, "name": people[id].name})
        for id in _moved(new)
    ]
    lines = _lines(new, people)
    told = [one for one in held.people if one.active and set(one.roles) & set(CONFIRMERS)]
    return found + [
        _at(one, f"directory-changed:{new.version}", "directory-changed", {"by_name": who, "lines": lines})
        for one in told
    ]


def _moved(new: Directory) -> list[str]:
    return [one.id for one in new.changes if one.entry == "person" and EMAIL in one.what]


def _lines(new: Directory, people: dict[str, Person]) -> list[dict[str, object]]:
    """Whom it concerns and in what: never an address."""
    waits = {one.person: one for one in new.unconfirmed if one.version == new.version}
    return [
        {
            "name": people[id].name,
            "address": id in _moved(new),
            "offices": [office_called(one, new) for one in waits[id].offices] if id in waits else [],
            "waits": id in waits,
        }
        for id in dict.fromkeys([*_moved(new), *waits])
    ]


def _at(person: Person, cause: str, template: str, n: dict[str, object]) -> Notice:
    address = Addressee(name=person.name, email=person.email)
    return Notice(cause=cause, template=template, to=person.id, n=n, outside=address)
