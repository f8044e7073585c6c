"""API: the relay. What nobody answered is carried on to its case, in order, until it is applied."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from temporalio.service import RPCError, RPCStatusCode

from api import calendar, crg_meetings, opening
from api.broadcast import OURS, catch_up, catch_up_case
from api.intake import GIVE_UP
from api.means import Means
from review.case import CaseState
from review.facts import Said
from store.inbox import Message, MessageStatus
from workflows.names import RELAY, workflow_id

EVERY = 0.5  # seconds
AT_MOST_EVERY = 5.0  # while Temporal does not answer
AGAIN_AFTER = timedelta(minutes=10)  # a signal that the server took is durable; once more in case a run was lost
A_REQUEST_TAKES = timedelta(seconds=15)  # after which a message that another process took in is nobody's
BATCH = 200

log = structlog.get_logger()


class Unreachable(Exception):
    """Temporal does not answer now."""


@asynccontextmanager
async def relaying(means: Means) -> AsyncIterator[None]:
    """Carry messages on for as long as the block runs."""
    task = asyncio.create_task(_for_ever(means))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _for_ever(means: Means) -> None:
    wait, caught_up = EVERY, False
    while True:
        try:
            if not caught_up:
                await catch_up(means)
                caught_up = True
            await carry(means)
            if not await crg_meetings.carry(means):
                raise Unreachable
            wait = EVERY
        except Unreachable:
            wait = min(wait * 2, AT_MOST_EVERY)
        except Exception as error:  # noqa: BLE001  # whatever it was, the messages that wait must not wait for ever
            log.error("relay-failed", error=type(error).__name__)
            wait = AT_MOST_EVERY
        await asyncio.sleep(wait)


async def carry(means: Means) -> None:
    """One round. A case's messages go in the order in which they came. Raises `Unreachable`."""
    held_back: set[str] = set()
    for message in await means.store.inbox.pending(BATCH, means.now() - AGAIN_AFTER):
        case = message.reference or message.id
        if case in held_back or _in_hand(means, message):
            held_back.add(case)
            continue
        try:
            await _carry(means, message)
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001  # one that cannot be carried holds up its own case only
            log.error("message-not-carried", reference=message.reference, kind=message.kind, error=type(error).__name__)
            held_back.add(case)
        await means.store.inbox.tried(message.id, means.now())
        means.left.discard(message.id)


def _in_hand(means: Means, message: Message) -> bool:
    """Whether a request is still saying it: a refusal belongs to that answer, not to the case's record."""
    if message.id in means.in_hand:
        return True
    if message.id.startswith(OURS):
        return False  # no request says it, whichever process kept it
    return message.id not in means.left and means.now() - message.received_at < A_REQUEST_TAKES


async def _carry(means: Means, message: Message) -> None:
    match message.kind:
        case opening.KIND:
            case = CaseState.model_validate(message.body)
            await opening.show(means, case)
            if not await opening.begin(means, case):
                raise Unreachable
            await catch_up_case(means, case.reference)
            await means.store.inbox.settle(message.id, MessageStatus.RECORDED, None, means.now())
        case calendar.KIND:
            await calendar.close(means, message)
        case calendar.KIND_TAKEN_BACK:
            await calendar.open_again(means, message)
        case _:
            await _signal(means, message)


async def _signal(means: Means, message: Message) -> None:
    handle = means.temporal.get_workflow_handle(workflow_id(message.reference or ""))
    try:
        async with asyncio.timeout(GIVE_UP):
            await handle.signal(RELAY, Said.model_validate(message.body))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise Unreachable from error
        log.warning("case-does-not-run", reference=message.reference)
    except (RuntimeError, TimeoutError) as error:
        raise Unreachable from error
