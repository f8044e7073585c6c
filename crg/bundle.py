"""`crg bundle`: the whole record of a case as a zip, for an inspection (B-8).

Naming for whom records it in the case first, as the form of the pages does; without, what was put together last is
written again.
"""

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crg.embedded.errors import CannotStart
from crg.rehearsal.errors import NoSuchCase
from settings import Settings

if TYPE_CHECKING:
    from api.bundling import Bundle
    from api.deps import Deps


class NoBundle(CannotStart):
    """The record cannot be put together now; the message says what to do."""


def bundle(
    reference: Annotated[str, typer.Argument(help="the case, such as CR-2026-001")],
    to: Annotated[str, typer.Option(help="for whom it is put together: office and body")] = "",
    why: Annotated[str, typer.Option(help="what it is asked for")] = "",
    basis: Annotated[str, typer.Option(help="on what lawful basis it is shared")] = "",
    by: Annotated[str, typer.Option(help="id of the person of the Business Unit who does it")] = "",
    output: Annotated[Path | None, typer.Option(help="where to write it; else here, under its own name")] = None,
) -> None:
    """Write the record of a case with its papers as a zip, with a list of hashes; it stands in the disclosure log."""
    given = [to, why, basis, by]
    if any(given) and not all(given):
        raise NoBundle("Give --to, --why, --basis and --by together; or none, for what was put together last.")
    from crg.embedded.stack import settings_in_force

    found = asyncio.run(_made(settings_in_force(), reference, given))
    file = output or Path(found.name)
    file.write_bytes(found.content)
    typer.echo(
        f"{file}: {len(found.content):,} bytes. Check it with sha256sum --check manifest-sha256.txt once unpacked."
    )


async def _made(settings: Settings, reference: str, given: list[str]) -> "Bundle":
    from api.bundling import bundle as put_together
    from api.bundling import bundles_in
    from api.deps import Deps
    from settings.keys import Keyring
    from settings.temporal import connect
    from store import Store

    keyring = Keyring.from_settings(settings)
    async with Store.from_settings(settings, keyring) as store:
        if await store.cases.stamp(reference) is None:
            raise NoSuchCase(f"There is no case {reference}.")
        temporal = await connect(settings, keyring, store.vault, lazy=True)
        deps = Deps(settings=settings, keyring=keyring, store=store, temporal=temporal)
        if all(given):
            await _recorded(deps, reference, *given)
        rows = bundles_in(await store.record.rows(reference))
        if not rows:
            raise NoBundle("The record was never put together. Say for whom: --to, --why, --basis and --by.")
        return await put_together(deps, reference, rows[0].seq)


async def _recorded(deps: "Deps", reference: str, to: str, why: str, basis: str, by: str) -> None:
    """Say it to the case, as its form does."""
    from api.intake import take_in
    from api.pages.intake import fingerprint
    from review.facts import Speaker
    from review.facts.any_stage import RecordBundled
    from review.facts.directory import Role
    from store.inbox import MessageStatus

    person = next((one for one in (await deps.store.directory.read()).people if one.id == by and one.active), None)
    if person is None or Role.BUSINESS_UNIT not in person.roles:
        raise NoBundle(f"{by} is not an active person of the Business Unit; crg directory show lists them.")
    body = RecordBundled(to=to, why=why, lawful_basis=basis)
    outcome = await take_in(
        deps,
        reference=reference,
        body=body,
        speaker=Speaker(people=[by], roles=[Role.BUSINESS_UNIT]),
        by=by,
        message=f"bundle-{secrets.token_hex(16)}",
        fingerprint=fingerprint(reference, body),
    )
    if outcome.status is MessageStatus.PENDING:
        raise NoBundle("It is kept, and the case has not taken it yet. Write crg bundle and the reference in a minute.")
    if outcome.status is MessageStatus.REFUSED:
        raise NoBundle(str((outcome.refusal or {}).get("detail", "The case did not take it.")))
