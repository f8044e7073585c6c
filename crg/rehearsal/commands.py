"""`crg rehearse` and `crg demo`: a scenario played on the stack that runs on this data folder, or on one for the while.

What is heavy is imported when a command is called.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crg.printed import as_typed
from crg.rehearsal.errors import BadScenario, WentOtherwise

if TYPE_CHECKING:
    from crg.rehearsal.outcome import Outcome
    from crg.rehearsal.scenario import Scenario
    from settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DEMO = "clean-case.toml"

Json = Annotated[Path | None, typer.Option("--json", metavar="OUT", help="also write all that came of it to this file")]


def rehearse(
    files: Annotated[list[Path], typer.Argument(help="scenarios, such as examples/christmas.toml; docs/rehearsals.md")],
    json_out: Json = None,
) -> None:
    """Play scenarios on the real engine, in virtual time, one after the other.

    Exit code 1 where a case goes otherwise than written; the others are played all the same.
    """
    _play(files, json_out)


def demo(json_out: Json = None) -> None:
    """Rehearse a whole sample case, from the incident to the partners' decision."""
    if not (EXAMPLES / DEMO).exists():
        raise BadScenario(EXAMPLES / DEMO, "", "is missing; run crg demo from a checkout of the product")
    _play([EXAMPLES / DEMO], json_out)


def _play(files: list[Path], json_out: Path | None) -> None:
    """Nothing begins before every file has been read and found sound."""
    from crg.rehearsal.reading import load
    from settings import load_settings

    settings = load_settings()
    scenarios = [load(_short(file), own_editions=settings.own_editions) for file in files]
    if json_out is not None and len(scenarios) > 1:
        raise BadScenario(json_out, "", "can hold what came of one scenario; rehearse one, or leave --json out")
    if json_out is not None and not json_out.absolute().parent.is_dir():
        raise BadScenario(json_out, "", "cannot be written; its folder does not exist, make it first")
    outcomes = asyncio.run(_all_played(settings, scenarios))
    if json_out is not None:
        outcomes[0].write(json_out)
        typer.echo(f"\nAll of it as data: {json_out}")


async def _all_played(settings: "Settings", scenarios: "list[Scenario]") -> "list[Outcome]":
    """What came of each. Raises `WentOtherwise`, when all were played, for those that went otherwise than written."""
    from crg.embedded.stack import running_stack, settings_of_running

    ours, outcomes, otherwise = settings_of_running(settings) is None, [], []
    if ours:
        typer.echo(f"Starting on {settings.data} ...\n")
    async with running_stack(settings, say=typer.echo) as running:
        for scenario in scenarios:
            try:
                outcomes.append(await _played(running, scenario))
            except WentOtherwise as problem:
                if len(scenarios) == 1:
                    raise
                typer.echo(f"\n{problem}\n", err=True)
                otherwise.append(str(scenario.file))
    if ours and outcomes:
        stays, it = ("The case stays", "it") if len(outcomes) == 1 else ("The cases stay", "them")
        typer.echo(
            f"\n{stays} open. The stack has been stopped: start it again with `{as_typed()} run` to look at {it}."
        )
    if otherwise:
        raise WentOtherwise(f"{len(otherwise)} of {len(scenarios)} went otherwise than written: {', '.join(otherwise)}")
    return outcomes


async def _played(running: "Settings", scenario: "Scenario") -> "Outcome":
    from crg.rehearsal.director import Director
    from crg.rehearsal.telling import Teller

    teller = Teller()
    async with Director(running, scenario, teller=teller) as one:
        outcome = await one.play()
    teller.timeline(outcome, _places(running, outcome.reference))
    return outcome


def _places(settings: "Settings", reference: str) -> dict[str, str]:
    from crg.embedded.stack import places

    known = places(settings)
    return {
        "Temporal UI": f"{known['Temporal UI']}/{reference}",
        "The case": f"{known['Cases']}/{reference}",
        "Mailbox": known["Mailbox"],
        "The record": f"{as_typed()} record {reference}",
    }


def _short(file: Path) -> Path:
    """The path as a person would write it from here."""
    absolute = file.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else file
