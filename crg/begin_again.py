"""`crg begin-again`: live cases continue from their state, on the code that the workers run now."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crg.live_cases import counted, listed, means, side_by_side

if TYPE_CHECKING:
    from temporalio.client import Client, WorkflowHandle

    from api.standing import Run

# Seconds in which the next waits until one has begun again: what Temporal cannot hand to a worker at once it writes
# down first, which costs it as much again.
KEEPS_UP = 2.0
LOOK_AGAIN, AT_MOST = 0.5, 3.0  # seconds between two looks at what is left: more and more, the server has work to do

Say = Callable[[str], None]


def begin_again(
    references: Annotated[list[str] | None, typer.Argument(help="references of cases")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="every case, ended ones too, and every meeting of the CRG")
    ] = False,
    wait: Annotated[int, typer.Option(min=0, help="seconds to wait until all have begun again")] = 120,
) -> None:
    """Move live cases onto the code that the workers run now: each begins again from its state, and loses nothing."""
    if bool(references) == everything:
        raise typer.BadParameter("name at least one case, or say --all")
    if not asyncio.run(_begin_again(references or [], wait=wait)):
        raise typer.Exit(1)


async def _begin_again(references: list[str], *, wait: float) -> bool:
    from api.standing import running
    from workflows import names

    settings, client, store = await means()
    async with store:
        known = await store.cases.references()
    known = references or known
    found = await running(client, settings.task_queue)
    there = {id: what for id, what in found.items() if what[1] in names.THAT_LIVE}
    missing = [one for one in known if one not in there]
    wanted = [one for one in references if one in there] or ([] if references else list(there))
    left = await move_on(client, settings.task_queue, wanted, wait=wait, say=typer.echo)
    if missing:
        where = f"{settings.temporal_address}, namespace {settings.temporal_namespace}"
        typer.echo(
            f"crg: no workflow runs at {where} for {listed(missing)}. Bring them back: crg revive --all", err=True
        )
    return not left and not missing


async def move_on(client: "Client", task_queue: str, wanted: Collection[str], *, wait: float, say: Say) -> set[str]:
    """Ask these workflows to continue as new at their next quiet moment. Returns those that have not in time."""
    from api.standing import running

    before, began = await running(client, task_queue), time.monotonic()
    found = {id: before[id] for id in wanted if id in before}
    refused = dict(
        filter(
            None,
            await side_by_side(
                found, lambda id: _ask(client, id, found[id].id, min(KEEPS_UP, wait)), lambda id, why: (id, why)
            ),
        )
    )
    asked = {id: run for id, run in found.items() if id not in refused}
    say(f"Asked to begin again: {counted(run.kind for run in asked.values())}.")
    for id, why in sorted(refused.items()):
        say(f"{id} could not be asked: {why}.")
    left, pause = await _left(client, task_queue, asked), LOOK_AGAIN
    while left and time.monotonic() - began < wait:
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, AT_MOST)
        left = await _left(client, task_queue, asked)
    say(f"Begun again: {len(asked) - len(left):,} of {len(asked):,}, after {time.monotonic() - began:.1f} s.")
    if left:
        await _say_what_is_left(client, left, say)
    return left | set(refused)


async def _left(client: "Client", task_queue: str, asked: Mapping[str, "Run"]) -> set[str]:
    """Those that still run as they did."""
    from api.standing import running

    now = await running(client, task_queue)
    return {id for id, run in asked.items() if now.get(id) == run}


async def _ask(client: "Client", id: str, run: str, within: float) -> tuple[str, str] | None:
    """Nothing, or the id and why it could not be asked."""
    from temporalio.service import RPCError, RPCStatusCode

    from review.asked import BeginAgain
    from workflows import names

    handle = client.get_workflow_handle(id, run_id=run)
    try:
        await handle.signal(names.BEGIN_AGAIN, BeginAgain(run=run))
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await _ended(handle)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # it has come to its end meanwhile
            raise
    return None


async def _ended(handle: "WorkflowHandle[Any, Any]") -> None:
    """Wait until this run has ended."""
    from temporalio.client import WorkflowHistoryEventFilterType

    close = WorkflowHistoryEventFilterType.CLOSE_EVENT
    async for _ in handle.fetch_history_events(wait_new_event=True, event_filter_type=close):
        return


async def _say_what_is_left(client: "Client", left: set[str], say: Say) -> None:
    from api.standing import DOCTOR, Still, sentences, why_still

    def unknown(id: str, why: str) -> Still:
        return Still(id, f"how it is could not be asked ({why})", DOCTOR)

    found = await side_by_side(sorted(left), lambda id: why_still(client, id), unknown)
    stuck = [still for still in found if still is not None]
    if waiting := left - {still.id for still in stuck}:
        say(f"Still to come, at the next moment when nothing is being sent or written: {listed(waiting)}.")
    for line in sentences(stuck):
        say(line)
