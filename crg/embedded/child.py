"""One program of the stack: in a session of its own, watched, started again when it falls, stopped for certain."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from crg.embedded import parent_death
from crg.embedded.errors import ProgramFailed
from crg.embedded.fork_server import Forked, ForkServer, can_start

Say = Callable[[str], None]

POLL = 0.05  # seconds between two looks at whether a program is ready
TAIL = 1500  # characters of a log that an error shows
LOG_LIMIT = 5_000_000  # bytes; a longer log is put aside at the next start


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a fallen program is started again, in seconds.

    Not at all the first `at_once` times, so that a fall costs no more than the start; then `first`, doubling. Counted
    again once it has run for `steady`.
    """

    first: float = 0.1
    longest: float = 30.0
    steady: float = 10.0
    at_once: int = 5

    def after(self, falls: int) -> float:
        """The pause after this number of falls in a row."""
        late = falls - self.at_once
        return 0.0 if late <= 0 else min(self.first * 2.0 ** min(late - 1, 100), self.longest)


@dataclass(frozen=True)
class Program:
    """What to run, and how to tell that it is ready. `marker` is a file that it writes then: removed at every start."""

    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    marker: Path | None = None
    ready_within: float = 30.0
    stop_within: float = 10.0


class Child:
    """A running program. `start` returns when it is ready; `stop` returns when nothing of it is left."""

    def __init__(self, program: Program, *, say: Say, backoff: Backoff | None = None) -> None:
        self.program = program
        self._say = say
        self._backoff = backoff or Backoff()
        self._process: asyncio.subprocess.Process | Forked | None = None
        self._watch: asyncio.Task[None] | None = None
        self._began = 0.0
        self._said_before = 0  # bytes of the log from earlier starts

    @property
    def pid(self) -> int | None:
        """The running process, or none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `ProgramFailed` if it ends first, or is not ready in time."""
        await self._spawn()
        await self._until_ready()
        self._watch = asyncio.create_task(self._start_again_when_it_falls(), name=f"watch {self.program.name}")

    async def stop(self) -> None:
        """Ask it to end, wait for its limit, then end it and whatever it started."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), self.program.stop_within)
            except TimeoutError:
                self._say(f"{self.program.name} did not stop within {self.program.stop_within:g} s and was ended.")
        self.kill()
        await process.wait()
        self._process = None

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _spawn(self) -> None:
        if self.program.marker is not None:
            self.program.marker.unlink(missing_ok=True)
        self._began = time.monotonic()
        program = self.program
        with _opened(program.log) as log:
            self._said_before = log.tell()
            self._process = await _started(program, log)

    async def _until_ready(self) -> None:
        process = self._process
        if process is None:
            raise RuntimeError("a program is asked whether it is ready before it was started")
        while not await self.program.is_ready():
            if process.returncode is not None:
                raise self._failed(f"ended while starting ({_ending(process.returncode)})")
            if time.monotonic() - self._began > self.program.ready_within:
                raise self._failed(f"was not ready within {self.program.ready_within:g} s")
            await asyncio.sleep(POLL)

    async def _start_again_when_it_falls(self) -> None:
        falls = 0
        while self._process is not None:
            code = await self._process.wait()
            steady = time.monotonic() - self._began > self._backoff.steady
            falls = 1 if steady else falls + 1
            pause = self._backoff.after(falls)
            when = f"in {pause:g} s" if pause else "at once"
            self._say(
                f"{self.program.name} ended unexpectedly ({_ending(code)}); starting it again {when}. "
                f"Its log is {self.program.log}."
            )
            self.kill()  # what it started goes with it
            await asyncio.sleep(pause)
            await self._spawn()
            try:
                await self._until_ready()
            except ProgramFailed:
                self.kill()  # counts as another fall
            else:
                self._say(f"{self.program.name} is back.")

    def _failed(self, what: str) -> ProgramFailed:
        return ProgramFailed(self.program.name, what, self.program.log, _tail(self.program.log, self._said_before))


async def _started(program: Program, log: IO[bytes]) -> asyncio.subprocess.Process | Forked:
    """In a session of its own: Ctrl-C reaches the stack only, which then stops its programs in order."""
    if can_start(program.command):
        with suppress(OSError):  # its command line does it, too
            return await ForkServer.of_this_process().start(program.command, program.environment, log.fileno())
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", parent_death.__file__, str(os.getpid())),
        *program.command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=program.environment,
        umask=0o077,
        start_new_session=True,
    )


def _opened(log: Path) -> IO[bytes]:
    """The log, to append to; one that has grown long is put aside first."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")


def _tail(log: Path, since: int) -> str:
    return log.read_bytes()[since:].decode(errors="replace")[-TAIL:].strip()


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


async def answers(host: str, port: int, path: str | None = None) -> bool:
    """Whether somebody listens there; with a path, whether a GET of it is answered with 200."""
    try:
        async with asyncio.timeout(2):  # not wait_for: before Python 3.12 that can swallow a cancellation
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    try:
        if path is None:
            return True
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        async with asyncio.timeout(5):
            line = await reader.readline()
        return line.split()[1:2] == [b"200"]
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
