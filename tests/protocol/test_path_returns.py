"""Scoping, requests, returns and the meeting (§2), in virtual time. All times are London's."""

import pytest

from review.case.deadline import Status
from tests.workflows.desk import Desk, Refused
from tests.workflows.paths import due, notified, requested, status

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_scoping_meeting_is_called_with_a_calendar_invite_and_sets_the_next_meeting(desk: Desk) -> None:
    """D-4, R-2: CRG invited with a calendar invite; R-6: the rapid review meeting is set now, and invited."""
    case = await notified(desk)
    await case.follow_to("returns-requested")
    await case.quiet()
    invites = [mail for mail in case.mails("scoping meeting") if mail.invite]
    assert len(invites) >= 2
    meeting = [mail for mail in case.mails("rapid review meeting") if mail.invite]
    assert {"legal-adviser@sample-partnership.example.org"} <= {mail.to_address for mail in meeting}
    assert all(mail.attachments for mail in meeting)  # the agenda


async def test_a_late_return_is_taken_marked_late_and_collated_again(desk: Desk) -> None:
    """D-6, R-4, R-5: reminded, chased, escalated; the pack says what is missing, then comes again."""
    case = await requested(desk)
    for agency in ("childrens-services", "primary-care", "education", "hospital"):
        await case.says("agency-returned", agency=agency)
    await case.until("2026-03-09 10:00")
    assert case.mails(to="lead-police")
    await case.until("2026-03-10 12:00")
    assert await status(case, "D-6:police") is Status.LATE
    assert case.told("deadline-escalation", "D-6:police")
    assert case.mails(to="senior-police")
    packs = case.mails("returns", to="crg-chair")
    assert len(packs) == 1
    assert "Police" in packs[0].text
    await case.says("agency-returned", agency="police")
    await case.quiet()
    assert case.told("deadline-met-late", "D-6:police")
    assert len(case.mails("returns", to="crg-chair")) == 2


async def test_the_business_unit_reads_which_agencies_deadlines_moved_and_which_are_overdue(desk: Desk) -> None:
    """R-4, X-1: what moves by a resumption goes in one mail; what is overdue names each agency, once."""
    case = await requested(desk)
    for agency in (await case.state()).requests:
        await case.says("senior-officers-informed", agency=agency)
    await case.says("case-paused")
    await case.passes(days=3)
    await case.says("case-resumed")
    await case.quiet()
    (moved,) = case.mails("has moved to Thursday 12 March 2026 (5)", to="sbu-manager")
    assert len([line for line in moved.text.splitlines() if line.startswith("- ") and "Agency's return (" in line]) == 5
    rows = [row.about for row in case.rows if row.line.startswith("Sent to sbu-manager: new date")]
    assert len(set(rows)) == 5, "in the record each is told for itself"
    await case.until("2026-03-13 00:30")
    await case.quiet()
    mails = case.mails("deadlines are overdue", to="sbu-manager")
    lines = [line for mail in mails for line in mail.text.splitlines() if line.startswith("- Overdue: send the")]
    assert len(lines) == 5
    assert sum("send the return of Sample Police" in line for line in lines) == 1


async def test_a_missing_return_does_not_hold_up_the_review(desk: Desk) -> None:
    """R-4: what never came is late for good, and said so when the rapid review is submitted."""
    case = await requested(desk)
    for agency in ("childrens-services", "primary-care", "education", "hospital"):
        await case.says("agency-returned", agency=agency)
    await case.until("2026-03-11 10:00")
    await case.says("rapid-review-meeting-held")
    await case.follow_to("panel-acknowledged", skip=["agency-returned", "senior-officers-informed"])
    await case.quiet()
    assert await status(case, "D-6:police") is Status.LATE
    assert "never came" in str((await case.deadline("D-6:police")).stopped_why)
    assert await status(case, "D-7") is Status.MET


async def test_a_nil_return_names_its_officer_and_counts_as_returned(desk: Desk) -> None:
    """R-4: not known to us."""
    case = await requested(desk)
    await case.says("agency-returned", agency="hospital", nil=True, content=None, officer="Named Nurse")
    assert await status(case, "D-6:hospital") is Status.MET


async def test_an_agency_added_later_has_its_own_five_days(desk: Desk) -> None:
    """R-4, D-6: asked on Friday 6 March, due at the end of Wednesday 11 March."""
    case = await requested(desk)
    await case.until("2026-03-06 12:00")
    await case.says("agency-added", agency="probation", reason="The police return mentions it.")
    await case.quiet()
    assert await due(case, "D-6:probation") == "2026-03-11 23:59:59"


async def test_an_agency_added_later_is_invited_to_the_meeting_as_it_is_set_by_then(desk: Desk) -> None:
    """R-4, R-6: once; with an agenda that names it. Housing has no seat on the Case Review Group."""
    case = await requested(desk)
    await case.says("rapid-review-meeting-moved", starts_at="2026-03-13T10:00:00+00:00", reason="Sample.")
    await case.says("agency-added", agency="housing", reason="Sample.")
    await case.quiet()
    (mail,) = case.mails("rapid review meeting, Friday 13 March 2026", to="lead-housing")
    assert b"Sample Housing Association" in mail.attachments[0].content
    assert not case.mails("meeting moved", to="lead-housing")
    await case.says("rapid-review-meeting-moved", starts_at="2026-03-16T10:00:00+00:00", reason="Sample.")
    await case.quiet()
    assert len(case.mails("meeting moved to Monday 16 March", to="lead-housing")) == 1


async def test_a_meeting_time_that_was_entered_wrongly_moves_in_all_calendars(desk: Desk) -> None:
    """X-2, R-6: the scoping meeting's outcome is corrected."""
    case = await requested(desk)
    entry = next(one for one in (await case.state()).entries if one.fact.kind == "scoping-meeting-held")
    right = entry.fact.model_dump(mode="json") | {"rapid_review_meeting_at": "2026-03-11T14:00:00+00:00"}
    await case.says("corrected", corrects=entry.reported.message, right=right, reason="Sample.")
    await case.quiet()
    (mail,) = case.mails("meeting moved to Wednesday 11 March 2026, 14:00", to="lead-police")
    assert mail.invite is not None
    assert b"SEQUENCE:2" in mail.invite


async def test_a_return_is_replaced_until_the_meeting_and_refused_after_it(desk: Desk) -> None:
    """R-4: earlier versions are kept."""
    case = await requested(desk)
    await case.says("agency-returned", agency="police")
    await case.says(
        "agency-returned",
        by="lead-police",
        agency="police",
        officer="Superintendent",
        content={"involvement": "Corrected."},
    )
    assert (case.reference, "return-police", 2) in case.desk.world.documents
    assert (case.reference, "return-police", 1) in case.desk.world.documents
    await case.says("rapid-review-meeting-held")
    with pytest.raises(Refused, match="returns-closed"):
        await case.says(
            "agency-returned", by="lead-police", agency="police", officer="X", content={"involvement": "Too late."}
        )
