"""The order in which a run sees what waits for it in one task: what the run set going first, then the messages.

The SDK lets a run see signals and updates first, and all else that came in the same task after them. But what comes in
one task when a history is replayed may have come in two when it was new: a query that reaches a run which is not in the
worker's cache lets it see an activity's end at once, before its task has begun, and the messages that wait with that
end are seen after it. Replayed, the run would see the messages first, do another thing than it did, and stand still
(decision 0023).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from temporalio.bridge.proto.workflow_activation import (
    InitializeWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import (
    ExecuteWorkflowInput,
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
)
from temporalio.worker._workflow_instance import _WorkflowInstanceImpl

from workflows.case_workflow import CaseWorkflow

MESSAGES = ("signal_workflow", "do_update")
ENDS = (
    "complete_workflow_execution",
    "continue_as_new_workflow_execution",
    "fail_workflow_execution",
    "cancel_workflow_execution",
)


class InOrderRunner(UnsandboxedWorkflowRunner):
    """Runs workflows without a sandbox, messages last: for a worker and for all that replays its histories."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        info = replace(det.info, headers=_each_own(det.info.headers), raw_memo=_each_own(det.info.raw_memo))
        own = replace(det, info=info, last_completion_result=_own(det.last_completion_result))
        return _InOrder(own)  # type: ignore[abstract]


class _InOrder(_WorkflowInstanceImpl):
    """A run whose task is done in two steps where messages wait in it beside other things.

    It keeps nothing of a task that is done: a small part that is held, as the build's name, holds the whole message,
    and with it the state of the case as it came.
    """

    _signals_wait = False

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        done = self._in_order(act)
        if version := vars(self).get("_deployment_version_for_current_task"):
            self._deployment_version_for_current_task = _own(version)
        self._current_internal_flags = [*act.available_internal_flags]  # type: ignore[assignment]  # looked up only
        self._current_completion = WorkflowActivationCompletion()
        return done

    def _make_workflow_input(self, init_job: InitializeWorkflow) -> ExecuteWorkflowInput:
        made = super()._make_workflow_input(init_job)
        return replace(made, headers=_each_own(made.headers))

    def _in_order(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        if any(job.HasField("remove_from_cache") for job in act.jobs):
            done = super().activate(act)
            self._let_go()
            return done
        messages = [job for job in act.jobs if job.WhichOneof("variant") in MESSAGES]
        others = [job for job in act.jobs if job.WhichOneof("variant") not in MESSAGES]
        if not messages or not others or any(job.HasField("initialize_workflow") for job in others):
            return super().activate(act)  # before its first task is done, a run is not asked
        self._signals_wait = any(job.HasField("signal_workflow") for job in messages)
        first = super().activate(_only(act, others))
        self._signals_wait = False
        if first.HasField("failed") or _ends(first):
            return first  # an update is not answered then: the engine tells its sender that the run has ended
        then = super().activate(_only(act, messages))
        if then.HasField("failed"):
            return then
        first.successful.MergeFrom(then.successful)  # its commands come after the first
        return first

    def _let_go(self) -> None:
        """What has left the worker's cache takes up no memory. A run refers to itself in circles, for which is looked
        seldom (`settings.memory`).
        """
        if isinstance(self._object, CaseWorkflow):
            vars(self._object.case_run).clear()
        for name in vars(self).keys() - {"_deleting"}:  # by which a task that goes knows that nobody wants to hear it
            delattr(self, name)

    def workflow_all_handlers_finished(self) -> bool:
        """Not while a signal waits: a run that ends or continues as new would lose it.

        An update that waits says nothing here: if it is refused, the history knows nothing of it.
        """
        return not self._signals_wait and super().workflow_all_handlers_finished()


M = TypeVar("M")


def _own(message: M) -> M:
    """The same by itself: a part of a message holds the whole of it in memory."""
    copy: Any = type(message)()
    copy.CopyFrom(message)
    return cast("M", copy)


def _each_own(messages: Mapping[str, M]) -> dict[str, M]:
    return {name: _own(message) for name, message in messages.items()}


def _only(act: WorkflowActivation, jobs: list[WorkflowActivationJob]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part


def _ends(done: WorkflowActivationCompletion) -> bool:
    return any(command.WhichOneof("variant") in ENDS for command in done.successful.commands)
