"""A virus scanner's answer, and that no answer is never "clean"."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from delivery.files.refused import INFECTED, FileRefused
from delivery.files.scan import Scan, scanned

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answering(answer: bytes, *, most: int = 1_000_000) -> Speak:
    """A scanner that reads what it is sent, up to so much, then says this."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        held = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            held += await reader.readexactly(size)
            if len(held) > most:
                break
        writer.write(answer if len(held) <= most else b"INSTREAM size limit exceeded. ERROR\0")
        await writer.drain()
        writer.close()

    return speak


async def asked(speak: Speak, content: bytes = b"Sample") -> Scan:
    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        return await scanned(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", content)


async def test_what_the_scanner_says_is_what_is_known_of_a_file() -> None:
    assert await asked(answering(b"stream: OK\0")) is Scan.CLEAN
    with pytest.raises(FileRefused, match=r"virus scanner refused") as found:
        await asked(answering(b"stream: Win.Test.EICAR_HDB-1 FOUND\0"))
    assert str(found.value) == INFECTED


async def test_too_large_for_the_scanner_or_no_scanner_is_not_yet_looked_at() -> None:
    assert await asked(answering(b"stream: OK\0", most=100_000), b"a" * 3_000_000) is Scan.NOT_YET
    assert await asked(answering(b"")) is Scan.NOT_YET
    assert await asked(answering(b"stream: whatever\0")) is Scan.NOT_YET
    assert await scanned("/nowhere/clamd.ctl", b"Sample") is Scan.NOT_YET
    assert await scanned(None, b"Sample") is Scan.NOT_YET
