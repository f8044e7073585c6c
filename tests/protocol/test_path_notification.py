"""The discussion and the notification (§1), in virtual time. All times are London's."""

import pytest

from review.case import reads
from review.case.deadline import Status
from review.facts.enums import Stage
from tests.workflows.desk import Desk, Refused
from tests.workflows.paths import due, notified, status

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_where_a_partner_has_no_accountable_officer_its_deputy_is_told(desk: Desk) -> None:
    """D-3, §1: accountable officers or their nominated deputies."""
    before = desk.world.directory
    people = [person.model_copy(update={"active": person.id != "officer-health"}) for person in before.people]
    desk.world.directory = before.model_copy(update={"people": people})
    try:
        case = await notified(desk)
        await case.quiet()
    finally:
        desk.world.directory = before
    assert len(case.mails("serious incident notified", to="deputy-health")) == 1
    assert not case.mails("serious incident notified", to="deputy-police")


async def test_views_that_differ_wait_remind_and_escalate_while_d1_runs(desk: Desk) -> None:
    """N-2: told at once and each working day, the CRG Chair too; D-1 reminds; either may change the view."""
    case = await desk.open()
    await case.says("partner-view-given", by="dcs", officer="dcs", view="notify")
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="do-not-notify")
    with pytest.raises(Refused, match="partners-not-agreed"):
        await case.says("panel-notified", notified_by="Chief Executive", panel_reference="X")
    await case.until("2026-03-06 10:00")
    await case.comes(lambda: len(case.mails("differ", to="crg-chair")) >= 5)
    assert len(case.mails("differ", to="crg-chair")) == 5  # Monday at once, then Tuesday to Friday at 09:00
    assert case.told("deadline-reminder", "D-1")
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="notify")
    await case.says("panel-notified")
    await case.quiet()
    assert await status(case, "D-1") is Status.MET


async def test_a_case_withdrawn_while_views_differ_reminds_nobody_any_more(desk: Desk) -> None:
    """X-1, N-2: the two who differ are told of the withdrawal, and of nothing after it."""
    case = await desk.open()
    await case.says("partner-view-given", by="dcs", officer="dcs", view="notify")
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="do-not-notify")
    await case.says("case-withdrawn")
    await case.until("2026-03-06 12:00")
    assert len(case.mails("the two views differ", to="dcs")) == 1
    assert len(case.mails("the case has been withdrawn", to="dcs")) == 1


async def test_views_that_differ_again_on_the_same_day_are_told_at_once(desk: Desk) -> None:
    """N-2: either may change their view, back and forth."""
    case = await desk.open()
    await case.says("partner-view-given", by="dcs", officer="dcs", view="notify")
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="do-not-notify")
    await case.quiet()
    await case.says("partner-view-given", by="chief-executive", officer="chief-executive", view="notify")
    await case.quiet()
    await case.says("partner-view-given", by="dcs", officer="dcs", view="do-not-notify")
    await case.quiet()
    assert len(case.mails("the two views differ", to="dcs")) == 2


async def test_both_say_no_and_the_case_closes_with_reasons(desk: Desk) -> None:
    """N-2: not notified; D-1 stops and says why."""
    case = await desk.open()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="close", reasons="Neither limb is met.")
    await case.quiet()
    assert (await case.state()).stage is Stage.NOT_NOTIFIED
    assert await status(case, "D-1") is Status.STOPPED
    assert case.mails(to="sbu-manager")


async def test_a_refused_notification_goes_on_as_a_referral_to_the_crg(desk: Desk) -> None:
    """N-2: both said no, yet the CRG shall look at it."""
    case = await desk.open()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="refer-to-crg", reasons="There is learning across agencies.")
    await case.quiet()
    assert (await case.state()).stage is Stage.CRG_REFERRAL


async def test_the_death_of_a_child_in_care_is_told_to_both_authorities_even_if_not_notified(desk: Desk) -> None:
    """N-4, D-2: both duties run on though N-2 ends in no."""
    child = {"child_id": "child-a", "name": "Sample Child", "harm": "died", "in_care": True}
    case = await desk.open(children=[child], abuse_or_neglect="not-suspected")
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="close", reasons="No abuse or neglect is suspected.")
    await case.says("authority-told", by="dcs", authority="ofsted")
    await case.until("2026-03-10 09:30")
    assert await status(case, "D-2:ofsted") is Status.MET
    assert await status(case, "D-2:secretary-of-state") is Status.LATE
    assert case.told("deadline-passed", "D-2:secretary-of-state")
    await case.says("authority-told", by="dcs", authority="secretary-of-state")
    assert await status(case, "D-2:secretary-of-state") is Status.LATE


async def test_the_dcs_is_told_of_both_authorities_in_one_mail(desk: Desk) -> None:
    """D-2: two duties that begin in the same moment, one mail, one row of the record."""
    child = {"child_id": "child-a", "name": "Sample Child", "harm": "died", "in_care": True}
    case = await desk.open(children=[child])
    await case.quiet()
    assert (
        len(
            [
                row
                for row in case.told("mail-sent")
                if row.line == "Sent to dcs: Ofsted and the Secretary of State must be told"
            ]
        )
        == 1
    )


async def test_the_steps_for_childrens_safety_are_asked_for_and_recorded(desk: Desk) -> None:
    """N-5"""
    case = await desk.open()
    await case.quiet()
    assert case.mails(to="dcs")
    await case.says("safety-steps-recorded", by="dcs", child_ids=["child-sample-2"], steps="With the grandmother.")
    assert (await case.state()).entries[-1].fact.kind == "safety-steps-recorded"


async def test_a_notification_entered_late_is_overdue_at_once_and_not_lost(desk: Desk) -> None:
    """How time is counted, "anchors entered late": aware in February, entered in March; D-1 is over at the start."""
    case = await desk.open("2026-02-16 10:00", now="2026-03-02 10:00")
    await case.quiet()
    assert await due(case, "D-1") == "2026-02-23 23:59:59"
    assert case.told("deadline-passed", "D-1")
    assert case.told("deadline-overdue", "D-1")
    assert not case.told("deadline-reminder", "D-1")


async def test_views_that_turn_to_no_before_the_panel_is_notified_close_the_case(desk: Desk) -> None:
    """N-2: either may change the view until the notification."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="close", reasons="Sample.")
    await case.quiet()
    assert (await case.state()).stage is Stage.NOT_NOTIFIED
    assert await status(case, "D-1") is Status.STOPPED


async def test_a_correction_that_makes_a_duty_due_starts_its_clock(desk: Desk) -> None:
    """X-2, N-4, D-2: the child was in care after all; both deadlines run and remind."""
    case = await desk.open()
    await case.quiet()
    incident = reads.incident(await case.state())
    children = [child.model_copy(update={"in_care": True}) for child in incident.children]
    right = incident.model_copy(update={"children": children}).model_dump(mode="json")
    await case.says("corrected", corrects="opening", right=right, reason="Looked after since January.")
    await case.until("2026-03-05 10:00")
    assert case.told("deadline-reminder", "D-2:ofsted")
    assert case.mails("Ofsted", to="dcs")
