"""The product's own programs, started from a process that has imported them once.

Half of what a test of the whole system took was the import of the API, the worker and `crg`, again at every start. Here
one process for each process of tests has imported them, and divides itself wherever one is started: what runs then is
the same `main`, in a process of its own, with the arguments, the environment, the folder and the umask of the start.
In its place stands a messenger that passes on the signals that it gets and ends as the program ends; if it is killed,
so is the program. That each can be started by its real command line is tried in `tests/embedded` and
`tests/rehearsal`, where `crg run` starts them all.
"""

import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]

IMPORTED = (
    *("api.serve", "crg.embedded.app", "worker", "crg.command", "crg.embedded.stack", "crg.rehearsal.commands"),
    *("crg.hearing", "sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.psycopg"),
)
PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def quickly(command: Sequence[str]) -> list[str]:
    """The command line `python -m MODULE ...` of a program of ours, without its imports."""
    python, m, *words = command
    assert (python, m) == (sys.executable, "-m"), command
    return [python, "-I", "-S", __file__, _ready(), *words]


@cache
def _ready() -> str:
    """Where the process that has imported everything listens; it ends with this one."""
    address = Path(tempfile.mkdtemp(prefix="crg-")) / "s"
    process = subprocess.Popen(
        [sys.executable, __file__, str(address)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    _kept.append(process)
    return str(address)


_kept: list[subprocess.Popen[bytes]] = []  # its end would close what holds the other


# The messenger.


def send(address: str, words: Sequence[str]) -> None:
    """Have the program started, pass on what it is told, and end as it ends."""
    umask = os.umask(0)
    told = {"words": words, "environment": dict(os.environ), "folder": os.getcwd(), "umask": umask}
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        text = json.dumps(told).encode()
        socket.send_fds(line, [len(text).to_bytes(4, "big")], [0, 1, 2])
        line.sendall(text)
        answers = line.makefile()
        program = int(answers.readline())
        for one in PASSED_ON:
            signal.signal(one, lambda number, _: os.kill(program, number))
        status = int(answers.readline() or signal.SIGKILL)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


# The process that has imported everything, and its parts: each keeps one program.


def serve(address: str) -> None:
    """Divide for each messenger, until the tests end."""
    sys.path[0] = str(ROOT)
    gc.disable()
    for name in IMPORTED:
        importlib.import_module(name)
    gc.enable()
    gc.freeze()  # what is imported stays, and is looked through by nobody
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(64)
        print("ready", flush=True)
        while True:
            there, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in there:  # closed
                shutil.rmtree(Path(address).parent)
                return
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                keep(line)
            line.close()


def keep(line: socket.socket) -> None:
    """Start the program that the messenger asks for; tell it how that ends, or end it where the messenger is gone."""
    length, streams, _, _ = socket.recv_fds(line, 4, 3)
    told = json.loads(line.makefile("rb").read(int.from_bytes(length, "big")))
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    program = os.fork()
    if program == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (line, ended, wake):
            one.close()
        become(told, streams)
    for stream in streams:
        os.close(stream)
    line.sendall(f"{program}\n".encode())
    there, _, _ = select.select([line, ended], [], [])
    if line in there:
        os.kill(program, signal.SIGKILL)
    _, status = os.waitpid(program, 0)
    with suppress(OSError):
        line.sendall(f"{status}\n".encode())
    os._exit(0)


def become(told: dict[str, Any], streams: Sequence[int]) -> NoReturn:
    """Be the program that was asked for."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    os.umask(told["umask"])
    module, *words = told["words"]
    sys.argv = [module, *words]
    importlib.import_module(module).main()
    sys.exit()


if __name__ == "__main__":
    address, *words = sys.argv[1:]
    if words:
        send(address, words)
    else:
        serve(address)
