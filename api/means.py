"""API: the means that every route works with, made once at the start of the process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from settings import Settings
from settings.keys import Keyring
from store import Store
from store.snapshot import CaseLine


@dataclass
class Means:
    """Store, keys, settings and the way to Temporal.

    `in_hand` names the messages that a request is saying right now, `left` those that it has left to the relay.
    """

    settings: Settings
    keyring: Keyring
    store: Store
    temporal: Client
    in_hand: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """The API's own clock, UTC: when something was recorded."""
        return datetime.now(UTC)

    async def case_now(self, case: CaseLine) -> datetime:
        """The case's clock as far as it is known here, UTC.

        A rehearsal's clock runs on from where it stood when the case last wrote its record.
        """
        now = self.now()
        if not case.rehearsal:
            return now
        last = await self.store.record.rows(case.reference, after=case.seq - 1, limit=1)
        return max(case.case_now, now + (last[0].told_at - last[0].written_at)) if last else case.case_now


def means_of(request: Request) -> Means:
    means: Means = request.app.state.means
    return means


TheMeans = Annotated[Means, Depends(means_of)]
