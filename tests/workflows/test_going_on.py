"""What keeps a case going: beginning again, cancellation, the relay's way, refused addresses, changed people."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import TypedSearchAttributes

import worker
from delivery.mail import Mail
from review.facts.enums import Stage
from settings import Settings
from tests.workflows.conftest import KEYRING
from tests.workflows.desk import Desk
from tests.workflows.standing import at_step
from tests.workflows.world import World, activities_of, london
from workflows import names
from workflows.temporal_ui import TemporalUI, search_attributes

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_the_details_of_a_case_stand_in_the_ui_after_it_has_begun_again_too(desk: Desk) -> None:
    case = await desk.open()
    await case.continue_as_new()
    shown = await case.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert "D-1 Notification to the Panel" in shown.current_details


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


async def test_what_the_ui_filters_by_is_written_once_and_goes_over_to_the_next_run(desk: Desk) -> None:
    """A case is listed by stage and next deadline from its first moment; nothing is written that is there already."""
    case = await desk.open()
    await case.quiet()
    before = await case.listed()
    await case.continue_as_new()
    await case.quiet()
    next_run = desk.server.client.get_workflow_handle(case.reference)
    kinds = [event.event_type async for event in next_run.fetch_history_events()]
    assert EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES not in kinds
    assert await case.listed() == before
    assert set(before) == set(names.SEARCH_ATTRIBUTES)
    assert (before["CaseStage"], before["NextDeadline"]) == ("discussion", "N-7")


async def test_the_next_deadline_is_found_by_its_rule_whoever_s_turn_it_is(desk: Desk) -> None:
    """NextDeadline: "D-8" of one officer and of the next, who is due at the same time."""
    case = await (await desk.open()).state()
    first = case.deadlines["D-1"]
    for subject in ("rapid-review:1:police", "rapid-review:1:health"):
        first_request = first.model_copy(update={"id": f"D-8:{subject}", "rule": "D-8", "subject": subject})
        case.deadlines = {first_request.id: first_request}
        found = search_attributes(case, case.opened_at)
        assert (found[names.NEXT_DEADLINE], found[names.NEXT_DEADLINE_AT]) == ("D-8", first.due)


async def test_what_cannot_be_shown_of_a_case_never_stops_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case is shown in the engine's UI as far as it can be; the rest is said to be missing."""
    shown: list[object] = []
    case = await (await desk.open()).state()
    min((one for one in case.deadlines.values() if one.open), key=lambda one: one.due).rule = "unheard-of"
    monkeypatch.setattr(workflow, "set_current_details", shown.append)
    monkeypatch.setattr(workflow, "upsert_search_attributes", shown.append)
    monkeypatch.setattr(workflow, "info", lambda: SimpleNamespace(typed_search_attributes=TypedSearchAttributes.empty))
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
