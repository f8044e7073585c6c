"""Several files as one zip, with a list of their SHA-256 hashes; the same files make the same zip, to the byte."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

MANIFEST = "manifest-sha256.txt"
_SAME = (1980, 1, 1, 0, 0, 0)  # the time of every part: when it was packed says nothing


def manifest(parts: Mapping[str, bytes]) -> bytes:
    """A line for each part, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(part).hexdigest()}  {name}\n" for name, part in sorted(parts.items())]
    return "".join(lines).encode()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The zip, its manifest first."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, part in [(MANIFEST, manifest(parts)), *sorted(parts.items())]:
            into.writestr(zipfile.ZipInfo(name, _SAME), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
