"""Store: workflows that a worker saw standing still, so that nobody has to ask Temporal about each one."""

from datetime import UTC, datetime

from sqlalchemy import and_, delete, or_, select

from store.database import Database
from store.tables import standing_still


class StandingStill:
    """Workflows, each noted when something of it was tried in vain and let go of once it is seen to go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, workflow: str) -> None:
        """Note that a workflow may stand still."""
        values = {"workflow": workflow, "noted_at": datetime.now(UTC)}
        noted = self._database.insert(standing_still).values(values)
        async with self._database.write() as connection:
            await connection.execute(noted.on_conflict_do_update(index_elements=["workflow"], set_=values))

    async def noted(self) -> dict[str, datetime]:
        """Every workflow that may stand still, and when that was noted last (UTC)."""
        async with self._database.read() as connection:
            return {row.workflow: row.noted_at for row in await connection.execute(select(standing_still))}

    async def goes_on(self, workflows: dict[str, datetime]) -> None:
        """Let go of workflows that go on, unless they have been noted again since then."""
        these = [
            and_(standing_still.c.workflow == id, standing_still.c.noted_at == noted_at)
            for id, noted_at in workflows.items()
        ]
        if these:
            async with self._database.write() as connection:
                await connection.execute(delete(standing_still).where(or_(*these)))
