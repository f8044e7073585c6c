"""A meeting of the CRG from its call to its end, on the real server in virtual time (G-1, G-2)."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.lengths import london as in_london
from delivery.mail import Mail, MailNotTaken
from review.asked import BeginAgain
from review.case.mailing import MailTrouble
from review.facts import Reported
from review.facts.notification import IncidentReported
from review.open_case import calendar_years, open_case
from store.meeting import MeetingRecord
from store.snapshot import Snapshot
from tests.workflows.desk import SBU, Desk
from tests.workflows.gathering import Gathering
from tests.workflows.scenes import crg_meeting, of_the_crg
from tests.workflows.world import london
from workflows import names

pytestmark = pytest.mark.asyncio(loop_scope="session")


def of(desk: Desk, meeting: Gathering, template: str) -> list[Mail]:
    return [one for one in desk.world.sent if one.reference == meeting.reference and template in one.subject]


def invite(mail: Mail) -> tuple[str, int, datetime, str]:
    """Method, sequence, start and uid of the invite that a mail carries."""
    assert mail.invite
    calendar = Calendar.from_ical(mail.invite)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), int(str(event["SEQUENCE"])), event.decoded("DTSTART"), str(event["UID"])


def a_case(desk: Desk) -> None:
    """A live case, of which nobody's name may travel."""
    now = datetime.now(UTC)
    fact = IncidentReported.model_validate(
        IncidentReported.sample | {"incident_at": now - timedelta(days=2), "aware_at": now - timedelta(days=1)}
    )
    case = open_case(
        "CR-2026-011",
        Reported(message="m", by=SBU, recorded_at=now, fact=fact),
        edition=load_edition("doncaster-2018"),
        calendar=england(*calendar_years(now)),
        cast=desk.world.directory.cast(),
        partnership="Sample",
        now=now,
    )
    desk.world.cases = {case.reference: Snapshot.of(case, now)}


async def test_calendars_show_a_meeting_as_it_stands_and_the_agenda_comes_in_time(desk: Desk) -> None:
    """G-1, G-2: called, moved, one member replaced by another, cancelled; one UID, its sequence goes up."""
    a_case(desk)
    people = {one.email for one in of_the_crg(desk)}
    meeting = await crg_meeting(desk)
    desk.world.cases = {}

    called = of(desk, meeting, "CRG meeting on Thursday 9 May 2030, 10:00")
    assert {mail.to_address for mail in called} == people
    assert {invite(mail)[:3] for mail in called} == {("REQUEST", 0, london("2030-05-09 10:00"))}
    moved = of(desk, meeting, "moved to Thursday 16 May 2030, 10:00")
    assert {mail.to_address for mail in moved} == people
    assert {invite(mail)[:3] for mail in moved} == {("REQUEST", 1, london("2030-05-16 10:00"))}
    assert "instead of Thursday 9 May 2030, 10:00" in moved[0].text

    agenda = of(desk, meeting, "Agenda of the CRG meeting on Thursday 16 May 2030")
    assert len(agenda) == len(people) + 1, "each once, and the new member when they joined"
    sent = {in_london(mail.sent_at).replace(second=0, microsecond=0) for mail in agenda[:-1]}
    assert sent == {london("2030-05-09 09:00")}, "five working days before, at 09:00"
    assert "- CR-2026-011: " in agenda[0].text
    assert f"https://cases.example.org/crg/{meeting.reference}" in agenda[0].text
    assert "Sample Child" not in agenda[0].text + agenda[0].subject

    (left,) = of(desk, meeting, "leaves your calendar")
    assert invite(left)[:2] == ("CANCEL", 2)
    joined = of(desk, meeting, "CRG meeting on Thursday 16 May 2030")
    assert [mail.to_address.partition("@")[0] for mail in joined if mail.invite] == ["crg-newly-joined"]
    off = of(desk, meeting, "cancelled")
    assert {mail.to_address for mail in off} == people - {left.to_address} | {agenda[-1].to_address}
    assert {invite(mail)[0] for mail in off} == {"CANCEL"}
    assert len({invite(mail)[3] for mail in [*called, *moved, left, *off]}) == 1
    for mail in [*called, *moved, *agenda, left, *off]:
        assert meeting.reference not in mail.subject, "a meeting is named by its day"
        assert "Case crg" not in mail.text


