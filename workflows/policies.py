"""Timeouts and retries, named by purpose. A call site spreads one and adds a summary in the protocol's words."""

from datetime import timedelta
from typing import NotRequired, TypedDict

from temporalio.common import RetryPolicy

# Of a workflow task that a killed worker holds, the others wait so long at most. Long enough to replay a long history:
# 3,600 events take 1.7 s. Every workflow is started with it; what continues as new keeps it.
TASK_TIMEOUT = timedelta(seconds=3)


class Policy(TypedDict):
    """What `execute_activity` is told beside its arguments."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    heartbeat_timeout: NotRequired[timedelta]  # after it, what a killed worker had in hand is taken up again


# Required effects are retried without limit, visibly; what can never succeed (a refused address) says so itself.
_FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)

_MISSED_AFTER = timedelta(seconds=3)  # three beats of `activities.beating`

CARRY_OUT = Policy(start_to_close_timeout=timedelta(minutes=2), heartbeat_timeout=_MISSED_AFTER, retry_policy=_FOR_EVER)
SEND = Policy(start_to_close_timeout=timedelta(minutes=2), heartbeat_timeout=_MISSED_AFTER, retry_policy=_FOR_EVER)
READ = Policy(start_to_close_timeout=timedelta(seconds=30), retry_policy=_FOR_EVER)
