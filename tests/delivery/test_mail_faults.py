"""What a mail server answers, at which step: what becomes of the mail, and what those who run the mail system hear.

One row for each, over a real socket: a server that says just that, or drops the line, or says nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from activities.mail import MailActivities
from activities.orders import SendNotice
from crg.embedded.sample import sample_partnership
from delivery.mail import MailCarrier
from delivery.prose import Prose
from review.case.mailing import MailTrouble as Why
from review.case.mailing import NotTaken
from review.case.notices import Notice
from settings import SmtpTls
from settings.links import Links
from store import Store
from store.mail_log import MailStatus
from tests.delivery.conftest import KEYRING
from tests.workflows.world import SamplePdfs, World

NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)
DROPS, SILENT = "drops", "silent"
STEPS = ("greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content", "end")
OK = {
    "greeting": "220 here",
    "ehlo": "250 here",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go on",
    "end": "250 ok",
}


class Server:
    """Answers as told at one step, and as it should at all others."""

    def __init__(self, step: str, answer: str) -> None:
        self.answers, self.whole = OK | {step: answer}, 0
        self.offers = [one.upper() + (" PLAIN" if one == "auth" else "") for one in ("starttls", "auth") if one == step]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            step = "greeting"
            while await self._say(step, reader, writer):
                if step == "data" and self.answers["data"].startswith("354"):
                    if self.answers.get("content") == DROPS:
                        await reader.read(100)
                        return
                    while (await reader.readline()).rstrip() != b".":
                        pass
                    self.whole += 1
                    step = "end"
                    continue
                line = (await reader.readline()).split()
                if not line:
                    return
                step = line[0].decode().lower()
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _say(self, step: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        answer = self.answers.get(step, "250 ok")
        if answer == SILENT:
            await reader.read()  # until the other side has had enough
        if answer in (DROPS, SILENT):
            return False
        if step == "ehlo" and answer.startswith("250"):
            answer = "\r\n".join(["250-here", *(f"250-{one}" for one in self.offers), "250 HELP"])
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True


# The step, what is answered: why it was not taken; whether it is a failed duty at once; tried again by itself after so
# many seconds; what the log of mails has; which mail is hit, as those who run the mail system are told.
LATER, WAITS, REFUSED, PERHAPS = MailStatus.WAITING, MailStatus.WAITING, MailStatus.REFUSED, MailStatus.PERHAPS
ALL, ONE, NOBODY = "all mail", "mail to one domain", None
TABLE: list[tuple[str, str, Why, bool, int | None, MailStatus, str | None]] = [
    ("greeting", "421 4.3.2 busy", Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("greeting", "554 5.7.1 not you", Why.MAY_NOT_SEND, False, 1, WAITS, ALL),
    ("greeting", DROPS, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("greeting", SILENT, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("ehlo", DROPS, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("starttls", "454 4.7.0 no TLS now", Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("starttls", "220 but no TLS follows", Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("auth", "535 5.7.8 wrong password", Why.MAY_NOT_SEND, False, 1, WAITS, ALL),
    ("mail", "451 4.3.0 later", Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("mail", "550 5.7.1 sender refused by policy", Why.MAY_NOT_SEND, False, 1, WAITS, ALL),
    ("mail", DROPS, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    *[
        (step, answer, why, failed, again, status, hits)
        for step in ("rcpt", "data", "end")
        for answer, why, failed, again, status, hits in (
            ("421 4.3.2 closing", Why.TRY_LATER, False, 1, LATER, NOBODY),
            ("450 4.2.1 later", Why.TRY_LATER, False, 1, LATER, NOBODY),
            ("451 4.3.0 later", Why.TRY_LATER, False, 1, LATER, NOBODY),
            ("452 4.2.2 full", Why.MAILBOX_FULL, False, 1, LATER, NOBODY),
            ("550 5.1.1 no such user", Why.NO_SUCH_PERSON, True, None, REFUSED, NOBODY),
            ("552 5.3.4 too big", Why.TOO_BIG, True, None, REFUSED, NOBODY),
        )
    ],
    ("rcpt", "550 5.7.1 policy", Why.MAY_NOT_SEND, False, 1, WAITS, ONE),
    ("rcpt", "554 5.7.1 relay access denied", Why.MAY_NOT_SEND, False, 1, WAITS, ONE),
    ("rcpt", DROPS, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("rcpt", SILENT, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("data", "554 5.7.1 .html not allowed", Why.NOT_ALLOWED, True, None, REFUSED, NOBODY),
    ("data", DROPS, Why.NOT_REACHABLE, False, 1, WAITS, ALL),
    ("content", DROPS, Why.PERHAPS_DELIVERED, False, 60, PERHAPS, NOBODY),  # all of it has left us
    ("end", "550 5.7.1 policy", Why.NOT_ALLOWED, True, None, REFUSED, NOBODY),
    ("end", "550 5.7.26 fails DMARC", Why.MAY_NOT_SEND, True, 1, WAITS, ONE),
    ("end", "554 5.7.1 .html not allowed", Why.NOT_ALLOWED, True, None, REFUSED, NOBODY),
    ("end", DROPS, Why.PERHAPS_DELIVERED, False, 60, PERHAPS, NOBODY),
    ("end", "no answer that means anything", Why.PERHAPS_DELIVERED, False, 60, PERHAPS, NOBODY),
    ("end", SILENT, Why.UNANSWERED, False, 1, MailStatus.HANDED_OVER, NOBODY),
]


def _room(store: Store, port: int, step: str, **more: Any) -> MailActivities:
    carrier = MailCarrier(
        host="127.0.0.1",
        port=port,
        mail_from="office@northmoor.example",
        tls=SmtpTls.STARTTLS if step == "starttls" else SmtpTls.NONE,
        username="office" if step == "auth" else None,
        password="sample" if step == "auth" else None,
        **more,
    )
    world = World(sample_partnership())
    links = Links(KEYRING, "https://cases.example.org")
    return MailActivities(
        carrier,
        store.mail_log,
        world,
        world,
        Prose(),
        SamplePdfs(),
        links,
        carrier.mail_from,
        "https://cases.example.org",
    )


ORDER = SendNotice(
    reference="CR-2026-001",
    partnership="Sample",
    notice=Notice(cause="sample", template="safety-steps-asked", to="dcs", n={"padding": "x" * 10}),
    at=NOON,
)


async def test_what_is_answered_at_each_step_is_one_thing(store: Store) -> None:
    """Each row by itself: the case's outcome, the log of mails, the log of the worker, and health."""
    found, wanted = {}, {}
    for number, (step, answer, *meaning) in enumerate(TABLE):
        server = Server(step, answer)
        notice = ORDER.notice.model_copy(update={"cause": f"sample-{number}"})
        with capture_logs() as logs:
            async with server.serving() as port:
                silent = answer == SILENT
                room = _room(store, port, step, timeout=10)
                outcome = await room.send(ORDER.model_copy(update={"notice": notice}), within=1.5 if silent else 30)
                for task in room.conversations:
                    task.cancel()
        assert isinstance(outcome, NotTaken), (step, answer)
        mails = await store.mail_log.of_case("CR-2026-001")
        status = next(one.status for one in mails if one.cause == notice.cause)
        again = outcome.again_after and int(outcome.again_after / timedelta(seconds=1))
        hits = next((line["hits"] for line in logs if line["event"] == "mail does not go"), None)
        standing = await store.mail_log.standing()
        assert bool(standing.held) is bool(meaning[-1]), (step, answer)
        found[step, answer] = (outcome.trouble, outcome.failed, again, status, hits)
        wanted[step, answer] = tuple(meaning)
        await _gone(store, mails, notice.cause)
    other = [f"{row}: {found[row]}" for row in wanted if found[row] != wanted[row]]
    assert not other, "\n".join(other)


async def _gone(store: Store, mails: list[Any], cause: str) -> None:
    await store.mail_log.sent(next(one.message_id for one in mails if one.cause == cause))


async def test_a_server_that_never_answers_is_asked_three_times_at_most(store: Store) -> None:
    """Each time as long as it may take; then a person decides."""
    server = Server("end", SILENT)
    async with server.serving() as port:
        room = _room(store, port, "end", answer_within=1)
        outcomes = [await room.send(ORDER.model_copy(update={"tries": tries}), within=10) for tries in range(5)]
    told = [(one.trouble, one.again_after is None) for one in outcomes if isinstance(one, NotTaken)]
    assert told == [(Why.PERHAPS_DELIVERED, last) for last in (False, False, True, True, True)]
    assert server.whole == 3
