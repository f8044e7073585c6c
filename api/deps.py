"""API: what every route works with, made once at the start of the process."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from api.reading import Answers, Readings
from api.settling import Settling
from api.troubles import Parts, Troubles
from calendar_rules.lengths import london
from delivery.papers.making import Papers
from delivery.papers.pdf import Pdfs
from settings import Settings
from settings.keys import Keyring
from store import Store
from store.snapshot import Clocked


@dataclass
class Deps:
    """Store, keys, settings and the way to Temporal.

    `in_hand` names the messages that a request is saying right now, `left` those that it has left to the relay.
    """

    settings: Settings
    keyring: Keyring
    store: Store
    temporal: Client
    in_hand: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    troubles: Troubles = field(default_factory=Troubles)
    parts: Parts = field(default_factory=Parts)
    readings: Readings = field(default_factory=Readings)
    answers: Answers = field(default_factory=Answers)
    pdfs: Pdfs = field(default_factory=Pdfs)

    def __post_init__(self) -> None:
        self.settling = Settling(self.store.inbox)
        self.papers = Papers(self.settings.papers, marking=self.settings.marking, logo=self.settings.logo)

    def now(self) -> datetime:
        """The API's own clock, UTC: when something was recorded."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day in London, by the API's own clock."""
        return london(self.now()).date()

    def case_now(self, case: Clocked) -> datetime:
        """The case's clock, UTC; a rehearsal's runs ahead of ours, or behind."""
        return self.now() + case.ahead


def deps_of(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


async def _given(request: Request) -> Deps:
    """As `deps_of`. FastAPI calls a plain function in another thread, which takes longer than all that it does."""
    return deps_of(request)


TheDeps = Annotated[Deps, Depends(_given)]
