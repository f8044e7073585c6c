"""Care of live cases from the command line."""

import pytest

from crg.care import bring_back, move_on
from review.words import Stage
from tests.workflows.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_terminated_case_is_brought_back_with_its_last_state_and_goes_on(desk: Desk) -> None:
    """Nothing is lost, nothing sent twice; a running one is left alone."""
    case = await desk.open()
    await case.follow_to("returns-requested")
    await case.quiet()
    state, mails = await case.state(), len(case.mails())
    client = desk.server.client
    assert await bring_back(client, state, task_queue=desk.queue) is False
    await case.handle.terminate("tried")
    assert await bring_back(client, state, task_queue=desk.queue) is True
    await case.quiet()
    assert len(case.mails()) == mails
    await case.follow_to_stage(Stage.PRACTICE_REVIEW)


async def test_a_live_case_is_moved_onto_new_code(desk: Desk) -> None:
    case = await desk.open()
    await case.quiet()
    before = (await case.handle.describe()).run_id
    await move_on(desk.server.client, case.reference)
    await case.quiet()
    await case.follow_to("panel-notified")
    assert (await case.handle.describe()).run_id != before
