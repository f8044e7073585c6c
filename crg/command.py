"""The command line: `crg`. One small function for each command; what a command needs is imported when it is called."""

import asyncio
import os
import signal
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer

from crg.begin_again import begin_again
from crg.bundle import bundle
from crg.directory import directory
from crg.doctor import doctor
from crg.edition import app as edition
from crg.embedded.errors import CannotStart
from crg.examples import with_examples
from crg.papers import app as papers
from crg.plan import plan
from crg.printed import as_typed
from crg.record import record
from crg.rehearsal.commands import demo, rehearse
from crg.restore import restore
from crg.revive import revive
from crg.schedule import schedule
from crg.sweep import sweep
from crg.ui_views import ui_views
from settings import PACKAGE, BadSetting, keep_files_private, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crg.embedded.stack import Stack

app = typer.Typer(
    help="Runs case reviews: every case a durable workflow, every clock kept, every word on the record.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
# Commands of other modules, beside those below.
for command in (schedule, plan, rehearse, demo, record, bundle, begin_again, revive, restore, doctor, sweep, ui_views):
    app.command()(command)
app.add_typer(edition, name="edition")
app.add_typer(directory, name="directory")
app.add_typer(papers, name="papers")


def _say_version(asked: bool) -> None:  # as Typer calls it
    if asked:
        typer.echo(f"crg {version(PACKAGE)}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version and end.")
    ] = False,
) -> None:
    """What holds for every command."""


HARD_STOP_AFTER = 1.0  # seconds after the first Ctrl-C from which another one ends everything at once


@app.command()
def run(
    until_ready: Annotated[bool, typer.Option(help="Stop again as soon as everything is ready (to measure).")] = False,
) -> None:
    """Start everything on this machine: Temporal, worker, API, mail catcher. Ctrl-C stops it."""
    from crg.embedded.stack import Stack

    stack = Stack(load_settings(), say=typer.echo)
    typer.echo(f"Starting on {stack.settings.data} ...")
    asyncio.run(keep_running(stack, until_ready=until_ready))


async def keep_running(stack: "Stack", *, until_ready: bool = False) -> None:
    """Run the stack until a signal says stop, then stop it in order; say where everything is as soon as it is ready."""
    began = time.monotonic()
    _stop_on_signals(stack.kill)
    try:
        async with stack:
            typer.echo(f"Ready in {time.monotonic() - began:.1f} s.\n")
            if until_ready:
                return
            _say_where(stack)
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        typer.echo("Stopped. Everything is kept.")


def _say_where(stack: "Stack") -> None:
    from crg.embedded.stack import places

    for name, address in places(stack.settings).items():
        typer.echo(f"  {name:<12} {address}")
    typer.echo(
        f"\nA token for a role or a person:  {as_typed()} token --as business-unit"
        f"\nWhat the programs say:           {stack.settings.data / 'logs'}"
        "\nCtrl-C stops everything; the next start goes on from here."
    )
    if stack.first_start:
        typer.echo("The directory was empty: a sample partnership of invented people has been loaded.")


def _stop_on_signals(kill: "Callable[[], None]") -> None:
    """The first signal stops in order; another Ctrl-C, not an echo of the same one, ends everything at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    first: list[float] = []

    def stop() -> None:
        if not first:
            first.append(time.monotonic())
            typer.echo("\nStopping ...")
            if task is not None:
                task.cancel()
        elif time.monotonic() - first[0] > HARD_STOP_AFTER:
            kill()

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, stop)


@app.command()
def token(
    bearer: Annotated[str, typer.Option("--as", metavar="ROLE|PERSON", help="a role, or the id of a person")],
    minutes: Annotated[int, typer.Option(min=1, max=60 * 24 * 31, help="how long it is good for")] = 480,
) -> None:
    """Print a token of the embedded stack's own issuer, for any role or person of the directory."""
    from crg.embedded import issuer
    from crg.embedded.sample import known_directory
    from crg.embedded.stack import settings_in_force

    settings = settings_in_force()
    directory = asyncio.run(known_directory(settings))
    typer.echo(issuer.mint(settings, issuer.bearer_for(directory, bearer), minutes=minutes))


with_examples(app)


def _of_the_keys(error: Exception) -> str | None:
    """What to do where something does not open: a key was lost, or what was sealed was changed."""
    from settings.keys import CannotOpen  # takes a while to import

    if not isinstance(error, CannotOpen):
        return None
    return f"What is kept cannot be opened: {error}. Set CRG_KEYS, or keys.json of CRG_DATA, to the keys of this data."


def exit_code(words: "Sequence[str] | None" = None) -> int:
    """How a command ends, with these words or those of the command line: a refusal is one plain message and 1."""
    try:
        app(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except (CannotStart, BadSetting) as refusal:
        typer.echo(f"crg: {refusal}", err=True)
        return 1
    except Exception as error:
        if (sentence := _of_the_keys(error)) is None:
            raise
        typer.echo(f"crg: {sentence}", err=True)
        return 1
    return 0


def main() -> None:
    """The `crg` command."""
    keep_files_private()
    code = exit_code()
    sys.stdout.flush()
    sys.stderr.flush()
    if "temporalio" in sys.modules:
        os._exit(code)  # its runtime sometimes aborts while the interpreter ends, after all has gone well
    sys.exit(code)


if __name__ == "__main__":
    main()
