"""The product's own programs, started from a process that has imported them once.

Half of what a test of the whole system took was the import of the API, the worker and `crg`, again at every start. Here
each process of tests begins one `ForkServer`, as the embedded stack does, which has imported them all. In the place of
a program stands a messenger that passes on the signals that it gets and ends as the program ends; if it is killed, so
is the program. That each can be started by its real command line is tried in `tests/embedded` and `tests/rehearsal`.
"""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is used: a messenger has to be quick
    from crg.embedded.fork_server import ForkServer

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
    return [python, "-I", "-S", __file__, _server().address, *words]


@cache
def _server() -> "ForkServer":
    from crg.embedded.fork_server import ForkServer

    return ForkServer.begin(IMPORTED)


def send(address: str, words: Sequence[str]) -> None:
    """Have the program started, pass on what it is told, and end as it ends."""
    sys.path.insert(0, str(ROOT))
    from crg.embedded.forking import Start

    start = Start(words, dict(os.environ), os.getcwd(), os.umask(0), left=signal.SIGKILL)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        start.ask(line, out=1, err=2, into=0)
        answers = line.makefile()
        program = int(answers.readline())
        for one in PASSED_ON:
            signal.signal(one, lambda number, _: os.kill(program, number))
        status = int(answers.readline() or signal.SIGKILL)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _, address, *words = sys.argv
    send(address, words)
