"""Another partnership's request for information in virtual time. All times are London's."""

import pytest

from review.case.deadline import Status
from review.facts.enums import Stage
from tests.workflows.desk import Case, Desk, Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def status(case: Case, id: str) -> Status:
    return (await case.deadline(id)).status(await case.now())


async def supplied_without_the_hospital(desk: Desk) -> Case:
    """Asked on Monday 2 March; due on the 9th; supplied on the 10th."""
    case = await desk.ask()
    await case.says("agencies-asked", agencies=["police", "hospital"])
    await case.quiet()
    await case.says("agency-returned", by="lead-police", agency="police")
    await case.until("2026-03-10 10:00")
    await case.says("information-supplied")
    await case.quiet()
    return case


async def test_a_return_after_the_supply_is_collated_told_and_supplied(desk: Desk) -> None:
    """A-4, R-4: the deadline is met late, not stopped; a new pack, a new mail, another supply."""
    case = await supplied_without_the_hospital(desk)
    assert (await case.state()).stage is Stage.SUPPLIED
    assert (await case.deadline("D-6:hospital")).open
    await case.until("2026-03-11 10:00")
    await case.says("agency-returned", by="lead-hospital", agency="hospital")
    await case.quiet()
    deadline = await case.deadline("D-6:hospital")
    assert deadline.met_at is not None
    assert deadline.stopped_at is None
    packs = [key for key in desk.world.documents if key[:2] == (case.reference, "returns-pack")]
    assert len(packs) == 2
    assert len(case.mails("the information is collated", to="sbu-manager")) == 2
    assert next(step.rel for step in await case.steps() if step.needed) == "information-supplied"
    await case.follow_to_stage(Stage.CONCLUDED)
    await case.quiet()
    first, second = case.told("information-disclosed")
    assert first.detail["pack"] != second.detail["pack"]
    outside = [mail for mail in case.mails("your request for information") if "/cases/" not in mail.text]
    subjects = [mail.subject.partition(": ")[2] for mail in outside]  # to the partnership that asked
    assert subjects == [
        *2 * ["your request for information has been answered"],
        "your request for information is concluded",
    ]
    assert {mail.to_address for mail in outside} == {"reviews@neighbouring-partnership.example"}
    assert case.mails("request for information is concluded", to="sbu-manager")


async def test_what_never_came_is_stopped_at_the_conclusion_and_owed_again_when_reopened(desk: Desk) -> None:
    """A-4, X-1: reopened, the request stays open until it is concluded again."""
    case = await supplied_without_the_hospital(desk)
    await case.says("information-request-concluded")
    await case.quiet()
    assert "concluded without it" in str((await case.deadline("D-6:hospital")).stopped_why)
    await case.says("case-reopened")
    await case.passes(days=1)
    assert (await case.state()).stage is Stage.SUPPLIED
    assert (await case.deadline("D-6:hospital")).open
    await case.says("agency-added", agency="housing", reason="Sample.")
    await case.quiet()
    assert case.mails("another partnership's review", to="lead-housing")
    await case.follow_to_stage(Stage.CONCLUDED)
    assert await status(case, "D-6:housing") is Status.MET


async def test_concerns_and_actions_of_a_request_are_followed(desk: Desk) -> None:
    """A-4, G-7, G-11: the named officer and the owner are reminded; the request is not concluded over them."""
    case = await supplied_without_the_hospital(desk)
    await case.says("concern-escalated", concern="concern-1")
    await case.says("action-set", action="share-it", owner="lead-police", agency="police", due_date="2026-03-24")
    await case.quiet()
    with pytest.raises(Refused, match="not-yet"):
        await case.says("information-request-concluded", reasons="Sample.")
    await case.until("2026-03-25 10:00")
    assert case.told("deadline-passed", "G-7:concern-1")
    assert case.told("deadline-passed", "G-11:share-it")
    assert case.told("deadline-reminder", "G-11:share-it")
    assert case.mails("overdue", to="lead-police")
    await case.follow_to_stage(Stage.CONCLUDED)


async def test_the_day_by_which_it_is_wanted_is_reminded_and_overdue_until_it_is_supplied(desk: Desk) -> None:
    """A-4: wanted by Friday 13 March 2026; the agencies asked on Tuesday the 10th have until the 16th."""
    case = await desk.ask(wanted_by="2026-03-13")
    await case.until("2026-03-10 10:00")
    assert case.told("deadline-reminder", "A-4")
    await case.says("agencies-asked", agencies=["police"])
    await case.quiet()
    assert case.mails("returns are due after the information is wanted", to="crg-chair")
    await case.until("2026-03-16 10:00")
    assert case.mails("overdue, supply the information", to="crg-chair")
    await case.says("agency-returned", by="lead-police", agency="police")
    await case.quiet()
    await case.says("information-supplied")
    await case.quiet()
    assert await status(case, "A-4") is Status.LATE
    assert case.told("deadline-met-late", "A-4")


async def test_the_day_that_the_terms_name_for_the_findings_is_followed(desk: Desk) -> None:
    """A-5: findings by Friday 13 March 2026, put off to the 20th."""
    case = await desk.refer()
    await case.says("crg-considered", outcome="learning-review")
    await case.quiet()
    await case.says("learning-terms-set", findings_by="2026-03-13")
    await case.says("learning-terms-set", findings_by="2026-03-20")
    await case.quiet()
    await case.continue_as_new()
    await case.until("2026-03-23 10:00")
    assert case.told("deadline-moved", "A-5")
    assert case.mails("overdue, complete the findings of the learning review", to="sbu-manager")
    await case.follow_to("learning-review-assured")
    assert await status(case, "A-5") is Status.LATE
