"""Store: the directory of one partnership. Each change is a new version, sealed whole; every earlier one is kept."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.directory import Agency, Directory, Person
from store.database import Database
from store.errors import Changed, DuplicateId, StillInOffice, UnknownAgency, UnknownPerson
from store.tables import directory_versions

Entry = TypeVar("Entry", Person, Agency)


class Change(NamedTuple):
    """Who made a version of the directory, and when (UTC)."""

    version: int
    by: str
    at: datetime


class DirectoryStore:
    """People and agencies. Version 0 is the empty directory of a new installation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: Directory | None = None  # the version read last; none is ever changed

    async def version(self) -> int:
        """The number of the version of now; serves as its ETag."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(directory_versions.c.version))) or 0

    async def read(self, version: int | None = None) -> Directory:
        """The directory of now, or as it was at an earlier version."""
        async with self._database.read() as connection:
            return await self._read(connection, version)

    async def changes(self) -> list[Change]:
        """Every change, oldest first."""
        table = directory_versions.c
        query = select(table.version, table.by, table.at).order_by(table.version)
        async with self._database.read() as connection:
            return [Change(*row) for row in await connection.execute(query)]

    async def replace(
        self, directory: Directory, *, by: str, at: datetime, expected_version: int | None = None
    ) -> Directory:
        """Put this directory in the place of the one held; its own `version` is not looked at.

        Raises `Changed` where the version held is not the expected one; `DuplicateId`, `UnknownPerson`,
        `UnknownAgency` or `StillInOffice` where it does not hang together.
        """
        return await self._change(lambda _: directory, by, at, expected_version)

    async def put_person(
        self, person: Person, *, by: str, at: datetime, expected_version: int | None = None
    ) -> Directory:
        """Add a person, or change the one of this id. Raises as `replace` does."""

        def change(held: Directory) -> Directory:
            return held.model_copy(update={"people": _put(held.people, person)})

        return await self._change(change, by, at, expected_version)

    async def put_agency(
        self, agency: Agency, *, by: str, at: datetime, expected_version: int | None = None
    ) -> Directory:
        """Add an agency, or change the one of this id. Raises as `replace` does."""

        def change(held: Directory) -> Directory:
            return held.model_copy(update={"agencies": _put(held.agencies, agency)})

        return await self._change(change, by, at, expected_version)

    async def _change(
        self, change: Callable[[Directory], Directory], by: str, at: datetime, expected_version: int | None
    ) -> Directory:
        async with self._database.write() as connection:
            await self._database.lock(connection, "directory")
            held = await self._read(connection, None)
            if expected_version is not None and expected_version != held.version:
                raise Changed("the directory has been changed since you read it: read it again and repeat your change")
            version = held.version + 1
            directory = change(held).model_copy(update={"version": version})
            check(directory)
            sealed = self._database.seal(directory.model_dump(mode="json"), "directory_versions", "sealed", version)
            await connection.execute(insert(directory_versions).values(version=version, sealed=sealed, by=by, at=at))
        return directory

    async def _read(self, connection: AsyncConnection, version: int | None) -> Directory:
        table = directory_versions.c
        query = select(table.version, table.sealed).order_by(table.version.desc()).limit(1)
        if version is not None:
            query = query.where(table.version == version)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            if version:
                raise Changed(f"there is no version {version} of the directory: read the one of now")
            return Directory(partnership="", version=0, people=[], agencies=[])
        if self._opened is None or self._opened.version != row.version:
            opened = self._database.open(row.sealed, "directory_versions", "sealed", row.version)
            self._opened = Directory.model_validate(opened)
        return self._opened.model_copy(deep=True)


def check(directory: Directory) -> None:
    """See that the directory hangs together.

    Raises `DuplicateId`, `UnknownPerson`, `UnknownAgency` or `StillInOffice`.
    """
    for entries in (directory.people, directory.agencies):
        for name, times in Counter(entry.id for entry in entries).items():
            if times > 1:
                raise DuplicateId(f"the id {name} stands in the directory twice: give one of the two another id")
    people = {person.id: person for person in directory.people}
    agencies = {agency.id for agency in directory.agencies}
    for person in directory.people:
        if person.agency is not None and person.agency not in agencies:
            raise UnknownAgency(
                f"{person.id} belongs to the agency {person.agency}, which the directory does not hold: "
                "leave the person's agency empty, add the agency, then set it"
            )
    for agency in directory.agencies:
        offices = {"safeguarding lead": agency.safeguarding_lead, "senior officer": agency.senior_officer}
        for office, name in offices.items():
            _check_office(agency, office, name, people.get(name))


def _check_office(agency: Agency, office: str, name: str, person: Person | None) -> None:
    if person is None:
        raise UnknownPerson(
            f"the {office} of {agency.id} is {name}, whom the directory does not hold: add the person first"
        )
    if agency.active and not person.active:
        raise StillInOffice(f"{name} is the {office} of {agency.id}: name somebody else for it first")


def _put(entries: list[Entry], entry: Entry) -> list[Entry]:
    if any(held.id == entry.id for held in entries):
        return [entry if held.id == entry.id else held for held in entries]
    longer = list(entries)
    longer.append(entry)
    return longer
