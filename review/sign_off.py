"""Sign-off rounds: named people approve exactly one version of one document (§2, D-8, R-11).

Room: review. One mechanism for every sign-off of the protocol.
"""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel

from review.directory import Cast, Role
from review.facts import DocumentRef
from review.words import Verdict


class RoundStatus(StrEnum):
    """How a round stands."""

    OPEN = "open"
    APPROVED = "approved"
    SENT_BACK = "sent back"
    SUPERSEDED = "superseded by a newer version"
    STOPPED = "stopped with the case"


class Ask(BaseModel):
    """One officer who is asked, and what became of it."""

    capacity: str  # for which partner, e.g. "health"
    officer: str
    turn: int = 1  # counts up when another officer takes over
    received_at: AwareDatetime | None = None
    deputies: list[str] = []  # asked after silence
    verdict: Verdict | None = None
    given_by: str | None = None
    given_at: AwareDatetime | None = None
    as_deputy: bool = False
    comments: str = ""

    def may_sign(self, person: str) -> bool:
        return person == self.officer or person in self.deputies


class Round(BaseModel):
    """One round over one version. A new version voids it and starts another."""

    id: str
    title: str
    document: DocumentRef
    opened_at: AwareDatetime
    asks: list[Ask]
    status: RoundStatus = RoundStatus.OPEN

    @property
    def open(self) -> bool:
        return self.status is RoundStatus.OPEN

    def ask_of(self, person: str) -> Ask | None:
        """The ask that this person answers: their own first, else one where they are asked as deputy."""
        own = [ask for ask in self.asks if ask.officer == person]
        return next(iter(own + [ask for ask in self.asks if person in ask.deputies]), None)

    def ask_for(self, capacity: str) -> Ask:
        return next(ask for ask in self.asks if ask.capacity == capacity)

    def settle(self) -> None:
        """Sent back as soon as one sends it back; approved when every capacity has approved."""
        if any(ask.verdict is Verdict.SEND_BACK for ask in self.asks):
            self.status = RoundStatus.SENT_BACK
        elif all(ask.verdict is Verdict.APPROVE for ask in self.asks):
            self.status = RoundStatus.APPROVED


def officers(cast: Cast, capacities: list[str]) -> dict[str, str]:
    """Who signs for each partner: its accountable officer, or, where there is none, its first deputy."""
    found: dict[str, str] = {}
    for capacity in capacities:
        holders = [
            who.id
            for role in (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY)
            for who in cast.people
            if role in who.roles and who.partner == capacity
        ]
        if holders:
            found[capacity] = holders[0]
    return found


def deputies(cast: Cast, capacity: str) -> list[str]:
    return [who.id for who in cast.people if Role.DEPUTY in who.roles and who.partner == capacity]
