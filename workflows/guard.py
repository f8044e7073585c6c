"""What comes from outside is looked at before a workflow sees it.

Anybody who reaches the Temporal server can signal, update, query and start what they like, and can answer an activity
in a worker's place. What this service has not sealed for the workflow arrives as `NotOurs` (`settings.sealing`). Here
it is refused, and no workflow task fails of it: a signal is noted and dropped, an update and a query are rejected, a
start fails, an activity is ordered again. No workflow of ours is cancelled, no matter who asks.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleQueryInput,
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from activities.guard import DONE, NOT_OURS, REFUSED, refusal, wrong

AGAIN_AFTER, AGAIN_AT_MOST = timedelta(seconds=1), timedelta(minutes=5)


class Guarded:
    """A workflow that is not begun by a stranger, and can note what it refused."""

    def __new__(cls, *given: Any) -> Any:
        # To raise here would leave the SDK's own start of `run` behind, unawaited: `Inbound` refuses it.
        return Unbegun() if wrong(given, cls.__init__, before=1) else super().__new__(cls)

    def not_ours(self, about: str) -> None:
        """Note that something came which this service did not send. `about` names the message, never its content."""
        workflow.logger.warning("message-not-ours", extra={"about": about})

    def cancellation_refused(self) -> None:
        """Note that somebody asked the engine to cancel this workflow, and that it goes on."""
        workflow.logger.warning("cancellation-refused")


class Unbegun:
    """In place of a workflow that a stranger began: it has no state, takes nothing and fails at once."""


class Inbound(WorkflowInboundInterceptor):
    """Refuses what a stranger sends."""

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(Outbound(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        if why := wrong(input.args, input.run_fn, before=1):
            raise refusal(why)  # this fails the workflow, which is no case of ours
        going_on = asyncio.create_task(super().execute_workflow(input))
        while True:
            try:
                return await asyncio.shield(going_on)
            except asyncio.CancelledError:
                if going_on.cancelled():  # by the worker, which lets go of it
                    raise
                _note_cancellation()

    async def handle_signal(self, input: HandleSignalInput) -> None:
        if _wrong(input.args, "signals", input.signal):
            _note(input.signal)
            return
        await super().handle_signal(input)

    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        _refuse(input.args, "updates", input.update)
        super().handle_update_validator(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        _refuse(input.args, "updates", input.update)
        return await super().handle_update_handler(input)

    async def handle_query(self, input: HandleQueryInput) -> Any:
        _refuse(input.args, "queries", input.query)
        return await super().handle_query(input)


class Outbound(WorkflowOutboundInterceptor):
    """Orders an activity again where somebody else than our worker has answered it."""

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        first = self.next.start_activity(input)
        return cast(workflow.ActivityHandle[Any], asyncio.create_task(self._ours(first, input)))

    async def _ours(self, handle: workflow.ActivityHandle[Any], input: StartActivityInput) -> Any:
        wait = AGAIN_AFTER
        while True:
            try:
                answer = await handle
            except ActivityError as error:
                kind = error.cause.type if isinstance(error.cause, ApplicationError) else None
                if kind not in (NOT_OURS, REFUSED):
                    raise
                if kind == NOT_OURS:
                    _note(input.activity)
            else:
                if answer is not None and not wrong([answer]):
                    return None if answer == DONE else answer
                _note(input.activity)
            await workflow.sleep(wait, summary=f"{input.activity}: its answer was not ours; ordered again")
            wait = min(wait * 2, AGAIN_AT_MOST)
            handle = self.next.start_activity(input)


class WorkflowGuard(Interceptor):
    """For a worker and for a replayer alike."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return Inbound


def _refuse(args: Sequence[Any], kind: str, name: str) -> None:
    if why := _wrong(args, kind, name):
        raise refusal(why)


def _wrong(args: Sequence[Any], kind: str, name: str) -> str | None:
    """Held against the handler that bears this name for the engine, which may have a hyphen in it.

    The SDK gives handlers out bound, without their signature, so its definition of the workflow is asked.
    """
    held = workflow.instance()
    if isinstance(held, Unbegun):
        return "this workflow was begun by a stranger"
    handler = getattr(workflow._Definition.from_class(type(held)), kind).get(name)
    if handler is None:  # one of the engine's own, such as the query for a stack trace
        return wrong(args)
    return wrong(args, handler.fn, before=1 if handler.is_method else 0)


def _note(about: str) -> None:
    held = workflow.instance()
    if isinstance(held, Guarded):
        held.not_ours(about)


def _note_cancellation() -> None:
    held = workflow.instance()
    if isinstance(held, Guarded):
        held.cancellation_refused()
