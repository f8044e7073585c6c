"""API: workflows that should run in Temporal and do not, or that run and cannot go on; and the one command that helps.

Health, `crg doctor`, `crg revive` and `crg begin-again` all ask here. A single workflow is looked at only if something
seems wrong: Temporal's lists say which workflows run and which have a failing workflow task, and a worker notes in the
store whose activity it has to try again and again. So it costs the same for ten cases as for ten thousand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from store import Store
from workflows import names

TRIED = 3  # tries of a workflow task or an activity; a worker that was killed costs one
CASES = (names.WORKFLOW, names.INFORMATION_REQUEST)
KINDS = (*CASES, names.CRG_MEETING, names.DIRECTORY_NEWS, names.DIGEST)
SHOWN = 20  # ids in a sentence
_CAUSE = "cause=WorkflowTaskFailedCause"

REVIVE, REVIVE_STUCK, RESTORE, DOCTOR = "crg revive", "crg revive --stuck", "crg restore --check", "crg doctor"
_GAP = "MomentGap"
_ONLY_IN_TEMPORAL = "only Temporal has it, opened after the backup from which the store was restored"
# What the store refuses a workflow (`store.errors`), in words, and what helps.
_REFUSED = {
    "StoreAhead": ("the store has more of it than its workflow, which was set back in Temporal", REVIVE_STUCK),
    "AnotherCase": ("its workflow is that of another case, of another time than the store", REVIVE_STUCK),
    _GAP: ("the store lacks what its workflow has written before: the store is an older one", RESTORE),
    "PayloadMissing": ("the store lacks a part that its workflow refers to: the store is an older one", REVIVE_STUCK),
}
_SET_BACK = ("StoreAhead", "AnotherCase")  # no try helps


class Run(NamedTuple):
    """A run of a workflow."""

    id: str
    kind: str


class Still(NamedTuple):
    """A workflow that does not go on: its id (a case's reference), why, and what helps, without the id."""

    id: str
    why: str
    helps: str
    runs: bool = True

    @property
    def can_restart(self) -> bool:
        """Whether it helps to end it and start it from the store, whatever of its histories is lost. Else the store may
        lack what only Temporal has, and `crg revive --stuck` first takes in all that it was told, or leaves it.
        """
        return self.helps in (REVIVE, REVIVE_STUCK)

    @property
    def do(self) -> str:
        """The one command that helps."""
        return f"{self.helps} {self.id}" if self.can_restart else self.helps


def sentences(found: Iterable[Still]) -> list[str]:
    """A sentence for each way of standing still, with the command for all of them."""
    alike: dict[tuple[str, str], list[Still]] = {}
    for still in found:
        alike.setdefault((still.why, still.helps), []).append(still)
    return [_sentence(why, helps, these) for (why, helps), these in alike.items()]


def _sentence(why: str, helps: str, these: list[Still]) -> str:
    shown, more = [still.id for still in these[:SHOWN]], len(these) - SHOWN
    which = ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
    reported = f"{which} stand{'s' if len(these) == 1 else ''} still: {why}. What helps: {helps}"
    if not these[0].can_restart:
        return reported
    return f"{reported} {'--all' if more > 0 else ' '.join(shown)}"


@dataclass
class Found:
    """What does not go on: those that were asked for, and how many there seem to be. `goes_on`: noted in the store, and
    well again."""

    not_running: list[Still] = field(default_factory=list)
    standing: list[Still] = field(default_factory=list)
    how_many_do_not_run: int = 0
    how_many_stand: int = 0
    goes_on: dict[str, datetime] = field(default_factory=dict)


async def running(client: Client, task_queue: str) -> dict[str, Run]:
    """Every workflow of ours that runs, by id. Ended cases are among them: their workflows stay open.

    As Temporal's list has them: that trails by a moment. Raises `RPCError` or `RuntimeError` where it does not answer.
    """
    query = f'TaskQueue = "{task_queue}" AND ExecutionStatus = "Running"'
    listed = client.list_workflows(query, page_size=1000)
    return {one.id: Run(one.run_id, one.workflow_type) async for one in listed}


async def standing_still(client: Client, held: Store, task_queue: str, *, at_most: int) -> Found:
    """What does not go on. Of each kind the first `at_most` are asked for one by one.

    Raises where Temporal or the store does not answer.
    """
    found, known = Found(), await running(client, task_queue)
    references = await held.cases.references()  # after the list: a case is in the store before its workflow starts
    wanted = [*references, *await held.meetings.told_of()]
    missing = [id for id in wanted if names.workflow_id(id) not in known]
    if missing:  # asked after the list: an opening that was under way then has begun by now, or is pending
        being_opened = await held.inbox.pending_openings()
        missing = [id for id in missing if id not in being_opened]
    for id in missing[:at_most]:
        if (still := await why_still(client, id)) and not still.runs:
            found.not_running.append(still)
    found.how_many_do_not_run = len(found.not_running) + max(len(missing) - at_most, 0)

    in_the_store = {names.workflow_id(one) for one in references}
    only_here = sorted(id for id, run in known.items() if run.kind in CASES and id not in in_the_store)
    found.standing = [Still(id, _ONLY_IN_TEMPORAL, RESTORE) for id in only_here[:at_most]]

    noted = await held.standing_still.noted()
    fails = [*await _of_which_the_task_fails(client, task_queue), *noted]
    suspected = [id for id in dict.fromkeys(fails) if id not in only_here]
    for id in suspected[:at_most]:
        still = await why_still(client, id)
        if still and still.runs:
            found.standing.append(still)
        elif id in noted:
            found.goes_on[id] = noted[id]
    found.how_many_stand = len(found.standing) + sum(max(len(of) - at_most, 0) for of in (only_here, suspected))
    return found


async def why_still(client: Client, id: str) -> Still | None:
    """Why a workflow does not go on, by Temporal's own word and not by its list; nothing where it does."""
    return why_not(id, await described(client, id))


async def described(client: Client, id: str) -> WorkflowExecutionDescription | None:
    """What Temporal says of a workflow; None where it knows none of this id."""
    try:
        return await client.get_workflow_handle(names.workflow_id(id)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


def why_not(id: str, found: WorkflowExecutionDescription | None) -> Still | None:
    """Why a workflow that Temporal describes so does not go on; nothing where it does.

    A meeting of the CRG or a change of the directory that has told everything has come to its end.
    """
    if found is None:
        return Still(id, "no workflow of it runs", REVIVE, runs=False)
    if found.status is WorkflowExecutionStatus.COMPLETED:
        return None
    if found.close_time is not None:
        return Still(id, "its workflow was ended", REVIVE, runs=False)
    return _of_activities(id, found.raw_description) or _of_the_task(id, found.raw_description, found.search_attributes)


def _of_activities(id: str, told: DescribeWorkflowExecutionResponse) -> Still | None:
    failed = {
        one.last_failure.application_failure_info.type or _unnamed(one): one
        for one in told.pending_activities
        if one.HasField("last_failure")
    }
    if len(failed) > 1:  # a moment waits for the one before it, and that fails for a reason of its own
        failed.pop(_GAP, None)
    failing = {kind: one for kind, one in failed.items() if one.attempt >= TRIED or kind in _SET_BACK}
    for kind, (why, helps) in _REFUSED.items():
        if kind in failing:
            return Still(id, why, helps)
    for kind, one in failing.items():
        return Still(id, f"{one.activity_type.name} was tried {one.attempt} times and fails ({kind})", DOCTOR)
    return None


def _unnamed(activity: Any) -> str:
    """What a failure is called that no worker has named: it gave no answer."""
    return "no answer" if activity.last_failure.HasField("timeout_failure_info") else "an error"


def _of_the_task(id: str, told: DescribeWorkflowExecutionResponse, attributes: Mapping[str, Any]) -> Still | None:
    if told.pending_workflow_task.attempt < TRIED:
        return None
    reported = [one.removeprefix(_CAUSE) for one in attributes.get(names.PROBLEMS, []) if str(one).startswith(_CAUSE)]
    return Still(id, f"its workflow task fails again and again{f' ({reported[0]})' if reported else ''}", REVIVE_STUCK)


async def _of_which_the_task_fails(client: Client, task_queue: str) -> list[str]:
    kinds = ", ".join(f'"{kind}"' for kind in KINDS)
    query = f'TaskQueue = "{task_queue}" AND WorkflowType IN ({kinds}) AND ExecutionStatus = "Running"'
    fails = f"{query} AND {names.PROBLEMS} IS NOT NULL"
    try:
        return [one.id async for one in client.list_workflows(fails, page_size=1000)]
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:  # an older server does not know it
            raise
        return []
