"""The protocol's paths, on the real server in virtual time. Dates are written by hand; all times are London's.

The case of most tests: aware on Monday 2 March 2026 at 10:00, so D-1 is due at the end of Monday 9 March.
"""

from datetime import UTC

import pytest

from review.clocks import Status
from review.sign_off import RoundStatus
from review.words import Stage
from tests.workflows.desk import Case, Desk, Refused, london
from tests.workflows.standing import brought

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def due(case: Case, id: str) -> str:
    """When a deadline is due, as London's clocks show it."""
    clock = await case.clock(id)
    return f"{clock.due.astimezone(london('2026-03-02').tzinfo):%Y-%m-%d %H:%M:%S}"


async def status(case: Case, id: str) -> Status:
    return (await case.clock(id)).status(await case.now())


async def notified(desk: Desk, **incident: object) -> Case:
    """A case whose Panel has been notified on Tuesday 3 March at 09:00."""
    case = await desk.open(**incident)  # type: ignore[arg-type]
    await case.follow_to("panel-notified")
    await case.until("2026-03-03 09:00")
    await case.says("panel-notified")
    return case


async def requested(desk: Desk) -> Case:
    """A case whose requests went out on Wednesday 4 March at 09:00."""
    return await brought(desk, to_the_requests)


async def out_for_sign_off(desk: Desk) -> Case:
    """A case whose first draft went out on Thursday 12 March at 09:00."""
    return await brought(desk, to_the_sign_off)


async def submitted(desk: Desk) -> Case:
    """A case whose rapid review was submitted on the same day."""
    return await brought(desk, to_the_submission)


async def to_the_requests(desk: Desk) -> Case:
    case = await notified(desk)
    await case.follow_to("returns-requested")
    await case.until("2026-03-04 09:00")
    await case.says("returns-requested")
    await case.quiet()
    return case


async def to_the_sign_off(desk: Desk) -> Case:
    case = await requested(desk)
    await case.follow_to("draft-sent-for-sign-off")
    await case.until("2026-03-12 09:00")
    await case.says("draft-sent-for-sign-off", version=1)
    await case.quiet()
    return case


async def to_the_submission(desk: Desk) -> Case:
    case = await out_for_sign_off(desk)
    await case.follow_to("panel-acknowledged")
    return case


async def test_a_case_on_time_goes_from_incident_to_decision_with_every_deadline_met(desk: Desk) -> None:
    """N-1..N-3, R-1..R-15, D-1, D-3..D-9: the whole path; nothing late, nothing left open."""
    case = await to_the_requests(desk)
    assert await due(case, "D-1") == "2026-03-09 23:59:59"
    assert await due(case, "D-4") == "2026-03-05 09:00:00"
    assert await due(case, "D-5") == "2026-03-10 23:59:59"
    assert await due(case, "D-7") == "2026-03-24 23:59:59"
    assert await due(case, "D-6:police") == "2026-03-09 23:59:59"
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)
    await case.quiet()
    state = await case.state()
    now = await case.now()
    unmet = {id: one.stopped_why for id, one in state.clocks.items() if one.status(now) is not Status.MET}
    assert set(unmet) <= {"D-10"}, unmet  # begins with the decision
    assert state.failed == {}
    assert [row.seq for row in case.rows] == list(range(1, len(case.rows) + 1))


async def test_leaders_are_told_within_a_minute_of_the_notification(desk: Desk) -> None:
    """D-3, N-6: accountable officers, CRG Chair and Independent Chair; the Business Unit gets its copy (N-3)."""
    case = await notified(desk)
    await case.quiet()
    for person in ("officer-local-authority", "officer-health", "officer-police", "crg-chair", "independent-chair"):
        assert len(case.mails(to=person)) >= 1, person
    assert case.mails("notification", to="sbu-manager")
    assert await status(case, "D-3") is Status.MET


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
    assert len(case.mails("the case is withdrawn", to="dcs")) == 1


async def test_views_that_differ_anew_on_the_same_day_are_told_at_once(desk: Desk) -> None:
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
    assert len([row for row in case.told("mail-sent") if row.line == "Sent to dcs: authorities duty"]) == 1


