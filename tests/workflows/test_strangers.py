"""Somebody who reaches the Temporal server without the keys forges nothing, learns nothing and stops no case."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue

from review.case import reads
from settings.sealing import data_converter, in_worker
from tests.settings.test_temporal import FORGED_REFERENCES
from tests.workflows.desk import Case, Desk, replayer_of
from tests.workflows.gathering import Gathering
from tests.workflows.scenes import of_the_crg
from tests.workflows.sealed import KEYRING, Safe
from tests.workflows.strangers import FORGED, refused_rows, untouched
from tests.workflows.world import london
from workflows import names

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    "given", [[], [FORGED], [FORGED, FORGED], ["no fact"], [b"bytes"], *[[RawValue(one)] for one in FORGED_REFERENCES]]
)
async def test_what_a_stranger_signals_is_refused_and_recorded_and_the_case_goes_on(
    sealed: Desk, stranger: Client, given: list[Any]
) -> None:
    """One row, which says nothing of what was sent; plain JSON signs for nobody, no argument or two stop nothing."""
    case = await sealed.open()
    await case.quiet()
    await stranger.get_workflow_handle(case.reference).signal(names.RELAY, args=given)
    await case.quiet()
    assert refused_rows(case) == [("message-not-ours", "relay")]
    (row,) = [row for row in case.rows if row.kind == "refused"]
    assert row.detail == {}
    assert reads.paused(await untouched(case)) is False
    await case.follow_to("panel-notified")


@pytest.mark.parametrize("given", [[], ["x"], [{"run": "x"}], ["x", FORGED], [RawValue(FORGED_REFERENCES[0])]])
async def test_a_stranger_does_not_have_a_case_begin_again(sealed: Desk, stranger: Client, given: list[Any]) -> None:
    """Found by its name, hyphen and all."""
    case = await sealed.open()
    await case.quiet()
    run = (await case.handle.describe()).run_id
    await stranger.get_workflow_handle(case.reference).signal(names.BEGIN_AGAIN, args=given)
    await case.quiet()
    assert (await case.handle.describe()).run_id == run
    assert refused_rows(case) == [("message-not-ours", "begin-again")]
    await untouched(case)


async def test_an_old_request_to_begin_again_is_of_its_run_and_its_case_only(sealed: Desk, stranger: Client) -> None:
    case, other = await sealed.open(), await sealed.open()
    await case.continue_as_new()
    first = [one async for one in sealed.server.client.list_workflows(f"WorkflowId = '{case.reference}'")]
    ended = next(one.run_id for one in first if one.status is WorkflowExecutionStatus.CONTINUED_AS_NEW)
    history = await sealed.server.client.get_workflow_handle(case.reference, run_id=ended).fetch_history()
    (old,) = [
        event.workflow_execution_signaled_event_attributes.input.payloads[0]
        for event in history.events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    for here in (case, other):
        await here.quiet()
        run = (await here.handle.describe()).run_id
        await stranger.get_workflow_handle(here.reference).signal(names.BEGIN_AGAIN, RawValue(old))
        await here.quiet()
        assert (await here.handle.describe()).run_id == run
        await untouched(here)
    assert (refused_rows(case), refused_rows(other)) == ([], [("message-not-ours", "begin-again")])


async def test_however_much_a_stranger_sends_the_record_stays_short(sealed: Desk, stranger: Client) -> None:
    """The first of a day and kind is a row, then the 10th, the 100th; so it is in the next run of the case, too."""
    case = await sealed.open()
    await case.quiet()
    handle = stranger.get_workflow_handle(case.reference)
    for many in (60, 60):
        await asyncio.gather(*[handle.signal(names.RELAY, FORGED) for _ in range(many)])
        await case.quiet()
    assert refused_rows(case) == [("message-not-ours", "relay")] * 3
    assert "100 messages of this kind" in case.rows[-1].line
    await case.continue_as_new()
    await asyncio.gather(*[handle.signal(names.RELAY, FORGED) for _ in range(20)])
    await case.quiet()
    assert len(refused_rows(case)) == 3
    await case.passes(days=1)
    await handle.signal(names.RELAY, FORGED)
    await case.quiet()
    assert len(refused_rows(case)) == 4, "the first of another day"
    await untouched(case)


async def test_a_signal_of_no_name_of_ours_does_nothing(sealed: Desk, stranger: Client) -> None:
    case = await sealed.open()
    await case.quiet()
    await stranger.get_workflow_handle(case.reference).signal("of-no-name", args=[FORGED])
    await case.quiet()
    assert refused_rows(case) == []
    await untouched(case)


async def test_a_cancellation_ends_nothing_and_is_told_once(sealed: Desk, stranger: Client) -> None:
    """The engine takes one request a run; the record has it, and the Business Unit a mail."""
    case = await sealed.open()
    await case.quiet()
    for _ in range(3):
        await stranger.get_workflow_handle(case.reference).cancel()
        await case.quiet()
    assert len(case.told("cancellation-refused")) == 1
    assert len(case.mails("cancel", to="sbu-manager")) == 1
    await untouched(case)
    await case.follow_to("panel-notified")


async def test_a_cancellation_does_not_end_a_meeting_of_the_crg(sealed: Desk, stranger: Client) -> None:
    meeting = await Gathering.call(sealed, london("2027-03-02 14:00"))
    await stranger.get_workflow_handle(meeting.reference).cancel()
    await meeting.mails(len(of_the_crg(sealed)))
    assert (await meeting.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await meeting.changes(starts_at=london("2027-03-03 14:00"))
    await meeting.mails(len(of_the_crg(sealed)))
    await meeting.handle.terminate()


async def test_what_a_stranger_reads_is_sealed(sealed: Desk, stranger: Client) -> None:
    """Every payload of a history, of answers to queries, of summaries, memos and failures; what is not sealed is
    references, stages, dates and the names of our code."""
    case = await sealed.open()
    await case.follow_to("returns-requested")
    await case.quiet()
    handle = stranger.get_workflow_handle(case.reference)
    history, described = await handle.fetch_history(), await handle.describe()
    held = [*history.events, described.raw_description]
    found = [one for message in held for one in payloads_in(message)]
    assert len(found) > 30
    assert {one.metadata["encoding"] for one in found} == {b"binary/encrypted"}
    for query in (names.STATE, "__stack_trace", "__enhanced_stack_trace", "__temporal_workflow_metadata"):
        with pytest.raises(KeyError, match="binary/encrypted"):
            await handle.query(query)
    known = {*names.SEARCH_ATTRIBUTES, "BuildIds"}
    shown = {name: values for name, values in described.search_attributes.items() if not name.startswith("Temporal")}
    assert set(shown) <= known
    text = "".join(str(message) for message in held)
    people = {word for who in sealed.world.directory.people for word in (who.name, who.email)}
    assert {word for word in people if word in text} == set()


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload inside, but for search attributes, which Temporal reads."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.name == "search_attributes":
            continue
        if field.message_type.GetOptions().map_entry:
            values = [one for one in value.values() if isinstance(one, Message)]
        else:
            values = [value] if isinstance(value, Message) else list(value)
        for one in values:
            yield from payloads_in(one)


async def test_what_a_stranger_says_or_asks_is_rejected(sealed: Desk, stranger: Client) -> None:
    case = await sealed.open()
    await case.quiet()
    before = (await case.handle.describe()).history_length
    handle = stranger.get_workflow_handle(case.reference)
    forged: list[list[Any]] = [[], [FORGED], [FORGED, FORGED], *[[RawValue(one)] for one in FORGED_REFERENCES]]
    for args in forged:
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(names.SAY, args=args)
    with pytest.raises(KeyError, match="binary/encrypted"):  # what it asks for it cannot read
        await handle.query(names.STATE)
    assert (await case.handle.describe()).history_length == before
    await untouched(case)


async def test_a_payload_copied_from_another_case_is_refused(sealed: Desk, stranger: Client) -> None:
    """It is sealed for the one case; its mark of whose it is cannot be changed."""
    one, other = await sealed.open(), await sealed.open()
    copied = await any_signal(one)
    renamed = Payload(metadata={**copied.metadata, "workflow": other.reference.encode()}, data=copied.data)
    for payload in (copied, renamed):
        await stranger.get_workflow_handle(other.reference).signal(names.RELAY, RawValue(payload))
    await other.quiet()
    assert refused_rows(other) == [("message-not-ours", "relay")], "one row for both"
    assert len(other.told("partner-view-given")) == 0
    await untouched(other)


async def any_signal(case: Case) -> Payload:
    """A fact that was signalled to a case, as it stands sealed in its history."""
    fact = await case.fact("partner-view-given", {"officer": "dcs", "view": "notify", "reasons": "Sample."})
    await case.handle.signal(names.RELAY, case.reported(fact, people=["dcs"], message="view-1"))
    await case.quiet()
    history = await case.handle.fetch_history()
    (signal,) = [
        event.workflow_execution_signaled_event_attributes
        for event in history.events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    return signal.input.payloads[0]


async def test_an_old_payload_of_the_same_case_counts_once(sealed: Desk, stranger: Client) -> None:
    """The message's id is inside: neither in the same run nor in the next is it taken again."""
    case = await sealed.open()
    old = await any_signal(case)
    handle = stranger.get_workflow_handle(case.reference)
    for _ in range(2):
        await handle.signal(names.RELAY, RawValue(old))
        await case.quiet()
        await case.continue_as_new()
    assert len(case.told("partner-view-given")) == 1
    assert refused_rows(case) == []
    await untouched(case)


async def test_a_payload_of_the_case_that_is_no_message_is_not_taken_for_one(sealed: Desk, stranger: Client) -> None:
    """Its own state, sealed for it, signalled to it: of another shape than a fact that is said."""
    case = await sealed.open()
    await case.quiet()
    history = await case.handle.fetch_history()
    state = history.events[0].workflow_execution_started_event_attributes.input.payloads[0]
    await stranger.get_workflow_handle(case.reference).signal(names.RELAY, RawValue(state))
    await case.quiet()
    assert refused_rows(case) == [("message-not-ours", "relay")]
    await untouched(case)


async def test_a_sealed_history_replays(sealed: Desk, stranger: Client) -> None:
    """With the same converter and the same guard; what was refused is refused again."""
    case = await sealed.open()
    await case.follow_to("returns-requested")
    await stranger.get_workflow_handle(case.reference).signal(names.RELAY, FORGED)
    await case.quiet()
    replayer = replayer_of(in_worker(data_converter(KEYRING, Safe())))
    await replayer.replay_workflow(await case.handle.fetch_history())
