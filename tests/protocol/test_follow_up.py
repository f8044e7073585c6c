"""What follows a review, in virtual time: a year of an action, a concern, the end of a case."""

import pytest

from review.case.deadline import Status
from review.facts.enums import Stage
from tests.protocol.played_desk import PlayedDesk
from tests.workflows.desk import Case, Desk
from tests.workflows.standing import at_step

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def decided(desk: Desk, **decision: str) -> Case:
    """A case whose partners have decided, on Monday 6 April 2026."""
    case = await at_step(desk, "partners-decided")
    await case.until("2026-04-06 10:00")
    await case.decides(**decision)
    return case


async def test_an_action_is_followed_for_a_year_and_its_case_concludes_with_the_last(desk: Desk) -> None:
    """G-9, G-11, K-10: set for 30 September 2026, overdue, moved to 31 March 2027, closed in April."""
    case = await decided(desk, decision="national-review", national_part="assists")
    await case.says("action-set", action="audit", owner="lead-police", agency="police", due_date="2026-09-30")
    await case.says("learning-disseminated")
    await case.quiet()
    assert (await case.state()).stage is Stage.ACTIONS
    await case.until("2026-10-20 10:00")
    assert len(case.mails("G-11", to="lead-police")) == 0  # the subject names no rule
    assert [mail.subject.partition(": ")[2].partition(",")[0] for mail in case.mails(to="lead-police")][-4:] == [
        "an action for you",
        "reminder",
        "reminder",
        "overdue",
    ]
    assert case.mails("please step in", to="crg-chair")
    await case.says("action-due-moved", action="audit", due_date="2027-03-31", reason="Sample: a new system.")
    await case.until("2027-04-12 10:00")
    state = await case.state()
    assert state.deadlines["G-11:audit"].status(await case.now()) is Status.LATE
    await case.says("action-progressed", action="audit")
    await case.says("action-closure-agreed", by="crg-chair", action="audit")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED
    assert case.mails("is concluded", to="independent-chair")
    stages = [row.what for row in case.rows if row.kind == "stage"]
    assert stages[-3:] == [Stage.NATIONAL_REVIEW, Stage.ACTIONS, Stage.CONCLUDED]


@pytest.mark.parametrize("decision", ["no-further-action", "national-review"])
async def test_a_case_begins_again_before_it_waits_for_its_actions(desk: PlayedDesk, decision: str) -> None:
    """G-11: once, whichever way it came there: the decision itself, or what is disseminated."""
    case = await desk.open()
    await case.follow_to("partners-decided")
    await case.says("action-set", action="audit", owner="lead-police", agency="police", due_date="2027-09-30")
    before, part = case.run, {"national_part": "assists"} if decision == "national-review" else {}
    await case.decides(decision, **part)
    if part:
        await case.says("learning-disseminated")
    waits = case.run
    assert (await case.state()).stage is Stage.ACTIONS
    assert waits != before
    await case.until("2027-06-01 09:00")
    assert case.run == waits  # a year on
    await case.until("2027-10-20 09:00")
    assert case.mails("overdue", to="lead-police")
    await case.follow_to_stage(Stage.CONCLUDED)


async def test_no_further_action_concludes_at_once_unless_an_action_is_open(desk: Desk) -> None:
    """G-11, R-15: immediate learning became an action before the decision."""
    case = await decided(desk, decision="no-further-action")
    await case.quiet()
    assert (await case.state()).stage is Stage.CONCLUDED

    other = await at_step(desk, "partners-decided")
    await other.says("action-set", action="audit", owner="lead-police", agency="police")
    await other.decides("no-further-action")
    await other.quiet()
    assert (await other.state()).stage is Stage.ACTIONS
    await other.follow_to_stage(Stage.CONCLUDED)


async def test_a_concern_rings_until_the_named_officer_answers(desk: Desk) -> None:
    """G-7: escalated on Monday 2 March 2026; ten working days end on Monday the 16th."""
    case = await desk.open()
    await case.says("concern-escalated", concern="short-of-time")
    await case.until("2026-03-17 09:00")
    assert case.mails("a concern is escalated", to="escalation-officer")
    assert case.mails("overdue, answer the concern", to="escalation-officer")
    await case.says("concern-answered", concern="short-of-time")
    await case.quiet()
    assert case.mails("an escalated concern is answered", to="crg-chair")
    assert case.told("deadline-met-late", "G-7:short-of-time")
