"""The sample partnership: plainly invented people, loaded into an empty directory when the stack first starts."""

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from review.directory import Directory
from settings import Settings

if TYPE_CHECKING:
    from store import Store

SQLITE = "sqlite+aiosqlite:///"


def sample_partnership() -> Directory:
    """The directory of `partnership.toml`."""
    return Directory.model_validate(tomllib.loads((files("crg.embedded") / "partnership.toml").read_text("utf-8")))


def database_file(settings: Settings) -> Path | None:
    """The file of the SQLite database, or none where the database is a server."""
    if not settings.database_url.startswith(SQLITE):
        return None
    return Path(settings.database_url.removeprefix(SQLITE))


async def prepare_store(settings: Settings) -> bool:
    """Bring the store's tables up to date and, where its directory is empty, load the sample partnership.

    Returns whether the sample was loaded.
    """
    async with _store(settings) as store:
        await store.migrate()
        if (await store.directory.read()).people:
            return False
        await store.directory.replace(sample_partnership(), by="system", at=datetime.now(UTC))
        return True


async def known_directory(settings: Settings) -> Directory:
    """Who is known on this data folder: the store's directory, or the sample where there is no database yet."""
    database = database_file(settings)
    if database is not None and not database.exists():
        return sample_partnership()
    async with _store(settings) as store:
        return await store.directory.read()


def _store(settings: Settings) -> "Store":
    from settings.keys import Keyring
    from store import Store  # takes a while to import, and a new data folder has none

    return Store.from_settings(settings, Keyring.from_settings(settings))
