"""API: the start of a case's workflow. It is started once, and known by the message that opened the case.

An id alone proves nothing: after a restore of an older store Temporal may hold another case under the same reference.
"""

import asyncio
from typing import Any

import structlog
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.deps import Deps
from api.intake import ANSWER_WITHIN, GIVE_UP
from review.case.state import CaseState
from workflows.names import OPENED_BY, workflow_id, workflow_type
from workflows.policies import TASK_TIMEOUT
from workflows.temporal_ui import search_attributes

AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
LOOK_WITHIN = 1.0  # seconds

log = structlog.get_logger()


class NotBegun(Exception):
    """The workflow cannot start now; the message `why` says what is in the way. The relay tries again."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NobodyThere(NotBegun):
    """Temporal does not answer."""


class ReferenceTaken(NotBegun):
    """Under this reference Temporal runs a case that this store does not hold: it is of another time than the store."""


async def answers(deps: Deps) -> bool:
    """Whether Temporal itself answers, whatever became of one case."""
    try:
        async with asyncio.timeout(LOOK_WITHIN):
            return await deps.temporal.service_client.check_health()
    except (RPCError, RuntimeError, TimeoutError):
        return False


async def begin(deps: Deps, case: CaseState, *, opened_by: str) -> None:
    """Start the case's workflow, or find it started by this very message. Raises `NotBegun`."""
    try:
        async with asyncio.timeout(GIVE_UP):
            await _begin(deps, case, opened_by)
    except RPCError as error:
        if error.status in AWAY:
            raise NobodyThere("temporal does not answer") from error
        raise NotBegun(f"temporal refuses it: {error.status.name}") from error
    except (RuntimeError, TimeoutError) as error:
        raise NobodyThere("temporal does not answer") from error


async def new_reference(deps: Deps, prefix: str, year: int) -> str:
    """A reference that neither the store nor Temporal has given to a case.

    While Temporal does not answer the store's count is all there is to go by; `begin` finds out then.
    """
    while True:
        reference = await deps.store.cases.new_reference(prefix, year)
        if not await _known_to_temporal(deps, reference):
            return reference
        log.warning("reference-passed-over", reference=reference)


async def _known_to_temporal(deps: Deps, reference: str) -> bool:
    handle = deps.temporal.get_workflow_handle(workflow_id(reference))
    try:
        async with asyncio.timeout(LOOK_WITHIN):
            await handle.describe()
    except (RPCError, RuntimeError, TimeoutError):
        return False
    return True


async def _begin(deps: Deps, case: CaseState, opened_by: str) -> None:
    try:
        await _start(deps, case, opened_by, WorkflowIDReusePolicy.REJECT_DUPLICATE)
    except WorkflowAlreadyStartedError:
        found = await deps.temporal.get_workflow_handle(workflow_id(case.reference)).describe()
        if await _opened_by(found) == opened_by:
            return
        if found.status is WorkflowExecutionStatus.RUNNING:
            raise ReferenceTaken("temporal runs another case under this reference") from None
        try:  # one that has ended is no case of ours, and in nobody's way
            await _start(deps, case, opened_by, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        except WorkflowAlreadyStartedError:
            raise NotBegun("another process begins it") from None


async def _opened_by(found: Any) -> object:
    """The message that opened the case of a workflow; nothing where its memo does not say, or does not open."""
    try:
        return await found.memo_value(OPENED_BY, None)
    except RPCError:
        raise
    except Exception:  # noqa: BLE001  # what does not open with our keys was not started by us
        return None


async def _start(deps: Deps, case: CaseState, opened_by: str, reuse: WorkflowIDReusePolicy) -> WorkflowHandle[Any, Any]:
    return await deps.temporal.start_workflow(
        workflow_type(case.route),
        case.model_copy(update={"untold": []}),  # the opening's rows are on the record already
        id=workflow_id(case.reference),
        task_queue=deps.settings.task_queue,
        task_timeout=TASK_TIMEOUT,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        id_reuse_policy=reuse,
        memo={OPENED_BY: opened_by},
        search_attributes=search_attributes(case, case.opened_at),
        static_summary=f"{case.reference}: {case.route}",
        rpc_timeout=ANSWER_WITHIN,
    )
