"""How commands print rows and times for people."""

from collections.abc import Sequence
from datetime import datetime

from calendar_rules.lengths import london


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row, its cells in columns as wide as their widest."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def words(moment: datetime) -> str:
    """ "Mon 30 Nov 2026 10:00", in London."""
    local = london(moment)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
