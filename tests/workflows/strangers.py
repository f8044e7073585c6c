"""What a stranger sends, and how a case is seen to be untouched by it."""

from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    WorkflowExecutionStatus,
)

from review.case.state import CaseState
from tests.workflows.desk import Case
from workflows import names

KINDS = [names.WORKFLOW, names.INFORMATION_REQUEST, names.CRG_MEETING, names.DIRECTORY_NEWS, names.DIGEST]

FORGED = {
    "message": "forged",
    "by": {"people": ["sbu-manager"], "roles": ["business-unit"]},
    "fact": {"kind": "paused"},
}


async def untouched(case: Case) -> CaseState:
    """The state of a case that runs, whose workflow tasks did not fail."""
    history = await case.handle.fetch_history()
    kinds = [event.event_type for event in history.events]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds
    assert (await case.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    return await case.state()


def refused_rows(case: Case) -> list[tuple[str, str | None]]:
    return [(row.what, row.about) for row in case.rows if row.kind == "refused"]