async def test_the_steps_for_childrens_safety_are_asked_for_and_recorded(desk: Desk) -> None:
    """N-5"""
    case = await desk.open()
    await case.quiet()
    assert case.mails(to="dcs")
    await case.says("safety-steps-recorded", by="dcs", child_ids=["child-sample-2"], steps="With the grandmother.")
    assert (await case.state()).entries[-1].said.fact.kind == "safety-steps-recorded"


async def test_a_notification_entered_late_is_overdue_at_once_and_not_lost(desk: Desk) -> None:
    """How time is counted, "anchors entered late": aware in February, entered in March; D-1 is over at the start."""
    case = await desk.open("2026-02-16 10:00", now="2026-03-02 10:00")
    await case.quiet()
    assert await due(case, "D-1") == "2026-02-23 23:59:59"
    assert case.told("deadline-passed", "D-1")
    assert case.told("deadline-overdue", "D-1")
    assert not case.told("deadline-reminder", "D-1")


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
    """D-6, R-4, R-5: reminded, chased, escalated; the pack says what is missing, then comes anew."""
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
    await case.says("case-paused")
    await case.passes(days=3)
    await case.says("case-resumed")
    await case.quiet()
    (moved,) = case.mails("has moved to Thursday 12 March 2026 (5)", to="sbu-manager")
    assert len([line for line in moved.text.splitlines() if "Agency's return (" in line]) == 5
    rows = [row.about for row in case.rows if row.line.startswith("Sent to sbu-manager: deadline moved")]
    assert len(set(rows)) == 5, "in the record each is told for itself"
    await case.until("2026-03-13 00:30")
    await case.quiet()
    mails = case.mails("overdue, Agency's return", to="sbu-manager")
    lines = [line for mail in mails for line in mail.text.splitlines() if "Agency's return (" in line]
    assert len(lines) == 5
    assert sum("Agency's return (Sample Police)" in line for line in lines) == 1


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
    assert "never came" in str((await case.clock("D-6:police")).stopped_why)
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
    entry = next(one for one in (await case.state()).entries if one.said.fact.kind == "scoping-meeting-held")
    right = entry.said.fact.model_dump(mode="json") | {"rapid_review_meeting_at": "2026-03-11T14:00:00+00:00"}
    await case.says("corrected", corrects=entry.said.message, right=right, reason="Sample.")
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
    assert (case.reference, "return-police", 2) in case.desk.world.shelf
    assert (case.reference, "return-police", 1) in case.desk.world.shelf
    await case.says("rapid-review-meeting-held")
    with pytest.raises(Refused, match="returns-closed"):
        await case.says(
            "agency-returned", by="lead-police", agency="police", officer="X", content={"involvement": "Too late."}
        )


async def test_a_draft_sent_back_is_redrafted_and_signed_by_everyone_again(desk: Desk) -> None:
    """R-11, D-8: a sign-off holds for exactly one version."""
    case = await out_for_sign_off(desk)
    await case.says("sign-off-given", by="officer-health", officer="officer-health")
    await case.says(
        "sign-off-given", by="officer-police", officer="officer-police", verdict="send-back", comments="Say more."
    )
    state = await case.state()
    assert state.rounds[0].status is RoundStatus.SENT_BACK
    assert await status(case, "D-8:rapid-review-1:local-authority") is Status.STOPPED
    await case.follow_to("draft-sent-for-sign-off")
    await case.says("draft-sent-for-sign-off", version=2)
    await case.follow_to("submitted-to-panel")
    state = await case.state()
    assert [one.status for one in state.rounds] == [RoundStatus.SENT_BACK, RoundStatus.APPROVED]
    assert all(ask.given_by for ask in state.rounds[1].asks)
    with pytest.raises(Refused, match="submission-without-approval"):
        await case.says("submitted-to-panel", version=1)
    await case.says("submitted-to-panel", version=2)


