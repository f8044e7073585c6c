"""`crg directory`: show who is known, and load people and agencies in one go from a file.

It needs no running stack, only the database and its keys. What is loaded is told to every
live case as a change over the API is: by a message in the inbox, which any API process carries to its case.
"""

import asyncio
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from pydantic import ValidationError

from calendar_rules.edition import usable_editions
from calendar_rules.lengths import london
from crg.embedded.errors import CannotStart
from review.chapters.crg.register import warnings
from review.facts.directory import Agency, Directory, Person, Role
from settings import Settings

if TYPE_CHECKING:
    from store import Store

STANDARD_INPUT = Path("-")
BY = "system"  # who made the change: somebody with the keys, who has no id

directory = typer.Typer(help="Show the directory, or load people and agencies from a file.", no_args_is_help=True)


class CannotLoad(CannotStart):
    """The file is not taken, and the directory is as it was; the message is for the person who typed the command."""


class Loaded(NamedTuple):
    """A directory as it was loaded, and how many live cases are told of it."""

    held: Directory
    cases: int


@directory.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """Print the partnership, its agencies, its people and their offices, and the version that this is."""
    from crg.embedded.sample import directory_of

    held = asyncio.run(directory_of(_settings()))
    if as_json:
        typer.echo(held.model_dump_json(indent=2))
        return
    typer.echo(f"{held.partnership or 'No partnership yet'}: version {held.version} of the directory")
    typer.echo(f"\n{_count(held.agencies, 'agency', 'agencies')}")
    for agency in held.agencies:
        typer.echo(f"  {_agency(agency)}")
    typer.echo(f"\n{_count(held.people, 'person', 'people')}")
    for person in held.people:
        typer.echo(f"  {_person(person)}")
    if held.people:
        _advise(held)
    else:
        typer.echo("\nNobody is in it: load people and agencies with crg directory load FILE.toml")


@directory.command()
def load(
    file: Annotated[Path, typer.Argument(help="written as crg/embedded/partnership.toml is; - reads standard input")],
    expected_version: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="refuse where the directory is of another version by now")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="put it in the place of a directory with people")] = False,
) -> None:
    """Load the partnership's name, people and agencies in one go. Every live case is told of its new cast."""
    wanted = read(file)
    loaded = asyncio.run(_load(_settings(), wanted, file=file, expected_version=expected_version, replace=replace))
    held, cases = loaded.held, loaded.cases
    people, agencies = _count(held.people, "person", "people"), _count(held.agencies, "agency", "agencies")
    typer.echo(f"{held.partnership}: version {held.version} of the directory holds {people} and {agencies}.")
    if cases:
        typer.echo(
            f"{cases} live case{' is' if cases == 1 else 's are'} told of it: within seconds where an API runs and "
            "Temporal answers, else as soon as they do."
        )
    _advise(held)


