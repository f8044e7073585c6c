"""API: where replies come in: an IMAP mailbox that is polled, a port of our own, or a folder.

Each mail is kept as it came, and committed, before it is moved or its sender is told that we have it. Several processes
may look into the same mailbox: the same mail twice is one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from email.utils import parseaddr
from pathlib import Path

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.deps import Deps
from api.meanwhile import meanwhile
from api.replies.imap import Mailbox, MailboxAway
from api.replies.taking import look_at_new

EVERY = 1.0  # seconds
LARGEST = 40_000_000  # bytes of one mail by our own port

log = structlog.get_logger()


@asynccontextmanager
async def receiving(deps: Deps) -> AsyncIterator[None]:
    """Take replies for as long as the block runs, where the settings say from where."""
    async with AsyncExitStack() as held:
        if deps.settings.inbound_smtp_port:
            await held.enter_async_context(listening(deps, deps.settings.inbound_smtp_port))
        if deps.settings.replies_are_read:
            await held.enter_async_context(meanwhile(_for_ever(deps)))
        yield


async def _for_ever(deps: Deps) -> None:
    polled, every = 0.0, deps.settings.inbound_imap_seconds
    mailbox = Mailbox.from_settings(deps.settings)
    away = False
    while True:
        await _done(lambda: collect(deps))
        if mailbox and time.monotonic() - polled > every:
            polled = time.monotonic()
            away = await _polled(deps, mailbox, away=away)
        await _done(lambda: look_at_new(deps))
        await asyncio.sleep(EVERY)


async def _done(step: Callable[[], Awaitable[object]]) -> None:
    try:
        await step()
    except Exception as error:  # noqa: BLE001  # whatever it was, what is kept is looked at again
        log.error("replies-failed", error=type(error).__name__)


async def _polled(deps: Deps, mailbox: Mailbox, *, away: bool) -> bool:
    """Whether the mailbox did not answer: said once in the log, and once when it answers again."""
    try:
        await poll(deps, mailbox)
    except MailboxAway as problem:
        if not away:
            log.error("replies-mailbox-away", why=str(problem))
        return True
    except Exception as error:  # noqa: BLE001  # the store is away, say: the mail stays in the mailbox
        log.error("replies-failed", error=type(error).__name__)
        return away
    if away:
        log.info("replies-mailbox-answers-again")
    return False


async def keep(deps: Deps, raw: bytes, recipients: list[str] | None = None) -> None:
    """Keep a mail as it came."""
    await deps.store.replies.keep(raw, recipients or [], at=deps.now())


async def poll(deps: Deps, mailbox: Mailbox) -> int:
    """Keep what is in the mailbox, and move it there; returns how many mails. Raises `MailboxAway`."""
    loop = asyncio.get_running_loop()

    def kept(raw: bytes) -> None:
        asyncio.run_coroutine_threadsafe(keep(deps, raw), loop).result()

    return await asyncio.to_thread(mailbox.empty, kept)


async def collect(deps: Deps) -> int:
    """Keep what lies in the folder, and remove it there; returns how many mails."""
    folder = deps.settings.inbound_mail
    files = await asyncio.to_thread(_files, folder) if folder else []
    for file in files:
        await keep(deps, await asyncio.to_thread(file.read_bytes))
        await asyncio.to_thread(file.unlink, missing_ok=True)
    return len(files)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


@asynccontextmanager
async def listening(deps: Deps, port: int) -> AsyncIterator[None]:
    """Take replies by SMTP, for as long as the block runs; whoever may reach the port may hand one in."""
    loop, receiver = asyncio.get_running_loop(), Receiver(deps)
    server = await loop.create_server(
        lambda: SMTP(receiver, enable_SMTPUTF8=True, loop=loop, data_size_limit=LARGEST, hostname="replies"),
        deps.settings.inbound_smtp_host,
        port,
    )
    async with server:
        yield


class Receiver:
    """What aiosmtpd calls: takes mail for the mailbox of replies and for no other."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._mailbox = parseaddr(deps.settings.reads_replies_at or "")[1].lower()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local, _, domain = address.lower().rpartition("@")
        if f"{local.partition('+')[0]}@{domain}" != self._mailbox:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await keep(self._deps, envelope.original_content or b"", [str(to) for to in envelope.rcpt_tos])
        except Exception as error:  # noqa: BLE001  # whatever it was, the relay is to hand it in again
            log.error("reply-not-kept", error=type(error).__name__)
            return "451 4.3.0 It could not be kept; try again"
        return "250 OK kept"
