"""`crg record`: the record of a case, read from the store, and whether every chain of it holds (X-3).

It needs no running stack, only the database and its keys.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crg.embedded.errors import CannotStart
from crg.rehearsal.errors import NoSuchCase
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from review.facts.directory import Directory
    from settings.keys import Keyring
    from store import Store
    from store.anchor import Anchor
    from store.record import RecordEntry
    from store.register import RegisterEntry
    from store.verify import Break, Verified

REGISTERS = ("directory", "closures", "crg-meetings")  # those of `store.register`, which takes a while to import
AT_ONCE = timedelta(minutes=1)
TEMPORAL_ANSWERS = 5.0  # seconds: the records are checked without it, too
KINDS = {"disclosure": "shared", "effect": "done"}  # the record's words that a person would not use


class BadAnchor(CannotStart):
    """The file given with --against cannot be checked against."""


def record(
    reference: Annotated[
        str | None,
        typer.Argument(help="the case, such as CR-2026-001; or a register: directory, closures, crg-meetings"),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="check this case, or everything that is kept")] = False,
    against: Annotated[Path | None, typer.Option(help="with --verify: an anchor of before to check against")] = None,
    anchor: Annotated[bool, typer.Option("--anchor", help="print a signed list of where every chain ends")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Print the record of a case, in London times; or check with --verify that nothing that is kept was changed.

    Keep what --anchor prints away from the database: --verify --against FILE then shows also what was set back whole.
    """
    settings = _settings()
    if anchor:
        _anchor(settings)
    elif verify or against:
        _verify(settings, reference, against, as_json=as_json)
    elif reference is None:
        raise NoSuchCase(
            "Which case? Write for example crg record CR-2026-001; crg record --verify checks all of them."
        )
    elif reference in REGISTERS:
        _print_register(settings, reference, as_json=as_json)
    else:
        _print(settings, reference, as_json=as_json)


def _print(settings: Settings, reference: str, *, as_json: bool) -> None:
    rows, directory = asyncio.run(_told(settings, reference))
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=2, ensure_ascii=False))
        return
    in_words = _in_words(directory)
    typer.echo(f"{reference}: {len(rows)} rows. Times are London's; the second is given where it was told later.\n")
    for row in rows:
        typer.echo(_line(row, *in_words(row)))


def _print_register(settings: Settings, chain: str, *, as_json: bool) -> None:
    from review.kit.notify import moment

    rows = asyncio.run(_entries(settings, chain))
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=2, ensure_ascii=False))
        return
    typer.echo(f"{chain}: {len(rows)} row{'' if len(rows) == 1 else 's'}. Times are London's.\n")
    for row in rows:
        detail = json.dumps(row.detail, ensure_ascii=False)
        typer.echo(f"{row.seq:>4}  {moment(row.at):<21}  {row.what} [{row.by}] {detail}")


def _verify(settings: Settings, reference: str | None, against: Path | None, *, as_json: bool) -> None:
    found = asyncio.run(_verified(settings, reference, against))
    if as_json:
        broken = [one._asdict() for one in found.breaks]
        told = {"chains": found.chains, "rows": found.rows, "broken": broken}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for one in found.breaks:
            typer.echo(f"{one.reference}{f', row {one.seq}' if one.seq else ''}: {one.why}")
        if not found.breaks:
            records = f"{found.chains} record{'' if found.chains == 1 else 's'}"
            rows = f"{found.rows} row{'' if found.rows == 1 else 's'}"
            typer.echo(f"{records} and {rows} of other tables checked; every row is as it was written.")
    if found.breaks:
        raise typer.Exit(1)


def _anchor(settings: Settings) -> None:
    broken, anchor = asyncio.run(_anchored(settings))
    for one in broken:
        typer.echo(f"{one.reference}{f', row {one.seq}' if one.seq else ''}: {one.why}", err=True)
    if anchor is None:
        typer.echo("No anchor was made: what does not hold would be taken for what was written.", err=True)
        raise typer.Exit(1)
    typer.echo(anchor.model_dump_json(indent=2))


def _in_words(directory: "Directory") -> "Callable[[RecordEntry], tuple[str, str]]":
    """What a row says and who said it, as the page of the record has it: names and words, no ids and codes."""
    from api.timeline import ids_in, said
    from delivery.naming import namer

    name, people = namer(directory, whole=True), ids_in(directory)
    return lambda row: said(row, people, name)


def _line(row: "RecordEntry", text: str, by: str) -> str:
    from review.kit.notify import moment

    told = "" if abs(row.told_at - row.happened_at) < AT_ONCE else f" (told {moment(row.told_at)})"
    who = f" [{by}]" if by else ""
    return f"{row.seq:>4}  {moment(row.happened_at):<21}  {KINDS.get(row.kind, row.kind):<8}  {text}{who}{told}"


async def _told(settings: Settings, reference: str) -> "tuple[list[RecordEntry], Directory]":
    """The rows, and who is in the directory. Raises `NoSuchCase`."""
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        rows = await store.record.rows(reference)
        if rows:
            return rows, await store.directory.read()
        known = [line.reference for line in (await store.cases.list(limit=10)).items]
    hint = f"Known are, the last first: {', '.join(known)}" if known else "There is no case yet: try crg demo"
    raise NoSuchCase(f"There is no record of a case {reference}. {hint}.")


async def _entries(settings: Settings, chain: str) -> "list[RegisterEntry]":
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        return await store.register.entries(chain)


async def _verified(settings: Settings, reference: str | None, against: Path | None) -> "Verified":
    from settings.keys import Keyring
    from store import Store
    from store.anchor import read_anchor
    from store.errors import NotOurAnchor

    keyring = Keyring.from_settings(settings)
    async with Store.from_settings(settings, keyring) as store:
        try:
            anchor = read_anchor(keyring, _text(against)) if against else None
        except NotOurAnchor as refusal:
            raise BadAnchor(f"{against}: {refusal}") from None
        found = await store.verify(reference, anchor)
        if reference is None and not await store.cases.references():
            found = found._replace(breaks=found.breaks + await _traces(settings, keyring, store))
        if reference and not found.breaks and reference not in REGISTERS:
            await _told(settings, reference)
        return found


async def _traces(settings: Settings, keyring: "Keyring", store: "Store") -> "list[Break]":
    """Cases that Temporal holds, where the store has none at all; nothing where Temporal does not answer."""
    from temporalio.service import RPCError

    from crg.hearing import runs_of_cases
    from crg.live_cases import listed
    from settings.temporal import connect
    from store.verify import Break

    try:
        async with asyncio.timeout(TEMPORAL_ANSWERS):
            client = await connect(settings, keyring, store.vault)
            cases = await runs_of_cases(client, settings.task_queue)
    except (RuntimeError, RPCError, TimeoutError):
        return []
    return [Break("store", 0, f"it holds no case, and Temporal does: {listed(cases)}")] if cases else []


async def _anchored(settings: Settings) -> "tuple[list[Break], Anchor | None]":
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        broken = (await store.verify()).breaks
        return broken, None if broken else await store.anchor(datetime.now(UTC))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadAnchor(f"{file} cannot be read: name a file that crg record --anchor has written.") from None


def _settings() -> Settings:
    """Where the records are: as the running stack has it, else as set. Raises `NoSuchCase` without a database."""
    from crg.embedded.sample import database_file
    from crg.embedded.stack import settings_in_force

    settings = settings_in_force()
    database = database_file(settings)
    if database is not None and not database.exists():
        raise NoSuchCase(f"There is no database at {database} yet. Set CRG_DATA to the data folder of your cases.")
    return settings
