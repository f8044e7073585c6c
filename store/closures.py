"""Store: days that the partnership has entered as closed: local closures and bank holidays proclaimed late."""

from datetime import date, datetime

from sqlalchemy import select

from calendar_rules.working_days import ClosedDay, ClosedKind
from store.database import Database
from store.errors import AlreadyClosed
from store.tables import closures


class Closures:
    """Closed days, each entered once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, day: date, *, why: str, kind: ClosedKind, by: str, at: datetime) -> ClosedDay:
        """Enter a day as closed. Raises `AlreadyClosed`."""
        sealed = self._database.seal(why, "closures", "sealed", day.isoformat())
        values = {"day": day, "kind": kind, "sealed": sealed, "by": by, "at": at}
        statement = self._database.insert(closures).values(values).on_conflict_do_nothing(index_elements=["day"])
        async with self._database.write() as connection:
            entered = await connection.scalar(statement.returning(closures.c.day))
        if entered is None:
            raise AlreadyClosed(f"{day.isoformat()} is already entered as closed: there is nothing left to do")
        return ClosedDay(day=day, why=why, kind=kind)

    async def all(self) -> list[ClosedDay]:
        """All closed days entered, earliest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(closures).order_by(closures.c.day))).all()
        return [
            ClosedDay(
                day=row.day,
                why=self._database.open(row.sealed, "closures", "sealed", row.day.isoformat()),
                kind=ClosedKind(row.kind),
            )
            for row in rows
        ]
