"""Store: `python -m store.migrations` brings the database of the settings to today's tables, and ends.

Every process does the same at its start; this is for a step of its own before a new release goes out.
"""

import asyncio

import structlog

from settings import keep_files_private, load_settings
from settings.keys import Keyring
from settings.logs import set_up_logs
from store import Store

log = structlog.get_logger()


async def bring_up_to_date() -> None:
    """Take every step that the database of `CRG_DATABASE_URL` has not taken yet, all or none."""
    settings = load_settings()
    keep_files_private()
    set_up_logs(settings)
    async with Store.from_settings(settings, Keyring.from_settings(settings)) as store:
        await store.migrate()
    log.info("store-up-to-date")


if __name__ == "__main__":
    asyncio.run(bring_up_to_date())
