"""API: problems of single cases. A case that fails is left alone for a while; all others go on."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from api.standing import Found

FIRST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(minutes=1)
NO_CHANCE = 3  # failures in a row after which a case is counted in health

log = structlog.get_logger()


@dataclass
class Rest:
    """Until when a case's messages are left alone, and after how many failures in a row."""

    until: datetime
    failures: int
    why: str


@dataclass
class Parts:
    """What the parts of the system answered last. One request asks them; the others wait for its answer."""

    wrong: dict[str, str] = field(default_factory=dict)
    asked_at: float | None = None
    mail_let_in_at: float | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Troubles:
    """Kept in memory: a process that starts again tries everything again at once.

    `damaged` names the cases that cannot be opened and why, `unreadable` such messages and the case of each.
    """

    damaged: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str | None] = field(default_factory=dict)
    rests: dict[str, Rest] = field(default_factory=dict)
    still: Found = field(default_factory=Found)
    digest: str | None = None  # why no weekly digest goes out
    looked_at: datetime | None = None

    def damage(self, reference: str, error: Exception) -> None:
        """Note a case that cannot be opened; the log says so once."""
        if reference not in self.damaged:
            log.error("case-cannot-be-opened", reference=reference, error=type(error).__name__)
        self.damaged[reference] = type(error).__name__

    def healed(self, reference: str) -> None:
        self.damaged.pop(reference, None)

    def failed(self, case: str, why: str, now: datetime) -> None:
        """Leave the case's messages alone: for a second at first, then for twice as long each time."""
        failures = self.rests[case].failures + 1 if case in self.rests else 1
        rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST)
        self.rests[case] = Rest(until=now + rest, failures=failures, why=why)

    def went(self, case: str) -> None:
        self.rests.pop(case, None)

    def held_back(self) -> list[str]:
        """The cases to which nothing could be carried in several tries: one may fail by chance."""
        return sorted(case for case, rest in self.rests.items() if rest.failures >= NO_CHANCE)

    def resting(self, now: datetime) -> list[str]:
        """The cases whose messages are left alone now."""
        return sorted(case for case, rest in self.rests.items() if rest.until > now)
