"""What a stranger's workflow orders, or answers in a worker's place, is refused: it has not the keys."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    ScheduleActionStartWorkflow,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

import worker
from activities import orders
from review.case.notices import Addressee, Notice
from settings import Settings
from settings.versions import deployment
from store.snapshot import ListedCase
from tests.settings.test_temporal import FORGED_REFERENCES
from tests.workflows.desk import Desk
from tests.workflows.gathering import Gathering
from tests.workflows.sealed import KEYRING, Safe, client_of, sealed_desk
from tests.workflows.strangers import FORGED, KINDS, refused_rows, untouched
from tests.workflows.world import World, activities_of, london
from workflows import names
from workflows.schedules import keep_schedules

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("args", [[], [{"reference": "RH-2026-777"}], [1, 2], [RawValue(FORGED_REFERENCES[0])]])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_workflow_that_a_stranger_starts_fails_at_once(
    sealed: Desk, stranger: Client, kind: str, args: list[Any]
) -> None:
    with pytest.raises(WorkflowFailureError):
        async with asyncio.timeout(10):
            await stranger.execute_workflow(
                kind, args=args, id=f"stranger-{next(Desk._numbers)}", task_queue=sealed.queue
            )


ELSEWHERE = orders.SendNotice(
    reference="RH-2026-9001",  # no desk comes so far
    partnership="Sample",
    notice=Notice(
        cause="x",
        template="returns-pack",
        to="stranger",
        outside=Addressee(name="Sample Stranger", email="stranger@elsewhere.example.org"),
    ),
    at=datetime(2026, 3, 2, tzinfo=UTC),
)


@workflow.defn(name="Strange")
class Strange:
    """A workflow of a stranger's, which orders what it likes on our task queue."""

    @workflow.run
    async def run(self, queue: str, kind: str, order: Any) -> str:
        try:
            await workflow.execute_activity(
                kind,
                order,
                task_queue=queue,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=2),
            )
        except ActivityError as error:
            return str(error.cause.type if isinstance(error.cause, ApplicationError) else error.cause)
        return "done"


async def strange(client: Client, sealed: Desk, id: str, kind: str, order: Any) -> str:
    """What comes of an order that a stranger's workflow gives to our workers."""
    queue = f"strange-{next(Desk._numbers)}"
    async with Worker(client, task_queue=queue, workflows=[Strange], workflow_runner=UnsandboxedWorkflowRunner()):
        answer: str = await client.execute_workflow(
            "Strange", args=[sealed.queue, kind, order], id=id, task_queue=queue, result_type=str
        )
    return answer


@pytest.mark.parametrize("kind", [orders.TRY_MAIL, orders.CARRY_OUT, orders.READ_DIGEST])
async def test_an_activity_that_a_strangers_workflow_orders_is_refused(
    sealed: Desk, stranger: Client, kind: str
) -> None:
    """No mail goes to an address of its own, whatever it calls itself."""
    before = len(sealed.world.sent)
    for id in (f"strange-{next(Desk._numbers)}", sealed.next_reference()):
        assert await strange(stranger, sealed, id, kind, ELSEWHERE.model_dump(mode="json")) == "Refused"
    assert len(sealed.world.sent) == before


async def test_even_with_the_keys_only_the_cases_own_workflow_orders_anything(
    server: WorkflowEnvironment, sealed: Desk
) -> None:
    """The reference is the workflow's id, its kind is that of a case, and the store knows it."""
    client, before = await client_of(server, Safe()), len(sealed.world.sent)
    for id in ("elsewhere", ELSEWHERE.reference):
        assert await strange(client, sealed, id, orders.TRY_MAIL, ELSEWHERE) == "Refused"
    assert len(sealed.world.sent) == before


