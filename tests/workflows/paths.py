"""The way to each step of the protocol, on the real server in virtual time. All times are London's.

The case: aware on Monday 2 March 2026 at 10:00, so D-1 is due at the end of Monday 9 March.
"""

from review.case.deadline import Status
from tests.workflows.desk import Case, Desk
from tests.workflows.standing import brought
from tests.workflows.world import london


async def due(case: Case, id: str) -> str:
    """When a deadline is due, as London's deadlines show it."""
    deadline = await case.deadline(id)
    return f"{deadline.due.astimezone(london('2026-03-02').tzinfo):%Y-%m-%d %H:%M:%S}"


async def status(case: Case, id: str) -> Status:
    return (await case.deadline(id)).status(await case.now())


async def notified(desk: Desk, **incident: object) -> Case:
    """A case whose Panel has been notified on Tuesday 3 March at 09:00."""
    case = await desk.open(**incident)  # type: ignore[arg-type]
    await case.follow_to("panel-notified")
    await case.until("2026-03-03 09:00")
    await case.says("panel-notified")
    return case


async def requested(desk: Desk) -> Case:
    """A case whose requests went out on Wednesday 4 March at 09:00."""
    return await brought(desk, to_the_requests)


async def out_for_sign_off(desk: Desk) -> Case:
    """A case whose first draft went out on Thursday 12 March at 09:00."""
    return await brought(desk, to_the_sign_off)


async def submitted(desk: Desk) -> Case:
    """A case whose rapid review was submitted on the same day."""
    return await brought(desk, to_the_submission)


async def to_the_requests(desk: Desk) -> Case:
    case = await notified(desk)
    await case.follow_to("returns-requested")
    await case.until("2026-03-04 09:00")
    await case.says("returns-requested")
    await case.quiet()
    return case


async def to_the_sign_off(desk: Desk) -> Case:
    case = await requested(desk)
    await case.follow_to("draft-sent-for-sign-off")
    await case.until("2026-03-12 09:00")
    await case.says("draft-sent-for-sign-off", version=1)
    await case.quiet()
    return case


async def to_the_submission(desk: Desk) -> Case:
    case = await out_for_sign_off(desk)
    await case.follow_to("panel-acknowledged")
    return case
