"""`crg edition`: check a partnership's own edition, list what there is, show one. It needs no server."""

from pathlib import Path
from typing import Annotated

import typer

from calendar_rules.edition import Edition, EditionProblem, check_file, load_edition, usable_editions
from calendar_rules.edition_doubts import doubts
from settings import load_settings

app = typer.Typer(help="Editions of the protocol: check, list, show.", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="an edition's TOML file")]) -> None:
    """Name what is wrong with an edition, one line for each key; exit code 1 where something is.

    What is doubtful is named, too; the edition can be used all the same.
    """
    problems = check_file(file)
    for problem in problems:
        typer.echo(f"{file.name}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    edition = load_edition(file.stem, folder=file.parent)
    for doubt in doubts(edition):
        typer.echo(f"{file.name}: warning: {doubt}", err=True)
    typer.echo(f"{file.name} is sound: {edition.title} ({len(edition.deadlines)} deadlines).")


@app.command(name="list")
def list_all() -> None:
    """Every edition that a case can be opened under: the packaged ones and the partnership's own."""
    folder = _own()
    for edition in usable_editions(folder):
        typer.echo(f"{edition.id:<20} {edition.dated:<6} {edition.title}")
    for file in sorted(folder.glob("*.toml")):
        if problems := check_file(file):
            typer.echo(f"{file.stem:<20} cannot be used: crg edition check {file} ({len(problems)} to mend)")


@app.command()
def show(id: Annotated[str, typer.Argument(help="id of an edition")]) -> None:
    """One edition: its deadlines with length, anchor, owner and source clause, and what else it says."""
    try:
        edition = load_edition(id, folder=_own())
    except EditionProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    for line in lines(edition):
        typer.echo(line)


def lines(edition: Edition) -> list[str]:
    """An edition in words."""
    told = [f"{edition.title} ({edition.id}, {edition.dated})", edition.source, ""]
    told += [
        f"{rule.id:<22} {rule.length!s:<16} from {rule.counted_from:<15} "
        f"{edition.title_of(rule.owner):<32} {rule.title} [{rule.clause}]"
        for rule in edition.deadlines.values()
    ]
    told += ["", "Notifications:"]
    told += [
        f"  {id.value}: {one.title}; {'a' if one.rapid_review else 'no'} rapid review follows [{one.clause}]"
        for id, one in edition.notifications.items()
    ]
    reported: dict[str, object] = {
        "titles": ", ".join(f"{party.value}: {title}" for party, title in edition.titles.items()),
        "report_sections": ", ".join(edition.report_sections),
        "advance_copies": f"{edition.advance_copies} before publication, to {', '.join(edition.advance_copies_to)}"
        if edition.advance_copies
        else "",
        "available_for": edition.available_for or "",
        "delay_told_to": ", ".join(edition.delay_told_to),
    }
    for name, what in reported.items():
        if what:
            clause = {str(key): text for key, text in edition.clauses.items()}.get(name)
            told.append(f"{name.replace('_', ' ')}: {what}" + (f" [{clause}]" if clause else ""))
    return told


def _own() -> Path:
    return load_settings().own_editions
