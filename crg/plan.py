"""`crg plan`: the plan of a rapid review, of a case or of an incident that has just become known.

Of a case it reads the store; with --known it needs nothing but the edition. It decides nothing.
"""

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from calendar_rules.edition import EditionProblem, load_edition
from calendar_rules.proposal import PlannedStep, propose
from calendar_rules.working_days import BeyondCalendar
from crg.printed import aligned, words
from crg.rehearsal.errors import NoSuchCase
from crg.schedule import BadInput, calendar_of, moment_of
from settings import load_settings

if TYPE_CHECKING:
    from settings import Settings


def plan(
    reference: Annotated[str | None, typer.Argument(help="the case, such as CR-2026-001")] = None,
    known: Annotated[
        str | None, typer.Option(help='before there is a case: when the Panel was notified, such as "2026-11-30 10:00"')
    ] = None,
    closure: Annotated[
        list[str] | None, typer.Option(help="with --known: local closure, DATE or DATE..DATE, as often as needed")
    ] = None,
    edition: Annotated[str, typer.Option(help="with --known: edition of the protocol")] = "doncaster-2018",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """The plan of a rapid review: when each step could be taken, its latest safe time, and the slack between.

    Times without an offset are London times.
    """
    settings = load_settings()
    if (reference is None) == (known is None):
        raise NoSuchCase('Name a case (crg plan CR-2026-001), or a time (crg plan --known "2026-11-30 10:00").')
    if reference is not None:
        head, steps = asyncio.run(_of_case(settings, reference))
    else:
        try:
            at = moment_of("--known", known or "")
            rules = load_edition(edition, folder=settings.own_editions)
            steps = propose(at, rules, calendar_of([at], closure or []))
        except (BadInput, EditionProblem, BeyondCalendar) as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(2) from problem
        head = f"Counted as if the Panel were notified on {words(at)}."
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in steps], indent=2, ensure_ascii=False))
        return
    typer.echo(f"{head} Times are London's; slack is in working days.\n")
    _print(steps)


async def _of_case(settings: "Settings", reference: str) -> tuple[str, list[PlannedStep]]:
    """The plan of a case as the store knows it. Raises `NoSuchCase`."""
    from review.case.state import CaseState
    from review.chapters.rapid_review.planning import plan_of
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        found = await store.cases.get(reference)
    if found is None:
        raise NoSuchCase(f"There is no case {reference} here.")
    made = plan_of(CaseState.model_validate(found.state), datetime.now(UTC) + found.ahead)
    if made is None:
        raise NoSuchCase(f"{reference} has no plan: no rapid review is under way in it.")
    counted = "the Panel was notified" if made.notified_known else "counted as if the Panel were notified"
    return f"{reference}: {counted} on {words(made.notified)}.", made.steps


def _print(steps: list[PlannedStep]) -> None:
    rows = [("Step", "When", "", "Latest safe", "Slack")]
    rows += [
        (one.title, words(one.at), one.standing.value, words(one.latest_safe), str(one.slack_working_days))
        for one in steps
    ]
    warnings: list[list[str]] = [[], *(one.warnings for one in steps)]
    for row, said in zip(aligned(rows), warnings, strict=True):
        typer.echo(row)
        for line in said:
            typer.echo(f"    {line}")
