"""Store: marks, which say once and for all what a database is for."""

from sqlalchemy import select

from store.database import Database
from store.journal import wrote
from store.tables import counters

EMBEDDED = "embedded"  # made by the embedded stack, which signs anybody in


class Marks:
    """What this database is for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has(self, name: str) -> bool:
        query = select(counters.c.value).where(counters.c.name == f"mark:{name}")
        async with self._database.read() as connection:
            return bool(await connection.scalar(query))

    async def set(self, name: str) -> None:
        values = self._database.insert(counters).values(name=f"mark:{name}", value=1)
        async with self._database.write() as connection:
            marked = values.on_conflict_do_nothing(index_elements=["name"]).returning(counters)
            wrote(self._database, connection, counters, *await connection.execute(marked))
