"""Zip files that are the same to the byte whenever the same is packed."""

import io
import zipfile
from collections.abc import Iterable

_START = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file knows: when something was packed says nothing


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """The zip of these files, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in members:
            package.writestr(zipfile.ZipInfo(name, _START), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
