"""A database with today's tables, for tests to copy."""

from settings.keys import Keyring
from store import Store
from store.migrations.steps import migrate


async def migrated(url: str) -> None:
    """Make today's tables in an empty database; no key has sealed anything in it yet."""
    async with Store.open(url, Keyring([("k", b"0" * 32)])) as store:
        await migrate(store._database)
