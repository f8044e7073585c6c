"""Agencies outside the directory that a case asks by name and address, as if the directory had them (R-4). Pure.

They are of this case alone: no other case knows them, and they never sign in.
"""

from review.case.state import CaseState
from review.facts.directory import Agency, Cast, CastAgency, Directory, Member, Person, Role
from review.facts.rapid_review import OutsideAgencyAsked


def outsiders(case: CaseState) -> list[OutsideAgencyAsked]:
    """Those that are asked, as they stand now."""
    return case.every(OutsideAgencyAsked)


def names(case: CaseState) -> dict[str, str]:
    """What each is called, by its id."""
    return {one.agency: one.name for one in outsiders(case)}


def asked_in_person(case: CaseState, person: str) -> OutsideAgencyAsked | None:
    """The request to the agency outside the directory whose contact this person is."""
    return next((one for one in outsiders(case) if one.person == person), None)


def cast_with(case: CaseState, cast: Cast) -> Cast:
    """A cast, with the contacts of agencies outside the directory; each is lead and senior officer in one."""
    people = [Member(id=one.person, roles=[Role.AGENCY], agency=one.agency) for one in outsiders(case)]
    agencies = [
        CastAgency(id=one.agency, name=one.name, safeguarding_lead=one.person, senior_officer=one.person)
        for one in outsiders(case)
    ]
    known = {one.id for one in people} | {one.id for one in agencies}
    return cast.model_copy(
        update={
            "people": [*(one for one in cast.people if one.id not in known), *people],
            "agencies": [*(one for one in cast.agencies if one.id not in known), *agencies],
        }
    )


def directory_with(case: CaseState, directory: Directory) -> Directory:
    """The directory as this case knows it."""
    people = [
        Person(id=one.person, name=one.contact, email=one.email, roles=[Role.AGENCY], agency=one.agency)
        for one in outsiders(case)
    ]
    agencies = [
        Agency(id=one.agency, name=one.name, safeguarding_lead=one.person, senior_officer=one.person)
        for one in outsiders(case)
    ]
    added = {"people": [*directory.people, *people], "agencies": [*directory.agencies, *agencies]}
    return directory.model_copy(update=added) if people else directory
