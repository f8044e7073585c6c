"""Store: bring a database to today's tables, also where two processes start at once."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from store.database import Database

_HERE = Path(__file__).parent
_TAKEN = table("alembic_version", column("version_num"))


async def migrate(database: Database) -> None:
    """Take every step that the database has not taken yet, all or none. Safe to call at every start."""
    await database.prepare()
    async with database.read() as connection:
        if await connection.run_sync(_taken) == _last():
            return
    async with database.write() as connection:
        await database.lock(connection, "migrations")
        await connection.run_sync(_upgrade)


def _taken(connection: Connection) -> str | None:
    """The last step that this database has taken."""
    if not inspect(connection).has_table(_TAKEN.name):
        return None
    taken: str | None = connection.scalar(select(_TAKEN.c.version_num))
    return taken


def _last() -> str:
    """The last step that there is: they are numbered."""
    return max(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*_*.py"))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 7 MB and 0.2 s, which a start on a database of today needs none of
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