async def test_a_silent_officer_is_reminded_then_the_deputy_is_asked_and_signs(desk: Desk) -> None:
    """R-11, D-8: due 48 hours after receipt, Saturday 14 March 09:00; then the deputy, then escalation."""
    case = await out_for_sign_off(desk)
    assert await due(case, "D-8:rapid-review-1:health") <= "2026-03-14 09:00:59"
    with pytest.raises(Refused, match="not-asked-to-sign"):
        await case.says("sign-off-given", by="deputy-health", officer="deputy-health")
    await case.until("2026-03-15 10:00")
    assert case.told("deadline-reminder", "D-8:rapid-review-1:health")
    assert case.told("deadline-deputy", "D-8:rapid-review-1:health")
    assert case.told("deadline-escalation", "D-8:rapid-review-1:health")
    assert case.mails(to="deputy-health")
    await case.says("sign-off-given", by="deputy-health", officer="deputy-health")
    ask = (await case.state()).rounds[0].ask_for("health")
    assert (ask.given_by, ask.as_deputy) == ("deputy-health", True)
    assert await status(case, "D-8:rapid-review-1:health") is Status.LATE


async def test_the_independent_chair_is_told_of_the_recommendation(desk: Desk) -> None:
    """R-8"""
    case = await out_for_sign_off(desk)
    assert any("criteria met" in mail.text for mail in case.mails(to="independent-chair"))


async def test_the_panel_gets_the_approved_report_with_a_covering_letter(desk: Desk) -> None:
    """R-12, D-7: both attached to one mail."""
    case = await submitted(desk)
    await case.quiet()
    (mail,) = case.mails(to="panel")
    assert [part.name for part in mail.attachments] == [
        f"{case.reference}-covering-letter-v1.html",
        f"{case.reference}-rapid-review-v1.html",
    ]


async def test_the_covering_letter_names_the_version_approved_and_says_what_the_business_unit_writes(
    desk: Desk,
) -> None:
    """R-12: the second version, after one was sent back."""
    case = await out_for_sign_off(desk)
    await case.says(
        "sign-off-given", by="officer-health", officer="officer-health", verdict="send-back", comments="Sample."
    )
    await case.follow_to("submitted-to-panel")
    await case.says("submitted-to-panel", covering_letter="Sample: the inquest opens in May.")
    await case.quiet()
    letter = (await desk.world.get(case.reference, "covering-letter", 1)) or pytest.fail("no letter was made")
    assert b"rapid review report, version 2" in letter.content
    assert b"Sample: the inquest opens in May." in letter.content


async def test_a_panel_that_asks_for_more_before_it_acknowledges_is_chased_for_its_response(desk: Desk) -> None:
    """R-13, D-9: its answer names the meeting from which the response is counted."""
    case = await submitted(desk)
    await case.says("panel-responded", response="asks-for-more", reasons="Sample.")
    await case.quiet()
    assert "panel-acknowledged" not in [step.rel for step in await case.steps() if step.needed]
    await case.says("panel-answered", answer="Sample.", meeting_date="2026-03-20")
    await case.quiet()
    assert await due(case, "D-9:2") == "2026-04-07 23:59:59"  # over Good Friday and Easter Monday
    await case.until("2026-04-08 09:00")
    assert len(case.mails("the Panel's response", to="panel")) == 1


async def test_a_panel_that_is_overdue_is_chased(desk: Desk) -> None:
    """D-9, R-13: meeting on Thursday 19 March, ten working days end on Thursday 2 April 2026."""
    case = await submitted(desk)
    await case.says("panel-acknowledged", meeting_date="2026-03-19")
    await case.quiet()
    assert await due(case, "D-9") == "2026-04-02 23:59:59"
    await case.until("2026-04-03 09:00")
    assert case.told("deadline-overdue", "D-9")
    assert len(case.mails(to="panel")) == 2
    await case.says("panel-responded", response="agrees")
    assert await status(case, "D-9") is Status.LATE


async def test_a_panel_that_asks_for_more_is_answered_and_counted_anew(desk: Desk) -> None:
    """R-13: the second D-9 runs from the second meeting."""
    case = await submitted(desk)
    await case.says("panel-acknowledged", meeting_date="2026-03-19")
    await case.until("2026-03-20 10:00")
    await case.says("panel-responded", response="asks-for-more")
    with pytest.raises(Refused, match="not-yet"):
        await case.says("panel-responded", response="agrees", reasons="Sample.")
    await case.says("panel-answered", meeting_date="2026-04-09")
    await case.quiet()
    assert await due(case, "D-9:2") == "2026-04-23 23:59:59"
    await case.says("panel-responded", response="agrees")
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)


