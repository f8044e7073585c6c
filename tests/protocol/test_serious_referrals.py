"""What the CRG takes for a serious incident goes on to the decision and past it (A-3). All times are London's."""

from typing import Any

import pytest

from review.case import reads
from review.case.deadline import Status
from review.facts.enums import Stage
from tests.workflows.desk import Desk
from tests.workflows.paths import status
from tests.workflows.referred import (
    SERIOUS,
    referred_after_two_noes,
    to_the_decision,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("way_in", SERIOUS.values())
async def test_a_serious_incident_of_the_crg_goes_on_past_the_partners_decision(desk: Desk, way_in: Any) -> None:
    """A-3, R-15, K-1, D-10: from both ways in the review that the partners decide on begins, counted from there."""
    case = await to_the_decision(desk, way_in)
    await case.says("partners-decided", decision="practice-review")
    await case.quiet()
    decided = (await case.state()).entries[-1].happened_at
    assert (await case.deadline("D-10")).since == decided
    await case.follow_to_stage(Stage.TENDER)
    await case.quiet()
    assert len(case.mails("has considered the case", to="crg-chair")) == 1


@pytest.mark.parametrize("way_in", [Desk.refer, referred_after_two_noes])
async def test_no_further_action_ends_with_the_last_action_and_tells_so(desk: Desk, way_in: Any) -> None:
    """A-3, G-11, G-5: an action that is open when the CRG decides is followed to its end; then all are told."""
    case = await way_in(desk)
    action = {"action": "action-1", "what": "Sample.", "owner": "lead-police", "agency": "police", "outcome": "Sample."}
    await case.tell(await case.fact("action-set", action | {"due_date": "2026-06-01"}), people=["sbu-manager"])
    await case.says("crg-considered", outcome="no-further-action")
    await case.quiet()
    assert (await case.state()).stage is Stage.ACTIONS
    assert not case.mails("concluded", to="crg-chair")
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    assert (await case.deadline("G-11:action-1")).met_at
    assert case.mails("concluded", to="crg-chair")
    await case.says("case-reopened")  # the CRG is to consider it again
    await case.quiet()
    assert (await case.state()).stage in (Stage.REFERRAL, Stage.CRG_REFERRAL)
    await case.says("crg-considered", outcome="learning-review")
    await case.quiet()
    assert (await case.state()).stage is Stage.LEARNING_REVIEW


async def test_the_duties_of_care_outlast_no_further_action(desk: Desk) -> None:
    """N-4, D-2: the CRG wants nothing more; Ofsted and the Secretary of State are still told, and then it ends."""
    child = {"child_id": "child-a", "name": "Sample Child", "harm": "died", "in_care": True}
    case = await referred_after_two_noes(desk, children=[child])
    await case.says("crg-considered", outcome="no-further-action")
    await case.quiet()
    assert not reads.ended(await case.state())
    assert {step.rel for step in await case.steps() if step.needed} >= {"authority-told"}
    await case.says("authority-told", by="dcs", authority="ofsted")
    await case.follow_to_stage(Stage.CONCLUDED)
    assert await status(case, "D-2:secretary-of-state") is Status.MET


async def test_a_case_that_was_referred_begins_again_where_it_stood(desk: Desk) -> None:
    """N-2, A-3: a run that begins again passes the CRG's referral in silence."""
    case = await referred_after_two_noes(desk)
    await case.says("crg-considered", outcome="learning-review")
    await case.follow_to("learning-participants-named")
    before = len(case.told(Stage.CRG_REFERRAL))
    await case.continue_as_new()
    assert (await case.state()).stage is Stage.LEARNING_REVIEW
    assert len(case.told(Stage.CRG_REFERRAL)) == before == 1
