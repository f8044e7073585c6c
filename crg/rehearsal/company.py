"""Who plays in a rehearsal: the directory's people, their addresses, and what a scenario changes about their offices.

Pure.
"""

from collections.abc import Sequence
from typing import TypeVar

from crg.rehearsal.errors import BadScenario
from crg.rehearsal.scenario import AgencyTweak, DirectoryTweaks, PersonTweak, Scenario, Tweak, perhaps
from review.facts.directory import Cast, CastAgency, Directory, Member, Person

Known = TypeVar("Known", Member, CastAgency)


class Company:
    """The people of one rehearsal."""

    def __init__(self, directory: Directory, scenario: Scenario) -> None:
        self.directory = directory
        self._file = scenario.file

    def person(self, who: str | None) -> Person | None:
        return next((one for one in self.directory.people if one.id == who), None)

    def holder(self, offices: Sequence[str]) -> str:
        """Somebody who holds one of the offices: the first of the directory, or the office itself where nobody does."""
        for office in offices:
            for person in self.directory.people:
                if person.active and office in person.roles:
                    return person.id
        return offices[0]

    def roles(self, who: str | None) -> list[str]:
        """The offices of a person; of a role, that role."""
        person = self.person(who)
        return [*person.roles] if person else [who] if who else []

    def address(self, who: str) -> str:
        """The address of a person; an address stays as it is. Raises `BadScenario`."""
        if "@" in who:
            return who
        person = self.person(who)
        if person is None:
            close = perhaps(who, [one.id for one in self.directory.people])
            raise BadScenario(self._file, "", f'nobody in the directory is known as "{who}"{close}')
        return person.email

    def cast(self, cast: Cast, tweaks: DirectoryTweaks) -> Cast:
        """The case's cast as the scenario wants it. Raises `BadScenario`."""
        return Cast(
            version=cast.version + 1,
            people=self._tweaked(cast.people, tweaks.people),
            agencies=self._tweaked(cast.agencies, tweaks.agencies),
        )

    def check(self, tweaks: DirectoryTweaks) -> None:
        """Everybody whose office is changed is in the directory. Raises `BadScenario`."""
        self.cast(self.directory.cast(), tweaks)

    def _tweaked(self, known: Sequence[Known], tweaks: Sequence[PersonTweak] | Sequence[AgencyTweak]) -> list[Known]:
        held = {one.id: one for one in known}
        for tweak in tweaks:
            if tweak.id not in held:
                close = perhaps(tweak.id, held)
                raise BadScenario(self._file, "directory", f'nothing in it is known as "{tweak.id}"{close}')
            changed = self._changed(held.pop(tweak.id), tweak)
            held |= {tweak.id: changed} if tweak.active else {}
        return list(held.values())

    def _changed(self, one: Known, tweak: Tweak) -> Known:
        told = tweak.model_dump(exclude_unset=True, exclude={"active"})
        return type(one).model_validate(one.model_dump() | told)
