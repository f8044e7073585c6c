"""What follows from one moment of a case, carried out together: record, papers, mails (X-3, design).

Rows, the state's changes and the settlement of messages are one transaction; then the papers are made; then the mails
go side by side, and that one has gone is written with the row that tells of it. Everything here can be repeated.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio import activity

from activities.documents import DocumentActivities
from activities.heart import beating
from activities.mail import MailActivities
from activities.orders import CARRY_OUT, CarriedOut, CarryOut, MailOrder, MakeDocument, SendNotice
from activities.ports import CaseProjection
from review.case.mailing import NotTaken
from review.facts import DocumentRef
from review.moment import Moment
from store.errors import MomentGap

AT_ONCE = 8  # mails of one moment that are on their way at the same time
WITHIN = 10.0  # seconds for one mail; one that takes longer goes on by itself
THE_ONE_BEFORE = 2.0  # seconds in which the moment before this one is written, where both came up together
LOOK_EVERY = 0.01  # seconds


class Clock(Protocol):
    """When something is done, on the case's clock."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True)
class CarryingActivities:
    """Carries out what follows from a moment."""

    projection: CaseProjection
    paper: DocumentActivities
    mail: MailActivities

    @activity.defn(name=CARRY_OUT)
    async def carry_out(self, order: CarryOut) -> CarriedOut:
        """Which papers were made, and which mails have gone."""
        async with beating():
            now = _clock_of(order.moment.at)
            await self._write(order.moment)
            done = CarriedOut(version=order.moment.version, papers=await self._papers(order, now))
            room = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*[self._mail(order, mail, done, room, now) for mail in order.mails])
            return done

    async def _write(self, moment: Moment) -> None:
        loop, run = asyncio.get_running_loop(), activity.info().workflow_run_id or ""
        until = loop.time() + THE_ONE_BEFORE
        while True:
            try:
                await self.projection.carry(moment, run=run, written_at=datetime.now(UTC))
            except MomentGap:
                if loop.time() > until:
                    raise
                await asyncio.sleep(LOOK_EVERY)
            else:
                return

    async def _papers(self, order: CarryOut, now: Clock) -> dict[str, DocumentRef]:
        made: dict[str, DocumentRef] = {}
        for one in order.papers:
            made[one.rendering.cause] = await self.paper.make_document(
                MakeDocument(
                    reference=order.moment.reference,
                    partnership=order.partnership,
                    rendering=one.rendering,
                    version=one.version,
                    at=order.moment.at,
                )
            )
        if made:
            await self.projection.note(
                order.moment.reference,
                rows=[one.row for one in order.papers],
                done=dict.fromkeys(made, now()),
                papers=made,
                written_at=datetime.now(UTC),
            )
        return made

    async def _mail(
        self, order: CarryOut, mail: MailOrder, done: CarriedOut, room: asyncio.Semaphore, now: Clock
    ) -> None:
        """One mail. What fails here is tried again by itself, and holds up no other."""
        papers = [done.papers[cause] for cause in mail.notice.papers]
        whole = mail.notice.model_copy(update={"attach": papers + mail.notice.attach, "papers": []})
        notice = SendNotice(
            reference=order.moment.reference,
            partnership=order.partnership,
            notice=whole,
            key=mail.keys[0],
            others=mail.others,
            at=order.moment.at,
            counted=order.counted,
        )

        async def gone(message_id: str) -> None:
            at = now()
            rows = [row.model_copy(update={"happened_at": at, "told_at": at}) for row in mail.rows]
            await self.projection.note(
                order.moment.reference,
                rows=rows,
                done=dict.fromkeys(mail.keys, at),
                mail=message_id,
                written_at=datetime.now(UTC),
            )

        try:
            async with room:
                outcome = await self.mail.send(notice, gone, within=WITHIN)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the other mails of the moment go on
            activity.logger.warning("mail-not-taken", extra={"error": type(problem).__name__})
            return
        if isinstance(outcome, NotTaken):
            done.not_taken[mail.keys[0]] = outcome
        else:
            done.sent += mail.keys


def _clock_of(at: datetime) -> Clock:
    """The case's clock from the moment on: it has stood still only where the engine's is ahead of this machine's."""
    ordered = activity.info().scheduled_time

    def now() -> datetime:
        return at + max(timedelta(0), datetime.now(UTC) - ordered)

    return now
