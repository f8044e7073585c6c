"""What keeps a case going: beginning again, refused addresses, changed people."""

from collections import Counter

import pytest

from calendar_rules.edition import Edition, load_edition
from review.case import reads
from review.case.deadline import Status
from review.facts.announcements import DirectoryChanged
from review.facts.directory import Directory, Person, Role
from review.facts.enums import Stage
from tests.workflows.desk import Desk
from tests.workflows.standing import at_step
from tests.workflows.world import london

pytestmark = pytest.mark.asyncio(loop_scope="session")


def with_new_health_officer(directory: Directory) -> Directory:
    """The sample partnership with another accountable officer for health."""
    new = Person.model_validate(
        {
            "id": "officer-health-new",
            "name": "Sample Successor",
            "email": "successor@sample-partnership.example.org",
            "roles": [Role.ACCOUNTABLE_OFFICER],
            "partner": "health",
        }
    )
    people = [who for who in directory.people if who.id != "officer-health"]
    return directory.model_copy(update={"people": [*people, new], "version": directory.version + 1})


def with_working_day_sign_off() -> Edition:
    edition = load_edition("doncaster-2018")
    data = edition.model_dump(mode="json")
    data["deadlines"]["D-4"]["length"] = "2 working days"
    return Edition.model_validate(data)


async def test_a_case_begins_again_at_every_step_of_every_stage_and_nothing_is_done_twice(desk: Desk) -> None:
    """Restart from state: the same place, the same deadlines, no mail twice; each stage of the protocol is visited."""
    case, stages = await desk.open(), set()
    for _ in range(60):
        await case.quiet()
        await case.continue_as_new()
        state = await case.state()
        stages.add(state.stage)
        if state.stage is Stage.PRACTICE_REVIEW:
            break
        step = next(step for step in await case.steps() if step.needed)
        await case.tell(await case.fact(step.rel, step.example), people=step.people or ["sbu-manager"])
    assert stages >= {
        Stage.DISCUSSION,
        Stage.NOTIFICATION,
        Stage.SCOPING,
        Stage.REQUEST,
        Stage.RETURNS,
        Stage.RAPID_REVIEW_MEETING,
        Stage.REPORT,
        Stage.SUBMISSION,
        Stage.PANEL,
        Stage.DECISION,
        Stage.PRACTICE_REVIEW,
    }
    mails = Counter(mail.message_id for mail in case.mails())
    assert set(mails.values()) == {1}
    now, due = await case.now(), [one for one in state.deadlines.values() if one.rule not in ("D-10", "R-7")]
    assert {deadline.status(now) for deadline in due} == {Status.MET}
    assert [row.what for row in case.rows if row.kind == "stage"] == list(
        dict.fromkeys(row.what for row in case.rows if row.kind == "stage")
    )


async def test_a_refused_address_is_a_failed_duty_that_is_told_and_tried_again(desk: Desk) -> None:
    """D-3 stays open until the mail has gone; the case goes on meanwhile."""
    world = desk.world
    address = next(person.email for person in world.directory.people if person.id == "independent-chair")
    world.refuses.add(address)
    try:
        case = await desk.open()
        await case.follow_to("panel-notified")
        await case.says("panel-notified")
        await case.quiet()
        (duty,) = (await case.state()).failed
        assert duty == "partners-told>independent-chair"
        assert case.mails("deliver", to="sbu-manager")
        await case.passes(minutes=5)
        assert (await case.deadline("D-3")).status(await case.now()) is Status.LATE
        await case.follow_to("returns-requested")
    finally:
        world.refuses.discard(address)
    await case.says("duty-retried", duty=duty)
    await case.quiet()
    assert (await case.state()).failed == {}
    assert case.told("deadline-met-late", "D-3")


async def test_an_officer_who_leaves_office_hands_the_open_sign_off_on(desk: Desk) -> None:
    """Directory changes apply to live cases from then on; the new officer has 48 hours of their own (D-8)."""
    world = desk.world
    case = await at_step(desk, "sign-off-given")
    before = world.directory
    world.directory = with_new_health_officer(before)
    try:
        changed = DirectoryChanged(cast=world.directory.cast())
        await case.tell(changed, people=["sbu-manager"])
        await case.quiet()
        state = await case.state()
        assert reads.report_rounds(state)[0].ask_for("health").officer == "officer-health-new"
        assert state.deadlines["D-8:rapid-review-1:health"].status(await case.now()) is Status.STOPPED
        assert state.deadlines["D-8:rapid-review-1:health:2"].open
        assert case.mails(to="officer-health-new")
        await case.says("sign-off-given", by="officer-health-new", officer="officer-health-new")
    finally:
        world.directory = before


async def test_newcomers_are_not_told_again_of_what_is_over_when_a_case_begins_again(desk: Desk) -> None:
    """Each mail goes once, to those who held the office when its cause arose; the Panel has one submission."""
    world, before = desk.world, desk.world.directory
    case = await at_step(desk, "panel-acknowledged")
    people = [
        Person(
            id=f"new-{role}", name="Sample Newcomer", email=f"new-{role}@sample-partnership.example.org", roles=[role]
        )
        for role in (Role.DCS, Role.BUSINESS_UNIT, Role.CRG_MEMBER, Role.INDEPENDENT_CHAIR, Role.PANEL)
    ]
    world.directory = before.model_copy(update={"people": [*before.people, *people], "version": before.version + 1})
    try:
        await case.tell(DirectoryChanged(cast=world.directory.cast()), people=["sbu-manager"])
        await case.continue_as_new()
        assert [mail.subject for person in people for mail in case.mails(to=person.id)] == []
    finally:
        world.directory = before


async def test_an_edition_that_reads_48_hours_as_two_working_days_changes_the_date_and_no_code(desk: Desk) -> None:
    """How time is counted, "48 hours": notified on Friday 6 March, due at the end of Tuesday 10 March."""
    case = await desk.open(edition=with_working_day_sign_off())
    await case.until("2026-03-06 09:30")
    await case.follow_to("scoping-meeting-held")
    assert (await case.deadline("D-4")).due == london("2026-03-10 23:59:59")


async def test_a_decision_of_the_crg_corrected_to_a_serious_incident_begins_again_once(desk: Desk) -> None:
    """X-2, A-3: the run begins again, and waits for the views."""
    case = await desk.open()
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="refer-to-crg")
    await case.quiet()
    await case.says("crg-considered", outcome="learning-review")
    await case.quiet()
    wrong = next(one for one in (await case.state()).entries if one.fact.kind == "crg-considered")
    right = wrong.fact.model_dump(mode="json") | {"outcome": "serious-incident"}
    await case.says("corrected", corrects=wrong.reported.message, right=right, reason="Sample.")
    await case.quiet()
    assert (await case.state()).stage is Stage.DISCUSSION
    assert (await case.deadline("D-1")).open
    assert any(step.rel == "partner-view-given" and step.needed for step in await case.steps())