async def test_a_refused_address_is_told_to_the_business_unit_once_and_tried_again(desk: Desk) -> None:
    """G-2: called within the agenda's days the agenda goes at once; once the meeting was held nothing more is sent."""
    last = of_the_crg(desk)[-1]
    desk.world.refuses = {last.email}
    now = datetime.now(UTC)
    meeting = await Gathering.call(desk, now + timedelta(hours=3))
    business_unit = [who for who in desk.world.directory.people if "business-unit" in who.roles]
    crg = len(of_the_crg(desk))
    first = await meeting.mails(2 * (crg - 1) + 2 * len(business_unit))
    told = [mail for mail in first if "could not be delivered" in mail.subject]
    assert {mail.to_address for mail in told} == {one.email for one in business_unit}
    assert any("What was not delivered: an invitation to the meeting" in mail.text for mail in told)
    assert all(last.email in mail.text for mail in told), "whose address it is, for the Business Unit to correct"

    desk.world.refuses = set()
    await meeting.changes()
    again = await meeting.mails(2)  # no second word to the Business Unit
    assert {mail.to_address for mail in again} == {last.email}

    record = MeetingRecord(attended=["crg-chair"], agenda={})
    await meeting.changes(held_at=now, record=record)
    await meeting.handle.result()
    await meeting.mails(0)


async def test_a_full_mailbox_holds_no_other_mail_of_the_meeting(desk: Desk) -> None:
    """G-2: its invitation is tried on meanwhile, and goes as the meeting stands by then."""
    last, crg = of_the_crg(desk)[-1], len(of_the_crg(desk))
    desk.world.answers = {last.email: MailNotTaken(MailTrouble.MAILBOX_FULL, lasting=False, code=452)}
    meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
    await meeting.mails(crg - 1)
    await meeting.not_taken()
    await meeting.changes(starts_at=london("2030-05-16 10:00"))
    moved = await meeting.mails(crg - 1)
    assert {"moved" in mail.subject for mail in moved} == {True}
    desk.world.answers = {}
    await meeting.until(datetime.now(UTC) + timedelta(hours=1))
    (late,) = await meeting.mails(1)
    assert (late.to_address, invite(late)[2]) == (last.email, london("2030-05-16 10:00"))
    await meeting.handle.terminate("tried")


async def test_a_meeting_begins_again_while_a_mail_is_tried(desk: Desk) -> None:
    """G-2: its history does not grow through an outage; the mail goes on being tried, and goes once."""
    last, crg = of_the_crg(desk)[-1], len(of_the_crg(desk))
    desk.world.answers = {last.email: MailNotTaken(MailTrouble.MAILBOX_FULL, lasting=False, code=452)}
    meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
    await meeting.mails(crg - 1)
    first = (await meeting.handle.describe()).run_id
    await meeting.handle.signal(names.BEGIN_AGAIN, BeginAgain(run=first or ""))
    for _ in range(500):
        if (await meeting.handle.describe()).run_id != first:
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("it did not begin again")
    desk.world.answers = {}
    await meeting.until(datetime.now(UTC) + timedelta(hours=1))
    (late,) = await meeting.mails(1)
    assert (late.to_address, invite(late)[1]) == (last.email, 0)
    await meeting.handle.terminate("tried")


async def test_what_perhaps_shows_in_a_calendar_leaves_it_with_a_cancellation(desk: Desk) -> None:
    """G-2: the server took the invitation and broke off before its answer, so nobody knows that it went."""
    last, crg = of_the_crg(desk)[-1], len(of_the_crg(desk))
    desk.world.answers = {last.email: MailNotTaken(MailTrouble.PERHAPS_DELIVERED, lasting=False)}
    meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
    await meeting.mails(crg - 1)
    await meeting.not_taken()
    desk.world.answers = {}
    await meeting.changes(cancelled_at=datetime.now(UTC))
    off = await meeting.mails(crg)
    assert {invite(mail)[:2] for mail in off} == {("CANCEL", 1)}
    assert last.email in {mail.to_address for mail in off}
    await meeting.handle.result()


