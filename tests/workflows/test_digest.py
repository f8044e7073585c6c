"""The weekly digest and its schedule, on the real server (G-5)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import (
    ScheduleHandle,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
    WorkflowHandle,
)

from api import checks
from calendar_rules.lengths import LONDON, london
from crg.revive import Became, Revival
from delivery.mail import Mail, MailNotTaken
from review.asked import SendDigest, SendMorningMail
from review.case.mailing import MailTrouble
from store.snapshot import ListedCase
from tests.workflows.desk import Desk
from tests.workflows.world import london as at
from workflows import names
from workflows.digest import last_monday
from workflows.schedules import keep_schedules

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHAIR = "crg-chair@sample-partnership.example.org"


def line(reference: str, stage: str) -> ListedCase:
    now = datetime.now(UTC)
    return ListedCase(reference=reference, seq=1, route="serious-incident", stage=stage, opened_at=now, case_now=now)


@pytest_asyncio.fixture(loop_scope="session")
async def told(desk: Desk) -> AsyncIterator[Desk]:
    """A desk with two live cases, at which nobody has had a digest yet."""
    desk.world.live = [line("CR-2026-001", "panel"), line("CR-2026-002", "actions")]
    desk.world.log.clear()
    yield desk
    desk.world.live, desk.world.answers = [], {}
    desk.world.log.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def schedule(desk: Desk) -> AsyncIterator[ScheduleHandle]:
    """The digest's schedule at the desk's own queue."""
    await keep_schedules(desk.server.client, desk.queue)
    handle = desk.server.client.get_schedule_handle(names.DIGEST_ID)
    yield handle
    await handle.delete()
    await desk.server.client.get_schedule_handle(names.MORNING_ID).delete()


async def start(desk: Desk) -> None:
    handle: WorkflowHandle[object, None] = await desk.server.client.start_workflow(
        names.DIGEST, SendDigest(schedule=names.DIGEST_ID), id=f"digest-{uuid4()}", task_queue=desk.queue
    )
    await handle.result()


def digests(desk: Desk, before: int) -> list[Mail]:
    return [mail for mail in desk.world.sent[before:] if mail.reference == names.DIGEST_ID]


async def runs(schedule: ScheduleHandle, count: int) -> list[str]:
    """The ids of so many workflows that the schedule has started."""
    for _ in range(500):
        found = [one.action.workflow_id for one in (await schedule.describe()).info.recent_actions]  # type: ignore[attr-defined]
        if len(found) >= count:
            break
        await asyncio.sleep(0.02)
    assert len(found) == count
    return found


async def test_a_digest_is_that_of_the_last_monday_at_eight_london_time() -> None:
    """G-5: correct across the change to summer time on 29 March 2026."""
    assert last_monday(at("2026-03-29 10:00")) == date(2026, 3, 23)
    assert last_monday(at("2026-03-30 07:59")) == date(2026, 3, 23)
    assert last_monday(at("2026-03-30 08:00")) == date(2026, 3, 30)
    assert last_monday(at("2026-04-05 23:59")) == date(2026, 3, 30)


async def test_each_person_gets_one_mail_a_week_on_all_live_cases_however_often_it_is_started(told: Desk) -> None:
    """G-5: accountable officers, CRG Chair and Independent Chair; references and stages only."""
    before = len(told.world.sent)
    await start(told)
    await start(told)
    mails = digests(told, before)
    people = sorted(mail.to_address.partition("@")[0] for mail in mails)
    assert people == ["crg-chair", "independent-chair", "officer-health", "officer-local-authority", "officer-police"]
    assert "CR-2026-001: Panel's response" in mails[0].text
    assert "CR-2026-002: Actions followed" in mails[0].text


async def test_the_schedule_starts_it_on_mondays_at_eight_london_time(desk: Desk, schedule: ScheduleHandle) -> None:
    """G-5: as the server itself reckons, across the change to summer time on 28 March 2027 and over a bank holiday."""
    start, end = Timestamp(), Timestamp()
    start.FromDatetime(datetime(2027, 3, 16, tzinfo=UTC))
    end.FromDatetime(datetime(2027, 4, 7, tzinfo=UTC))
    answer = await desk.server.client.workflow_service.list_schedule_matching_times(
        ListScheduleMatchingTimesRequest(
            namespace=desk.server.client.namespace, schedule_id=schedule.id, start_time=start, end_time=end
        )
    )
    found = [one.ToDatetime(tzinfo=UTC).astimezone(LONDON) for one in answer.start_time]
    assert [f"{one:%A %d %B %H:%M}" for one in found] == [
        "Monday 22 March 08:00",
        "Monday 29 March 08:00",  # Easter Monday
        "Monday 05 April 08:00",
    ]
    coming = (await schedule.describe()).info.next_action_times
    assert {(london(one).weekday(), london(one).hour, london(one).minute) for one in coming} == {(0, 8, 0)}


async def test_a_full_mailbox_holds_no_other_digest_and_not_the_next(told: Desk, schedule: ScheduleHandle) -> None:
    """G-5: the next one ends what is still being tried, and says all that it would have said."""
    told.world.answers = {CHAIR: MailNotTaken(MailTrouble.MAILBOX_FULL, lasting=False, code=452)}
    before = len(told.world.sent)
    await schedule.trigger()
    (first,) = await runs(schedule, 1)
    for _ in range(500):
        if len(digests(told, before)) == 4:
            break
        await asyncio.sleep(0.02)
    assert len(digests(told, before)) == 4
    await asyncio.sleep(1.1)  # seconds: the id of a run bears its second
    await schedule.trigger()
    _, second = await runs(schedule, 2)
    told.world.answers = {}
    await told.server.client.get_workflow_handle(second).result()
    assert sorted(mail.to_address == CHAIR for mail in digests(told, before)) == [False] * 4 + [True]
    described = await told.server.client.get_workflow_handle(first).describe()
    assert described.status is WorkflowExecutionStatus.TERMINATED


async def test_a_worker_that_starts_puts_the_schedule_right_and_leaves_a_pause(
    desk: Desk, schedule: ScheduleHandle
) -> None:
    """However many start; what a stranger has made of it does not stay."""

    def strange(found: ScheduleUpdateInput) -> ScheduleUpdate:
        found.description.schedule.spec.time_zone_name = "Asia/Tokyo"
        return ScheduleUpdate(found.description.schedule)

    await schedule.update(strange)
    await schedule.pause(note="on leave")
    made = await asyncio.gather(*[keep_schedules(desk.server.client, desk.queue) for _ in range(3)])
    assert made == [False] * 3
    found = (await schedule.describe()).schedule
    assert (found.spec.time_zone_name, found.state.paused, found.state.note) == ("Europe/London", True, "on leave")
    assert "paused" in (await checks.digest(desk.server.client) or "")
    await schedule.unpause()
    assert await checks.digest(desk.server.client) is None


async def test_a_schedule_that_is_gone_is_named_and_brought_back(desk: Desk) -> None:
    client = desk.server.client
    assert "crg revive weekly-digest" in (await checks.digest(client) or "")
    revival = Revival(client, task_queue=desk.queue)
    assert (await revival.digest()).became is Became.BACK
    assert (await revival.digest()).became is Became.RAN
    assert await checks.digest(client) is None
    await client.get_schedule_handle(names.DIGEST_ID).delete()
    mornings = client.get_schedule_handle(names.MORNING_ID)
    spec = (await mornings.describe()).schedule.spec
    assert (spec.time_zone_name, [(one.start, one.end) for one in spec.calendars[0].day_of_week]) == (
        "Europe/London",
        [(1, 5)],
    )
    await mornings.delete()


async def test_today_is_mailed_once_a_morning_to_each_who_wants_it(desk: Desk) -> None:
    """The page's own lines; nobody is named, and a second start sends nothing."""
    desk.world.log.clear()
    before = len(desk.world.sent)
    for _ in range(2):
        handle: WorkflowHandle[object, None] = await desk.server.client.start_workflow(
            names.MORNING,
            SendMorningMail(schedule=names.MORNING_ID),
            id=f"morning-{uuid4()}",
            task_queue=desk.queue,
        )
        async with asyncio.timeout(60):  # a mail that cannot be written is tried for ever
            await handle.result()
    (mail,) = [one for one in desk.world.sent[before:] if one.reference == names.MORNING_ID]
    assert mail.to_address == CHAIR
    assert "Overdue: 1" in mail.text
    assert "https://cases.example.org/today" in mail.text
    desk.world.log.clear()
