"""How often somebody may try a link that was not made here, or ask for a code: a few times, then not for a while.

Counted for each address that asks and for each link that is tried with another signature. Only wrong links are held
back: a right one always opens, even while others behind the same gateway try wrong ones.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from fastapi import Request

MOST = 20  # wrong tries; codes asked for
WITHIN = 600.0  # seconds
REMEMBERED = 4096  # addresses and links; those not seen for longest are forgotten first


class Tries:
    """Wrong tries of the last minutes, and codes that were asked for, in bounded memory."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, remembered: int = REMEMBERED) -> None:
        self._now = now
        self._remembered = remembered
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()  # since when, how many

    def __len__(self) -> int:
        return len(self._wrong)

    def wrong(self, request: Request, token: str) -> int:
        """Note a wrong try. The seconds to wait where there were too many; 0 where there were not."""
        return max(self._count(f"from {_asking(request)}"), self._count(f"link {_unsigned(token)}"))

    def asked(self, request: Request) -> int:
        """Note that a code for signing in is asked for. The seconds to wait where there were too many; else 0."""
        return self._count(f"codes for {_asking(request)}")

    def _count(self, key: str) -> int:
        now = self._now()
        since, times = self._wrong.pop(key, (now, 0))
        if now - since > WITHIN:
            since, times = now, 0
        self._wrong[key] = (since, times + 1)
        while len(self._wrong) > self._remembered:
            self._wrong.popitem(last=False)
        return int(since + WITHIN - now) + 1 if times >= MOST else 0


def _asking(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _unsigned(token: str) -> str:
    """What a link says, without its signature."""
    return sha256(token.rpartition(".")[0].encode("utf-8", "surrogatepass")).hexdigest()


def tries_of(request: Request) -> Tries:
    """The tries that this process remembers."""
    state = request.app.state
    if not hasattr(state, "tries"):
        state.tries = Tries()
    tries: Tries = state.tries
    return tries
