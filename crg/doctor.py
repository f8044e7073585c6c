"""`crg doctor`: what is unsafe here, what does not work, and which cases stand still.

It changes nothing, and ends with exit code 1 where it has found something.
"""

import asyncio
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from crg.live_cases import listed
from settings import BadSetting, ReplyMode, Settings, SmtpTls, load_settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from store import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ASKED_FOR = 1000  # cases that are asked for one by one


def doctor(
    safety_only: Annotated[
        bool, typer.Option("--settings", help="look at settings, keys and files only; ask nobody")
    ] = False,
    token: Annotated[
        typer.FileText | None,
        typer.Option(
            "--token", help="file with a token of the sign-in's provider: whom it speaks for (-: standard input)"
        ),
    ] = None,
) -> None:
    """Say what is unsafe here, what does not work, and which cases stand still; and what to do about each."""
    from crg.embedded.stack import settings_of_running

    given = load_settings()
    running = settings_of_running(given)
    settings = running or given
    unsafe = [*unsafe_settings(settings), *weak_keys(settings), *open_files(settings)]
    if unsafe and running:
        typer.echo("The embedded stack runs here, for this machine alone. For a council's servers this is not safe:")
    elif unsafe:
        typer.echo("Unsafe:")
    for line in unsafe:
        typer.echo(f"  {line}")
    broken = [] if safety_only else asyncio.run(_broken(settings, token.read() if token else None))
    if broken:
        typer.echo("Does not work:")
    for line in broken:
        typer.echo(f"  {line}")
    if not unsafe and not broken:
        typer.echo("Nothing unsafe was found." if safety_only else "All is well.")
    if broken or (unsafe and not running):
        raise typer.Exit(1)


def unsafe_settings(settings: Settings) -> Iterator[str]:
    """Settings that a council's installation should not have."""
    if settings.public_url.startswith("http://"):
        yield (
            f"CRG_PUBLIC_URL is {settings.public_url}: links of emails and sign-ins travel in clear. "
            "Put TLS in front of the API, and set an address that begins with https://."
        )
    if settings.smtp_tls is SmtpTls.NONE and settings.smtp_host not in LOOPBACK:
        yield (
            f"CRG_SMTP_TLS is none: emails travel in clear to {settings.smtp_host}. Set starttls or tls; "
            "ask those who run the mail server which it takes."
        )
    yield from _unsafe_replies(settings)
    if settings.rehearsals:
        yield "CRG_REHEARSALS is on: a case's clock can be moved. Leave it unset."
    if settings.oidc_issuer == f"{settings.public_url}/issuer":
        yield (
            "CRG_OIDC_ISSUER is not set, and then it is the embedded stack's own, which signs in anybody. "
            "Set the council's, and CRG_OIDC_JWKS_URL."
        )
    elif settings.oidc_client_id and _in_clear(settings.oidc_issuer):
        yield f"CRG_OIDC_ISSUER is {settings.oidc_issuer}: people would sign in over an open line. Use https."
    elif _in_clear(settings.oidc_jwks_url):
        yield f"CRG_OIDC_JWKS_URL is {settings.oidc_jwks_url}: its keys can be exchanged on the way. Use https."
    yield from _unsafe_temporal(settings)
    if settings.mail_from == Settings.model_fields["mail_from"].default:
        yield "CRG_MAIL_FROM is not set: emails come from an invented address. Set the Business Unit's."


def _unsafe_replies(settings: Settings) -> Iterator[str]:
    host = settings.inbound_imap_host
    if host and host not in LOOPBACK and settings.inbound_imap_tls is SmtpTls.NONE:
        yield f"CRG_INBOUND_IMAP_TLS is none: replies travel in clear from {host}. Set tls."
    if ReplyMode.TAKE in settings.reply_modes.values() and not settings.inbound_authserv_id:
        yield (
            "A reply is to count at once (take), and CRG_INBOUND_AUTHSERV_ID is not set: no sender is known for "
            "certain, so each reply waits for the Business Unit. Set the name of the relay, or propose."
        )


def _unsafe_temporal(settings: Settings) -> Iterator[str]:
    host = settings.temporal_address.rpartition(":")[0].strip("[]")
    certificates = settings.temporal_tls_certificate or settings.temporal_api_key
    if host not in LOOPBACK and not certificates:
        yield (
            f"Temporal at {settings.temporal_address} asks for no certificate and no key: whoever reaches its port can "
            "end cases. Set CRG_TEMPORAL_TLS_CERTIFICATE and CRG_TEMPORAL_TLS_KEY, or CRG_TEMPORAL_API_KEY."
        )


