"""A meeting of the CRG at a desk: a workflow of its own (G-2)."""

import asyncio
import itertools
from datetime import datetime
from typing import Any

from temporalio.client import WorkflowHandle

from crg.rehearsal.clock import clear_of
from delivery.mail import Mail
from review.asked import LookAgain
from review.chapters.crg.meeting import MeetingTold
from store.meeting import Meeting
from tests.workflows.desk import Desk
from workflows import names


class Gathering:
    """One meeting of the CRG under trial: what becomes of it is written down, then its workflow is told to look."""

    _numbers = itertools.count(1)

    def __init__(self, desk: Desk, handle: WorkflowHandle[Any, Any]) -> None:
        self.desk, self.handle, self.reference = desk, handle, handle.id
        self._seen = 0

    @classmethod
    async def call(cls, desk: Desk, starts_at: datetime, **more: Any) -> "Gathering":
        id = f"crg-{starts_at.date()}-{next(cls._numbers)}"
        desk.world.meetings[id] = Meeting(id=id, starts_at=starts_at, link="https://meet.example.org/crg", **more)
        handle = await desk.server.client.start_workflow(
            names.CRG_MEETING, MeetingTold(meeting=id), id=id, task_queue=desk.queue
        )
        return cls(desk, handle)

    async def changes(self, **changes: Any) -> None:
        """Moved, cancelled or held; nothing of it where the directory has changed."""
        meetings = self.desk.world.meetings
        meetings[self.reference] = meetings[self.reference].model_copy(update=changes)
        await self.handle.signal(names.LOOK_AGAIN, LookAgain(revision=1))

    async def until(self, moment: datetime) -> None:
        now = await self.desk.server.get_current_time(self.handle)
        await self.desk.server.fast_forward(self.handle, clear_of(moment) - now)

    async def mails(self, count: int) -> list[Mail]:
        """So many new mails about the meeting, once they are there."""
        for _ in range(1000):
            found = [mail for mail in self.desk.world.sent if mail.reference == self.reference]
            if len(found) >= self._seen + count:
                break
            await asyncio.sleep(0.01)
        new, self._seen = found[self._seen :], len(found)
        assert len(new) == count, [mail.subject for mail in new]
        return new

    async def not_taken(self) -> None:
        """Once a mail about the meeting has been tried and was not taken."""
        for _ in range(1000):
            if any(mail.reference == self.reference for mail in self.desk.world.not_taken_from):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("every mail was taken, or none was tried")
