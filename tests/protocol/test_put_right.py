"""What people were told by mail and is put right reaches them again (X-2)."""

import pytest

from review.facts.enums import Stage
from tests.workflows.desk import Case, Desk
from tests.workflows.standing import at_step

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def message_of(case: Case, kind: str) -> tuple[str, dict[str, object]]:
    """The last standing entry of a kind: its message, and what it said."""
    reported = [one for one in (await case.state()).entries if one.fact.kind == kind and not one.corrected_by]
    return reported[-1].reported.message, reported[-1].fact.model_dump(mode="json")


async def test_a_notification_taken_back_is_told_and_the_next_one_goes_out_again(desk: Desk) -> None:
    """X-2, D-3, N-3, N-6: `partners-told` and `notification-copy` go out once more, after the word that they erred."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    await case.says("panel-notified")
    await case.quiet()
    assert len(case.mails("serious incident notified", to="crg-chair")) == 1
    wrong, _ = await message_of(case, "panel-notified")
    await case.says("taken-back", takes_back=wrong, reason="Sample.")
    await case.quiet()
    assert len(case.mails("please disregard an earlier email", to="crg-chair")) == 1
    assert (await case.deadline("D-3")).stopped_at
    await case.says("panel-notified", panel_reference="SAMPLE-0002")
    await case.quiet()
    assert len(case.mails("serious incident notified", to="crg-chair")) == 2
    assert len(case.mails("disregard an earlier email", to="sbu-manager")) == 1
    copies = [row for row in case.told("mail-sent") if row.detail["effect"] == "notification-copy>sbu-manager"]
    assert len(copies) == 2
    assert (await case.deadline("D-3")).met_at
    await case.continue_as_new()
    assert len(case.mails("serious incident notified", to="crg-chair")) == 2


async def test_a_covering_letter_with_wrong_words_goes_to_the_panel_again(desk: Desk) -> None:
    """X-2, R-12: once it has gone, a corrected letter follows, and leaders hear of it; no words changed, none goes."""
    case = await at_step(desk, "submitted-to-panel")
    await case.says("submitted-to-panel", covering_letter="Sample: the first words.")
    await case.quiet()
    wrong, reported = await message_of(case, "submitted-to-panel")
    right = reported | {"covering_letter": "Sample: the right words."}
    await case.says("corrected", corrects=wrong, right=right, reason="Sample.")
    await case.quiet()
    (mail,) = case.mails("corrected covering letter", to="panel")
    assert any(b"the right words" in one.content for one in mail.attachments)
    assert case.mails("a correction to an earlier email", to="crg-chair")
    wrong, reported = await message_of(case, "submitted-to-panel")
    await case.says("corrected", corrects=wrong, right=reported, reason="Sample.")
    await case.continue_as_new()
    assert len(case.mails("corrected covering letter", to="panel")) == 1


async def test_a_letter_that_was_never_delivered_is_tried_again_with_the_right_words(desk: Desk) -> None:
    """X-2, R-12, D-7: the second try carries the letter as it is by then."""
    address = next(person.email for person in desk.world.directory.people if person.id == "panel")
    case = await at_step(desk, "submitted-to-panel")
    desk.world.refuses.add(address)
    try:
        await case.says("submitted-to-panel", covering_letter="Sample: the first words.")
        await case.quiet()
    finally:
        desk.world.refuses.discard(address)
    wrong, reported = await message_of(case, "submitted-to-panel")
    right = reported | {"covering_letter": "Sample: the right words."}
    await case.says("corrected", corrects=wrong, right=right, reason="Sample.")
    await case.quiet()
    assert (await case.deadline("D-7")).open
    await case.says("duty-retried", duty="panel-submission>panel")
    await case.quiet()
    (mail,) = [one for one in case.mails(to="panel") if "rapid review of a notified" in one.subject]
    assert any(b"the right words" in one.content for one in mail.attachments)
    assert (await case.deadline("D-7")).met_at


async def test_a_serious_incident_decided_on_by_mistake_goes_back_to_the_crg(desk: Desk) -> None:
    """A-3, X-2: the incident is taken back, then the decision corrected; the learning review begins."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="serious-incident")
    await case.follow_to("incident-reported")
    await case.says("incident-reported")
    await case.follow_to("partner-view-given")
    await case.quiet()
    incident, _ = await message_of(case, "incident-reported")
    await case.says("taken-back", takes_back=incident, reason="Sample.")
    await case.quiet()
    state = await case.state()
    assert (state.stage, bool(state.deadlines["D-1"].stopped_at)) == (Stage.REFERRAL, True)
    assert case.mails("please disregard an earlier email", to="dcs")
    await case.passes(days=2)
    wrong, reported = await message_of(case, "crg-considered")
    await case.says("corrected", corrects=wrong, right=reported | {"outcome": "learning-review"}, reason="Sample.")
    await case.follow_to_stage(Stage.LEARNING_REVIEW)


async def test_a_referral_that_is_reopened_is_considered_in_a_time_of_its_own(desk: Desk) -> None:
    """A-3, X-1: no further action, reopened: reminded and overdue like the first time."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="no-further-action")
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.says("case-reopened")
    await case.quiet()
    assert (await case.deadline("A-3:reopened-1")).open
    await case.passes(days=35)
    assert case.told("deadline-overdue", "A-3:reopened-1")
    await case.says("crg-considered", outcome="learning-review")
    await case.follow_to_stage(Stage.LEARNING_REVIEW)
    assert (await case.deadline("A-3:reopened-1")).met_at
