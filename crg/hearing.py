"""What Temporal's histories tell of a case: what was said to it, and how far each of its runs has come.

What was too large for a history lies in our store, and may be lost with it. What of a history opens is read all the
same; the rest is counted.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from temporalio.api.common.v1 import Payload
    from temporalio.api.history.v1 import HistoryEvent
    from temporalio.client import Client
    from temporalio.converter import DataConverter

Json = dict[str, Any]
CARRY_OUT = "carry-out"  # the activity that hands a moment to the store


class RunSeen(NamedTuple):
    """A run of a case's workflow, as Temporal lists it."""

    id: str
    began_at: datetime
    ended_at: datetime | None  # none while it goes on


@dataclass
class Run:
    """What the history of one run tells."""

    id: str
    chain: str = ""  # the same for all runs that follow from one another
    follows: str = ""  # the run that it goes on from; none of a case that was opened, or brought back from the store
    opened_by: str | None = None  # the message that opened its case
    began: int | None = None  # the last moment before it; None where what it began with does not open
    reported: dict[str, Json] = field(default_factory=dict)  # by message, in the order in which they came
    unread: list[str] = field(default_factory=list)  # what does not open: which message, "" where nothing tells
    under_way: dict[int, int] = field(default_factory=dict)  # event -> moment
    done: int = 0  # the last moment that was carried out

    @property
    def handed_on(self) -> int:
        """The last moment that it has handed to the store."""
        return max(self.done, *self.under_way.values(), 0)

    def is_set_back(self, version: int, run: str) -> bool:
        """Whether the store, at moment `version` of another run, has moments that came after this one's beginning.

        Then it takes nothing of it (`store.errors.StoreAhead`).
        """
        return run != self.id and (self.began is None or version > self.began)

    async def learn(self, event: "HistoryEvent", converter: "DataConverter") -> None:
        """Take in an event of its history."""
        from settings.keys import CannotOpen
        from settings.sealing import Forged

        if event.HasField("workflow_execution_started_event_attributes"):
            began = event.workflow_execution_started_event_attributes
            self.chain, self.follows = began.first_execution_run_id, began.continued_execution_run_id
        if event.HasField("activity_task_completed_event_attributes"):
            self._finish(event.activity_task_completed_event_attributes.scheduled_event_id)
        if (brought := _brought(event)) is None:
            return
        try:
            (found,) = await converter.decode(brought.payloads)
            self._take(event.event_id, found)
        except Forged:  # a stranger's, and refused by the case; but each case was begun by us
            self.unread += [""] if event.event_id == 1 else []
        except (CannotOpen, LookupError, ValueError, TypeError):  # a key or a stored part is missing, another shape
            if brought.message is not None:
                self.unread.append(brought.message)
            else:  # an order: moments are counted
                self.under_way[event.event_id] = self.handed_on + 1

    def _take(self, event: int, found: Json) -> None:
        """The state that it began with, something said to it, or an order to carry out a moment."""
        if "moment" in found:
            self.under_way[event] = found["moment"]["version"]
            self.opened_by = self.opened_by or found["moment"]["opened_by"]
        elif "message" in found:
            self.reported[found["message"]] = found
        else:
            # What a correction says is right stands by the correction, under the same message.
            reported = [entry["reported"] for entry in found["entries"] if not entry.get("right")]
            self.reported |= {one["message"]: one for one in reported}
            self.began = self.done = found["version"]
            self.opened_by = reported[0]["message"] if reported else None

    def _finish(self, event: int) -> None:
        self.done = max(self.done, self.under_way.pop(event, 0))


class Brought(NamedTuple):
    """What an event has brought to a case: its state, a message, or an order of its own."""

    payloads: "Sequence[Payload]"
    message: str | None  # "" where the event does not tell which; None where it is no message


async def runs_of_cases(client: "Client", task_queue: str) -> dict[str, list[RunSeen]]:
    """All runs of cases and requests that Temporal still has, by workflow, the oldest first."""
    from workflows import names

    kinds = f"('{names.WORKFLOW}', '{names.INFORMATION_REQUEST}')"
    query = f'WorkflowType IN {kinds} AND TaskQueue = "{task_queue}"'
    found: dict[str, list[RunSeen]] = {}
    async for one in client.list_workflows(query, page_size=1000):
        found.setdefault(one.id, []).append(RunSeen(one.run_id, one.start_time, one.close_time))
    return {id: sorted(runs, key=lambda run: run.began_at) for id, runs in found.items()}


async def hear(client: "Client", id: str, runs: Iterable[RunSeen]) -> list[Run]:
    """What these runs of a workflow tell, in the same order; what Temporal has forgotten meanwhile is left out."""
    return [heard for one in runs if (heard := await heard_by(client, id, one.id)) is not None]


async def beginning_of(client: "Client", id: str, run: str) -> Run | None:
    """As `heard_by`, of its first event only."""
    return await heard_by(client, id, run, at_most=1)


async def heard_by(client: "Client", id: str, run: str, *, at_most: int | None = None) -> Run | None:
    """What a run has taken in and handed on; None where Temporal has it no more."""
    from temporalio.converter import WorkflowSerializationContext
    from temporalio.service import RPCError, RPCStatusCode

    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=id)
    converter = client.data_converter.with_context(context)
    heard, number = Run(run), 0
    try:
        async for event in client.get_workflow_handle(id, run_id=run).fetch_history_events(page_size=at_most):
            await heard.learn(event, converter)
            number += 1
            if number == at_most:
                break
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    return heard


def _brought(event: Any) -> Brought | None:
    from workflows import names

    if event.HasField("workflow_execution_started_event_attributes"):
        return Brought(list(event.workflow_execution_started_event_attributes.input.payloads), "")
    if event.HasField("workflow_execution_update_accepted_event_attributes"):
        request = event.workflow_execution_update_accepted_event_attributes.accepted_request
        payloads = list(request.input.args.payloads)
        return Brought(payloads, request.meta.update_id) if request.input.name == names.SAY else None
    if event.HasField("workflow_execution_signaled_event_attributes"):
        signal = event.workflow_execution_signaled_event_attributes
        return Brought(list(signal.input.payloads), "") if signal.signal_name == names.RELAY else None
    if event.HasField("activity_task_scheduled_event_attributes"):
        order = event.activity_task_scheduled_event_attributes
        return Brought(list(order.input.payloads), None) if order.activity_type.name == CARRY_OUT else None
    return None


def said_in(runs: Iterable[Run]) -> dict[str, Json]:
    """Everything that these runs were told, by message, in the order in which it came."""
    found: dict[str, Json] = {}
    for run in runs:
        for message, reported in run.reported.items():
            found.setdefault(message, reported)
    return found


def unread_in(runs: Sequence[Run], known: Collection[str], read_before: Collection[str]) -> dict[str, int]:
    """How much of each run does not open, but for messages that are known from elsewhere.

    What a run began with is known where all of the run before it is, which it may have from `read_before`; and where
    the beginning of a later one opens, for that holds all of it.
    """
    found, whole = {}, {*read_before}
    if runs and not read_before and not runs[0].follows:
        whole.add("")  # the store knows what the case was opened with
    for place, run in enumerate(runs):
        left = [message for message in run.unread if message not in known]
        later = [one for one in runs[place + 1 :] if one.chain == run.chain and one.began is not None]
        if run.began is None and (run.follows in whole or later):
            left.remove("")
        whole.discard("")
        if left:
            found[run.id] = len(left)
        else:
            whole.add(run.id)
    return found
