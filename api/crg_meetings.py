"""API: sends news of the CRG's meetings to their workflows (G-2). It is stored first and sent after: nothing is lost.

A meeting's workflow only hears that there is news, and reads for itself how the meeting stands. So a signal that comes
twice, or late, does no harm. The relay sends one until the workflow has heard of the latest revision.
"""

import asyncio

import structlog
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.beginning import answers
from api.deps import Deps
from api.intake import GIVE_UP
from review.asked import LookAgain
from review.chapters.crg.meeting import MeetingTold
from workflows import names
from workflows.policies import TASK_TIMEOUT

log = structlog.get_logger()


async def carry(deps: Deps) -> bool:
    """Tell the workflow of each meeting that has changed, starting it where none runs. False: Temporal is not there."""
    for id, revision in await deps.store.meetings.uncarried():
        if await _tell(deps, id, revision):
            await deps.store.meetings.carried(id, revision)
        elif not await answers(deps):
            return False
        else:  # Temporal refuses this one; the others are told, and it is tried again with the next round
            log.error("meeting-not-carried", meeting=id)
    return True


async def _tell(deps: Deps, id: str, revision: int) -> bool:
    try:
        async with asyncio.timeout(GIVE_UP):
            await deps.temporal.start_workflow(
                names.CRG_MEETING,
                MeetingTold(meeting=id),
                id=names.workflow_id(id),
                task_queue=deps.settings.task_queue,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                start_signal=names.LOOK_AGAIN,
                start_signal_args=[LookAgain(revision=revision)],
                static_summary=f"{id}: meeting of the CRG",
            )
    except WorkflowAlreadyStartedError:
        return True  # it is over, and has told all that there was to tell
    except (RPCError, RuntimeError, TimeoutError):
        return False
    return True
