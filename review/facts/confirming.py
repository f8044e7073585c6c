"""Changes of the directory that a second person confirms before links and papers go by them (R-11). Pure.

One person alone could otherwise give a signatory's office, or the address to which their links go, to somebody else.
What counts is an address that changes, and an office gained in which one signs, answers for an agency, or confirms.
"""

from collections.abc import Sequence
from datetime import datetime

from review.facts.directory import Directory, Person, Role, Unconfirmed

CONFIRMERS = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
EMAIL = "email"
_COUNT = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.DELEGATE, *CONFIRMERS, Role.INDEPENDENT_CHAIR, Role.SUB_GROUP)


def offices(directory: Directory, person: Person) -> list[str]:
    """The offices of an active person in which links go to them or they confirm: "accountable-officer:health"."""
    if not person.active:
        return []
    held = [f"{role}:{person.partner}" if person.partner else str(role) for role in person.roles if role in _COUNT]
    for agency in (one for one in directory.agencies if one.active):
        leads = {"safeguarding-lead": agency.safeguarding_lead, "senior-officer": agency.senior_officer}
        held += [f"{office}:{agency.id}" for office, name in leads.items() if name == person.id]
    held += [f"stand-in:{office}" for office in _stood_in_for(directory, person)]
    return held + ([f"agency:{person.agency}"] if person.agency and Role.AGENCY in person.roles else [])


def office_called(office: str, directory: Directory) -> str:
    """An office that is held for an agency, with that agency's name; another stays the code that it is."""
    of, _, agency = office.rpartition(":")
    kind = of.rpartition(":")[2]
    name = directory.agency_names.get(agency)
    if name is None or kind not in ("safeguarding-lead", "senior-officer", "agency"):
        return office
    held = f"works for {name}" if kind == "agency" else f"{kind.replace('-', ' ')} of {name}"
    return f"stands in: {held}" if of.startswith("stand-in:") else held


def _stood_in_for(directory: Directory, person: Person) -> list[str]:
    """The offices of others that they hold while these are on leave: "accountable-officer:health"."""
    away = [who for who in directory.people if who.active and any(one.stand_in == person.id for one in who.leave)]
    plain = [who.model_copy(update={"leave": []}) for who in away]
    return [office for who in plain for office in offices(directory, who) if not office.startswith("stand-in:")]


def waiting(held: Directory, new: Directory, *, by: Sequence[str], at: datetime) -> list[Unconfirmed]:
    """What waits for a second person once `new` takes the place of `held`. The first directory is taken as it is."""
    if not held.people:
        return []
    before, waits = {who.id: who for who in held.people}, {one.person: one for one in held.unconfirmed}
    found = (_waits(held, new, before.get(who.id), who, waits.get(who.id), by, at) for who in new.people)
    return [one for one in found if one]


def _waits(
    held: Directory,
    new: Directory,
    was: Person | None,
    now: Person,
    waits: Unconfirmed | None,
    by: Sequence[str],
    at: datetime,
) -> Unconfirmed | None:
    """Against how the person stood when last confirmed: what is changed back waits no more."""
    had = waits.offices_were if waits else offices(held, was) if was else []
    gained = [office for office in offices(new, now) if office not in had]
    address = (waits.address_was if waits and waits.address_was else was.email) if was else None
    moved = address if address and not same_address(address, now.email) else None
    changed_by = list(dict.fromkeys([*(waits.by if waits else []), *by]))
    if waits and not now.active:  # what waits is not let through by leaving and coming back
        return waits.model_copy(update={"address_was": moved or waits.address_was, "by": changed_by})
    if not (moved or gained):
        return None
    same = waits and was and was.active and same_address(was.email, now.email) and waits.offices == gained
    if waits and same:
        return waits
    return Unconfirmed(
        person=now.id,
        version=held.version + 1,
        by=changed_by,
        at=at,
        address_was=moved,
        offices=gained,
        offices_were=had,
    )


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one, in whatever letters."""
    return one.strip().casefold() == other.strip().casefold()
