"""When the engine starts a workflow of ours by itself: the weekly digest (§6, G-5) and the morning mail, by a Schedule
of Temporal's each.

The Temporal UI shows it under "Schedules", with what it has done and will do next; there, or with `temporal schedule
toggle`, it is paused. Decision 0021.
"""

import dataclasses
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from review.asked import SendDigest, SendMorningMail
from workflows import names
from workflows.policies import TASK_TIMEOUT

MONDAY, FRIDAY, SEVEN, EIGHT = 1, 5, 7, 8  # Temporal counts from Sunday
LATE_AT_MOST = timedelta(days=3)  # after an outage of the engine: from Thursday on, the next Monday is nearer
SAME_MORNING = timedelta(hours=5)  # after an outage; later the page says more than the mail


def weekly_digest(task_queue: str) -> Schedule:
    """Mondays at 08:00 as clocks in London show it, bank holidays too."""
    action = ScheduleActionStartWorkflow(
        names.DIGEST,
        SendDigest(schedule=names.DIGEST_ID),
        id=names.DIGEST_ID,
        task_queue=task_queue,
        task_timeout=TASK_TIMEOUT,
        static_summary="the weekly digest",
    )
    note = "One email a week on all live cases, to those who are kept informed (G-5)"
    return _at(ScheduleRange(MONDAY), EIGHT, action, late_at_most=LATE_AT_MOST, note=note)


def morning_mail(task_queue: str) -> Schedule:
    """Mondays to Fridays at 07:00 as clocks in London show it; on a closed day the workflow writes to nobody."""
    action = ScheduleActionStartWorkflow(
        names.MORNING,
        SendMorningMail(schedule=names.MORNING_ID),
        id=names.MORNING_ID,
        task_queue=task_queue,
        task_timeout=TASK_TIMEOUT,
        static_summary="Today, by mail",
    )
    note = "What stands in Today, by email, to each who wants it"
    return _at(ScheduleRange(MONDAY, FRIDAY), SEVEN, action, late_at_most=SAME_MORNING, note=note)


def _at(
    days: ScheduleRange, hour: int, action: ScheduleActionStartWorkflow, *, late_at_most: timedelta, note: str
) -> Schedule:
    """On these days at this hour in London. A run that is still trying to send when the next is due is ended: the new
    one says all that it would have said, and a run that stands still holds up no other.
    """
    return Schedule(
        action=action,
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(day_of_week=[days], hour=[ScheduleRange(hour)])],
            time_zone_name="Europe/London",
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.TERMINATE_OTHER, catchup_window=late_at_most),
        state=ScheduleState(note=note),
    )


async def keep_schedules(client: Client, task_queue: str) -> bool:
    """Have each schedule there and as it should be; whether one was missing. One that is paused stays so."""
    wanted = {names.DIGEST_ID: weekly_digest(task_queue), names.MORNING_ID: morning_mail(task_queue)}
    return any([await _keep(client, id, one) for id, one in wanted.items()])


async def _keep(client: Client, id: str, wanted: Schedule) -> bool:
    def as_it_should_be(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(dataclasses.replace(wanted, state=found.description.schedule.state))

    try:
        await client.create_schedule(id, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(id).update(as_it_should_be)
        return False
    return True
