"""A virus scanner (ClamAV's clamd) asked over its socket. No answer is never "clean": the file is not yet looked at."""

import asyncio
import re
from enum import StrEnum

from delivery.files.refused import INFECTED, FileRefused

_PIECE = 65_536
_WITHIN = 30  # seconds for the whole conversation
_ON_A_PORT = re.compile(r"(?P<host>.+):(?P<port>[0-9]{1,5})")


class Scan(StrEnum):
    """What is known of a file."""

    CLEAN = "clean"
    NOT_YET = "not-yet-looked-at"
    INFECTED = "infected"  # found after it was kept: it is handed out no more


WITHHELD = "A virus was found in this file after it was kept"  # of one that is infected


async def scanned(socket: str | None, content: bytes) -> Scan:
    """Ask the scanner at `socket` (a path, or host:port). Raises `FileRefused` of what it finds."""
    if not socket:
        return Scan.NOT_YET
    try:
        async with asyncio.timeout(_WITHIN):
            answer = await _asked(socket, content)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        return Scan.NOT_YET
    if answer.endswith("FOUND"):
        raise FileRefused(INFECTED)
    return Scan.CLEAN if answer == "stream: OK" else Scan.NOT_YET


async def _asked(socket: str, content: bytes) -> str:
    """The answer to one INSTREAM. A scanner that has enough says so before all is sent, and closes."""
    port = _ON_A_PORT.fullmatch(socket)
    if port:
        reader, writer = await asyncio.open_connection(port["host"], int(port["port"]))
    else:
        reader, writer = await asyncio.open_unix_connection(socket)
    try:
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(b"\0\0\0\0")
            await writer.drain()
        except ConnectionError:
            pass
        return (await reader.read(4_096)).decode("utf-8", "replace").strip("\0\r\n ")
    finally:
        writer.close()
