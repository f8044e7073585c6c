"""Programs of ours, divided off a process that has imported them once (Linux).

Most of what a start of the API or of the worker takes is their imports. One process beside the stack has imported
both; a program is then there at once, also when one that fell is started again, and what is imported is in memory once.
What runs is the same `main`, in a process and a session of its own, with the arguments, environment, folder, umask and
streams of the start. Elsewhere, and in a production of several machines, its command line starts it.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from crg.embedded import forking

PROGRAMS = ("api.serve", "worker")
IMPORTED = (*PROGRAMS, "crg.embedded.app")


@dataclass(frozen=True)
class ForkServer:
    """The process that has imported our programs. It ends with the one that began it, and its programs with it."""

    process: subprocess.Popen[bytes]
    address: str
    _of_this_process: ClassVar[Self | None] = None

    @classmethod
    def begin(cls, imported: Sequence[str] = IMPORTED) -> Self:
        """Begin to import. Returns at once; what is asked meanwhile waits."""
        address = str(Path(tempfile.mkdtemp(prefix="crg-")) / "door")
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(address)
            door.listen(64)
            process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", forking.__name__, str(door.fileno()), *imported],
                stdin=subprocess.PIPE,  # its end tells of ours
                pass_fds=[door.fileno()],
                start_new_session=True,
            )
        return cls(process, address)

    @classmethod
    def of_this_process(cls) -> Self:
        """The one there is, begun where there is none, or none any more."""
        if cls._of_this_process is None or cls._of_this_process.process.poll() is not None:
            cls._of_this_process = cls.begin()
        return cls._of_this_process

    async def start(self, command: Sequence[str], environment: Mapping[str, str], log: int) -> "Forked":
        """Start a program that `can_start`. Raises OSError where the process that should is gone."""
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(self.address)
            forking.Start(command[2:], environment, os.getcwd(), 0o077).ask(line, out=log, err=log)
            reader, writer = await asyncio.open_unix_connection(sock=line)
        except BaseException:
            line.close()
            raise
        if started := await reader.readline():
            return Forked(int(started), reader, writer)
        writer.close()
        raise ConnectionError("who should start it is gone")


class Forked:
    """A program that was started so: what the stack uses of `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._ending = asyncio.ensure_future(reader.readline())
        self._ending.add_done_callback(lambda _: writer.close())

    @property
    def returncode(self) -> int | None:
        """How it ended, negative where by a signal; none while it runs."""
        if not self._ending.done():
            return None
        return os.waitstatus_to_exitcode(int(self._ending.result() or signal.SIGKILL))

    async def wait(self) -> int:
        """How it ended, once it has."""
        await asyncio.shield(self._ending)
        return self.returncode or 0

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)


def can_start(command: Sequence[str]) -> bool:
    """Whether this command line, `python -m MODULE ...`, is of a program that is imported here."""
    return sys.platform == "linux" and [*command[:2]] == [sys.executable, "-m"] and command[2] in PROGRAMS
