"""A desk whose case is played by its own stages: links and mails of every part of the protocol, over a real store."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from review.case import reads
from review.check import validate_fact
from review.facts import Corrected, Fact, Reported
from review.facts.directory import Agency, Directory, Member, Person
from review.facts.rapid_review import OutsideAgencyAsked
from review.kit.live_links import LiveLink
from settings import Settings
from settings.keys import Keyring
from settings.links import Links
from store import Store
from tests.pages.desk import Desk
from tests.review.world import WHY, World
from workflows.case_workflow import taken

HEIR = "heir"  # of an office that passes on


@contextmanager
def played() -> Iterator[None]:
    """The world's stages are no business of the loop of the test."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)


class Played(Desk):
    """A desk whose case is played by its stages; its clock, its mails and its directory are those of the world."""

    def __init__(self, settings: Settings, keyring: Keyring, store: Store, world: World) -> None:
        self.world = world
        super().__init__(settings, keyring, store, world.case)
        self.app.state.deps.now = lambda: self.world.now

    @classmethod
    async def over(cls, settings: Settings, store: Store, keyring: Keyring, world: World) -> "Played":
        there = cls(settings, keyring, store, world)
        await store.directory.replace(directory_of(world), by="system", at=world.now)
        await there.told()
        with played():
            world.deliver()
        return there

    async def hear(self, reported: Reported) -> None:
        validate_fact(self.world.case, reported, self.world.now)
        with played():
            taken(self.world.engine.run, reported)
        await self._on()

    async def say(self, fact: Fact) -> None:
        with played():
            self.world.say(fact)
        await self._on()

    async def told(self) -> None:
        """The case hears of the directory as it stands."""
        cast_now = (await self.store.directory.read()).cast()
        with played():
            self.world.recast(cast_now)
        await self._on()

    async def _on(self) -> None:
        with played():
            self.world.run()
        self.case = self.world.case
        await self.project()
        self.world.now += timedelta(minutes=1)

    def get_workflow_handle(self, workflow_id: str) -> "Desk":
        return self

    async def project(self) -> None:
        await self.keeper.keep(self.world.case, self.world.now)

    async def path(self, link: LiveLink) -> str:
        """The link as a mail that goes now carries it, to the address that the directory has."""
        people = (await self.store.directory.read()).people
        outside = reads.addressee(self.world.case, link.person)
        address = outside.email if outside else next(one.email for one in people if one.id == link.person)
        links = Links(self.keyring, self.settings.public_url, lambda: self.world.now)
        reference = self.world.case.reference
        url = links.url(link.purpose, reference=reference, subject=link.subject, person=link.person, address=address)
        self.world.now += timedelta(minutes=1)
        return url.removeprefix(self.settings.public_url)

    async def put(self, person: str, **changes: object) -> None:
        """Change somebody in the directory; the case hears of it."""
        known = {one.id: one for one in (await self.store.directory.read()).people}
        old = known.get(person)
        body = (
            old.model_dump() if old else {"id": person, "name": "Sample Heir", "email": f"{person}@sample.example.org"}
        )
        await self.store.directory.put_person(Person.model_validate(body | changes), by="sbu-1", at=self.world.now)

    async def confirmed(self) -> None:
        """A second person confirms all that waits."""
        for waits in (await self.store.directory.read()).unconfirmed:
            version = (waits.person, waits.version)
            await self.store.directory.confirm(
                version[0], version=version[1], by="sbu-2", people=["sbu-2"], at=self.world.now
            )

    async def corrected(self, **changes: str) -> None:
        """The contact of the agency outside the directory was entered wrongly."""
        (entry,) = [one for one in self.world.case.entries if isinstance(one.fact, OutsideAgencyAsked)]
        right = entry.fact.model_copy(update=changes)
        await self.say(Corrected(corrects=entry.reported.message, right=right, reason=WHY))

    async def succeeded(self, person: str, heir: Mapping[str, object]) -> None:
        """Somebody leaves, and another person has the office."""
        await self.put(HEIR, **heir)
        directory = await self.store.directory.read()
        for agency in directory.agencies:
            offices = ("safeguarding_lead", "senior_officer")
            passed = {name: HEIR for name in offices if getattr(agency, name) == person}
            if passed:
                await self.store.directory.put_agency(agency.model_copy(update=passed), by="sbu-1", at=self.world.now)
        await self.put(person, active=False)
        await self.confirmed()
        await self.told()


def directory_of(world: World) -> Directory:
    known = world.case.cast
    own = {name for name in Person.model_fields if name in Member.model_fields}
    outside = {one.person for one in world.case.every(OutsideAgencyAsked)}
    return Directory(
        partnership="Sample Partnership",
        people=[
            Person(name="Sample Name", email=f"{one.id}@sample.example.org", **one.model_dump(include=own))
            for one in known.people
            if one.id not in outside
        ],
        agencies=[
            Agency(**(one.model_dump() | {"name": f"Sample {one.id}"}))
            for one in known.agencies
            if one.safeguarding_lead not in outside
        ],
    )