def _in_clear(url: str) -> bool:
    return url.startswith("http://") and urlsplit(url).hostname not in LOOPBACK


def weak_keys(settings: Settings) -> Iterator[str]:
    """Keys that were not drawn at random, as far as that can be seen; and where there are none."""
    from settings.keys import Keyring

    try:
        weak = Keyring.from_settings(settings).weak()
    except BadSetting as problem:
        yield str(problem)
        return
    if weak:
        yield (
            f"CRG_KEYS: {listed(weak)} can be guessed: it repeats itself, or is a text. Make one with "
            "openssl rand -base64 32 | tr '+/' '-_', and put it in front (docs/operations.md, Keys)."
        )


def open_files(settings: Settings) -> Iterator[str]:
    """What in the data folder others on this machine can read."""
    from crg.embedded.issuer import KEY_FILE
    from crg.embedded.sample import database_file

    database = database_file(settings)
    beside = sorted(database.parent.glob(f"{database.name}*")) if database else []
    engine = sorted(settings.data.glob("temporal.db*"))
    keys = [settings.keys_file, settings.data / KEY_FILE]
    for path in dict.fromkeys([settings.data, *keys, *beside, *engine]):
        if (mode := _mode(path)) & (stat.S_IRWXG | stat.S_IRWXO):
            right = "u=rwX,go="
            yield f"{path} can be read by others on this machine (mode {mode:04o}). Run: chmod {right} {path}"


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


async def _broken(settings: Settings, token: str | None) -> list[str]:
    from settings.keys import Keyring
    from settings.temporal import connect
    from store import Store

    try:
        keyring = Keyring.from_settings(settings)
    except BadSetting:
        return []  # said above
    async with Store.from_settings(settings, keyring) as store:
        client = await connect(settings, keyring, store.vault, lazy=True)
        found = await broken(client, store, settings)
        if token and not any(line.startswith("store:") for line in found):
            found += await _not_mapped(store, settings, token.strip())
        return found


async def _not_mapped(store: "Store", settings: Settings, token: str) -> list[str]:
    """Say whom a token speaks for; what keeps it from doing so is returned."""
    from api.check_provider import maps
    from calendar_rules.lengths import london

    said, wrong = await maps(settings, store, token, london(datetime.now(UTC)).date())
    for line in said:
        typer.echo(line)
    return [f"claims: {what}" for what in wrong]


async def broken(client: "Client", store: "Store", settings: Settings) -> list[str]:
    """What does not work, and what to do: the same that readiness asks for, and the cases."""
    from api import checks
    from api.check_provider import provider
    from crg.embedded.sample import database_file

    file = database_file(settings)
    if file is not None and not file.exists():  # asking it would make it
        kept: checks.Wrong = f"there is no database at {file} yet: set CRG_DATA to the data folder of your cases"
    else:
        kept = await checks.store(store)
    wrong = {
        "store": kept,
        "temporal": await checks.temporal(client),
        "search attributes": await checks.search_attributes(client),
        "worker": await checks.worker(client, settings, datetime.now(UTC)),
        "mail": await checks.mail(settings),
    }
    found = [f"{part}: {what}" for part, what in wrong.items() if what]
    found += [f"sign-in: {what}" for what in await provider(settings)]
    if away := await checks.mailbox(settings):
        found.append(f"replies: {away}")
    if kept is None:
        if wrong["temporal"] is None:
            if digest := await checks.digest(client):
                found.append(f"weekly digest: {digest}")
            found += await _standing_still(client, store, settings.task_queue)
        found += await _damaged(store)
    return found


async def _standing_still(client: "Client", store: "Store", task_queue: str) -> list[str]:
    from api.standing import sentences, standing_still

    found = await standing_still(client, store, task_queue, at_most=ASKED_FOR)
    lines = []
    if found.not_running:
        references = listed(one.id for one in found.not_running)
        lines.append(
            f"cases that do not run ({found.how_many_do_not_run:,}): {references}. Bring them back: crg revive --all"
        )
    return lines + sentences(found.standing)


async def _damaged(store: "Store") -> list[str]:
    from api import checks

    found = []
    if damaged := await checks.damaged(store, _at_once):
        found.append(
            f"cases that do not open ({len(damaged):,}): {listed(damaged)}. Their row was changed in the database, or "
            "its key is missing: put the key back behind the newest, or restore the row from a backup. A line of a "
            "list is written again by `crg begin-again REFERENCE` and the case's next entry."
        )
    return found


async def _at_once() -> None:
    """No pause: nothing else waits."""
