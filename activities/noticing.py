"""That an activity is tried again and again is noted in the store: its workflow may stand still (`api.standing`)."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

TRIED = 3  # tries; a worker that was killed costs one, and a moment that waits for the one before it another

Note = Callable[[str], Awaitable[None]]  # of a workflow's id


class Noticing(Interceptor):
    """Notes a workflow before its activity is tried for the third time, and for each time after."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._note)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, note: Note) -> None:
        super().__init__(next)
        self._note = note

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        told = activity.info()
        if told.attempt >= TRIED and told.workflow_id is not None:
            with suppress(SQLAlchemyError):  # a store that takes no write is told of by readiness
                await self._note(told.workflow_id)
        return await super().execute_activity(input)