async def test_a_panel_that_disagrees_and_a_decision_that_differs_needs_its_reason(desk: Desk) -> None:
    """R-13, R-14, R-15: the decision may differ from the recommendation, with the reason."""
    case = await submitted(desk)
    await case.says("panel-acknowledged", meeting_date="2026-03-19")
    await case.says("panel-responded", response="disagrees", reasons="The criteria are not met.")
    await case.quiet()
    for person in ("crg-chair", "officer-health", "independent-chair"):
        assert any("disagrees" in mail.text for mail in case.mails(to=person)), person
    with pytest.raises(Refused, match="difference-unexplained"):
        await case.says("partners-decided", decision="no-further-action")
    await case.says("partners-decided", decision="no-further-action", difference_reason="The Panel's view persuades.")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED


@pytest.mark.parametrize(
    ("decision", "part", "stage"),
    [("learning-review", "", Stage.LEARNING_REVIEW), ("national-review", "assists", Stage.NATIONAL_REVIEW)],
)
async def test_each_decision_leads_to_its_own_stage(desk: Desk, decision: str, part: str, stage: Stage) -> None:
    """R-15"""
    case = await submitted(desk)
    await case.follow_to("partners-decided")
    await case.says("partners-decided", decision=decision, difference_reason="Sample reason.", national_part=part)
    await case.quiet()
    assert (await case.state()).stage is stage


async def test_a_pause_holds_the_returns_and_never_d7(desk: Desk) -> None:
    """X-1: paused on Thursday 5 March for five days; D-6 gets its time back, D-7 does not move."""
    case = await requested(desk)
    await case.until("2026-03-05 10:00")
    await case.says("case-paused", reason="The police ask for time.")
    await case.until("2026-03-10 10:00")
    assert not case.told("deadline-overdue", "D-6:police")
    await case.says("case-resumed", reason="The police agree.")
    await case.quiet()
    assert await due(case, "D-6:police") == "2026-03-16 23:59:59"  # Saturday 14 March rolls to Monday
    assert await due(case, "D-7") == "2026-03-24 23:59:59"


async def test_a_withdrawn_case_stops_its_clocks_and_says_so(desk: Desk) -> None:
    """X-1"""
    case = await out_for_sign_off(desk)
    await case.says("case-withdrawn", reason="Entered twice.")
    await case.quiet()
    state = await case.state()
    assert state.stage is Stage.WITHDRAWN
    assert {state.clocks[id].status(await case.now()) for id in ("D-7", "D-8:rapid-review-1:health")} == {
        Status.STOPPED
    }
    with pytest.raises(Refused, match="case-ended"):
        await case.says(
            "sign-off-given",
            by="officer-health",
            round="rapid-review-1",
            officer="officer-health",
            sha256="0" * 64,
            verdict="approve",
        )
    assert case.mails(to="officer-health")
    assert (await case.handle.describe()).status is not None


async def test_a_meeting_set_too_late_is_warned_about_at_once(desk: Desk) -> None:
    """Backward plan: D-7 is due on Tuesday 24 March; a meeting on the 23rd leaves no time for sign-off."""
    case = await notified(desk)
    await case.follow_to("scoping-meeting-held")
    await case.says("scoping-meeting-held", rapid_review_meeting_at="2026-03-23T10:00:00+00:00")
    await case.quiet()
    assert case.told("slack-eaten")
    assert any("23 March" in mail.text for mail in case.mails(to="sbu-manager"))


async def test_a_stage_that_runs_late_is_warned_about(desk: Desk) -> None:
    """Backward plan: no request by the latest safe time."""
    case = await notified(desk)
    await case.until("2026-03-20 12:00")
    assert any(row.detail.get("step") == "latest-request" for row in case.told("slack-eaten"))


