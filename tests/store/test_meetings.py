"""Meetings of the Case Review Group (G-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store import Store
from store.errors import (
    AlreadyCalled,
    AlreadyHeld,
    KeyReused,
    MeetingCancelled,
    MeetingInThePast,
    NoRecordYet,
    NotHeldYet,
    NothingMoved,
    UnknownMeeting,
)
from store.meeting import ChangeKind, Meeting, MeetingRecord

TEN = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
NOW = TEN - timedelta(days=30)
ID = "crg-2026-06-11"
LINK = "https://x.example"
RECORD = MeetingRecord(attended=["crg-chair"], notes="Sample.", agenda={"stages": []})


async def call(store: Store, message: str = "m1", at: datetime = TEN) -> Meeting:
    return await store.meetings.call(starts_at=at, link=LINK, message=message, by="sbu", at=NOW)


async def move(store: Store, to: datetime, message: str = "m2", link: str | None = None, id: str = ID) -> Meeting:
    return await store.meetings.move(id, starts_at=to, link=link, reason="Sample.", message=message, by="sbu", at=NOW)


async def cancel(store: Store, message: str = "m3", reason: str = "Sample.") -> Meeting:
    return await store.meetings.cancel(ID, reason=reason, message=message, by="sbu", at=NOW)


async def amend(store: Store, message: str = "m4") -> Meeting:
    return await store.meetings.amend(
        ID, attended=["crg-chair", "crg-health"], notes="More.", reason="Left out.", message=message, by="sbu", at=TEN
    )


async def test_a_meeting_is_called_once_a_day_and_the_same_message_again_changes_nothing(store: Store) -> None:
    """G-2"""
    first = await call(store)
    assert first.id == ID
    assert await call(store) == first == await store.meetings.get(ID)
    with pytest.raises(AlreadyCalled, match="Thursday 11 June 2026, 10:00: move that one, or cancel it"):
        await call(store, "m2", TEN + timedelta(hours=3))
    assert await store.meetings.all() == [first]


async def test_the_record_of_a_meeting_is_kept_once_with_its_agenda(store: Store) -> None:
    """G-2"""
    with pytest.raises(UnknownMeeting):
        await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN)
    await call(store)
    with pytest.raises(NotHeldYet, match="11 June 2026, 10:00"):
        await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN - timedelta(minutes=1))
    held = await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN)
    assert (held.record, held.held_at) == (RECORD.model_copy(update={"recorded_by": "sbu-manager"}), TEN)
    assert await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN) == held
    with pytest.raises(AlreadyHeld, match="amend the record"):
        await store.meetings.hold(ID, RECORD.model_copy(update={"notes": "Other."}), by="sbu", at=TEN)


async def test_a_meeting_that_moves_keeps_its_id_and_where_it_was(store: Store) -> None:
    """G-2, X-2: a move frees the day that it leaves, and its reason stays."""
    await call(store)
    later = TEN + timedelta(days=7)
    moved = await move(store, later, link="https://y.example")
    assert (moved.id, moved.starts_at, moved.link) == (ID, later, "https://y.example")
    (change,) = moved.changes
    assert (change.kind, change.reason, change.starts_at_was, change.link_was) == (
        ChangeKind.MOVED, "Sample.", TEN, LINK,
    )  # fmt: skip
    assert await move(store, later, link="https://y.example") == moved
    with pytest.raises(KeyReused):
        await move(store, later + timedelta(days=1))
    with pytest.raises(NothingMoved):
        await move(store, later, "m3")
    with pytest.raises(MeetingInThePast, match="cancel it"):
        await move(store, NOW, "m3")
    assert (await call(store, "m5")).id == f"{ID}-2"
    with pytest.raises(AlreadyCalled, match="10:00: move that one, or cancel it"):
        await move(store, TEN + timedelta(hours=1), "m6")
    assert (await store.meetings.get(ID)).changes == [change]


async def test_a_cancelled_meeting_frees_its_day_and_takes_nothing_more(store: Store) -> None:
    """G-2, X-2"""
    await call(store)
    cancelled = await cancel(store)
    assert (cancelled.cancelled_at, cancelled.changes[0].reason) == (NOW, "Sample.")
    assert await cancel(store) == cancelled
    with pytest.raises(KeyReused):
        await cancel(store, reason="Another.")
    for refused in (move(store, TEN + timedelta(days=1), "m9"), cancel(store, "m9"), amend(store, "m9")):
        with pytest.raises(MeetingCancelled, match="call another"):
            await refused
    with pytest.raises(MeetingCancelled):
        await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN)
    assert (await call(store, "m5")).id == f"{ID}-2"


async def test_a_meeting_that_was_held_is_neither_moved_nor_cancelled(store: Store) -> None:
    """G-2"""
    await call(store)
    await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN)
    for refused in (move(store, TEN + timedelta(days=1)), cancel(store)):
        with pytest.raises(AlreadyHeld, match="amend the record"):
            await refused


async def test_a_record_is_amended_with_a_reason_and_the_earlier_one_stays(store: Store) -> None:
    """G-2, X-2: the agenda stays as it stood."""
    await call(store)
    with pytest.raises(NoRecordYet, match="record first"):
        await amend(store)
    await store.meetings.hold(ID, RECORD, by="sbu-manager", at=TEN)
    amended = await amend(store)
    more = {"attended": ["crg-chair", "crg-health"], "notes": "More.", "recorded_by": "sbu-manager"}
    assert amended.record == RECORD.model_copy(update=more)
    (change,) = amended.changes
    assert (change.reason, change.attended_was, change.notes_was) == ("Left out.", ["crg-chair"], "Sample.")
    assert await amend(store) == amended


async def test_what_a_meetings_workflow_has_not_been_told_is_known_until_it_is(store: Store) -> None:
    """G-2: with Temporal down nothing is lost; what changes while it is being told is told again."""
    await call(store)
    await call(store, "m7", TEN + timedelta(days=1))
    assert await store.meetings.uncarried() == [(ID, 1), ("crg-2026-06-12", 1)]
    await move(store, TEN + timedelta(hours=1))
    await store.meetings.carried(ID, 1)
    await store.meetings.carried("crg-2026-06-12", 1)
    assert await store.meetings.uncarried() == [(ID, 2)]
    await store.meetings.carried(ID, 2)
    await cancel(store)
    await store.meetings.carried(ID, 3)
    await store.meetings.look_again()  # of those that are still to be held only
    assert await store.meetings.uncarried() == [("crg-2026-06-12", 2)]
    await store.meetings.look_again(ID)
    assert (ID, 4) in await store.meetings.uncarried()


async def test_a_meeting_lasts_as_long_as_whoever_calls_it_says(store: Store) -> None:
    """G-2: a move may change the length alone; what it was before is kept with the change."""
    assert (await call(store)).minutes == 120
    more: dict[str, Any] = {"link": None, "reason": "Sample.", "message": "m5", "by": "sbu", "at": NOW}
    longer = await store.meetings.move(ID, starts_at=TEN, minutes=180, **more)
    assert (longer.minutes, longer.changes[0].minutes_was) == (180, 120)
    assert (longer.minutes_at(NOW), longer.minutes_at(NOW - timedelta(days=1))) == (180, 120)
