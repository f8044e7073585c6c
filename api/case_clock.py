"""A rehearsal's clock: the time of one case on the real server, moved forward; and when the case has come to rest.

It goes straight to Temporal: moving the clock, and telling this one case that its calendar or its cast has changed,
without touching the cases of others.
"""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from calendar_rules.model import Model
from review.asked import Progress
from review.case.state import CaseState
from review.facts import Fact, Reported, Speaker
from review.facts.directory import Role
from store.cases import Cases
from workflows.names import PROGRESS, SAY, STATE, workflow_id

POLL = 0.03  # seconds from the first look at whether the case has come to rest to the second
AT_LONGEST = 0.2  # seconds between two looks: the longer it takes, the more rarely the server is asked
REST_WITHIN = 30.0  # seconds of work that one step may cause
SMALLEST_MOVE = timedelta(milliseconds=1)
Answer = TypeVar("Answer", bound=Model)
WORK = timedelta(seconds=20)  # what a timer of that very moment causes is done by then


def clear_of(moment: datetime) -> datetime:
    """Where a clock that goes to `moment` is to stop: some seconds on, in the same minute.

    Timers ring on full minutes. Where what one of them causes is still under way when the clock's own goal passes, the
    server moves the clock on to the next timer, be that a day off, before it stops.
    """
    left_of_the_minute = timedelta(seconds=59) - timedelta(seconds=moment.second)
    return moment + min(WORK, left_of_the_minute)


class ClockStands(Exception):
    """The clock cannot be moved, or the case does not come to rest; the message says why."""


class CaseClock:
    """The clock of one case."""

    otherwise: type[Exception] = ClockStands

    def __init__(self, client: Client, cases: Cases, reference: str) -> None:
        self.reference = reference
        self._cases = cases
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        self._handle = client.get_workflow_handle(workflow_id(reference), result_type=CaseState)
        self._client = client
        self._shift: timedelta | None = None

    async def now(self) -> datetime:
        """The case's present moment, UTC."""
        if self._shift is None:
            self._shift = (await self.state()).shift
        return await self._skipper.get_current_time(self._handle) + self._shift

    async def move_to(self, moment: datetime) -> None:
        """Let time pass until that minute, with everything that falls due on the way; nothing where it has passed."""
        goal = clear_of(moment)
        while (left := goal - await self.now()) > SMALLEST_MOVE:
            if await self._skipper.fast_forward(self._handle, left):
                break
            if (await self._handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                continue  # a run that continued as new on the way was left where it was
            raise self.otherwise(
                f"the workflow of {self.reference} has ended, so its clock cannot be moved; "
                "a rehearsal ends where its case ends"
            )
        # Until something falls due the case has nothing to write, and readers would not know.
        stands, ours = max(moment, await self.now()), datetime.now(UTC)
        await self._cases.clock_moved(self.reference, stands - ours, written_at=ours)

    async def rest(self) -> Progress:
        """Wait until all that the last step caused is done and can be read over the API."""
        pause = POLL
        try:
            async with asyncio.timeout(REST_WITHIN):
                while True:
                    if await self._idle():
                        progress = await self._asked(PROGRESS, Progress)
                        if progress.at_rest:
                            return progress
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.3, AT_LONGEST)
        except TimeoutError:
            raise self.otherwise(await self._what_it_waits_for()) from None

    async def state(self) -> CaseState:
        """The case as its workflow has it."""
        return await self._asked(STATE, CaseState)

    async def _asked(self, query: str, answer: type[Answer]) -> Answer:
        """What the workflow says; a run that has only just begun again is asked once more."""
        until = asyncio.get_running_loop().time() + REST_WITHIN
        while True:
            try:
                said: Answer = await self._handle.query(query, result_type=answer)
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION or asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(POLL)
            else:
                return said

    async def tell(self, fact: Fact, by: str) -> None:
        """Tell this one case what is otherwise told to every live case."""
        said = Reported.model_validate(
            {
                "message": f"~rehearsal-{secrets.token_hex(8)}",
                "by": Speaker(people=[by], roles=[Role.BUSINESS_UNIT]),
                "recorded_at": datetime.now(UTC),
                "fact": fact,
            }
        )
        try:
            await self._handle.execute_update(SAY, said, id=said.message)
        except WorkflowUpdateFailedError as refused:
            raise self.otherwise(f"{self.reference} refused it ({fact.title}): {refused.cause}") from None

    async def _idle(self) -> bool:
        """Whether no work is under way: no activity, no task of the workflow."""
        raw = await self._described()
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    async def _described(self) -> DescribeWorkflowExecutionResponse:
        """How the server describes it, of which nothing is opened: this is asked many times for each step."""
        asked = DescribeWorkflowExecutionRequest(
            namespace=self._client.namespace, execution=WorkflowExecution(workflow_id=self._handle.id)
        )
        return await self._client.workflow_service.describe_workflow_execution(asked, retry=True)

    async def _what_it_waits_for(self) -> str:
        raw = await self._described()
        waits = sorted({one.activity_type.name for one in raw.pending_activities})
        if not waits and (why := await self._task_failure()):
            return f"{self.reference} did not come to rest within {REST_WITHIN:g} s: its workflow fails ({why})"
        on = f"it still waits for {', '.join(waits)}" if waits else "its record is not written to the end"
        return f"{self.reference} did not come to rest within {REST_WITHIN:g} s: {on}. Look at the logs of the stack."

    async def _task_failure(self) -> str | None:
        last = None
        async for event in self._handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                last = event.workflow_task_failed_event_attributes.failure.message
        return last
