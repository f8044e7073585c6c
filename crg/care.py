"""Care of live cases: move them onto new code, and bring back one whose workflow was ended from outside. Room: crg."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from settings import load_settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from review.case import CaseState
    from settings import Settings
    from store import Store


async def move_on(client: "Client", reference: str) -> None:
    """Ask a live case to begin again from its state, on the code that the workers run now, at its next quiet moment."""
    from workflows import names

    await client.get_workflow_handle(names.workflow_id(reference)).signal(names.BEGIN_AGAIN)


async def bring_back(client: "Client", case: "CaseState", *, task_queue: str) -> bool:
    """Start a case again from the state last written down. False where its workflow runs as it is."""
    from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
    from temporalio.exceptions import WorkflowAlreadyStartedError

    from workflows import names

    try:
        await client.start_workflow(
            names.WORKFLOW,
            case,
            id=names.workflow_id(case.reference),
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            static_summary=f"{case.reference}: {case.route}",
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


def begin_again(
    references: Annotated[list[str] | None, typer.Argument(help="references of cases")] = None,
    all_live: Annotated[bool, typer.Option("--all", help="every live case")] = False,
) -> None:
    """Move live cases onto the code that the workers run now: each begins again from its state, and loses nothing."""
    if not references and not all_live:
        raise typer.BadParameter("name at least one case, or say --all")
    asyncio.run(_begin_again(references or [], all_live=all_live))


def revive(reference: Annotated[str, typer.Argument(help="reference of the case")]) -> None:
    """Bring back a case whose workflow was terminated, from the state that was last written down."""
    if not asyncio.run(_revive(reference)):
        typer.echo(f"{reference} runs as it is; nothing was done.")
        return
    typer.echo(f"{reference} runs again from the state last written down.")


async def _begin_again(references: list[str], *, all_live: bool) -> None:
    from temporalio.service import RPCError, RPCStatusCode

    settings, client, store = await _means()
    async with store:
        wanted = list(await store.cases.live()) if all_live else references
    missing = []
    for reference in wanted:
        try:
            await move_on(client, reference)
            typer.echo(f"{reference} begins again at its next quiet moment.")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            missing.append(reference)
    if missing:
        known = f"{settings.temporal_address}, namespace {settings.temporal_namespace}"
        typer.echo(f"crg: no running workflow at {known} for {', '.join(missing)}; see crg revive", err=True)
        raise typer.Exit(1)


async def _revive(reference: str) -> bool:
    from review.case import CaseState

    settings, client, store = await _means()
    async with store:
        snapshot = await store.cases.get(reference)
    if snapshot is None:
        typer.echo(f"crg: no case is known as {reference}; give its reference as the list of cases shows it", err=True)
        raise typer.Exit(1)
    case = CaseState.model_validate(snapshot.state)
    if case.rehearsal:  # its clock was moved in the run that has ended; a new run begins at the time of day
        case.shift = snapshot.case_now - datetime.now(UTC)
    return await bring_back(client, case, task_queue=settings.task_queue)


async def _means() -> "tuple[Settings, Client, Store]":
    """The running stack's settings where there is one, else those of the environment; a client and the store."""
    from crg.embedded.stack import settings_of_running
    from settings.keys import Keyring
    from settings.temporal import connect
    from store import Store

    settings = load_settings()
    settings = settings_of_running(settings) or settings
    keyring = Keyring.from_settings(settings)
    return settings, await connect(settings, keyring), Store.from_settings(settings, keyring)
