"""What those who are to come to a meeting of the CRG are told, and when (G-1, G-2)."""

from datetime import UTC, datetime, timedelta

from review.crg_meeting import MeetingStands, MeetingTold, look_again_at, take_in, to_tell, undelivered

TEN = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
NOW = TEN - timedelta(days=30)
AGENDA_AT = TEN - timedelta(days=7)


def stands(*people: str, **more: object) -> MeetingStands:
    given = {"partnership": "Sample", "starts_at": TEN, "business_unit": ["sbu"], "agenda_at": AGENDA_AT}
    return MeetingStands.model_validate(given | {"people": list(people)} | more)


def tell(told: MeetingTold, now_stands: MeetingStands, now: datetime = NOW) -> list[tuple[str, str, int | None]]:
    """Tell all that is to be told: to whom, what, with which sequence."""
    notices = to_tell(told, now_stands, now)
    for notice in notices:
        take_in(told, notice)
    return [
        (one.to, one.template.removeprefix("crg-meeting-"), one.invite.sequence if one.invite else None)
        for one in notices
    ]


def test_calendars_are_put_right_once_whatever_has_changed() -> None:
    """G-1, G-2: whoever leaves and comes back is invited anew, with a higher sequence."""
    told = MeetingTold(meeting="crg-2026-06-11")
    assert tell(told, stands("a", "b")) == [("a", "invite", 0), ("b", "invite", 0)]
    assert tell(told, stands("a", "b")) == []
    assert tell(told, stands("a")) == [("b", "cancelled", 1)]
    assert tell(told, stands("a", link="https://x.example")) == [("a", "moved", 1)]
    assert tell(told, stands("a", "b", link="https://x.example")) == [("b", "invite", 2)]
    assert tell(told, stands("a", "b", cancelled=True)) == [("a", "cancelled", 2), ("b", "cancelled", 3)]
    assert tell(told, stands("a", "b", cancelled=True)) == []


def test_the_agenda_goes_to_each_once_from_its_day_on() -> None:
    """G-2"""
    told = MeetingTold(meeting="crg-2026-06-11")
    tell(told, stands("a"))
    assert look_again_at(told, stands("a"), NOW) == AGENDA_AT
    assert tell(told, stands("a"), AGENDA_AT) == [("a", "agenda", None)]
    assert tell(told, stands("a", "b"), AGENDA_AT) == [("b", "invite", 0), ("b", "agenda", None)]
    assert look_again_at(told, stands("a", "b"), AGENDA_AT) is None


def test_the_business_unit_is_reminded_once_of_a_meeting_that_nobody_has_recorded() -> None:
    """G-2: not of one that was recorded or cancelled; of one put off after that, anew."""
    told, record_at = MeetingTold(meeting="crg-2026-06-11"), TEN + timedelta(days=1)
    tell(told, stands("a", record_at=record_at))
    tell(told, stands("a", record_at=record_at), AGENDA_AT)
    assert look_again_at(told, stands("a", record_at=record_at), TEN) == record_at
    assert tell(told, stands("a", record_at=record_at), TEN) == []
    assert tell(told, stands("a", record_at=record_at, held=True), record_at) == []
    assert tell(told, stands("a", record_at=record_at, cancelled=True), record_at) == []
    assert tell(told, stands("a", record_at=record_at), record_at) == [("sbu", "unrecorded", None)]
    assert tell(told, stands("a", record_at=record_at), record_at) == []
    assert look_again_at(told, stands("a", record_at=record_at), record_at) is None
    later = stands("a", starts_at=TEN + timedelta(days=7), record_at=record_at + timedelta(days=7))
    tell(told, later, record_at)
    assert tell(told, later, record_at + timedelta(days=7)) == [("sbu", "unrecorded", None)]


def test_nobody_is_told_of_what_has_begun_or_was_held() -> None:
    """G-2"""
    told = MeetingTold(meeting="crg-2026-06-11")
    assert tell(told, stands("a"), TEN) == []
    tell(told, stands("a"))
    assert tell(told, stands("a", cancelled=True), TEN) == []
    assert tell(told, stands("a", held=True), TEN) == []


def test_a_cancellation_that_could_not_be_delivered_is_owed_until_the_meeting_would_begin() -> None:
    """G-2: the Business Unit hears of it once."""
    told, off = MeetingTold(meeting="crg-2026-06-11"), stands("a", cancelled=True)
    tell(told, stands("a"))
    (owed,) = to_tell(told, off, NOW)
    assert [one.to for one in undelivered(told, off, owed)] == ["sbu"]
    assert undelivered(told, off, owed) == []
    assert look_again_at(told, off, NOW) == TEN
    assert look_again_at(told, off, TEN) is None
