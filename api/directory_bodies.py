"""API: what the routes of the directory take and answer."""

from pydantic import AwareDatetime, ConfigDict, Field

from calendar_rules.model import Model
from review.facts.directory import Agency, Directory, EntryChange, Person

CONFIRMED = {"version": 2}


class ChangeWaiting(Model):
    """A change of a person that a second person has not confirmed yet: links and papers do not go by it."""

    person: str
    version: int = Field(description="of the directory, in which it changed last; confirm it with this number")
    by: list[str] = Field(description="who changed it, and so cannot confirm it")
    at: AwareDatetime
    address_changed: bool
    offices_gained: list[str]
    href: str = Field(description="where to confirm it")


class DirectoryOut(Model):
    """All people and agencies, and the changes that wait; `warnings` block nothing (G-1, R-11)."""

    partnership: str = Field(description="the partnership's name, as letters and emails show it")
    version: int
    people: list[Person]
    agencies: list[Agency]
    unconfirmed: list[ChangeWaiting]
    warnings: list[str]


class Changed(Model):
    """A changed directory: its version now, how many live cases are told, what waits, and what to think of:
    seniority, several officers of one partner, offices that nobody holds (G-1, R-11)."""

    version: int
    cases_told: int
    unconfirmed: list[ChangeWaiting]
    warnings: list[str]


class Confirmation(Model):
    """What is confirmed: the change as it stood in this version of the directory (R-11)."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2**31 - 1)


class DirectoryChange(Model):
    """One change of the directory: who, when and what. Addresses are given by keyed fingerprints only."""

    version: int
    by: str
    at: AwareDatetime
    what: list[EntryChange]


class DirectoryChangeList(Model):
    """Changes of the directory, newest first."""

    items: list[DirectoryChange]


def waiting_in(directory: Directory) -> list[ChangeWaiting]:
    """The changes that wait for a second person."""
    return [
        ChangeWaiting(
            person=one.person,
            version=one.version,
            by=one.by,
            at=one.at,
            address_changed=one.address_was is not None,
            offices_gained=one.offices,
            href=f"/v1/directory/people/{one.person}/confirmation",
        )
        for one in directory.unconfirmed
    ]
