"""Meetings of the Case Review Group (G-2)."""

from datetime import UTC, datetime, timedelta

import pytest

from store import Store
from store.errors import AlreadyCalled, AlreadyHeld, NotHeldYet, UnknownMeeting
from store.meetings import Meeting, MeetingRecord

TEN = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
ID = "crg-2026-06-11"
RECORD = MeetingRecord(attended=["crg-chair"], notes="Sample.", agenda={"stages": []})


async def call(store: Store, message: str = "m1") -> Meeting:
    return await store.meetings.call(ID, starts_at=TEN, link="https://x.example", message=message, by="sbu", at=TEN)


async def test_a_meeting_is_called_once_a_day_and_the_same_message_again_changes_nothing(store: Store) -> None:
    """G-2"""
    first = await call(store)
    assert await call(store) == first == await store.meetings.get(ID)
    with pytest.raises(AlreadyCalled, match=ID):
        await call(store, "m2")
    assert await store.meetings.all() == [first]


async def test_the_record_of_a_meeting_is_kept_once_with_its_agenda(store: Store) -> None:
    """G-2"""
    with pytest.raises(UnknownMeeting):
        await store.meetings.hold(ID, RECORD, at=TEN)
    await call(store)
    with pytest.raises(NotHeldYet, match="11 June 2026, 10:00"):
        await store.meetings.hold(ID, RECORD, at=TEN - timedelta(minutes=1))
    held = await store.meetings.hold(ID, RECORD, at=TEN)
    assert (held.record, held.held_at) == (RECORD, TEN)
    assert await store.meetings.hold(ID, RECORD, at=TEN) == held
    with pytest.raises(AlreadyHeld):
        await store.meetings.hold(ID, RECORD.model_copy(update={"notes": "Other."}), at=TEN)
