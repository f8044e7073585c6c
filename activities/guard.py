"""Check of every activity before it is carried out: who asks for it, and for which case.

A worker takes what the task queue holds, no matter who put it there. An activity is carried out only for a workflow of
the kind that its reference belongs to, whose id is that reference (the digest's begins with it), and whose case or
meeting the store knows.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from review.asked import scheduled_by
from review.not_ours import NotOurs

NOT_OURS = "NotOurs"  # type of a failure that none of our workers sealed, as `settings.sealing` gives it
REFUSED = "Refused"  # type of a refusal of ours
DONE = "done"  # the answer of an activity that has none: an empty one could be anybody's

Known = Callable[[str, str], Awaitable[bool]]  # of a workflow's type and id


class ActivityGuard(Interceptor):
    """Refuses what a stranger has put on our task queue."""

    def __init__(self, known: Known | None = None) -> None:
        self._known = known

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._known)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, known: Known | None) -> None:
        super().__init__(next)
        self._known = known

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        if why := wrong(input.args, input.fn):
            raise refusal(why)
        if self._known is not None:
            await self._of_ours(input.args, self._known)
        answer = await super().execute_activity(input)
        return DONE if answer is None else answer

    async def _of_ours(self, args: Sequence[Any], known: Known) -> None:
        told = activity.info()
        kind, id = told.workflow_type or "", told.workflow_id or ""
        for order in args:
            if (reference := about(order)) is not None and reference not in (id, scheduled_by(id)):
                raise refusal("it is for another case than the workflow that orders it")
        if not await known(kind, id):  # tried again: a store may be behind for a moment
            raise ApplicationError("refused: no workflow of this type and id is known here", type=REFUSED)


def about(order: Any) -> str | None:
    """The case or meeting of an order; None where it names none."""
    for name in ("reference", "meeting"):
        if isinstance(found := getattr(order, name, None), str):
            return found
    moment = getattr(order, "moment", None)
    return about(moment) if moment is not None else None


def wrong(args: Sequence[Any], taker: Callable[..., Any] | None = None, *, before: int = 0) -> str | None:
    """Why these arguments are refused: something is not ours, or there are too many or too few; None where all is well.

    `before` counts what the taker is given ahead of them, such as its object.
    """
    for one in args:
        if isinstance(one, NotOurs):
            return one.why
    if taker is not None:
        try:
            _signature(taker).bind(*([None] * before), *args)
        except TypeError:
            return "too many or too few arguments"
    return None


@cache
def _signature(taker: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(taker)


def refusal(why: str) -> ApplicationError:
    return ApplicationError(f"refused: {why}", type=REFUSED, non_retryable=True)
