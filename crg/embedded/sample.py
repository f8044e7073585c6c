"""The sample partnership: plainly invented people, loaded into an empty directory when the stack first starts."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from crg.embedded.errors import NoDirectory, NotOfTheStack
from review.facts.directory import Directory
from settings import Settings

if TYPE_CHECKING:
    from store import Store

FIRST = "load a directory first: crg directory load FILE.toml"
SQLITE = "sqlite:///"


def sample_partnership() -> Directory:
    """The directory of `partnership.toml`, for whoever asks to do with it what they like."""
    return _read_once().model_copy(deep=True)


@cache
def _read_once() -> Directory:
    return Directory.model_validate(tomllib.loads((files("crg.embedded") / "partnership.toml").read_text("utf-8")))


def database_file(settings: Settings) -> Path | None:
    """The file of the SQLite database, or none where the database is a server."""
    if not settings.database_url.startswith(SQLITE):
        return None
    return Path(settings.database_url.removeprefix(SQLITE))


async def prepare_store(settings: Settings) -> bool:
    """Bring the store's tables up to date and, where its directory is empty, load the sample partnership.

    Returns whether the sample was loaded. Raises `NotOfTheStack`.
    """
    await refuse_production(settings)
    async with _store(settings) as store:
        await store.migrate()
        await store.marks.set("embedded")
        if (await store.directory.read()).people:
            return False
        await store.directory.replace(sample_partnership(), by="system", at=datetime.now(UTC))
        return True


async def refuse_production(settings: Settings) -> None:
    """See that the database is not that of a production, where nobody may sign in without a password.

    What was sealed with keys that the stack itself has made is its own; else its mark must stand in the database.
    Raises `NotOfTheStack`.
    """
    from sqlalchemy.exc import SQLAlchemyError

    if settings.keys is None:
        return
    async with _store(settings) as store:
        try:
            ours = await store.marks.has("embedded")
            used = bool(await store.directory.version() or await store.cases.live())
        except SQLAlchemyError:  # it has no tables yet; or does not answer, which the next step says
            return
    if used and not ours:
        raise NotOfTheStack


async def known_directory(settings: Settings) -> Directory:
    """Who is known on this data folder: the store's directory, or the sample where there is no database yet.

    Raises `NoDirectory`.
    """
    database = database_file(settings)
    if database is not None and not database.exists():
        return sample_partnership()
    return await directory_of(settings)


async def directory_of(settings: Settings) -> Directory:
    """The directory that the database of the settings holds. Raises `NoDirectory`."""
    from sqlalchemy.exc import SQLAlchemyError

    from settings.keys import CannotOpen

    database = database_file(settings)
    where = "the database of CRG_DATABASE_URL" if database is None else str(database)
    elsewhere = "CRG_DATABASE_URL" if database is None else "CRG_DATA"
    if database is not None and not database.exists():
        raise NoDirectory(where, "there is no such file yet", f"Set {elsewhere} to where your cases are, or {FIRST}.")
    async with _store(settings) as store:
        try:
            return await store.directory.read()
        except CannotOpen as problem:
            raise NoDirectory(where, str(problem), "Set CRG_KEYS to the keys of this database.") from None
        except SQLAlchemyError:  # its words may hold the address, and so a password
            why = "it does not answer, or has no tables yet"
            raise NoDirectory(where, why, f"See that {elsewhere} is right and the database runs, or {FIRST}.") from None


def _store(settings: Settings) -> "Store":
    from settings.keys import Keyring
    from store import Store  # takes a while to import, and a new data folder has none

    return Store.from_settings(settings, Keyring.from_settings(settings))
