"""Store: whose turn it is to write to an SQLite file, among all processes.

SQLite lets one writer in at a time, and those who wait look again and again, ever more seldom: one that writes much
lets no other in for seconds. Here they pass two gates, each a lock on a file beside it. Who waits at the inner gate
holds the outer one, so that whoever has just written comes after.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import TimeoutError as PoolTimeout

WITHIN = 4.0  # seconds; a writer waits this long at most; then it is told to come later
LOOK_EVERY = 0.0005  # seconds


class NotOurTurn(PoolTimeout):
    """Somebody else has held the file for longer than a writer waits."""

    def __init__(self) -> None:
        super().__init__("the database is locked")


class Turns:
    """One writer's place among the others. Not for two threads at a time. A database in memory has one writer."""

    def __init__(self, file: Path | None) -> None:
        self._gates = (file.with_name(f"{file.name}-next"), file.with_name(f"{file.name}-turn")) if file else ()
        self._open: list[int] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """While it is our turn. Raises `NotOurTurn`."""
        self.take()
        try:
            yield
        finally:
            self.give()

    def take(self) -> None:
        """Wait until it is our turn. Raises `NotOurTurn`."""
        if not self._gates:
            return
        if not self._open:
            self._open = [os.open(one, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for one in self._gates]
        until = time.monotonic() + WITHIN
        outer, inner = self._open
        _lock(outer, until)
        try:
            _lock(inner, until)
        finally:
            fcntl.flock(outer, fcntl.LOCK_UN)

    def give(self) -> None:
        """Let the next one in; also where it was not our turn."""
        if self._open:
            fcntl.flock(self._open[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Give up the place."""
        for one in self._open:
            os.close(one)
        self._open = []


def _lock(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise NotOurTurn from None
            time.sleep(LOOK_EVERY)
        else:
            return