def read(file: Path) -> Directory:
    """The directory that a file holds. Raises `CannotLoad` with a sentence for everything that is wrong in it."""
    name = "standard input" if file == STANDARD_INPUT else str(file)
    try:
        text = sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
        written = tomllib.loads(text.decode("utf-8"))
        found = Directory.model_validate(written)
    except OSError as problem:
        raise CannotLoad(f"{name} cannot be read: {(problem.strerror or 'it does not open').lower()}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CannotLoad(f"{name} is not TOML in UTF-8: {problem}.") from None
    except ValidationError as problem:
        raise CannotLoad("\n".join([f"{name} is not a directory:", *_faults(problem, written)])) from None
    unknown = sorted(set(written) - {"partnership", "version", "people", "agencies"})
    if unknown:
        raise CannotLoad(f"{name} has {', '.join(unknown)}: it holds partnership, [[people]] and [[agencies]] only.")
    if not found.partnership.strip():
        raise CannotLoad(f"{name} does not name the partnership: give partnership as letters and emails show it.")
    return found


async def _load(
    settings: Settings, wanted: Directory, *, file: Path, expected_version: int | None, replace: bool
) -> Loaded:
    from api.broadcast import ON_BEHALF, tell_of_directory
    from api.deps import Deps
    from settings.keys import Keyring
    from settings.temporal import connect
    from store import Store
    from store.errors import StoreError

    keyring = Keyring.from_settings(settings)
    async with Store.from_settings(settings, keyring) as store:
        await store.migrate()
        held = await store.directory.read()
        if (held.people or held.agencies) and not replace:
            raise CannotLoad(_not_empty(held))
        await _leaves_nobody_out(store, held, wanted, file)
        expected = held.version if expected_version is None else expected_version
        try:
            new = await store.directory.replace(wanted, by=BY, at=datetime.now(UTC), expected_version=expected)
        except StoreError as refusal:
            raise CannotLoad(f"The directory is as it was: {refusal}.") from None
        # Nothing is asked of Temporal here: the relay of an API process speaks to it.
        temporal = await connect(settings, keyring, store.vault, lazy=True)
        means = Deps(settings=settings, keyring=keyring, store=store, temporal=temporal)
        return Loaded(new, await tell_of_directory(means, new, by=ON_BEHALF))


async def _leaves_nobody_out(store: "Store", held: Directory, wanted: Directory, file: Path) -> None:
    """Where there are cases, their records name people and agencies by id: each id goes on to mean somebody."""
    kept = _ids(wanted)
    lost = [one for one in _ids(held) if one not in kept]
    if lost and (await store.cases.list(limit=1)).items:
        raise CannotLoad(
            f"{file} leaves out {', '.join(lost)}, whom the directory holds and cases may name: "
            "keep each of them in it, with active = false where they have left."
        )


def _ids(held: Directory) -> list[str]:
    return [person.id for person in held.people] + [agency.id for agency in held.agencies]


def _not_empty(held: Directory) -> str:
    people, agencies = _count(held.people, "person", "people"), _count(held.agencies, "agency", "agencies")
    return (
        f"The directory of {held.partnership or 'this database'} holds {people} and {agencies} already (version "
        f"{held.version}; crg directory show). To put the file in its place, add --replace --expected-version "
        f"{held.version}; to change one person or agency, use the API."
    )


def _faults(problem: ValidationError, written: dict[str, Any]) -> Iterator[str]:
    """What is wrong, a line each, with the id of the person or agency that it is about."""
    for error in problem.errors():
        where, *rest = map(str, error["loc"])
        if rest:
            entry = written[where][int(rest[0])]
            named = entry.get("id") if isinstance(entry, dict) else None
            where = ", ".join([f"{where} {named or f'number {int(rest[0]) + 1}'}", *rest[1:]])
        yield f"  {where}: {error['msg'].removeprefix('Value error, ')}"


def _advise(held: Directory) -> None:
    """What is to be thought of and bars nothing: offices that nobody holds, and seniority (G-1)."""
    taken = {role for person in held.people if person.active for role in person.roles}
    vacant = [role for role in Role if role not in taken]
    if vacant:
        typer.echo(f"\nNobody holds: {', '.join(vacant)}.")
    for line in warnings(held, usable_editions(), london(datetime.now(UTC)).date()):
        typer.echo(f"\n{line}")


def _agency(agency: Agency) -> str:
    marks = ("expected" if agency.expected else "") + ("" if agency.active else " inactive")
    offices = f"safeguarding lead {agency.safeguarding_lead}, senior officer {agency.senior_officer}"
    return f"{agency.id:<24}  {agency.name}; {offices}{f' ({marks.strip()})' if marks else ''}"


def _person(person: Person) -> str:
    more = [one for one in (person.partner, person.agency, person.seniority) if one]
    line = f"{person.id:<24}  {person.name} <{person.email}>: {', '.join(person.roles)}"
    return line + (f" ({', '.join(more)})" if more else "") + ("" if person.active else " (inactive)")


def _count(entries: list[Person] | list[Agency], one: str, many: str) -> str:
    return f"{len(entries)} {one if len(entries) == 1 else many}"


def _settings() -> Settings:
    """Where the directory is: as the running stack has it, else as set."""
    from crg.embedded.stack import settings_in_force

    return settings_in_force()
