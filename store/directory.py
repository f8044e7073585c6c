"""Store: the directory of one partnership. Each change is a new version, sealed whole; every earlier one is kept."""

import hmac
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from review.facts.confirming import EMAIL, waiting
from review.facts.directory import Agency, Directory, EntryChange, Person, Role, Unconfirmed
from review.facts.directory_changes import Difference, changes, differences, former
from store.database import Database
from store.errors import Changed, DuplicateId, NothingToConfirm, OwnChange, StillInOffice, UnknownAgency, UnknownPerson
from store.journal import wrote
from store.register import DIRECTORY, Done, note
from store.tables import counters, directory_versions
from store.tables_calendar import calendar_feeds

Entry = TypeVar("Entry", Person, Agency)
TOLD = "directory-told"  # the counter of the last version that was told of

_NEWEST = select(func.max(directory_versions.c.version))


class Change(NamedTuple):
    """Who made a version of the directory, when (UTC), what it changed: fields by name, addresses by fingerprint."""

    version: int
    by: str
    at: datetime
    what: list[EntryChange]


class Offices(NamedTuple):
    """What somebody holds: in their own right, and in the place of somebody who is away or has delegated."""

    own: tuple[Role, ...]
    instead: frozenset[Role] = frozenset()


class DirectoryStore:
    """People and agencies. Version 0 is the empty directory of a new installation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: Directory | None = None  # the version read last; none is ever changed
        self._offices: tuple[tuple[int, date], Mapping[str, Offices]] | None = None

    async def version(self) -> int:
        """The number of the version of now; serves as its ETag."""
        return await self._database.look(lambda plain: plain.scalar(_NEWEST)) or 0

    async def read(self, version: int | None = None) -> Directory:
        """The directory of now, or as it was at an earlier version. All who read it share it: nobody changes it."""
        if version is None and self._opened is not None and self._opened.version == await self.version():
            return self._opened
        async with self._database.read() as connection:
            return await self._read(connection, version)

    async def offices(self, on: date) -> Mapping[str, Offices]:
        """The offices of each active person on a day, by id; beside them those held in the place of somebody.

        Asked with every request, so what was read last is kept.
        """
        version = await self.version()
        if self._offices is None or self._offices[0] != (version, on):
            held = await self.read()
            cast = held.cast().on(on, delegates=True)
            # One who has not been confirmed as stand-in or delegate acts for nobody yet.
            instead = {who.id: frozenset(() if held.waits(who.id) else who.instead_of) for who in cast.people}
            own = {who.id: tuple(who.roles) for who in held.people if who.active}
            self._offices = (held.version, on), {id: Offices(own[id], instead[id] - {*own[id]}) for id in own}
        return self._offices[1]

    async def changes(self, *, after: int = 0, limit: int = 100_000) -> list[Change]:
        """Every change after a version, oldest first."""
        table = directory_versions.c
        query = select(directory_versions).where(table.version > after).order_by(table.version).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Change(row.version, row.by, row.at, self._open(row).changes) for row in rows]

    async def made_by(self, version: int) -> tuple[str, datetime]:
        """Who made a version, and when (UTC). Raises `Changed` where there is no such version."""
        found = await self.changes(after=version - 1, limit=1)
        if not found or found[0].version != version:
            raise Changed(f"there is no version {version} of the directory: read the one of now")
        return found[0].by, found[0].at

    async def untold(self) -> Sequence[int]:
        """Versions that nobody has been told of yet, oldest first."""
        told = select(counters.c.value).where(counters.c.name == TOLD).scalar_subquery()
        table = directory_versions.c
        query = select(table.version).where(table.version > func.coalesce(told, 0)).order_by(table.version)
        async with self._database.read() as connection:
            return [*await connection.scalars(query)]

    async def told(self, version: int) -> None:
        """Note that this version and those before it have been told."""
        entry = self._database.insert(counters).values(name=TOLD, value=version)
        later = entry.on_conflict_do_update(
            index_elements=["name"], set_={"value": version}, where=counters.c.value < version
        )
        async with self._database.write() as connection:
            wrote(self._database, connection, counters, *await connection.execute(later.returning(counters)))

    async def confirm(self, person: str, *, version: int, by: str, people: Sequence[str], at: datetime) -> Directory:
        """Confirm, as a second person, what the directory of `version` gave a person; a version of its own.

        Raises `NothingToConfirm` where nothing waits or it has changed since, `OwnChange` where one of `people` made
        the change or holds their own office by one that waits itself.
        """

        def change(held: Directory) -> Directory:
            waits = next((one for one in held.unconfirmed if one.person == person), None)
            if waits is None:
                raise NothingToConfirm(f"no change of {person} waits to be confirmed")
            if waits.version != version:
                raise NothingToConfirm(
                    f"the person {person} has been changed again: look at the change as it stands now"
                )
            _check_second(held, waits, people)
            rest = [one for one in held.unconfirmed if one is not waits]
            reached = held.reached | ({person: held.version + 1} if waits.address_was else {})
            return held.model_copy(update={"unconfirmed": rest, "reached": reached})

        confirmed = EntryChange(entry="person", id=person, what=["confirmed"])
        return await self._change(change, by, people, at, None, confirmed=confirmed)

    async def replace(
        self,
        directory: Directory,
        *,
        by: str,
        at: datetime,
        people: Sequence[str] = (),
        expected_version: int | None = None,
    ) -> Directory:
        """Put this directory in the place of the one held; its own `version` is not looked at.

        Raises `Changed` where the version held is not the expected one; `DuplicateId`, `UnknownPerson`,
        `UnknownAgency` or `StillInOffice` where it does not hang together.
        """
        return await self._change(lambda _: directory, by, people, at, expected_version)

    async def put_person(
        self,
        person: Person,
        *,
        by: str,
        at: datetime,
        people: Sequence[str] = (),
        expected_version: int | None = None,
    ) -> Directory:
        """Add a person, or change the one of this id; `people` are all for whom the caller speaks.

        Raises as `replace` does.
        """

        def change(held: Directory) -> Directory:
            return held.model_copy(update={"people": _put(held.people, person)})

        return await self._change(change, by, people, at, expected_version)

    async def put_agency(
        self,
        agency: Agency,
        *,
        by: str,
        at: datetime,
        people: Sequence[str] = (),
        expected_version: int | None = None,
    ) -> Directory:
        """Add an agency, or change the one of this id. Raises as `replace` does."""

        def change(held: Directory) -> Directory:
            return held.model_copy(update={"agencies": _put(held.agencies, agency)})

        return await self._change(change, by, people, at, expected_version)

    async def _change(
        self,
        change: Callable[[Directory], Directory],
        by: str,
        people: Sequence[str],
        at: datetime,
        expected_version: int | None,
        *,
        confirmed: EntryChange | None = None,
    ) -> Directory:
        async with self._database.write() as connection:
            await self._database.lock(connection, "directory")
            held = await self._read(connection, None)
            if expected_version is not None and expected_version != held.version:
                raise Changed("the directory has been changed since you read it: read it again and repeat your change")
            version = held.version + 1
            directory = change(held).model_copy(update={"version": version})
            check(directory)
            found = differences(held, directory)
            if confirmed:
                follows: dict[str, Any] = {"changes": [confirmed]}
            else:
                waits = waiting(held, directory, by=people or [by], at=at)
                follows = {
                    "unconfirmed": waits,
                    "reached": held.reached,
                    "changes": self._changes(held, directory, found),
                }
            directory = directory.model_copy(update=follows | former(held, directory))
            sealed = self._database.seal(directory.model_dump(mode="json"), "directory_versions", "sealed", version)
            values = {"version": version, "sealed": sealed, "by": by, "at": at}
            await connection.execute(insert(directory_versions).values(values))
            wrote(self._database, connection, directory_versions, values)
            here = [one.id for one in directory.people if one.active]
            await connection.execute(delete(calendar_feeds).where(calendar_feeds.c.person.not_in(here)))
            detail = {"version": version, "changes": [one.model_dump(mode="json") for one in found]}
            if confirmed:
                detail["confirmed"] = confirmed.id
            done = Done(what="directory-confirmed" if confirmed else "directory-changed", by=by, at=at, detail=detail)
            await connection.run_sync(lambda plain: note(self._database, plain, DIRECTORY, done))
        return directory

    async def _read(self, connection: AsyncConnection, version: int | None) -> Directory:
        table = directory_versions.c
        query = select(directory_versions).order_by(table.version.desc()).limit(1)
        if version is not None:
            query = query.where(table.version == version)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            if version:
                raise Changed(f"there is no version {version} of the directory: read the one of now")
            return Directory(partnership="", version=0, people=[], agencies=[])
        if self._opened is None or self._opened.version != row.version:
            self._opened = self._open(row)
        return self._opened

    def _open(self, row: Row[Any]) -> Directory:
        return Directory.model_validate(self._database.open(row.sealed, "directory_versions", "sealed", row.version))

    def _changes(self, held: Directory, new: Directory, differ: Sequence[Difference]) -> list[EntryChange]:
        """What differs from the version before, with fingerprints of addresses that changed; nothing in the first."""
        if held.version == 0:
            return []
        was, now = ({who.id: who.email for who in one.people} for one in (held, new))
        found = changes(differ)
        for one in found:
            if one.entry == "person" and EMAIL in one.what:
                one.address_was, one.address_is = self._fingerprint(was[one.id]), self._fingerprint(now[one.id])
        return found

    def _fingerprint(self, address: str) -> str:
        key = self._database.keyring.derive("directory-addresses")[0]
        return hmac.digest(key, address.strip().casefold().encode(), sha256).hex()


def _check_second(held: Directory, waits: Unconfirmed, people: Sequence[str]) -> None:
    if set(people) & set(waits.by):
        raise OwnChange("you made this change yourself: a second person has to confirm it")
    if any(one.offices for one in held.unconfirmed if one.person in people):
        raise OwnChange("your own office has not been confirmed yet: somebody else has to confirm this change")


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
                f"the person {person.id} belongs to the agency {person.agency}, which the directory does not hold: "
                "leave the person's agency empty, add the agency, then set it"
            )
        if person.delegate_of is not None and person.active:
            _check_delegate(person, people.get(person.delegate_of))
        for leave in person.leave:
            _check_stand_in(person, people.get(leave.stand_in))
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
        raise StillInOffice(f"{person.name} is the {office} of {agency.name}: name somebody else for it first")


def _check_delegate(person: Person, officer: Person | None) -> None:
    if officer is None or not officer.active or Role.ACCOUNTABLE_OFFICER not in officer.roles:
        raise UnknownPerson(
            f"{person.name} acts for {officer.name if officer else person.delegate_of}, "
            "who is no accountable officer of the directory: name the officer who has delegated"
        )


def _check_stand_in(person: Person, other: Person | None) -> None:
    if other is None or not other.active:
        raise UnknownPerson(
            f"somebody stands in for {person.name} whom the directory does not hold, or who has left: "
            "name somebody else"
        )
    signs = {Role.ACCOUNTABLE_OFFICER, Role.DEPUTY} & set(person.roles)
    if signs and other.partner not in (None, person.partner):
        raise UnknownPerson(
            f"{other.name} signs for another partner than {person.name}, and cannot sign for both: name somebody else"
        )


def _put(entries: list[Entry], entry: Entry) -> list[Entry]:
    if any(held.id == entry.id for held in entries):
        return [entry if held.id == entry.id else held for held in entries]
    longer = list(entries)
    longer.append(entry)
    return longer
