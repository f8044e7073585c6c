"""Rows as comma-separated text that office programs open, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """With the mark by which Excel knows UTF-8. A cell that would be a formula gets an apostrophe before it."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    for row in rows:
        texts = ["" if one is None else str(one) for one in row]
        writer.writerow([f"'{one}" if one.startswith(_FORMULA) else one for one in texts])
    return made.getvalue().encode("utf-8-sig")
