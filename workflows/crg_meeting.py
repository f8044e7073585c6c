"""A meeting of the CRG, from its call until it was held or cancelled (G-2).

A workflow of its own, whose id is the meeting's. It keeps nothing but what people have been told and what is still
being tried: how the meeting stands is read each time there is news of it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

from activities import orders
from review.asked import BeginAgain, LookAgain
from review.case.mailing import Delivered, MailTrouble
from review.chapters.crg.meeting import (
    MeetingStands,
    MeetingTold,
    Trying,
    look_again_at,
    not_taken,
    reissue_agenda,
    sent,
    to_tell,
    to_try,
)
from review.kit.notify import moment
from workflows import names
from workflows.guard import Guarded
from workflows.policies import READ
from workflows.sending import try_mail


@workflow.defn(name=names.CRG_MEETING)
class CrgMeeting(Guarded):
    """Invitations, the agenda in time, moves, cancellations, a record that is missing. Workflow id: the meeting's."""

    @workflow.init
    def __init__(self, told: MeetingTold) -> None:
        self.told = told
        self.news = True
        self.sending: dict[str, asyncio.Task[None]] = {}  # by the key of the notice: one never waits for another
        self.tries = 0  # under way
        self.continue_as_new_requested = False

    @workflow.signal(name=names.LOOK_AGAIN)
    def look_again(self, asked: LookAgain) -> None:
        """The meeting was moved, cancelled or held, the CRG has other members, or days are closed: see for yourself."""
        self.news = True

    @workflow.signal(name=names.BEGIN_AGAIN)
    def request_continue_as_new(self, asked: BeginAgain) -> None:
        """Continue as new when no try is under way: for a meeting that should move onto new code."""
        self.continue_as_new_requested = self.continue_as_new_requested or asked.run == workflow.info().run_id

    @workflow.run
    async def run(self, told: MeetingTold) -> None:
        """Tell people what has changed, then wait for news or for what is due next, until the meeting is over."""
        over = False
        while not over:
            self.news = False
            stands = await self.read()
            reissue_agenda(self.told, stands, workflow.now())
            to_try(self.told, to_tell(self.told, stands, workflow.now()), workflow.now())
            over = await self.over(stands)

    def may_continue_as_new(self) -> bool:
        """Asked for, or the history grows long. A mail that waits for its next try goes on in the next run."""
        return (self.continue_as_new_requested or workflow.info().is_continue_as_new_suggested()) and not self.tries

    async def read(self) -> MeetingStands:
        """How the meeting stands, and who is to come: the CRG's register as it is now (G-1)."""
        order = orders.ReadCrgMeeting(meeting=self.told.meeting, at=workflow.now())
        stands: MeetingStands = await workflow.execute_activity(
            orders.READ_CRG_MEETING, order, summary="how the meeting stands", result_type=MeetingStands, **READ
        )
        return stands

    async def over(self, stands: MeetingStands) -> bool:
        """Send what is to be sent, until there is news or something is due (False), or nothing is left to be told."""
        while not self.news:
            self.send_all(stands)
            at = look_again_at(self.told, stands, workflow.now())
            if at and at <= workflow.now():
                return False
            out = self.all_out()
            if stands.over and at is None and out:
                await workflow.wait_condition(workflow.all_handlers_finished)  # news of this task (decision 0023)
                return not self.news
            summary = f"the agenda or the record is due {moment(at)}" if at else None
            in_time = await self.until(lambda out=out: self.something(out), at, summary)  # type: ignore[misc]
            if self.may_continue_as_new():
                workflow.continue_as_new(self.told)
            if not in_time:
                return False
        return False

    def all_out(self) -> bool:
        """Whether every mail has gone or is given up."""
        return not (self.told.trying or self.tries)

    def something(self, were_out: bool) -> bool:
        """News; another mail to be sent; the last is out; or the run may continue as new."""
        more = any(key not in self.sending for key in self.told.trying)
        return self.news or more or self.may_continue_as_new() or (self.all_out() and not were_out)

    def send_all(self, stands: MeetingStands) -> None:
        """Each by itself."""
        for key in [key for key in self.told.trying if key not in self.sending]:
            self.sending[key] = asyncio.create_task(self.send(key, stands))

    async def send(self, key: str, stands: MeetingStands) -> None:
        """One mail, until it is taken, given up, or overtaken."""
        while trying := self.told.trying.get(key):
            again = f"{_words(trying)}: {trying.trouble}, tried again"
            if (
                trying.again_at > workflow.now()
                and await self.until(
                    lambda trying=trying: self.told.trying.get(key) is not trying,  # type: ignore[misc]
                    trying.again_at,
                    again[:200],
                )
            ):
                continue
            await self.once(trying, stands)
        del self.sending[key]

    async def once(self, trying: Trying, stands: MeetingStands) -> None:
        """One try. Where it was overtaken meanwhile, what became of it is news."""
        notice = trying.notice
        order = orders.SendNotice(
            reference=self.told.meeting,
            partnership=stands.partnership,
            notice=notice,
            at=workflow.now(),
            since=trying.since,
            tries=trying.tries,
            awaited=trying.trouble is MailTrouble.UNANSWERED,
            page=f"crg/{self.told.meeting}",
        )
        self.tries += 1
        try:
            outcome = (await try_mail(order, _words(trying))).outcome
        finally:
            self.tries -= 1
        self.news = self.news or notice.key not in self.told.trying
        if isinstance(outcome, Delivered):
            sent(self.told, notice)
        else:
            workflow.logger.warning("mail-not-taken", extra={"why": str(outcome.trouble)})
            not_taken(self.told, stands, notice, outcome, workflow.now())

    async def until(self, holds: Callable[[], bool], at: datetime | None, summary: str | None) -> bool:
        """Wait for something, at most to a moment; whether it came."""
        timeout = at - workflow.now() if at else None
        try:
            await workflow.wait_condition(holds, timeout=timeout, timeout_summary=summary)
        except TimeoutError:
            return False
        return True


def _words(trying: Trying) -> str:
    return f"{trying.notice.template} to {trying.notice.to}"