async def test_a_proclaimed_bank_holiday_moves_open_deadlines_and_never_met_ones(desk: Desk) -> None:
    """How time is counted, "a late announcement": Monday 16 March is proclaimed while the case is live."""
    case = await requested(desk)
    day = {"day": "2026-03-16", "why": "Day of mourning", "kind": "proclaimed"}
    fact = await case.fact("calendar-changed", {"days": [day]})
    await case.tell(fact, people=["sbu-manager"])
    await case.quiet()
    assert await due(case, "D-7") == "2026-03-25 23:59:59"
    assert await due(case, "D-1") == "2026-03-09 23:59:59"
    (moved,) = case.told("deadline-moved", "D-7")
    assert moved.detail["why"] == "Day of mourning, Monday 16 March 2026"
    assert moved.detail["was"] != moved.detail["due"]
    assert await status(case, "D-7") is Status.MOVED
    await case.until("2026-03-25 09:30")
    assert case.told("deadline-reminder", "D-7")[-1].told_at.astimezone(UTC).isoformat().startswith("2026-03-25T09:00")


async def test_a_correction_moves_what_is_counted_from_it_and_loses_nothing(desk: Desk) -> None:
    """X-2: the notification was on the 2nd, not the 3rd: D-7 moves to Monday 23 March; both entries stay."""
    case = await notified(desk)
    await case.follow_to("returns-requested")
    state = await case.state()
    wrong = next(entry for entry in state.entries if entry.said.fact.kind == "panel-notified")
    right = {
        "kind": "panel-notified",
        "happened_at": "2026-03-02T16:00:00Z",
        "notified_by": "Chief Executive",
        "panel_reference": "P-1",
    }
    await case.says("corrected", corrects=wrong.said.message, right=right, reason="Entered a day late.")
    await case.quiet()
    assert await due(case, "D-7") == "2026-03-23 23:59:59"
    kinds = [(entry.said.fact.kind, entry.corrected_by is not None) for entry in (await case.state()).entries]
    assert kinds.count(("panel-notified", True)) == 1
    assert kinds.count(("panel-notified", False)) == 1


async def test_the_record_tells_who_did_what_when_and_what_was_sent_to_whom(desk: Desk) -> None:
    """X-3"""
    case = await notified(desk)
    await case.quiet()
    (row,) = case.told("panel-notified")
    assert (row.who, row.capacity) == ("sbu-manager", "business-unit")
    assert row.detail["panel_reference"] == "SAMPLE-0001"
    assert any(row.line == "Sent to crg-chair: partners told" for row in case.rows)


async def test_several_children_are_one_case(desk: Desk) -> None:
    """X-4, N-1: each with what happened to it."""
    case = await desk.open()
    assert [child.child_id for child in (await case.state()).incident.children] == ["child-sample-1", "child-sample-2"]


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
    """X-2, N-4, D-2: the child was in care after all; both clocks run and remind."""
    case = await desk.open()
    await case.quiet()
    incident = (await case.state()).incident
    children = [child.model_copy(update={"in_care": True}) for child in incident.children]
    right = incident.model_copy(update={"children": children}).model_dump(mode="json")
    await case.says("corrected", corrects="opening", right=right, reason="Looked after since January.")
    await case.until("2026-03-05 10:00")
    assert case.told("deadline-reminder", "D-2:ofsted")
    assert case.mails("Ofsted", to="dcs")


async def test_a_submission_that_the_panels_mailbox_refuses_leaves_d7_open_until_it_is_delivered(desk: Desk) -> None:
    """R-12, D-7: a failed duty; the leaders are told of no submission; the second try meets it."""
    world = desk.world
    address = next(person.email for person in world.directory.people if person.id == "panel")
    world.refuses.add(address)
    try:
        case = await out_for_sign_off(desk)
        await case.follow_to("submitted-to-panel")
        await case.says("submitted-to-panel")
        await case.quiet()
        assert (await case.clock("D-7")).open
        assert not case.mails("submitted", to="crg-chair")
        await case.until("2026-03-25 12:00")
        assert case.told("deadline-overdue", "D-7")
    finally:
        world.refuses.discard(address)
    await case.says("duty-retried", duty="panel-submission>panel")
    await case.quiet()
    assert await status(case, "D-7") is Status.LATE
    assert case.mails(to="panel")
    assert case.mails("submitted", to="crg-chair")