async def test_an_answer_of_a_stranger_to_an_activity_counts_for_nothing(
    server: WorkflowEnvironment, stranger: Client, settings: Settings, world: World
) -> None:
    """A stranger takes the order from our task queue and says it is done: it is recorded as refused, and done again."""
    taken: list[str] = []

    @activity.defn(name=orders.CARRY_OUT)
    async def carry_out(order: RawValue) -> Any:
        taken.append(activity.info().activity_type)
        if len(taken) == 2:
            raise ApplicationError("forged", type="AddressRefused", non_retryable=True)
        return [None, {"sent": ["forged"]}][len(taken) % 2]

    async with sealed_desk(server, settings, world, vault=Safe()) as desk:
        case = await desk.open()
        await case.quiet()
    own = settings.model_copy(update={"task_queue": desk.queue})
    thief = Worker(stranger, task_queue=desk.queue, activities=[carry_out], deployment_config=deployment(own))
    async with thief, worker.working(desk.server.client, own, []):
        fact = await case.fact("partner-view-given", {"officer": "dcs", "view": "notify", "reasons": "Sample."})
        await case.handle.signal(names.RELAY, case.reported(fact, people=["dcs"], message="view-1"))
        async with asyncio.timeout(20):
            while len(taken) < 3:  # noqa: ASYNC110  # a thief tells nobody what it took
                await asyncio.sleep(0.05)
    async with worker.working(desk.server.client, own, activities_of(world, KEYRING)):
        for _ in range(200):
            if len(case.rows) == (await case.state()).rows and refused_rows(case):
                break
            await asyncio.sleep(0.2)
        await case.quiet()
        await untouched(case)
    assert len(case.told("partner-view-given")) == 1
    assert {what for what, _ in refused_rows(case)} == {"message-not-ours"}


async def test_a_meeting_of_the_crg_looks_again_for_nobody_else(sealed: Desk, stranger: Client) -> None:
    meeting = await Gathering.call(sealed, london("2027-03-01 14:00"))
    for _ in range(1000):
        if any(mail.reference == meeting.reference for mail in sealed.world.sent):
            break
        await asyncio.sleep(0.01)
    looked = await activities_in(meeting.handle, orders.READ_CRG_MEETING)
    handle = stranger.get_workflow_handle(meeting.reference)
    for name in (names.LOOK_AGAIN, names.BEGIN_AGAIN):
        for args in ([], ["x"], [{"revision": 2}], ["x", FORGED], [RawValue(FORGED_REFERENCES[0])]):
            await handle.signal(name, args=args)
    await meeting.handle.query("__stack_trace")  # answered after what was signalled
    assert await activities_in(meeting.handle, orders.READ_CRG_MEETING) == looked
    kinds = [event.event_type for event in (await meeting.handle.fetch_history()).events]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds
    assert (await meeting.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await meeting.handle.terminate()


async def activities_in(handle: WorkflowHandle[Any, Any], kind: str) -> int:
    """How often an activity was ordered in a run."""
    found = [event.activity_task_scheduled_event_attributes for event in (await handle.fetch_history()).events]
    return len([one for one in found if one.activity_type.name == kind])


async def test_a_digest_that_a_stranger_starts_sends_nothing(sealed: Desk, stranger: Client) -> None:
    """What the schedule starts is sealed for it. Copied, it does under another id nothing at all, and under one like
    the schedule's what was due this week, once a person."""
    now = datetime.now(UTC)
    line = {"reference": "CR-2026-001", "seq": 1, "route": "serious-incident", "stage": "panel"}
    sealed.world.live = [ListedCase.model_validate({**line, "opened_at": now, "case_now": now})]
    sealed.world.log.clear()
    before = len(sealed.world.sent)
    await keep_schedules(sealed.server.client, sealed.queue)
    schedule = stranger.get_schedule_handle(names.DIGEST_ID)
    action = (await schedule.describe()).schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    copied = action.args[0]
    assert isinstance(copied, Payload)
    assert copied.metadata["encoding"] == b"binary/encrypted"

    async def started(id: str, *given: Any) -> None:
        handle = await stranger.start_workflow(names.DIGEST, args=given, id=id, task_queue=sealed.queue)
        await sealed.server.client.get_workflow_handle(handle.id).result()

    like = "weekly-digest-2027-01-04T08:00:00Z"
    tries: list[tuple[str, list[Any]]] = [("x", []), (like, []), (like, ["x"]), ("x", [RawValue(copied)])]
    for id, given in tries:
        with pytest.raises(WorkflowFailureError):
            async with asyncio.timeout(10):
                await started(id, *given)
    assert [mail for mail in sealed.world.sent[before:] if mail.reference == names.DIGEST_ID] == []
    for _ in range(2):
        await started(like, RawValue(copied))
    sent = [mail.to_address for mail in sealed.world.sent[before:] if mail.reference == names.DIGEST_ID]
    assert len(sent) == len(set(sent)) == 5
    await schedule.delete()
    await sealed.server.client.get_schedule_handle(names.MORNING_ID).delete()
    sealed.world.live = []
    sealed.world.log.clear()
