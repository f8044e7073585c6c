"""R-11. Replies by one real IMAP and one real SMTP conversation: kept before they are moved, and answered for."""

import asyncio
import imaplib
import smtplib
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from api import checks
from api.replies.imap import Mailbox, MailboxAway
from api.replies.receiving import listening, poll
from api.replies.taking import look_at_new
from delivery.tokens import NoToken, Tokens
from review.case.mailing import MailTrouble
from review.facts.signing import SignOffGiven
from settings import ReplyMode, SmtpTls
from store.errors import StoreError
from store.replies import ReplyStatus
from tests.pages.desk import Desk
from tests.pages.replying import address_of, has_gone, reads_replies, report, was_sent, written
from tests.ports import free_port

USER, PASSWORD = "replies", "sample-password"


class Imap(NamedTuple):
    """A running IMAP server."""

    port: int

    @contextmanager
    def connection(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port) as box:
            box.login(USER, PASSWORD)
            yield box

    def put(self, raw: bytes) -> None:
        with self.connection() as box:
            box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)

    def many(self, folder: str) -> int:
        with self.connection() as box:
            status, found = box.select(folder)
            return int(found[0] or 0) if status == "OK" else 0


@contextmanager
def imap() -> Iterator[Imap]:
    served, program = Imap(free_port()), Path(sys.executable).with_name("pymap")
    command = [
        str(program),
        "--host",
        "127.0.0.1",
        "--port",
        str(served.port),
        "--no-tls",
        "--no-service",
        "managesieve",
    ]
    command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 20
            while True:
                try:
                    served.many("INBOX")
                    break
                except OSError:
                    assert process.poll() is None
                    assert time.monotonic() < end
                    time.sleep(0.05)
            yield served
        finally:
            process.terminate()


async def test_a_mailbox_is_polled_and_each_mail_kept_before_it_is_moved(desk: Desk) -> None:
    reads_replies(desk, ReplyMode.TAKE)
    one, deps = await desk.ask_for_sign_off(), desk.app.state.deps
    to = await was_sent(desk, "sign-off", f"{one.id}:health", "officer-health")
    with imap() as served:
        there = {"inbound_imap_host": "127.0.0.1", "inbound_imap_port": served.port, "inbound_imap_tls": SmtpTls.NONE}
        there |= {"inbound_imap_username": USER, "inbound_imap_password": SecretStr(PASSWORD)}
        settings = deps.settings = desk.settings.model_copy(update=there)
        box = Mailbox.from_settings(settings)
        assert box is not None
        first = served.many("INBOX")  # what the server brings with it
        large = written(to, "Approved", Subject="with a large paper")
        large.add_attachment(b"\0" * 200_000, maintype="application", subtype="pdf", filename="paper.pdf")
        for mail in (written(to, "Approved"), written(to, "Approved"), large):
            await asyncio.to_thread(served.put, mail.as_bytes())

        def full(raw: bytes) -> None:
            raise StoreError

        with pytest.raises(StoreError):
            await asyncio.to_thread(box.empty, full)
        assert served.many("INBOX") == first + 3, "what is not kept stays where it is"
        assert await poll(deps, box) == first + 3
        assert (served.many("INBOX"), served.many("Processed")) == (0, first + 3)
        assert await poll(deps, box) == 0

        while await look_at_new(deps):
            pass
        assert len(desk.case.every(SignOffGiven)) == 1
        waiting = {str(found.found["subject"]): found.found for found in await deps.store.replies.open(limit=20)}
        assert waiting["with a large paper"]["why"] == "Something is attached to it."

        assert await checks.mailbox(settings) is None
        wrong = settings.model_copy(update={"inbound_imap_password": SecretStr("another")})
        assert "does not let us in" in (await checks.mailbox(wrong) or "")
    with pytest.raises(MailboxAway):
        await poll(deps, box)


async def test_the_relay_hands_replies_to_our_own_port_and_is_told_what_is_kept(desk: Desk) -> None:
    reads_replies(desk, ReplyMode.TAKE)
    one, deps, port = await desk.ask_for_sign_off(), desk.app.state.deps, free_port()
    to = await was_sent(desk, "sign-off", f"{one.id}:health", "officer-health")
    deps.settings = desk.settings.model_copy(update={"inbound_smtp_port": port})

    def hand_in() -> int:
        with smtplib.SMTP("127.0.0.1", port) as relay:
            mail = written("undisclosed:;", "Approved")
            assert relay.sendmail("sam@police.example", [to], mail.as_bytes()) == {}
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                relay.sendmail("sam@police.example", ["another@elsewhere.example"], mail.as_bytes())
            return int(next(iter(refused.value.recipients.values()))[0])

    async with listening(deps, port):
        assert await asyncio.to_thread(hand_in) == 550
    assert await look_at_new(deps) == 1
    (found,) = await deps.store.replies.settled(limit=5)
    assert (found.status, len(desk.case.every(SignOffGiven))) == (ReplyStatus.TAKEN, 1)


async def test_a_report_of_the_relay_to_our_own_port_makes_the_mail_a_failed_duty(desk: Desk) -> None:
    """R-12: from nobody, to the mailbox itself, as mail servers send it."""
    reads_replies(desk)
    port, deps = free_port(), desk.app.state.deps
    deps.settings = desk.settings.model_copy(update={"inbound_smtp_port": port})
    id = await has_gone(desk, "panel-submission", "panel-submission", "lead-police")

    def hand_in() -> None:
        with smtplib.SMTP("127.0.0.1", port) as relay:
            mailbox = deps.settings.reads_replies_at or ""
            assert relay.sendmail("", [mailbox], report(id, address_of("lead-police"), status="5.2.2")) == {}

    async with listening(deps, port):
        await asyncio.to_thread(hand_in)
    assert await look_at_new(deps) == 1
    (failed,) = desk.case.failed.values()
    assert (failed.notice.cause, failed.trouble) == ("panel-submission", MailTrouble.MAILBOX_FULL)


async def test_a_server_whose_certificate_nobody_vouches_for_is_told_no_password(tmp_path: Path) -> None:
    pair = pair_of_files(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*pair)
    heard: list[bytes] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        heard.append(await reader.read(1_000))
        writer.close()

    async with await asyncio.start_server(served, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        way = {"host": "127.0.0.1", "port": port, "tls": SmtpTls.TLS, "username": USER, "password": PASSWORD}
        with pytest.raises(MailboxAway, match="SSLCertVerificationError"):
            await asyncio.to_thread(Mailbox(**way, folder="INBOX", done="Processed").look)
    assert heard == []


def pair_of_files(folder: Path) -> tuple[Path, Path]:
    """A certificate that only its maker signed, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


def test_a_token_for_the_mailbox_is_fetched_once_and_again_when_it_is_not_taken() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content.decode())
        return httpx.Response(200, json={"access_token": f"token-{len(asked)}", "expires_in": 3600})

    way = {"url": "https://issuer.example/token", "client_id": "app", "client_secret": "secret", "scope": "mail"}
    tokens = Tokens(**way, transport=httpx.MockTransport(answer))
    assert [tokens.get(), tokens.get()] == ["token-1", "token-1"]
    tokens.forget()
    assert tokens.get() == "token-2"
    assert "grant_type=client_credentials&scope=mail&client_id=app&client_secret=secret" in asked[0]
    none = Tokens(**way, transport=httpx.MockTransport(lambda _: httpx.Response(401)))
    with pytest.raises(NoToken, match="no token"):
        none.get()
