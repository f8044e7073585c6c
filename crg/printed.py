"""How commands print rows, times and other commands for people."""

import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from calendar_rules.lengths import london


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row, its cells in columns as wide as their widest."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def words(moment: datetime) -> str:
    """ "Mon 30 Nov 2026 10:00", in London."""
    local = london(moment)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def as_typed() -> str:
    """This command as a terminal here takes it, where no environment was activated."""
    program = Path(sys.executable).with_name("crg")
    if shutil.which(program.name) == str(program):
        return program.name
    with suppress(ValueError):
        return str(program.relative_to(Path.cwd()))
    return str(program)
