"""The weekly digest: one mail a person a week on all live cases (§6, G-5). Room: workflows.

A workflow of its own, one for a partnership; it begins again each week, so that its history stays short.
"""

import asyncio
from datetime import datetime, time, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from calendar_rules.lengths import LONDON, london
    from review.notices import OF_ALL_CASES, Notice
    from workflows import names
    from workflows.policies import RECORD, SEND

MONDAY_MORNING = time(8)


@workflow.defn(name=names.DIGEST)
class WeeklyDigest:
    """Mondays at 08:00 in London. Workflow id: `names.DIGEST_ID`."""

    @workflow.run
    async def run(self) -> None:
        """Wait for Monday, read where the cases stand, write to each who must be kept informed."""
        monday = next_monday(workflow.now())
        await workflow.sleep(monday - workflow.now(), summary=f"the digest of {monday:%d %B %Y}")
        found = await workflow.execute_activity(
            orders.READ_DIGEST, summary="where live cases stand", result_type=orders.Digest, **RECORD
        )
        await asyncio.gather(*[self._send(found, person, monday) for person in found.people if found.lines])
        workflow.continue_as_new()

    async def _send(self, found: "orders.Digest", person: str, monday: datetime) -> None:
        """One mail to one person; an address that is refused is in the log of mails, and the next week tries again."""
        cause = f"digest:{london(monday).date().isoformat()}"
        notice = Notice(cause=cause, template="weekly-digest", to=person, n={"lines": found.lines})
        order = orders.SendNotice(
            reference=OF_ALL_CASES, partnership=found.partnership, notice=notice, at=workflow.now()
        )
        try:
            await workflow.execute_activity(orders.SEND_NOTICE, order, summary=f"digest to {person}", **SEND)
        except ActivityError as error:
            workflow.logger.warning("digest-refused", extra={"why": type(error.cause).__name__})


def next_monday(now: datetime) -> datetime:
    """The next Monday at 08:00 in London after `now`; correct across a clock change."""
    here = london(now)
    day = here.date() + timedelta(days=(7 - here.weekday()) % 7)
    at = datetime.combine(day, MONDAY_MORNING, LONDON)
    return at if at > now else datetime.combine(day + timedelta(days=7), MONDAY_MORNING, LONDON)
