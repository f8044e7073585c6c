"""Store: which cases of the list are wanted, in what order, and from where on; all of it by what stands plainly."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select

from store.cursor import cursor, position
from store.database import Database
from store.tables import case_agencies, cases

_NONE_DUE = datetime(9999, 1, 1, tzinfo=UTC)  # of a cursor behind cases without a next deadline


class Sort(StrEnum):
    """In what order cases are listed."""

    OPENED = "opened"  # the one opened last first
    DUE = "due"  # what is due first first; last what has nothing due


class Finding(NamedTuple):
    """What is looked for beside the plain filters: part of a reference, one of these agencies with a part in the case,
    an office that is waited for.
    """

    reference: str = ""
    agencies: tuple[str, ...] = ()
    waits_for: str | None = None
    sort: Sort = Sort.OPENED

    def narrowed(self, query: Select[Any]) -> Select[Any]:
        """Those cases alone that are looked for."""
        if self.reference:
            query = query.where(cases.c.reference.contains(self.reference.upper(), autoescape=True))
        if self.agencies:
            part = select(case_agencies.c.reference).where(case_agencies.c.agency.in_(self.agencies))
            query = query.where(cases.c.reference.in_(part))
        if self.waits_for:
            query = query.where(cases.c.waits_for.contains(f" {self.waits_for} ", autoescape=True))
        return query

    def ordered(self, query: Select[Any], database: Database, after: str | None) -> Select[Any]:
        """In order, from behind the case that a cursor names. Raises `BadCursor`."""
        due, reference = cases.c.next_deadline_at, cases.c.reference
        if after is not None:
            at, (last,) = position(database, self._name, after)
            if self.sort is Sort.OPENED:
                same = and_(cases.c.opened_at == at, reference > last)
                query = query.where(or_(cases.c.opened_at < at, same))
            elif at == _NONE_DUE:
                query = query.where(due.is_(None), reference > last)
            else:
                query = query.where(or_(due > at, and_(due == at, reference > last), due.is_(None)))
        if self.sort is Sort.OPENED:
            return query.order_by(cases.c.opened_at.desc(), reference)
        return query.order_by(due.is_(None), due, reference)

    def behind(self, database: Database, last: Any) -> str:
        """A cursor behind this case."""
        at = last.opened_at if self.sort is Sort.OPENED else last.next_deadline_at or _NONE_DUE
        return cursor(database, self._name, at, last.reference)

    @property
    def _name(self) -> str:
        return "cases" if self.sort is Sort.OPENED else "cases-by-due"
