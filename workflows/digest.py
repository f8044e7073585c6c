"""The weekly digest: one mail a person a week on all live cases (§6, G-5).

A Schedule starts it (`workflows.schedules`). What has been sent for a Monday is not sent again, however often and by
whomever it is started.
"""

import asyncio
from datetime import date, datetime, time, timedelta

from temporalio import workflow

from activities import orders
from calendar_rules.lengths import LONDON, london
from review.asked import SendDigest
from review.case.notices import OF_ALL_CASES, Notice
from workflows import names
from workflows.guard import Guarded
from workflows.policies import READ
from workflows.sending import sent_in_time

MONDAY_MORNING = time(8)


@workflow.defn(name=names.DIGEST)
class WeeklyDigest(Guarded):
    """One digest. Workflow id: `names.DIGEST_ID` and the moment that it was started for."""

    @workflow.run
    async def run(self, asked: SendDigest) -> None:
        """Read where the cases stand, and write to each who must be kept informed."""
        monday = last_monday(workflow.now())
        found = await workflow.execute_activity(
            orders.READ_DIGEST, summary="where live cases stand", result_type=orders.Digest, **READ
        )
        await asyncio.gather(*[self._send(found, person, monday) for person in found.people if found.lines])

    async def _send(self, found: "orders.Digest", person: str, monday: date) -> None:
        """One mail to one person; what is not taken is in the log of mails, and the next week's comes all the same."""
        cause = f"digest:{monday.isoformat()}"
        notice = Notice(cause=cause, template="weekly-digest", to=person, n={"lines": found.lines})
        order = orders.SendNotice(
            reference=OF_ALL_CASES, partnership=found.partnership, notice=notice, at=workflow.now()
        )
        await sent_in_time(order, f"digest to {person}")


def last_monday(now: datetime) -> date:
    """The Monday whose digest is due: the last that was 08:00 in London; correct across a deadline change."""
    here = london(now)
    day = here.date() - timedelta(days=here.weekday())
    return day if datetime.combine(day, MONDAY_MORNING, LONDON) <= now else day - timedelta(days=7)
