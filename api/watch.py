"""API: the watch. Now and then it looks for cases that do not run or do not open, so that health can name them at once.

It asks Temporal for one list, not once for each case, and not once for each request.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import structlog

from api import checks
from api.deps import Deps
from api.meanwhile import meanwhile
from api.standing import standing_still

EVERY = 15.0  # seconds
OPENED_EVERY = 3600.0  # seconds between two looks into every live case
NAMED = 100  # cases that are asked for one by one, and named

log = structlog.get_logger()


def watching(deps: Deps) -> AbstractAsyncContextManager[None]:
    """Look now and then for as long as the block runs."""
    return meanwhile(_for_ever(deps))


async def _for_ever(deps: Deps) -> None:
    opened_at: float | None = None
    while True:
        await _done(look, deps)
        await _done(look_at_digest, deps)
        await _done(look_at_the_damaged, deps)
        if opened_at is None or time.monotonic() - opened_at > OPENED_EVERY:
            opened_at = time.monotonic() if await _done(look_into_each, deps) else None
        await asyncio.sleep(EVERY)


async def _done(step: Callable[[Deps], Awaitable[None]], deps: Deps) -> bool:
    try:
        await step(deps)
    except Exception as error:  # noqa: BLE001  # whatever it was, the next look is not called off
        log.warning("watch-failed", step=step.__name__, error=type(error).__name__)
        return False
    return True


async def look(deps: Deps) -> None:
    """What does not run, or runs and cannot go on. Raises where Temporal or the store does not answer."""
    settings, before = deps.settings, deps.troubles.still
    found = await standing_still(deps.temporal, deps.store, settings.task_queue, at_most=NAMED)
    deps.troubles.still, deps.troubles.looked_at = found, deps.now()
    if news := {one.id for one in found.not_running} - {one.id for one in before.not_running}:
        log.error("cases-do-not-run", references=sorted(news), count=found.how_many_do_not_run, do="crg revive --all")
    for one in found.standing:
        if one not in before.standing:
            log.error("case-stands-still", reference=one.id, why=one.why, do=one.do)
    await deps.store.standing_still.goes_on(found.goes_on)


async def look_at_digest(deps: Deps) -> None:
    """Whether the weekly digest goes out. Raises where Temporal does not answer."""
    found = await checks.digest(deps.temporal)
    if found and found != deps.troubles.digest:
        log.error("no-weekly-digest", why=found)
    deps.troubles.digest = found


async def look_into_each(deps: Deps) -> None:
    """Which live cases do not open."""
    found = await checks.damaged(deps.store, _breath)
    for reference in [*deps.troubles.damaged]:
        if reference not in found:
            deps.troubles.healed(reference)
    for reference in found:
        deps.troubles.damaged[reference] = "it does not open"


async def look_at_the_damaged(deps: Deps) -> None:
    """Which of the cases that did not open are well again; and which have been found since by reading a list."""
    for reference in {*deps.troubles.damaged, *deps.store.cases.seen_damaged()}:
        if await deps.store.cases.opens(reference):
            deps.troubles.healed(reference)
        else:
            deps.troubles.damaged[reference] = "it does not open"


async def _breath() -> None:
    await asyncio.sleep(0.005)
