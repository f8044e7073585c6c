"""Closed days that the partnership has entered."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from calendar_rules.working_days import ClosedDay, ClosedKind
from store import Store
from store.errors import AlreadyClosed

NINE = datetime(2022, 9, 10, 9, 0, tzinfo=UTC)


async def test_closed_days_come_back_earliest_first(store: Store) -> None:
    training = ClosedDay(day=date(2022, 10, 3), why="Training day", kind=ClosedKind.CLOSURE)
    funeral = ClosedDay(day=date(2022, 9, 19), why="State funeral of Queen Elizabeth II", kind=ClosedKind.PROCLAIMED)
    for one in (training, funeral):
        assert await store.closures.add(one.day, why=one.why, kind=one.kind, by="sbu-manager", at=NINE) == one

    assert await store.closures.all() == [funeral, training]


async def test_a_day_is_entered_once(store: Store, other_process: Store) -> None:
    outcomes = await asyncio.gather(
        *(
            one.closures.add(date(2022, 9, 19), why=why, kind=ClosedKind.CLOSURE, by="a", at=NINE)
            for one, why in ((store, "one"), (other_process, "two"))
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, AlreadyClosed) for one in outcomes) == 1
    assert len(await store.closures.all()) == 1
    with pytest.raises(AlreadyClosed, match="2022-09-19"):
        await store.closures.add(date(2022, 9, 19), why="again", kind=ClosedKind.CLOSURE, by="a", at=NINE)
