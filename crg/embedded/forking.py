"""The process that has imported our programs once, and divides itself where one is started (see `fork_server`).

python -m crg.embedded.forking DOOR MODULE...    with the number of the socket on which it is asked
"""

import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Self

from crg.embedded.parent_death import end_with

LENGTH = 4  # bytes that say how long the text is that follows


@dataclass(frozen=True)
class Start:
    """A program to be started: `words` are its module and its arguments; `left` is the signal that it gets when who
    asked for it is gone.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    umask: int
    left: int = signal.SIGTERM

    def ask(self, line: socket.socket, *, out: int, err: int, into: int | None = None) -> None:
        """Have it started, with these standard streams. The answers are lines: its process, then its ending status."""
        text = json.dumps(asdict(self)).encode()
        streams = [out, err] if into is None else [out, err, into]
        socket.send_fds(line, [len(text).to_bytes(LENGTH, "big")], streams)
        line.sendall(text)

    @classmethod
    def asked(cls, line: socket.socket) -> tuple[Self, list[int]]:
        """What is asked there, and the streams: out, err, and in where there is one."""
        length, streams, _, _ = socket.recv_fds(line, LENGTH, 3)
        with line.makefile("rb") as text:
            return cls(**json.loads(text.read(int.from_bytes(length, "big")))), streams


@dataclass(frozen=True)
class Running:
    """A program that was started, and the line to who asked for it."""

    pid: int
    line: socket.socket
    left: int


def serve(door: socket.socket, imported: Sequence[str]) -> None:
    """Import, then divide for each that asks, until who began us has ended."""
    gc.disable()
    for name in imported:
        importlib.import_module(name)
    gc.enable()
    gc.freeze()  # what is imported stays: no collection looks it through, which would copy it
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, Running] = {}
    while True:
        lines = {one.line.fileno(): one for one in running.values()}
        ready, _, _ = select.select([sys.stdin.fileno(), door.fileno(), wake.fileno(), *lines], [], [])
        if sys.stdin.fileno() in ready:
            return
        for alone in (lines[number] for number in ready if number in lines):
            os.kill(alone.pid, alone.left)
            alone.line.close()
            del running[alone.pid]
        if wake.fileno() in ready:
            wake.recv(64)
            _tell_of_ended(running)
        if door.fileno() in ready:
            ours = (door, wake, woken, *(one.line for one in running.values()))
            if begun := _begun(door.accept()[0], ours):
                running[begun.pid] = begun


def _begun(line: socket.socket, ours: Sequence[socket.socket]) -> Running | None:
    """Start what is asked there; nothing where who asks has ended meanwhile. The program keeps nothing of ours."""
    try:
        start, streams = Start.asked(line)
    except (ValueError, OSError):
        line.close()
        return None
    if (pid := os.fork()) == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (line, *ours):
            one.close()
        _become(start, streams)
    for stream in streams:
        os.close(stream)
    line.sendall(f"{pid}\n".encode())
    return Running(pid, line, start.left)


def _tell_of_ended(running: dict[int, Running]) -> None:
    """Collect what has ended, and say so to who asked for it."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if ended := running.pop(pid, None):
                with suppress(OSError):
                    ended.line.sendall(f"{status}\n".encode())
                ended.line.close()


def _become(start: Start, streams: Sequence[int]) -> NoReturn:
    """Be the program that was asked for."""
    os.setsid()
    end_with(os.getppid())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for number, stream in zip((1, 2, 0), streams, strict=False):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(start.environment)
    os.chdir(start.folder)
    os.umask(start.umask)
    sys.argv = [*start.words]
    importlib.import_module(start.words[0]).main()
    sys.exit()


def main() -> None:
    """Serve at the door that was handed on."""
    number, *imported = sys.argv[1:]
    with socket.socket(fileno=int(number)) as door:
        serve(door, imported)
        shutil.rmtree(Path(door.getsockname()).parent)


if __name__ == "__main__":
    main()
