"""Timeouts and retries, named by purpose. A call site spreads one and adds a summary in the protocol's words."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class Policy(TypedDict):
    """What `execute_activity` is told beside its arguments."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


# Required effects are retried without limit, visibly; what can never succeed (a refused address) says so itself.
_FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)

RECORD = Policy(start_to_close_timeout=timedelta(seconds=30), retry_policy=_FOR_EVER)
SEND = Policy(start_to_close_timeout=timedelta(minutes=2), retry_policy=_FOR_EVER)
RENDER = Policy(start_to_close_timeout=timedelta(minutes=1), retry_policy=_FOR_EVER)
