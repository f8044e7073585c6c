"""A zip whose contents are counted while they are unpacked: what a document of Word, Excel or LibreOffice is inside.

What the directory of a zip says of itself is not believed.
"""

import io
import re
import zipfile
import zlib

from delivery.files.refused import DAMAGED, PASSWORD, UNPACKS, FileRefused

BEGINS = b"PK\x03\x04"
MOST_PARTS = 2_000
MOST_BYTES = 150_000_000  # all parts unpacked
MOST_TIMES = 200  # how many times larger a part may be unpacked, from a million bytes on
_SMALL = 1_000_000
_PIECE = 65_536
_ENCRYPTED = 0x1
_END = b"PK\x05\x06"
_END_SIZE = 22
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|\\|(^|/)\.\.(/|$)|[\x00-\x1f]")


def parts_of(content: bytes) -> dict[str, bytes]:
    """Every part by its name. Raises `FileRefused`."""
    # It is a zip from its first byte to its last: with something before or after it, other programs read other things.
    if not content.startswith(BEGINS) or content[-_END_SIZE:][:4] != _END:
        raise FileRefused(DAMAGED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return _read(opened)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error):
        raise FileRefused(DAMAGED) from None


def _read(opened: zipfile.ZipFile) -> dict[str, bytes]:
    listed = opened.infolist()
    if len(listed) > MOST_PARTS:
        raise FileRefused(UNPACKS)
    if any(one.flag_bits & _ENCRYPTED for one in listed):
        raise FileRefused(PASSWORD)
    names = [one.filename.lower() for one in listed]
    if len(set(names)) != len(names) or any(_OUTSIDE.search(one.orig_filename) for one in listed):
        raise FileRefused(DAMAGED)
    if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in listed):
        raise FileRefused(DAMAGED)
    parts: dict[str, bytes] = {}
    left = MOST_BYTES
    for one in listed:
        if one.is_dir():
            continue
        most = min(left, max(_SMALL, one.compress_size * MOST_TIMES))
        parts[one.filename] = _unpacked(opened, one, most)
        left -= len(parts[one.filename])
    return parts


def _unpacked(opened: zipfile.ZipFile, one: zipfile.ZipInfo, most: int) -> bytes:
    read = io.BytesIO()
    with opened.open(one) as part:
        while piece := part.read(_PIECE):
            if read.tell() + len(piece) > most:
                raise FileRefused(UNPACKS)
            read.write(piece)
    return read.getvalue()
