"""API: what becomes of the CRG's meetings is carried to their workflows (G-2). Kept first, told after: nothing is lost.

A meeting's workflow is told only that there is news; it reads for itself how the meeting stands. So a signal that comes
twice, or late, does no harm, and one is owed as long as the store holds a revision that has not been carried.
"""

import asyncio

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.intake import GIVE_UP
from api.means import Means
from review.crg_meeting import MeetingTold
from workflows import names


async def carry(means: Means) -> bool:
    """Tell the workflow of each meeting that has changed, starting it where none runs. False: Temporal is not there."""
    for id, revision in await means.store.meetings.uncarried():
        if not await _tell(means, id):
            return False
        await means.store.meetings.carried(id, revision)
    return True


async def _tell(means: Means, id: str) -> bool:
    try:
        async with asyncio.timeout(GIVE_UP):
            await means.temporal.start_workflow(
                names.CRG_MEETING,
                MeetingTold(meeting=id),
                id=names.workflow_id(id),
                task_queue=means.settings.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                start_signal=names.LOOK_AGAIN,
                static_summary=f"{id}: meeting of the CRG",
            )
    except WorkflowAlreadyStartedError:
        return True  # it is over, and has told all that there was to tell
    except (RPCError, RuntimeError, TimeoutError):
        return False
    return True
