"""What those who are to come to a meeting of the CRG are told, and when (G-1, G-2)."""

from datetime import UTC, datetime, timedelta

from review.case.mailing import MailTrouble, NotTaken
from review.chapters.crg.meeting import (
    MeetingStands,
    MeetingTold,
    Told,
    look_again_at,
    not_taken,
    sent,
    take_in,
    to_tell,
    to_try,
    told_so_far,
    undelivered,
)

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
    """G-1, G-2: whoever leaves and comes back is invited again, with a higher sequence."""
    told = MeetingTold(meeting="crg-2026-06-11")
    assert tell(told, stands("a", "b")) == [("a", "invite", 0), ("b", "invite", 0)]
    assert tell(told, stands("a", "b")) == []
    assert tell(told, stands("a")) == [("b", "cancelled", 1)]
    assert tell(told, stands("a", link="https://x.example")) == [("a", "moved", 1)]
    assert tell(told, stands("a", "b", link="https://x.example")) == [("b", "invite", 2)]
    assert tell(told, stands("a", "b", link="https://x.example", minutes=90)) == [("a", "moved", 2), ("b", "moved", 3)]
    assert tell(told, stands("a", "b", cancelled=True)) == [("a", "cancelled", 3), ("b", "cancelled", 4)]
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
    """G-2: not of one that was recorded or cancelled; of one put off after that, again."""
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


def test_what_people_were_told_is_known_again_from_the_mails_that_went_out() -> None:
    """G-2: for a meeting whose workflow was lost; nobody is told twice, and no calendar takes a step back."""
    told, went, link = MeetingTold(meeting="crg-2026-06-11"), list[Told](), "https://x.example"

    def goes(now_stands: MeetingStands, now: datetime = NOW) -> None:
        for notice in to_tell(told, now_stands, now):
            take_in(told, notice)
            went.append(Told(cause=notice.cause, person=notice.to, link=now_stands.link))
        assert told_so_far(told.meeting, now_stands.starts_at, went) == told

    goes(stands("a", "b"))
    goes(stands("a"))
    goes(stands("a", "b", link=link))
    later = TEN + timedelta(days=1)
    moved = stands("a", "b", link=link, starts_at=later, record_at=later + timedelta(days=1))
    goes(moved)
    goes(moved, AGENDA_AT)
    goes(moved, later + timedelta(days=1))
    (owed,) = to_tell(told, stands("a", "b", "c", link=link, starts_at=later), NOW)
    went += [Told(cause=one.cause, person=one.to) for one in undelivered(told, moved, owed)]
    assert told_so_far(told.meeting, later, went) == told


def refused(trouble: MailTrouble, *, failed: bool = False) -> NotTaken:
    return NotTaken(trouble=trouble, words="", failed=failed, again_after=None if failed else timedelta(minutes=1))


def perhaps(told: MeetingTold, now_stands: MeetingStands) -> list[tuple[str, str, int, datetime]]:
    """Of all that is to be told the server breaks off before its answer: to whom, what, sequence, start."""
    to_try(told, to_tell(told, now_stands, NOW), NOW)
    tried = [one.notice for one in told.trying.values()]
    for notice in tried:
        not_taken(told, now_stands, notice, refused(MailTrouble.PERHAPS_DELIVERED), NOW)
    return [
        (one.to, one.template.removeprefix("crg-meeting-"), one.invite.sequence, one.invite.starts_at)
        for one in tried
        if one.invite
    ]


def test_every_changed_invitation_has_a_sequence_of_its_own_whether_or_not_the_one_before_is_known_to_have_gone() -> (
    None
):
    """G-2: what a calendar perhaps shows is put right by what comes later, moved back, moved on or cancelled."""
    told, later = MeetingTold(meeting="crg-2026-06-11"), TEN + timedelta(days=7)
    moved, off = stands("a", starts_at=later), stands("a", cancelled=True)
    assert perhaps(told, stands("a")) == [("a", "invite", 0, TEN)]
    assert perhaps(told, stands("a")) == [("a", "invite", 0, TEN)], "the same again is the same"
    assert perhaps(told, moved) == [("a", "invite", 1, later)]
    assert perhaps(told, stands("a")) == [("a", "invite", 2, TEN)]
    assert perhaps(told, stands("a", link="https://x.example")) == [("a", "invite", 3, TEN)]
    assert perhaps(told, off) == [("a", "cancelled", 4, TEN)]
    assert perhaps(told, off) == [("a", "cancelled", 4, TEN)]
    assert perhaps(told, moved) == [("a", "invite", 5, later)]
    again = MeetingTold.model_validate_json(told.model_dump_json())
    assert perhaps(again, off) == [("a", "cancelled", 6, later)]


def test_a_calendar_that_is_right_but_perhaps_shows_a_later_word_is_told_again() -> None:
    """G-2: moved there and back, while a server broke off."""
    told = MeetingTold(meeting="crg-2026-06-11")
    tell(told, stands("a"))
    assert perhaps(told, stands("a", starts_at=TEN + timedelta(days=7))) == [("a", "moved", 1, TEN + timedelta(days=7))]
    assert tell(told, stands("a")) == [("a", "invite", 2)]
    assert tell(told, stands("a")) == []
    assert (told.tried, told.perhaps) == ({}, {})


def test_a_refused_invitation_is_in_no_calendar_and_leaves_none() -> None:
    """G-2: and what arrives late, overtaken by another, changes nothing."""
    told, later = MeetingTold(meeting="crg-2026-06-11"), stands("a", starts_at=TEN + timedelta(days=7))
    to_try(told, to_tell(told, stands("a"), NOW), NOW)
    (first,) = [one.notice for one in told.trying.values()]
    to_try(told, to_tell(told, later, NOW), NOW)
    (second,) = [one.notice for one in told.trying.values()]
    assert second.invite
    assert second.invite.sequence == 1
    not_taken(told, later, second, refused(MailTrouble.NO_SUCH_PERSON, failed=True), NOW)
    assert [one.notice.template for one in told.trying.values()] == ["crg-meeting-undelivered"]
    assert to_tell(told, stands("a", cancelled=True), NOW) == []
    sent(told, second)
    sent(told, first)
    assert told.calendars["a"].starts_at == TEN + timedelta(days=7)
    assert tell(told, stands("a", cancelled=True)) == [("a", "cancelled", 2)]


def test_what_was_given_to_be_sent_is_known_again_from_the_log_of_mails() -> None:
    """G-2: for a meeting whose workflow was lost while a server broke off."""
    at = TEN.isoformat()
    went = Told(cause=f"crg-meeting-invite:0:{at}", person="a")
    told = told_so_far("crg-2026-06-11", TEN, [went.model_copy(update={"sent": False, "perhaps": True})])
    assert perhaps(told, stands("a", cancelled=True)) == [("a", "cancelled", 1, TEN)]
    told = told_so_far("crg-2026-06-11", TEN, [went.model_copy(update={"sent": False})])
    assert perhaps(told, stands("a", starts_at=TEN + timedelta(days=7)))[0][:3] == ("a", "invite", 1)
    assert told_so_far("crg-2026-06-11", TEN, [went]).tried == {}
