"""The digest: where all live cases stand, and who must be kept informed (G-5). Touches SQL, to read only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from temporalio import activity

from activities.orders import READ_DIGEST, Digest, DigestLine
from activities.ports import AddressBook
from calendar_rules.lengths import london
from review.case.held import held
from review.case.state import CaseState
from review.facts.directory import Cast, Role
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES
from store.cursor import Page
from store.snapshot import ListedCase, Snapshot

KEPT_INFORMED = (Role.ACCOUNTABLE_OFFICER, Role.CRG_CHAIR, Role.INDEPENDENT_CHAIR)


class LiveCases(Protocol):
    """Where the list of cases is read."""

    async def list(
        self, *, live: bool | None = None, rehearsal: bool | None = None, after: str | None = None, limit: int = 50
    ) -> Page[ListedCase]: ...

    async def get(self, reference: str) -> Snapshot | None: ...


@dataclass(frozen=True)
class DigestActivities:
    """Reads what the digest says: references, stages and dates, nothing of a child."""

    cases: LiveCases
    people: AddressBook

    @activity.defn(name=READ_DIGEST)
    async def read_digest(self) -> Digest:
        """Live cases, rehearsals left out, and each person to be told once, however many offices they hold."""
        directory = await self.people.read()
        found: list[ListedCase] = []
        page = await self.cases.list(live=True, rehearsal=False, limit=200)
        found += page.items
        while page.next:
            page = await self.cases.list(live=True, rehearsal=False, after=page.next, limit=200)
            found += page.items
        lines = [
            DigestLine(
                reference=line.reference,
                stage=STAGE_TITLES[Stage(line.stage)],
                due=line.next_deadline_at,
                overdue=line.overdue,
                safety=line.safety,
            )
            for line in sorted(found, key=lambda line: line.reference)
        ]
        people = await self._informed(directory.cast(), [line.reference for line in lines])
        return Digest(partnership=directory.partnership, people=people, lines=lines)

    async def _informed(self, entered: Cast, references: list[str]) -> list[str]:
        """Who holds one of the offices in a live case: by the day, and by its edition, under which a delegate may act
        in an accountable officer's place (B-11).
        """
        day = london(datetime.now(UTC)).date()
        of_each = [  # one whole case at a time
            _kept_informed(held(CaseState.model_validate(one.state), entered, day))
            for reference in references
            if (one := await self.cases.get(reference))
        ]
        informed = set[str]().union(*(of_each or [_kept_informed(entered.on(day))]))
        return [who.id for who in entered.people if who.id in informed]


def _kept_informed(cast: Cast) -> set[str]:
    return {who.id for who in cast.people if set(KEPT_INFORMED) & set(who.roles)}
