"""A meeting of the CRG, from its call until it was held or cancelled (G-2). Room: workflows.

A workflow of its own, whose id is the meeting's. It keeps nothing but what people have been told: how the meeting
stands is read each time there is news of it.
"""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from review.crg_meeting import (
        MeetingStands,
        MeetingTold,
        agenda_anew,
        look_again_at,
        take_in,
        to_tell,
        undelivered,
    )
    from review.notices import Notice
    from review.telling import moment
    from workflows import names
    from workflows.policies import RECORD, SEND


@workflow.defn(name=names.CRG_MEETING)
class CrgMeeting:
    """Invitations, the agenda in time, moves, cancellations, a record that is missing. Workflow id: the meeting's."""

    @workflow.init
    def __init__(self, told: MeetingTold) -> None:
        self.told = told
        self.news = True

    @workflow.signal(name=names.LOOK_AGAIN)
    def look_again(self) -> None:
        """The meeting was moved, cancelled or held, the CRG has other members, or days are closed: see for yourself."""
        self.news = True

    @workflow.run
    async def run(self, told: MeetingTold) -> None:
        """Tell people what has changed, then wait for news or for what is due next, until the meeting is over."""
        while True:
            self.news = False
            stands = await self.read()
            agenda_anew(self.told, stands, workflow.now())
            await asyncio.gather(*[self.send(notice, stands) for notice in to_tell(self.told, stands, workflow.now())])
            at = look_again_at(self.told, stands, workflow.now())
            if not self.news and stands.over and at is None:
                return
            await self.news_or(at)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self.told)

    async def read(self) -> MeetingStands:
        """How the meeting stands, and who is to come: the CRG's register as it is now (G-1)."""
        order = orders.ReadCrgMeeting(meeting=self.told.meeting, at=workflow.now())
        stands: MeetingStands = await workflow.execute_activity(
            orders.READ_CRG_MEETING, order, summary="how the meeting stands", result_type=MeetingStands, **RECORD
        )
        return stands

    async def send(self, notice: Notice, stands: MeetingStands) -> None:
        """One mail; where its address is refused the Business Unit hears of it, and the next news tries again."""
        if await self.sent(notice, stands):
            take_in(self.told, notice)
            return
        for told in undelivered(self.told, stands, notice):
            await self.sent(told, stands)

    async def sent(self, notice: Notice, stands: MeetingStands) -> bool:
        order = orders.SendNotice(
            reference=self.told.meeting,
            partnership=stands.partnership,
            notice=notice,
            at=workflow.now(),
            page=f"crg/{self.told.meeting}",
        )
        try:
            await workflow.execute_activity(
                orders.SEND_NOTICE, order, summary=f"{notice.template} to {notice.to}", **SEND
            )
        except ActivityError as error:
            workflow.logger.warning("crg-mail-refused", extra={"why": type(error.cause).__name__})
            return False
        return True

    async def news_or(self, at: datetime | None) -> None:
        """Wait for news, at most until then: the agenda is due, or the record of the meeting."""
        timeout = at - workflow.now() if at else None
        summary = f"the agenda or the record is due {moment(at)}" if at else None
        try:
            await workflow.wait_condition(lambda: self.news, timeout=timeout, timeout_summary=summary)
        except TimeoutError:
            return
