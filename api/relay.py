"""API: the relay. It sends messages that nobody answered to their case, in order, until they are applied.

Cases are carried side by side. One that fails is left alone for a while (`api.troubles`); all others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import partial

import structlog
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from api import calendar, crg_meetings, directory_news, opening
from api.beginning import AWAY, NobodyThere, NotBegun, answers, begin
from api.broadcast import OURS, catch_up, catch_up_case
from api.deps import Deps
from api.intake import GIVE_UP, UNANSWERED, update
from api.meanwhile import meanwhile
from review.case.state import CaseState
from review.facts import Reported
from store.inbox import Message, Unreadable
from workflows.names import RELAY, workflow_id

EVERY = 0.5  # seconds
AT_MOST_EVERY = 5.0  # while Temporal does not answer
AGAIN_AFTER = timedelta(minutes=10)  # a signal that the server took is durable; once more in case a run was lost
A_REQUEST_TAKES = timedelta(seconds=15)  # after which a message that another process took in is nobody's
BATCH = 500
AT_ONCE = 16  # cases that are carried side by side
# Of many cases the next has its turn when one has taken in what it was sent: what Temporal cannot hand to a worker at
# once it writes down first, which costs it as much again.
KEEPS_UP = timedelta(seconds=1)

log = structlog.get_logger()


class Unreachable(Exception):
    """Temporal does not answer now."""


class DoesNotRun(Exception):
    """No workflow of the case runs."""


def relaying(deps: Deps) -> AbstractAsyncContextManager[None]:
    """Carry messages on for as long as the block runs."""
    return meanwhile(_for_ever(deps))


async def _for_ever(deps: Deps) -> None:
    wait, caught_up = EVERY, False
    while True:
        caught_up = caught_up or await _done(catch_up, deps)
        try:
            went = await _done(carry, deps) and await _done(_carry_meetings, deps) and await _done(_carry_news, deps)
            wait = EVERY if went else AT_MOST_EVERY
        except Unreachable:
            wait = min(wait * 2, AT_MOST_EVERY)
        await asyncio.sleep(wait)


async def _done(step: Callable[[Deps], Awaitable[None]], deps: Deps) -> bool:
    """Whether the step went through. One that fails does not stop the others. Raises `Unreachable`."""
    try:
        await step(deps)
    except Unreachable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it was, the messages that wait must not wait for ever
        log.error("relay-failed", step=step.__name__.lstrip("_"), error=type(error).__name__)
        return False
    return True


async def _carry_meetings(deps: Deps) -> None:
    if not await crg_meetings.carry(deps):
        raise Unreachable


async def _carry_news(deps: Deps) -> None:
    if not await directory_news.carry(deps):
        raise Unreachable


async def carry(deps: Deps) -> None:
    """One round. A case's messages go in the order in which they came. Raises `Unreachable`."""
    troubles = deps.troubles
    found = await deps.store.inbox.pending(
        BATCH,
        deps.now() - AGAIN_AFTER,
        without=troubles.resting(deps.now()),
        unreadable=list(troubles.unreadable),
        in_hand=partial(_in_hand, deps),
    )
    cases: dict[str, list[Message]] = {}
    for one in found:
        if isinstance(one, Unreadable):
            log.error("message-cannot-be-opened", reference=one.reference, message=one.id)
            troubles.unreadable[one.id] = one.reference
        else:
            cases.setdefault(one.reference or one.id, []).append(one)
    limit, away, behind = asyncio.Semaphore(AT_ONCE), asyncio.Event(), asyncio.Event()
    if len(cases) <= AT_ONCE:
        behind.set()

    async def carried(case: str) -> None:
        async with limit:
            if not away.is_set() and not await _carry_case(deps, case, cases[case], behind):
                away.set()

    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(carried(case))
    if away.is_set():
        raise Unreachable


async def _taken_in(deps: Deps, message: Message, behind: asyncio.Event) -> bool:
    """Whether the case has taken it in. Once one is `behind`, nobody is waited for any more in this round."""
    if behind.is_set():
        return False
    if await deps.settling.settled(message.id, KEEPS_UP) is None:
        behind.set()
        return False
    return True


async def _said(deps: Deps, message: Message) -> bool:
    """Whether a case that runs has taken it in at once. It is asked by an update, which is half of a signal's work for
    Temporal, and is lost where nobody answers. What comes of it otherwise, a refusal above all, is left to the signal.
    """
    if message.kind in (opening.KIND, calendar.KIND, calendar.KIND_TAKEN_BACK):
        return False
    try:
        await update(deps, message.reference or "", Reported.model_validate(message.body), within=KEEPS_UP)
    except (WorkflowUpdateFailedError, *UNANSWERED):
        return False
    return await deps.settling.settled(message.id, KEEPS_UP) is not None


async def _carry_case(deps: Deps, case: str, messages: list[Message], behind: asyncio.Event) -> bool:
    """Carry a case's messages up to the first that fails. False where Temporal itself does not answer."""
    for message in messages:
        if _in_hand(deps, message.id, message.received_at):
            return True
        try:
            taken_in = not behind.is_set() and await _said(deps, message)
            if not taken_in:
                await _carry(deps, message)
        except Exception as error:  # noqa: BLE001  # one that cannot be carried holds up its own case only
            if _is_away(error) and not await answers(deps):
                return False
            event = "case-does-not-run" if isinstance(error, DoesNotRun) else "message-not-carried"
            log.error(event, reference=message.reference, kind=message.kind, why=_why(error))
            deps.troubles.failed(case, _why(error), deps.now())
            return True
        if not (taken_in or await _taken_in(deps, message, behind)):
            await deps.store.inbox.tried(message.id, deps.now())
        deps.left.discard(message.id)
        deps.troubles.went(case)
    return True


def _in_hand(deps: Deps, message: str, received_at: datetime) -> bool:
    """Whether a request is still saying it: a refusal belongs to that answer, not to the case's record."""
    if message in deps.in_hand:
        return True
    if message.startswith(OURS):
        return False  # no request says it, whichever process kept it
    return message not in deps.left and deps.now() - received_at < A_REQUEST_TAKES


def _is_away(error: Exception) -> bool:
    return isinstance(error, (NobodyThere, TimeoutError, RuntimeError)) or (
        isinstance(error, RPCError) and error.status in AWAY
    )


def _why(error: Exception) -> str:
    """In a word, without what the error says: that may repeat what somebody wrote."""
    match error:
        case DoesNotRun():
            return "no workflow of the case runs: crg revive"
        case NotBegun():
            return error.why
        case RPCError():
            return f"temporal answers {error.status.name}"
    return type(error).__name__


async def _carry(deps: Deps, message: Message) -> None:
    match message.kind:
        case opening.KIND:
            case = CaseState.model_validate(message.body)
            await opening.show(deps, case)
            await begin(deps, case, opened_by=message.id)
            await catch_up_case(deps, case.reference)
        case calendar.KIND:
            await calendar.close(deps, message)
        case calendar.KIND_TAKEN_BACK:
            await calendar.open_again(deps, message)
        case _:
            await _signal(deps, message)


async def _signal(deps: Deps, message: Message) -> None:
    handle = deps.temporal.get_workflow_handle(workflow_id(message.reference or ""))
    try:
        async with asyncio.timeout(GIVE_UP):
            await handle.signal(RELAY, Reported.model_validate(message.body))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise DoesNotRun from error
