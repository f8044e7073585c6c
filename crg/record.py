"""`crg record`: the record of a case, read from the store, and whether every chain of it holds (X-3).

Room: crg, the command line. It needs no running stack, only the database and its keys.
"""

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from crg.rehearsal.errors import NoSuchCase
from settings import Settings, load_settings

if TYPE_CHECKING:
    from store import Store
    from store.record import Break, RecordEntry

AT_ONCE = timedelta(minutes=1)
KINDS = {"disclosure": "shared", "effect": "done"}  # the record's words that a person would not use


def record(
    reference: Annotated[str | None, typer.Argument(help="the case, such as CR-2026-001")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="check the chain of this case, or of every case")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Print the record of a case, in London times; or check with --verify that nothing in it has been changed."""
    settings = _settings()
    if verify:
        _verify(settings, reference, as_json=as_json)
        return
    if reference is None:
        raise NoSuchCase(
            "Which case? Write for example crg record CR-2026-001; crg record --verify checks all of them."
        )
    rows = asyncio.run(_rows(settings, reference))
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=2, ensure_ascii=False))
        return
    typer.echo(f"{reference}: {len(rows)} rows. Times are London's; the second is given where it was told later.\n")
    for row in rows:
        typer.echo(_line(row))


def _verify(settings: Settings, reference: str | None, *, as_json: bool) -> None:
    chains, breaks = asyncio.run(_breaks(settings, reference))
    if as_json:
        found = [one._asdict() for one in breaks]
        typer.echo(json.dumps({"chains": chains, "broken": found}, indent=2, ensure_ascii=False))
    else:
        for one in breaks:
            typer.echo(f"{one.reference}, row {one.seq}: {one.why}")
        if not breaks:
            typer.echo(f"{chains} record{'' if chains == 1 else 's'} checked; every row is as it was written.")
    if breaks:
        raise typer.Exit(1)


def _line(row: "RecordEntry") -> str:
    from review.telling import moment

    told = "" if abs(row.told_at - row.happened_at) < AT_ONCE else f" (told {moment(row.told_at)})"
    who = "" if row.who in (None, "system") else f" [{row.who}]"
    return f"{row.seq:>4}  {moment(row.happened_at):<21}  {KINDS.get(row.kind, row.kind):<8}  {row.line}{who}{told}"


async def _rows(settings: Settings, reference: str) -> "list[RecordEntry]":
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        rows = await store.record.rows(reference)
        if rows:
            return rows
        known = [line.reference for line in (await store.cases.list(limit=10)).items]
    hint = f"Known are, the last first: {', '.join(known)}" if known else "There is no case yet: try crg demo"
    raise NoSuchCase(f"There is no record of a case {reference}. {hint}.")


async def _breaks(settings: Settings, reference: str | None) -> "tuple[int, list[Break]]":
    from settings.keys import Keyring
    from store import Store

    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        breaks = await store.record.verify(reference)
        if reference is not None and not breaks and not await store.record.rows(reference, limit=1):
            raise NoSuchCase(
                f"There is no record of a case {reference}; crg record --verify checks all that there are."
            )
        return (1 if reference else await _how_many(store)), breaks


async def _how_many(store: "Store") -> int:
    found, after = 0, None
    while True:
        page = await store.cases.list(after=after, limit=200)
        found, after = found + len(page.items), page.next
        if after is None:
            return found


def _settings() -> Settings:
    """Where the records are: as the running stack has it, else as set. Raises `NoSuchCase` without a database."""
    from crg.embedded.sample import database_file
    from crg.embedded.stack import settings_of_running

    settings = load_settings()
    settings = settings_of_running(settings) or settings
    database = database_file(settings)
    if database is not None and not database.exists():
        raise NoSuchCase(f"There is no database at {database} yet. Set CRG_DATA to the data folder of your cases.")
    return settings
