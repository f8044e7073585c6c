"""The morning mail: what stands in Today, to each who wants it. A Schedule starts it (`workflows.schedules`).

What has been sent for a day is not sent again, however often and by whomever it is started.
"""

import asyncio

from temporalio import workflow

from activities import orders
from review.asked import SendMorningMail
from review.case.notices import Notice
from workflows import names
from workflows.guard import Guarded
from workflows.policies import READ
from workflows.sending import sent_in_time


@workflow.defn(name=names.MORNING)
class MorningMail(Guarded):
    """The mail of one morning. Workflow id: `names.MORNING_ID` and the moment that it was started for."""

    @workflow.run
    async def run(self, asked: SendMorningMail) -> None:
        """Read what stands in Today, and write to each who wants it."""
        found = await workflow.execute_activity(
            orders.READ_MORNING, summary="what stands in Today", result_type=orders.MorningMail, **READ
        )
        await asyncio.gather(*[self._send(found, person) for person in found.people])

    async def _send(self, found: "orders.MorningMail", person: str) -> None:
        """One mail to one person; what is not taken is in the log of mails, and the next comes all the same."""
        notice = Notice(
            cause=f"morning:{found.day.isoformat()}",
            template="morning-mail",
            to=person,
            n={"day": found.day, "parts": [part.model_dump() for part in found.parts]},
        )
        order = orders.SendNotice(
            reference=names.MORNING_ID,
            partnership=found.partnership,
            notice=notice,
            at=workflow.now(),
            page="today",
        )
        await sent_in_time(order, f"Today to {person}")
