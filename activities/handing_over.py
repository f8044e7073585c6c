"""A mail is handed over, and its server given the time that it needs to answer, while no other mail waits for it.

Touches SMTP and the log of mails. Who hands over waits a while; after that the conversation goes on by itself, and what
became of it is in the log, where the next try finds it. As long as a server's answer is waited for the log says so from
time to time: if a worker is killed, every other one sees that nobody waits any more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from activities.ports import MailSender, SentLog
from delivery.mail import Mail, MailNotTaken
from review.case.mailing import MailTrouble

SAID_EVERY = 4.0  # seconds; `store.mail_log.WAITED_FOR` is more than three times that

log = structlog.get_logger()

Afterwards = Callable[[MailNotTaken | None], Awaitable[None]]  # notes how a conversation ended that nobody waited for


@dataclass(frozen=True)
class Counter:
    """Where mails are handed over."""

    sender: MailSender
    log: SentLog
    alone: set[asyncio.Task[None]] = field(default_factory=set)  # conversations that go on by themselves

    async def hand_over(self, mail: Mail, within: float, afterwards: Afterwards) -> None:
        """Returns once the server has taken it; raises `MailNotTaken`, which says why.

        After this many seconds: not reachable where the server was not ready for it, unanswered where it was. Then
        `afterwards` is told what comes of it.
        """
        handing = _Handing(self.sender, self.log, mail)
        talk = asyncio.create_task(handing.talk())
        try:
            await asyncio.wait({talk}, timeout=within)
        finally:
            if not talk.done():
                self._leave(handing, talk, afterwards)
        if talk.done():
            return talk.result()
        trouble = MailTrouble.UNANSWERED if handing.begun else MailTrouble.NOT_REACHABLE
        raise MailNotTaken(trouble, lasting=False, everybody=not handing.begun)

    def _leave(self, handing: "_Handing", talk: asyncio.Task[None], afterwards: Afterwards) -> None:
        if not handing.begun:
            talk.cancel()
            return
        alone = asyncio.create_task(_end_of(talk, afterwards, handing.mail.reference))
        self.alone.add(alone)
        alone.add_done_callback(self.alone.discard)


class _Handing:
    """One conversation; `begun` once the server may have the mail."""

    def __init__(self, sender: MailSender, log: SentLog, mail: Mail) -> None:
        self.mail, self.begun = mail, False
        self._sender, self._log = sender, log

    async def talk(self) -> None:
        saying: list[asyncio.Task[None]] = []

        async def handing_over() -> None:
            self.begun = True
            await self._log.handed_over(self.mail.message_id)
            saying.append(asyncio.create_task(self._say()))

        try:
            await self._sender.send(self.mail, handing_over)
        finally:
            for one in saying:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one

    async def _say(self) -> None:
        while True:
            await asyncio.sleep(SAID_EVERY)
            try:
                await self._log.handed_over(self.mail.message_id)
            except Exception as problem:  # noqa: BLE001  # a store that is away: the conversation goes on
                log.warning("mail-log-away", reference=self.mail.reference, error=type(problem).__name__)


async def _end_of(talk: asyncio.Task[None], afterwards: Afterwards, reference: str) -> None:
    try:
        await talk
    except MailNotTaken as refused:
        ended: MailNotTaken | None = refused
    else:
        ended = None
    try:
        await afterwards(ended)
    except Exception as problem:  # noqa: BLE001  # the log then says that nobody waits any more
        log.warning("mail-log-away", reference=reference, error=type(problem).__name__)