async def test_a_meeting_that_is_moved_while_its_mails_go_out_leaves_no_error_behind(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """G-2: what a try that was overtaken ends with is nobody's to see."""
    held, released, send, crg = asyncio.Event(), asyncio.Event(), desk.world.send, len(of_the_crg(desk))

    async def slow(mail: Mail, handing_over: Any = None) -> None:
        if mail.reference.startswith("crg-") and "9 May 2030" in mail.subject:
            held.set()
            await released.wait()
        else:
            await send(mail)

    desk.world.send = slow  # type: ignore[method-assign]
    try:
        meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
        await asyncio.wait_for(held.wait(), 20)
        await meeting.changes(starts_at=london("2030-05-16 10:00"))
        await meeting.mails(crg)
    finally:
        released.set()
        desk.world.send = send  # type: ignore[method-assign]
    await meeting.handle.terminate("tried")
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_of_a_meeting_that_has_begun_nobody_is_told(desk: Desk) -> None:
    """G-2: one that is entered late is recorded only, and leaves no calendar when it is cancelled."""
    meeting = await Gathering.call(desk, datetime.now(UTC) - timedelta(hours=1))
    await meeting.changes(cancelled_at=datetime.now(UTC))
    await meeting.handle.result()
    await meeting.mails(0)


async def test_a_meeting_put_off_has_its_agenda_sent_again_in_time(desk: Desk) -> None:
    """G-2: whoever has the agenda of the first day gets it as it is by the other."""
    crg = len(of_the_crg(desk))
    meeting = await Gathering.call(desk, london("2030-05-09 10:00"))
    await meeting.mails(crg)
    await meeting.until(london("2030-05-01 10:00"))
    (first, *_) = await meeting.mails(crg)
    assert in_london(first.sent_at).hour == 9, "1 May: 6 May 2030 is a bank holiday"
    await meeting.changes(starts_at=london("2030-06-20 10:00"))
    await meeting.mails(crg)
    await meeting.until(london("2030-06-13 10:00"))
    assert {"Agenda of the CRG meeting on Thursday 20 June" in mail.subject for mail in await meeting.mails(crg)} == {
        True
    }
    await meeting.handle.terminate("tried")


async def test_a_meeting_that_nobody_has_recorded_is_brought_to_mind_the_working_day_after(desk: Desk) -> None:
    """G-2: once; what is entered late is given a day first, and one that is recorded by then is not mentioned."""
    business_unit = {who.email for who in desk.world.directory.people if "business-unit" in who.roles}
    now = datetime.now(UTC)
    late = await Gathering.call(desk, now - timedelta(days=30), called_at=now)
    meeting = await Gathering.call(desk, london("2030-07-05 10:00"))
    crg = len(of_the_crg(desk))
    await meeting.mails(crg)
    await meeting.until(london("2030-07-05 18:00"))
    await meeting.mails(crg)
    await meeting.until(london("2030-07-10 18:00"))
    told = await meeting.mails(len(business_unit))
    assert {mail.to_address for mail in told} == business_unit
    assert {mail.subject for mail in told} == {"Please record the CRG meeting of Friday 5 July 2030, 10:00"}
    assert {in_london(mail.sent_at).replace(second=0, microsecond=0) for mail in told} == {london("2030-07-08 09:00")}
    await late.mails(0)
    await late.until(now + timedelta(days=8))
    await late.mails(len(business_unit))
    await meeting.changes(held_at=london("2030-07-10 18:00"), record=MeetingRecord(attended=["crg-chair"], agenda={}))
    await meeting.handle.result()
    await meeting.mails(0)
    await late.handle.terminate("tried")
