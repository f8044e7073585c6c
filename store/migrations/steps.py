"""Store: bring a database to today's tables, also where two processes start at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from store.database import Database


async def migrate(database: Database) -> None:
    """Take every step that the database has not taken yet, all or none. Safe to call at every start."""
    await database.prepare()
    async with database.write() as connection:
        await database.lock(connection, "migrations")
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
