"""What a run orders from the engine, decoded: as its history has it, and as the code of today orders it.

The engine itself compares the kinds of what is ordered and their order when it replays, and no content.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import UserMetadata
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails

from workflows.in_order import InOrderRunner

Order = tuple[str, Any]


def recorded(history: WorkflowHistory) -> list[Order]:
    """What a history says was ordered."""
    return [order for event in history.events if (order := _of_event(event))]


class Noting(InOrderRunner):
    """Runs a workflow as the worker does, and notes what it orders."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        activate = instance.activate

        def noted(act: WorkflowActivation) -> WorkflowActivationCompletion:
            done = activate(act)
            commands = done.successful.commands
            stopped = {one.cancel_timer.seq for one in commands if one.HasField("cancel_timer")}
            for command in commands:
                if not (command.HasField("start_timer") and command.start_timer.seq in stopped):  # it never began
                    self.orders += [order] if (order := _of_command(command)) else []
            return done

        instance.activate = noted  # type: ignore[method-assign]
        return instance


def _of_event(event: HistoryEvent) -> Order | None:
    match event.WhichOneof("attributes"):
        case "activity_task_scheduled_event_attributes":
            activity = event.activity_task_scheduled_event_attributes
            return _activity(activity.activity_type.name, activity.input.payloads, event.user_metadata)
        case "timer_started_event_attributes":
            timer = event.timer_started_event_attributes
            return _timer(timer.start_to_fire_timeout.ToMilliseconds(), event.user_metadata)
        case "upsert_workflow_search_attributes_event_attributes":
            attributes = event.upsert_workflow_search_attributes_event_attributes
            return _attributes(attributes.search_attributes.indexed_fields)
        case "signal_external_workflow_execution_initiated_event_attributes":
            signal = event.signal_external_workflow_execution_initiated_event_attributes
            return _signal(signal.workflow_execution.workflow_id, signal.signal_name, signal.input.payloads)
        case "workflow_execution_continued_as_new_event_attributes":
            return "next run", _read(event.workflow_execution_continued_as_new_event_attributes.input.payloads)
        case _:
            return None


def _of_command(command: WorkflowCommand) -> Order | None:
    match command.WhichOneof("variant"):
        case "schedule_activity":
            activity = command.schedule_activity
            return _activity(activity.activity_type, activity.arguments, command.user_metadata)
        case "start_timer":
            return _timer(command.start_timer.start_to_fire_timeout.ToMilliseconds(), command.user_metadata)
        case "upsert_workflow_search_attributes":
            return _attributes(command.upsert_workflow_search_attributes.search_attributes.indexed_fields)
        case "signal_external_workflow_execution":
            signal = command.signal_external_workflow_execution
            return _signal(signal.workflow_execution.workflow_id, signal.signal_name, signal.args)
        case "continue_as_new_workflow_execution":
            return "next run", _read(command.continue_as_new_workflow_execution.arguments)
        case _:
            return None


def _activity(name: str, given: Iterable[Payload], shown: UserMetadata) -> Order:
    return f"activity {name}", {"given": _read(given), "summary": _summary(shown)}


def _timer(milliseconds: int, shown: UserMetadata) -> Order:
    return "timer", {"milliseconds": milliseconds, "summary": _summary(shown)}


def _attributes(given: Mapping[str, Payload]) -> Order:
    return "search attributes", {name: json.loads(value.data or b"null") for name, value in given.items()}


def _signal(other: str, name: str, given: Iterable[Payload]) -> Order:
    return f"signal {name} to {other}", _read(given)


def _read(given: Iterable[Payload]) -> list[Any]:
    return [json.loads(one.data or b"null") for one in given]


def _summary(shown: UserMetadata) -> str | None:
    return json.loads(shown.summary.data) if shown.summary.data else None


def difference(before: Any, now: Any, where: str = "") -> str | None:
    """Where two orders part, and how; None where they are the same."""
    if isinstance(before, dict) and isinstance(now, dict):
        found = (difference(before.get(k), now.get(k), f"{where}.{k}") for k in sorted({*before, *now}))
        return next((one for one in found if one), None)
    if isinstance(before, list | tuple) and isinstance(now, list | tuple) and len(before) == len(now):
        found = (difference(*pair, f"{where}[{at}]") for at, pair in enumerate(zip(before, now, strict=True)))
        return next((one for one in found if one), None)
    return None if before == now else f"{where}: {str(before)[:200]!r} is now {str(now)[:200]!r}"
