"""A file that somebody sends, looked at before it is kept: `inspect` says what it is, or why it is not taken.

Nothing of it is run or fetched. What takes time is plain computing: call it in a thread.
"""

import hashlib
from typing import NamedTuple

from delivery.files.kinds import Kind, kind_of
from delivery.files.names import plain_name
from delivery.files.refused import NOTHING, TOO_LARGE, FileRefused

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE


class Inspected(NamedTuple):
    """A file that may be kept. `content` is what is kept; `given` the SHA-256 of what was sent, in hex."""

    name: str
    kind: Kind
    content: bytes
    given: str
    changed: list[str]  # what was taken out, in sentences for whoever sent it


def inspect(name: str, content: bytes, *, largest: int = LARGEST) -> Inspected:
    """What a file is and how it is kept. Raises `FileRefused` with one sentence for whoever sent it."""
    if not content:
        raise FileRefused(NOTHING)
    if len(content) > largest:
        raise FileRefused(TOO_LARGE.format(most=in_words(largest)))
    kind = kind_of(content)
    kept, changed = kind.look(content)
    return Inspected(plain_name(name, kind.ending), kind, kept, hashlib.sha256(content).hexdigest(), changed)


def in_words(size: int) -> str:
    """A size in bytes as people say it: "25 MB", "34 kB"."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / 1000))} kB"
