"""Report, sign-off, submission, Panel and decision (§2), in virtual time. All times are London's."""

import pytest

from delivery.papers.reading import as_text
from review.case import reads
from review.case.deadline import Status
from review.case.sign_off import RoundStatus
from review.facts.enums import Stage
from tests.workflows.desk import Desk, Refused
from tests.workflows.paths import due, out_for_sign_off, status, submitted

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_draft_sent_back_is_redrafted_and_signed_by_everyone_again(desk: Desk) -> None:
    """R-11, D-8: a sign-off holds for exactly one version."""
    case = await out_for_sign_off(desk)
    await case.says("sign-off-given", by="officer-health", officer="officer-health")
    await case.says(
        "sign-off-given", by="officer-police", officer="officer-police", verdict="send-back", comments="Say more."
    )
    state = await case.state()
    assert reads.report_rounds(state)[0].status is RoundStatus.SENT_BACK
    assert await status(case, "D-8:rapid-review-1:local-authority") is Status.STOPPED
    await case.follow_to("draft-sent-for-sign-off")
    await case.says("draft-sent-for-sign-off", version=2)
    await case.follow_to("submitted-to-panel")
    state = await case.state()
    assert [one.status for one in reads.report_rounds(state)] == [RoundStatus.SENT_BACK, RoundStatus.APPROVED]
    assert all(ask.given_by for ask in reads.report_rounds(state)[1].asks)
    with pytest.raises(Refused, match="submission-without-approval"):
        await case.says("submitted-to-panel", version=1)
    await case.says("submitted-to-panel", version=2)


async def test_a_silent_officer_is_reminded_then_the_deputy_is_asked_and_signs(desk: Desk) -> None:
    """R-11, D-8: due 48 hours after receipt, Saturday 14 March 09:00; deputy on Monday at 09:00, then escalation."""
    case = await out_for_sign_off(desk)
    assert await due(case, "D-8:rapid-review-1:health") <= "2026-03-14 09:00:59"
    with pytest.raises(Refused, match="not-asked-to-sign"):
        await case.says("sign-off-given", by="deputy-health", officer="deputy-health")
    await case.until("2026-03-15 10:00")
    assert case.told("deadline-reminder", "D-8:rapid-review-1:health")
    assert not case.told("deadline-deputy", "D-8:rapid-review-1:health")  # nobody is at work on a Sunday
    await case.until("2026-03-16 09:30")
    assert case.told("deadline-deputy", "D-8:rapid-review-1:health")
    assert case.mails(to="deputy-health")
    assert not case.told("deadline-escalation", "D-8:rapid-review-1:health")  # the deputy has eight working hours
    await case.until("2026-03-16 17:30")
    assert case.told("deadline-escalation", "D-8:rapid-review-1:health")
    await case.says("sign-off-given", by="deputy-health", officer="deputy-health")
    ask = reads.report_rounds(await case.state())[0].ask_for("health")
    assert (ask.given_by, ask.as_deputy) == ("deputy-health", True)
    assert await status(case, "D-8:rapid-review-1:health") is Status.LATE


async def test_the_independent_chair_is_told_of_the_recommendation(desk: Desk) -> None:
    """R-8"""
    case = await out_for_sign_off(desk)
    assert any(
        "practice review are met, and a review is recommended" in mail.text
        for mail in case.mails(to="independent-chair")
    )


async def test_the_panel_gets_the_approved_report_with_a_covering_letter(desk: Desk) -> None:
    """R-12, D-7: both attached to one mail."""
    case = await submitted(desk)
    await case.quiet()
    (mail,) = case.mails(to="panel")
    assert [part.name for part in mail.attachments] == [
        f"{case.reference}-covering-letter-v1.pdf",
        f"{case.reference}-rapid-review-v1.pdf",
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
    said = as_text(letter.content)
    assert "rapid review report, version 2" in said
    assert "Sample: the inquest opens in May." in said


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


async def test_a_panel_that_asks_for_more_is_answered_and_counted_again(desk: Desk) -> None:
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
    await case.decides("no-further-action", difference_reason="The Panel's view persuades.")
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
    await case.decides(decision, national_part=part)
    await case.quiet()
    assert (await case.state()).stage is stage


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
        assert (await case.deadline("D-7")).open
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
