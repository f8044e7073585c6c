"""Several files as one zip, with a list of their SHA-256 hashes; the same files make the same zip, to the byte."""

import hashlib
from collections.abc import Mapping

from delivery.packing import packed

MANIFEST = "manifest-sha256.txt"


def manifest(parts: Mapping[str, bytes]) -> bytes:
    """A line for each part, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(part).hexdigest()}  {name}\n" for name, part in sorted(parts.items())]
    return "".join(lines).encode()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The zip, its manifest first."""
    return packed([(MANIFEST, manifest(parts)), *sorted(parts.items())])
