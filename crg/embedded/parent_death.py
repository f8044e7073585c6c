"""Starts a program that may not outlive the stack: as a script, it ties itself to its parent and becomes the program.

Where the kernel offers it (Linux), the program is told to end when the process that started it is gone, even by
`kill -9`. Elsewhere it only becomes the program; the stack then stops it in the ordinary way.
Usage: parent_death.py PARENT_PID PROGRAM ARGUMENT...
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Have the kernel ask this process to end when its parent is gone; ends it where it is gone already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we were tied
        sys.exit(1)


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        end_with(parent)
    os.execvp(program[0], program)  # noqa: S606 (the stack's own command line, no shell)


if __name__ == "__main__":
    main()
