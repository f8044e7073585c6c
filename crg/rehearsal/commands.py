"""`crg rehearse` and `crg demo`: a scenario played on the stack that runs on this data folder, or on one for the while.

What is heavy is imported when a command is called.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crg.rehearsal.errors import BadScenario

if TYPE_CHECKING:
    from crg.rehearsal.outcome import Outcome
    from crg.rehearsal.scenario import Scenario
    from settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DEMO = "clean-case.toml"

Json = Annotated[Path | None, typer.Option("--json", metavar="OUT", help="also write all that came of it to this file")]


def rehearse(
    file: Annotated[Path, typer.Argument(help="a scenario, such as examples/christmas.toml; see docs/rehearsals.md")],
    json_out: Json = None,
) -> None:
    """Play a scenario on the real engine, in virtual time. Exit code 1 where the case goes otherwise than written."""
    _play(file, json_out)


def demo(json_out: Json = None) -> None:
    """Rehearse a whole sample case, from the incident to the partners' decision."""
    if not (EXAMPLES / DEMO).exists():
        raise BadScenario(EXAMPLES / DEMO, "", "is missing; run crg demo from a checkout of the product")
    _play(EXAMPLES / DEMO, json_out)


def _play(file: Path, json_out: Path | None) -> None:
    from crg.rehearsal.reading import load
    from settings import load_settings

    settings = load_settings()
    scenario = load(_short(file), own_editions=settings.own_editions)
    if json_out is not None and not json_out.absolute().parent.is_dir():
        raise BadScenario(json_out, "", "cannot be written; its folder does not exist, make it first")
    outcome = asyncio.run(_played(settings, scenario))
    if json_out is not None:
        outcome.write(json_out)
        typer.echo(f"\nAll of it as data: {json_out}")


async def _played(settings: "Settings", scenario: "Scenario") -> "Outcome":
    from crg.embedded.stack import running_stack, settings_of_running
    from crg.rehearsal.director import Director
    from crg.rehearsal.telling import Teller

    teller, ours = Teller(), settings_of_running(settings) is None
    if ours:
        typer.echo(f"Starting on {settings.data} ...\n")
    async with running_stack(settings, say=typer.echo) as running, Director(running, scenario, teller=teller) as one:
        outcome = await one.play()
    teller.timeline(outcome, _places(running, outcome.reference))
    if ours:
        typer.echo("\nThe case stays open. The stack has been stopped: start it again with `crg run` to look at it.")
    return outcome


def _places(settings: "Settings", reference: str) -> dict[str, str]:
    from crg.embedded.stack import places

    known = places(settings)
    return {
        "Temporal UI": f"{known['Temporal UI']}/{reference}",
        "The case": f"{known['Cases']}/{reference}",
        "Mailbox": known["Mailbox"],
        "The record": f"crg record {reference}",
    }


def _short(file: Path) -> Path:
    """The path as a person would write it from here."""
    absolute = file.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else file
