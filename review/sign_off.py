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
    stand_in: bool = False  # there is no accountable officer: a deputy is asked in the officer's place

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

    def ask_of(self, person: str, capacity: str = "") -> Ask | None:
        """The ask that this person answers: for the partner named, else their own, else as deputy.

        One who is asked for two partners must name the second: a repeated click never signs for another partner.
        """
        own = [ask for ask in self.asks if ask.officer == person]
        asks = own + [ask for ask in self.asks if person in ask.deputies]
        return next((ask for ask in asks if capacity in ("", ask.capacity)), None)

    def ask_for(self, capacity: str) -> Ask:
        return next(ask for ask in self.asks if ask.capacity == capacity)

    def settle(self) -> None:
        """Sent back as soon as one sends it back; approved when every capacity has approved."""
        if any(ask.verdict is Verdict.SEND_BACK for ask in self.asks):
            self.status = RoundStatus.SENT_BACK
        elif all(ask.verdict is Verdict.APPROVE for ask in self.asks):
            self.status = RoundStatus.APPROVED


VACANT = "vacant-office"  # stands for the officer where nobody holds the office


def signatories(cast: Cast, capacity: str) -> list[str]:
    """Who signs for a partner: its accountable officers, or, where there is none, its deputies."""
    return accountable(cast, capacity) or deputies(cast, capacity)


def accountable(cast: Cast, capacity: str) -> list[str]:
    return _holders(cast, Role.ACCOUNTABLE_OFFICER, capacity)


def deputies(cast: Cast, capacity: str) -> list[str]:
    return _holders(cast, Role.DEPUTY, capacity)


def vacant(cast: Cast, capacities: list[str]) -> list[str]:
    """The partners for whom nobody can sign."""
    return [capacity for capacity in capacities if not signatories(cast, capacity)]


def _holders(cast: Cast, role: Role, capacity: str) -> list[str]:
    return [who.id for who in cast.people if role in who.roles and who.partner == capacity]
