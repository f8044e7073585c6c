"""API: waits until a message is settled. The transaction that writes the case's record settles its row in the inbox.

One query looks for all that wait, every few milliseconds, and only while somebody waits. On SQLite it is asked only if
something was written since the last one.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

from store.inbox import Inbox, Standing

LOOK_EVERY = 0.002  # seconds
ASK_EVERY = 0.004  # seconds, where only a query tells


class Settling:
    """Waits till messages are settled."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._waiting: dict[str, asyncio.Future[Standing]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._asked: int | None = None  # the inbox's mark at the last query

    async def settled(self, message: str, within: timedelta) -> Standing | None:
        """Where the message stands once it is settled; None where it is not within that time."""
        waiting = self._waiting.setdefault(message, asyncio.get_running_loop().create_future())
        self._asked = None  # it may be settled already
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                return await asyncio.shield(waiting)
        self._waiting.pop(message, None)
        return None

    async def _look(self) -> None:
        while self._waiting:
            found: list[Standing] = []
            try:
                mark = self._inbox.mark()
                if mark is None or mark != self._asked:
                    self._asked = mark
                    found = await self._inbox.settled(list(self._waiting))
            except Exception as problem:  # noqa: BLE001  # those who wait hear it
                for waiting in self._waiting.values():
                    waiting.set_exception(problem)
                self._waiting.clear()
                return
            for standing in found:
                if standing.id in self._waiting:
                    self._waiting.pop(standing.id).set_result(standing)
            await asyncio.sleep(ASK_EVERY if mark is None else LOOK_EVERY)
