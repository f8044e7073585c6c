"""Who has no certificate of this installation does not reach Temporal's port."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from settings.certificates import LASTS, make

NOW = datetime.now(UTC)


def test_they_are_made_once_and_renewed_in_time(tmp_path: Path) -> None:
    assert make(tmp_path, NOW) is True
    held = (tmp_path / "client" / "tls.pem").read_bytes()
    assert make(tmp_path, NOW + timedelta(days=600)) is False
    assert (tmp_path / "client" / "tls.pem").read_bytes() == held
    assert make(tmp_path, NOW + LASTS - timedelta(days=59)) is True
    (tmp_path / "server" / "tls.key").unlink()
    assert make(tmp_path, NOW + LASTS) is True


def context(folder: Path, purpose: ssl.Purpose, *, certificate: bool = True) -> ssl.SSLContext:
    made = ssl.create_default_context(purpose, cafile=str(folder / "ca.pem"))
    if certificate:
        made.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    return made


async def reported(server: ssl.SSLContext, client: ssl.SSLContext) -> bytes:
    """What a client hears from a server; nothing where it is not let in."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="temporal")
            heard = await reader.read()
            writer.close()
        except (ssl.SSLError, ConnectionError):
            heard = b""
    return heard


async def test_only_who_bears_a_certificate_of_the_same_authority_is_let_in(tmp_path: Path) -> None:
    """Neither without one nor with one of another installation."""
    make(tmp_path / "ours", NOW)
    make(tmp_path / "other", NOW)
    server = context(tmp_path / "ours" / "server", ssl.Purpose.CLIENT_AUTH)
    server.verify_mode = ssl.CERT_REQUIRED
    ours = context(tmp_path / "ours" / "client", ssl.Purpose.SERVER_AUTH)
    assert await reported(server, ours) == b"hello"
    without = context(tmp_path / "ours" / "client", ssl.Purpose.SERVER_AUTH, certificate=False)
    other = context(tmp_path / "ours" / "client", ssl.Purpose.SERVER_AUTH, certificate=False)
    other.load_cert_chain(tmp_path / "other" / "client" / "tls.pem", tmp_path / "other" / "client" / "tls.key")
    for stranger in (without, other):
        assert await reported(server, stranger) == b""
