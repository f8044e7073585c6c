"""Store: the one thread of a process that writes to an SQLite file, in plain transactions.

SQLite lets one writer in at a time, and most of the wait is for the disk. Transactions that come up meanwhile are
written together, each in a savepoint of its own; their callers hear of it once the disk has them.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from store.turns import NotOurTurn, Turns

T = TypeVar("T")
TOGETHER = 32  # transactions that may share one wait for the disk


class _Job(NamedTuple):
    do: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


class Outcome(NamedTuple):
    """What came of a transaction."""

    result: Any
    problem: BaseException | None


Together = Callable[[Connection, Sequence[Callable[[Connection], Any]]], list[Outcome]]


class Writer:
    """Runs writing transactions one after the other, those that wait `together`. Starts with the first, ends with
    `close`.
    """

    def __init__(self, engine: Engine, together: Together, turns: Turns) -> None:
        self._engine, self._together, self._turns = engine, together, turns
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, do: Callable[[Connection], T]) -> T:
        """What `do` returns, once it is on the disk. Raises what it raises, and then nothing of it is written."""
        loop = asyncio.get_running_loop()
        job = _Job(do, loop, loop.create_future())
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
            self._thread.start()
        self._jobs.put(job)
        result: T = await job.done
        return result

    async def close(self) -> None:
        """Finish what was handed in, and end the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._engine.dispose()
        self._turns.close()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            self._write([first, *self._behind(TOGETHER - 1)])

    def _behind(self, most: int | None = None) -> list[_Job]:
        """What has been handed in meanwhile."""
        jobs: list[_Job] = []
        while most is None or len(jobs) < most:
            try:
                more = self._jobs.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._jobs.put(None)
                break
            jobs.append(more)
        return jobs

    def _write(self, jobs: list[_Job]) -> None:
        try:
            with self._turns.one(), self._engine.begin() as connection:
                outcomes = self._together(connection, [job.do for job in jobs])
        except BaseException as unwritten:  # noqa: BLE001  # nothing was written: all of them hear it
            if is_locked(unwritten):
                jobs += self._behind()  # who came meanwhile does not wait for the same once more
            outcomes = [Outcome(None, unwritten)] * len(jobs)
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.loop.call_soon_threadsafe(_settle, job.done, outcome)


def is_locked(problem: BaseException) -> bool:
    """Whether somebody else has held the file for longer than a writer waits."""
    code = getattr(getattr(problem, "orig", None), "sqlite_errorcode", 0)
    return isinstance(problem, NotOurTurn) or bool(code & 0xFF == sqlite3.SQLITE_BUSY)


def _settle(done: asyncio.Future[Any], outcome: Outcome) -> None:
    if done.done():  # its caller waits no more
        return
    if outcome.problem is None:
        done.set_result(outcome.result)
    else:
        done.set_exception(outcome.problem)
