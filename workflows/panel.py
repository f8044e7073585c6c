"""The Panel's response and the partners' decision (flowchart). R-13..R-15, D-9."""

from typing import Any

from temporalio import workflow

from calendar_rules.lengths import london
from review.case import reads
from review.chapters.panel.chapter import differs
from review.facts.directory import Role
from review.facts.enums import Decision, Stage
from review.facts.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.kit import changes, deadlines, notify
from review.protocol import follows_as
from workflows.case_run import CaseRun


async def panel_responds(run: CaseRun) -> None:
    """Acknowledgement, meeting date, response; chased when overdue, as often as it asks (D-9, R-13, R-14)."""
    run.enter(Stage.PANEL)
    while (response := reads.final_response(run.case)) is None:
        await panel_answers(run, answers(run) + 1)
    received = run.case.entries_of(PanelResponded)[-1].happened_at
    n: dict[str, Any] = {"response": response.response, "received_at": received}
    cause = f"panel-decision{run.reissue_suffix(PanelResponded)}"
    run.meanwhile(run.tell(run.holders(*notify.LEADERS), "panel-decision", n, cause=cause))


async def panel_answers(run: CaseRun, number: int) -> None:
    """One response of the Panel, counted from the meeting at which it considers the case (D-9, R-13)."""
    await workflow.wait_condition(lambda: reads.panel_meeting(run.case, number) is not None or answers(run) >= number)
    subject = None if number == 1 else str(number)
    if since := deadlines.since(run.case, "D-9", subject):
        deadline = run.deadline("D-9", since=since, subject=subject)
        run.meanwhile(acknowledgement_told(run, number, deadline.id))
        await workflow.wait_condition(lambda: answers(run) >= number)
    if reads.final_response(run.case) is None:
        people = run.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR)
        n = {"asked_at": run.case.entries_of(PanelResponded)[number - 1].happened_at}
        run.meanwhile(run.tell(people, "panel-asks-more", n, cause=f"panel-asks-more:{number}"))


async def acknowledgement_told(run: CaseRun, number: int, deadline_id: str) -> None:
    """The Panel's meeting date and when its response is expected, to the Business Unit and the CRG Chair (R-13)."""
    deadline = run.case.deadlines[deadline_id]
    if number == 1 and run.case.last(PanelAcknowledged):
        n = {"meeting_date": london(deadline.since).date(), "due": deadline.due}
        await run.tell(run.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), "panel-acknowledged", n)


async def partners_decide(run: CaseRun) -> None:
    """Practice review, learning review, national review or no further action, with reasons (flowchart, R-15)."""
    run.enter(Stage.DECISION)
    decided = await run.fact(PartnersDecided)
    at = run.case.entries_of(PartnersDecided)[-1].happened_at
    n = {"decision": decided.decision, "decided_at": at, "differs": differs(run.case, decided)}
    people = run.holders(*notify.LEADERS, Role.CRG_MEMBER)
    cause = f"partners-decision:{decided.decision}{run.reissue_suffix(PartnersDecided)}"
    run.meanwhile(run.tell(people, "partners-decision", n, cause=cause))
    decision_leads_on(run, decided.decision)


def decision_leads_on(run: CaseRun, decision: Decision) -> None:
    """To the stage that was decided on, once; to another one, where the decision was corrected."""
    if run.case.led_on_by is decision:
        return
    run.case.led_on_by = decision
    if stage := follows_as(Stage.DECISION, decision):
        changes.enter(run.case, stage, run.now())


def answers(run: CaseRun) -> int:
    """How many responses of the Panel are recorded."""
    return len(run.case.every(PanelResponded))
