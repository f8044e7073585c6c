"""What keeps a case going: beginning again, cancellation, the relay's way, refused addresses, changed people."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateRPCTimeoutOrCancelledError

import worker
from calendar_rules.edition import Edition, load_edition
from delivery.mail import Mail
from review.case import reads
from review.case.deadline import Status
from review.facts.announcements import DirectoryChanged
from review.facts.directory import Directory, Person, Role
from review.facts.enums import Stage
from settings import Settings
from tests.workflows.conftest import KEYRING
from tests.workflows.desk import Desk
from tests.workflows.standing import at_step
from tests.workflows.world import World, activities_of, london
from workflows import names
from workflows.temporal_ui import TemporalUI, search_attributes

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_reminders_are_scheduled_again_after_continue_as_new(desk: Desk) -> None:
    """D-1's reminder fires in the new run, at its own time and once."""
    case = await desk.open()
    await case.continue_as_new()
    await case.until("2026-03-05 09:30")
    await case.continue_as_new()
    await case.until("2026-03-05 12:00")
    assert len(case.told("deadline-reminder", "D-1")) == 1


async def test_a_cancellation_from_the_ui_is_recorded_told_and_does_not_end_the_case(desk: Desk) -> None:
    """A case ends by decision only."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    await case.handle.cancel()
    await case.quiet()
    await case.handle.cancel()
    await case.quiet()
    assert (await case.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert len(case.told("cancellation-refused")) >= 1
    assert case.mails("cancel", to="sbu-manager")
    await case.follow_to_stage(Stage.SCOPING)


async def test_with_no_worker_an_update_finds_nobody_and_the_relay_is_applied_when_one_returns(
    desk: Desk, settings: Settings, world: World
) -> None:
    """R-11, R-4: the same message by signal, twice, counts once; a refused one says why."""
    own = settings.model_copy(update={"task_queue": f"{desk.queue}-alone"})
    alone = Desk(desk.server, world, own.task_queue)
    async with worker.working(desk.server.client, own, activities_of(world, KEYRING)):
        case = await alone.open()
        await case.follow_to("panel-notified")
        fact = await case.fact("panel-notified", {"notified_by": "Chief Executive", "panel_reference": "P-1"})
        early = await case.fact("returns-requested", {})
    reported = case.reported(fact, people=["sbu-manager"], message="kept")
    with pytest.raises(WorkflowUpdateRPCTimeoutOrCancelledError):
        await case.handle.execute_update(
            names.SAY, reported, id="kept", rpc_timeout=timedelta(seconds=1), result_type=dict
        )
    for _ in range(2):
        await case.handle.signal(names.RELAY, reported)
    await case.handle.signal(names.RELAY, case.reported(early, people=["sbu-manager"], message="early"))
    async with worker.working(desk.server.client, own, activities_of(world, KEYRING)):
        await case.quiet()
        state = await case.state()
    assert [entry.reported.message for entry in state.entries].count("kept") == 1
    outcomes = {one.message: one for one in world.settled}
    assert outcomes["kept"].status == "recorded"
    assert outcomes["early"].status == "refused"
    assert outcomes["early"].refusal is not None
    assert outcomes["early"].refusal["type"] == "not-yet"


async def test_the_same_message_twice_is_applied_once(desk: Desk) -> None:
    case = await desk.open()
    for _ in range(2):
        await case.says(
            "partner-view-given", by="dcs", officer="dcs", view="notify", reasons="Sample.", message="again"
        )
    await case.continue_as_new()
    await case.says("partner-view-given", by="dcs", officer="dcs", view="notify", reasons="Sample.", message="again")
    assert len(case.told("partner-view-given")) == 1


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


async def test_timers_say_in_their_summary_what_is_due_and_when(desk: Desk) -> None:
    """Visible in the Temporal UI; no person in it."""
    case = await desk.open()
    await case.quiet()
    history = await case.handle.fetch_history()
    converter = desk.server.client.data_converter
    summaries = [
        (await converter.decode([event.user_metadata.summary]))[0]
        for event in history.events
        if event.HasField("timer_started_event_attributes")
    ]
    assert "D-1 Notification to the Panel, due Mon 9 Mar 2026 23:59: reminder Thu 5 Mar 2026 09:00" in summaries


async def test_the_ui_can_filter_by_stage_and_next_deadline(desk: Desk) -> None:
    """Search attributes: CaseStage, CaseRoute, NextDeadline, NextDeadlineAt, Overdue, Edition."""
    case = await desk.open()
    await case.follow_to("panel-notified")
    await case.quiet()
    await case.until("2026-03-10 09:00")
    found = (await case.handle.describe()).typed_search_attributes
    assert found[names.CASE_STAGE] == "notification"
    assert found[names.CASE_ROUTE] == "serious-incident"
    assert found[names.NEXT_DEADLINE] == "D-1"
    assert found[names.NEXT_DEADLINE_AT] == london("2026-03-09 23:59:59")
    assert found[names.OVERDUE] is True
    assert found[names.EDITION] == "doncaster-2018"


async def test_the_next_deadline_is_found_by_its_rule_whoever_s_turn_it_is(desk: Desk) -> None:
    """NextDeadline: "D-8" of one officer and of the next, who is due at the same time."""
    case = await (await desk.open()).state()
    first = case.deadlines["D-1"]
    for subject in ("rapid-review:1:police", "rapid-review:1:health"):
        first_request = first.model_copy(update={"id": f"D-8:{subject}", "rule": "D-8", "subject": subject})
        case.deadlines = {first_request.id: first_request}
        found = search_attributes(case, case.opened_at)
        assert (found[names.NEXT_DEADLINE], found[names.NEXT_DEADLINE_AT]) == ("D-8", first.due)


def with_working_day_sign_off() -> Edition:
    edition = load_edition("doncaster-2018")
    data = edition.model_dump(mode="json")
    data["deadlines"]["D-4"]["length"] = "2 working days"
    return Edition.model_validate(data)


async def test_an_edition_that_reads_48_hours_as_two_working_days_changes_the_date_and_no_code(desk: Desk) -> None:
    """How time is counted, "48 hours": notified on Friday 6 March, due at the end of Tuesday 10 March."""
    case = await desk.open(edition=with_working_day_sign_off())
    await case.until("2026-03-06 09:30")  # not at 09:00, when the views are chased: the server may go on to the next
    await case.follow_to("scoping-meeting-held")
    assert (await case.deadline("D-4")).due == london("2026-03-10 23:59:59")


async def test_what_cannot_be_shown_of_a_case_never_stops_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case is shown in the engine's UI as far as it can be; the rest is said to be missing."""
    shown: list[object] = []
    case = await (await desk.open()).state()
    min((one for one in case.deadlines.values() if one.open), key=lambda one: one.due).rule = "unheard-of"
    monkeypatch.setattr(workflow, "set_current_details", shown.append)
    monkeypatch.setattr(workflow, "upsert_search_attributes", shown.append)
    ui = TemporalUI(case)
    ui.show(case.opened_at)
    ui.index(case.opened_at)
    assert str(shown[0]).startswith(f"**{case.reference}** cannot be shown here (KeyError)")
    found = {update.key.name: update.value for update in shown[1]}  # type: ignore[attr-defined]
    assert (found[names.CASE_STAGE.name], found[names.NEXT_DEADLINE.name]) == ("discussion", "unheard-of")


async def test_a_case_is_withdrawn_while_a_mail_is_under_way_and_goes_on_when_it_is_reopened(desk: Desk) -> None:
    """X-1: the stages are left once; what was under way did not fail."""
    case = await at_step(desk, "submitted-to-panel")
    held = asyncio.Event()
    send = desk.world.send

    async def slow(mail: Mail, handing_over: Any = None) -> None:
        if mail.reference == case.reference and "rapid review of a notified serious incident" in mail.subject:
            held.set()
            raise ConnectionError("Sample: the mail server does not answer.")
        await send(mail)

    desk.world.send = slow  # type: ignore[method-assign]
    try:
        await case.says("submitted-to-panel")
        await asyncio.wait_for(held.wait(), 20)
        await case.says("case-withdrawn")
        assert (await case.state()).stage is Stage.WITHDRAWN
    finally:
        desk.world.send = send  # type: ignore[method-assign]
    await case.says("case-reopened")
    await case.passes(hours=2)  # tried again, an hour later at the most
    await case.quiet()
    assert (await case.deadline("D-7")).met_at


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
