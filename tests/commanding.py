"""The `crg` command in the tests' own process: to start one and import everything takes far longer than most commands
do. The command line itself is tried in `tests/embedded/test_command.py`.
"""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from crg.command import exit_code
from crg.embedded.programs import environment
from settings import Settings


class Commanded(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    reported: str
    complained: str


def commanded(settings: Settings, *words: str | Path) -> Commanded:
    """The command with these settings, in the working directory that there is."""
    reported, complained = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(reported), redirect_stderr(complained):
        for name, value in environment(settings).items():
            patch.setenv(name, value)
        code = exit_code([*map(str, words)])
    return Commanded(code, reported.getvalue(), complained.getvalue())
