"""Cases written to a store as their workflows write them, without a workflow."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python

from review.case.record import RecordRow, Settled
from review.case.state import CaseState
from review.listed import ActionRow, Line
from review.moment import Changed, Moment, Patch, Patcher, moment
from store import Store

RUN = "a-run"
_OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)
_LINE = Line(route="serious-incident", stage="rapid-review", opened_at=_OPENED).model_dump()


class Keeper:
    """Keeps one case in the store, moment by moment."""

    def __init__(self, store: Store) -> None:
        self._store, self._patcher, self._version = store, Patcher(), -1

    async def keep(self, case: CaseState, now: datetime) -> None:
        """The case as it stands; what was said in it goes along, as no inbox has it."""
        self._version += 1
        case.version = self._version
        came = moment(case, self._patcher, now, whole=True)
        if self._version == 0:
            await self._store.cases.open(came, written_at=now)
        else:
            await self._store.cases.carry(came, run=RUN, written_at=now)


def moment_of(
    reference: str,
    at: datetime,
    *,
    version: int = 0,
    line: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
    deadlines: Sequence[dict[str, Any]] | None = None,
    actions: Sequence[ActionRow] | None = None,
    agencies: Sequence[str] | None = None,
    children: Sequence[str] | None = None,
    rows: Sequence[RecordRow] = (),
    settled: Sequence[Settled] = (),
) -> Moment:
    """A moment of a case of which only this is known."""
    patch = Patch(parts=dict(state or {}))
    if line is not None:
        patch.listed["line"] = Changed(now=to_jsonable_python(_LINE | line))
    if deadlines is not None:
        patch.listed["deadlines"] = Changed(now={one["id"]: one for one in deadlines}, whole=True)
    if actions is not None:
        log = {str(place): to_jsonable_python(one) for place, one in enumerate(actions)}
        patch.listed["actions"] = Changed(now=log, whole=True)
    patch.agencies = None if agencies is None else list(agencies)
    patch.children = None if children is None else list(children)
    return Moment(reference=reference, version=version, at=at, patch=patch, rows=list(rows), settled=list(settled))


async def kept(store: Store, came: Moment, *, written_at: datetime | None = None) -> None:
    """Write a moment: the first opens the case."""
    if came.version == 0:
        await store.cases.open(came, written_at=written_at or came.at)
    else:
        await store.cases.carry(came, run=RUN, written_at=written_at or came.at)
