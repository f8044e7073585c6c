"""Closed days that the partnership has entered."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from calendar_rules.working_days import ClosedDay, ClosedKind
from store import Store
from store.errors import AlreadyClosed, AlreadyTakenBack, NotClosed

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
    with pytest.raises(AlreadyClosed, match="19 September 2022"):
        await store.closures.add(date(2022, 9, 19), why="again", kind=ClosedKind.CLOSURE, by="a", at=NINE)


# --- taken back (X-2) ---

DAY = date(2022, 10, 3)
TEN = NINE + timedelta(hours=1)


async def closed(store: Store, at: datetime = NINE) -> None:
    await store.closures.add(DAY, why="Training day", kind=ClosedKind.CLOSURE, by="sbu-manager", at=at)


async def test_a_closure_taken_back_is_closed_no_more_and_its_history_stays(store: Store, other_process: Store) -> None:
    """X-2: what was entered, by whom and when, and who took it back, when and why."""
    await closed(store)
    at = await store.closures.entered_at(DAY)
    taken = await store.closures.take_back(DAY, entered_at=at, reason="The week after", by="sbu-officer", at=TEN)

    assert await store.closures.all() == []
    assert await other_process.closures.taken_back() == [taken]
    assert taken.closed == ClosedDay(day=DAY, why="Training day", kind=ClosedKind.CLOSURE)
    assert (taken.number, taken.entered_by, taken.entered_at) == (1, "sbu-manager", NINE)
    assert (taken.by, taken.at, taken.reason) == ("sbu-officer", TEN, "The week after")


async def test_taking_back_again_answers_as_before_and_touches_no_later_closure(store: Store) -> None:
    """X-2: the day is closed again in between; a repeat means the first closure."""
    await closed(store)
    first = await store.closures.take_back(DAY, entered_at=NINE, reason="one", by="a", at=TEN)
    await closed(store, TEN)

    assert await store.closures.take_back(DAY, entered_at=NINE, reason="two", by="b", at=TEN) == first
    assert [one.day for one in await store.closures.all()] == [DAY]
    second = await store.closures.take_back(DAY, entered_at=TEN, reason="three", by="b", at=TEN)
    assert (second.number, await store.closures.times(DAY)) == (2, 2)
    assert await store.closures.taken_back() == [first, second]


async def test_an_entry_that_was_taken_back_does_not_come_back_by_a_repeat(store: Store) -> None:
    await closed(store)
    await store.closures.take_back(DAY, entered_at=NINE, reason="one", by="a", at=TEN)

    with pytest.raises(AlreadyTakenBack, match="3 October 2022"):
        await closed(store)
    assert await store.closures.all() == []


async def test_two_who_take_back_at_once_leave_one_history(store: Store, other_process: Store) -> None:
    await closed(store)
    both = await asyncio.gather(
        *(
            one.closures.take_back(DAY, entered_at=NINE, reason=why, by="a", at=TEN)
            for one, why in ((store, "one"), (other_process, "two"))
        )
    )

    assert both[0] == both[1]
    assert await store.closures.taken_back() == [both[0]]


async def test_a_day_that_is_not_closed_cannot_be_taken_back(store: Store) -> None:
    with pytest.raises(NotClosed, match="3 October 2022"):
        await store.closures.entered_at(DAY)
    with pytest.raises(NotClosed, match="3 October 2022"):
        await store.closures.take_back(DAY, entered_at=NINE, reason="one", by="a", at=TEN)
    await closed(store)
    await store.closures.take_back(DAY, entered_at=NINE, reason="one", by="a", at=TEN)
    with pytest.raises(AlreadyTakenBack, match="3 October 2022"):
        await store.closures.entered_at(DAY)
