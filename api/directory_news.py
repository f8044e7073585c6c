"""API: changes of the directory are carried to the workflow that tells of them (R-11). Kept first, told after."""

import asyncio

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from api.deps import Deps
from api.intake import GIVE_UP
from review.directory_news import DirectoryTold, is_news
from workflows import names
from workflows.policies import TASK_TIMEOUT


async def carry(deps: Deps) -> bool:
    """Start the telling of each version that has not been told yet. False: Temporal is not there."""
    for version in await deps.store.directory.untold():
        if is_news(await deps.store.directory.read(version)) and not await _tell(deps, version):
            return False
        await deps.store.directory.told(version)
    return True


async def _tell(deps: Deps, version: int) -> bool:
    try:
        async with asyncio.timeout(GIVE_UP):
            await deps.temporal.start_workflow(
                names.DIRECTORY_NEWS,
                DirectoryTold(version=version),
                id=f"directory-{version}",
                task_queue=deps.settings.task_queue,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=f"version {version} of the directory is told",
            )
    except (RPCError, RuntimeError, TimeoutError):
        return False
    return True
