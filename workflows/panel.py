"""The Panel's response and the partners' decision (flowchart). R-13..R-15, D-9."""

from typing import Any

from temporalio import workflow

from calendar_rules.lengths import london
from review.case import reads
from review.case.notices import Rendering
from review.facts import DocumentRef
from review.facts.directory import Role
from review.facts.enums import Decision, Stage
from review.facts.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.kit import changes, deadlines, notify
from review.protocol import follows_as
from workflows.case_run import CaseRun
from workflows.sign_off import round_over

DECISION_TITLE = "The partners' decision"
THEN = "When every partner has agreed, the decision stands, and everybody concerned is told."


async def panel_responds(run: CaseRun) -> None:
    """Acknowledgement, meeting date, response; chased when overdue, as often as it asks (D-9, R-13, R-14).

    It goes on beside the partners' decision, which may come first (R-15).
    """
    run.meanwhile(acknowledgement_awaited(run))
    run.meanwhile(immediate_learning_awaited(run))
    while (response := reads.final_response(run.case)) is None:
        await panel_answers(run, answers(run) + 1)
    wanted, received = reads.agreement_wanted(run.case), run.case.entries_of(PanelResponded)[-1].happened_at
    n: dict[str, Any] = {
        "response": response.response,
        "received_at": received,
        "decided": reads.decision(run.case) is not None,
        "recorded": run.case.last(PartnersDecided) is not None,
        "again": wanted is not None and wanted.again,
    }
    cause = f"panel-decision{run.reissue_suffix(PanelResponded)}"
    run.meanwhile(run.notify(run.holders(*notify.LEADERS), "panel-decision", n, cause=cause))


async def acknowledgement_awaited(run: CaseRun) -> None:
    """Asked for again where it has not come in time, then weekly (R-13)."""
    await workflow.wait_condition(lambda: deadlines.since(run.case, "R-13") is not None)
    run.deadline("R-13", since=run.standing(deadlines.since(run.case, "R-13")))


async def immediate_learning_awaited(run: CaseRun) -> None:
    """Whatever is decided, what the rapid review learned at once is shared, or it is said why not (R-7, G-9)."""
    await workflow.wait_condition(lambda: deadlines.since(run.case, "R-7") is not None)
    run.deadline("R-7", since=run.standing(deadlines.since(run.case, "R-7")))


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
        run.meanwhile(run.notify(people, "panel-asks-more", n, cause=f"panel-asks-more:{number}"))


async def acknowledgement_told(run: CaseRun, number: int, deadline_id: str) -> None:
    """The Panel's meeting date and when its response is expected, to the Business Unit and the CRG Chair (R-13)."""
    deadline = run.case.deadlines[deadline_id]
    if number == 1 and run.case.last(PanelAcknowledged):
        n = {"meeting_date": london(deadline.since).date(), "due": deadline.due}
        await run.notify(run.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), "panel-acknowledged", n)


async def partners_decide(run: CaseRun) -> None:
    """Practice review, learning review, national review or no further action, with reasons (flowchart, R-15)."""
    run.enter(Stage.PANEL)
    run.meanwhile(partners_agree(run))
    run.meanwhile(decision_asked(run))
    await workflow.wait_condition(lambda: heard(run) or run.case.last(PartnersDecided) is not None)
    run.enter(Stage.DECISION)
    await workflow.wait_condition(lambda: reads.decision(run.case) is not None)
    decided, at = reads.decision(run.case), run.standing(reads.decided_at(run.case))
    if decided is None:
        raise LookupError("the decision went away while it was looked at")
    n = {
        "decision": decided.decision,
        "decided_at": at,
        "differs": reads.differs(run.case, decided),
        "each_agreed": any(one.document.document == reads.DECISION_PAPER for one in run.case.rounds),
        "before_response": not heard(run),
    }
    people = run.holders(*notify.LEADERS, Role.CRG_MEMBER)
    cause = f"partners-decision:{decided.decision}{run.reissue_suffix(PartnersDecided)}"
    run.meanwhile(run.notify(people, "partners-decision", n, cause=cause))
    decision_leads_on(run, decided.decision)


def heard(run: CaseRun) -> bool:
    """The Panel has responded, and asks for nothing more."""
    return reads.final_response(run.case) is not None


async def decision_asked(run: CaseRun) -> None:
    """From the Panel's response on the partners are reminded, where they have not decided by then (R-15)."""
    await workflow.wait_condition(lambda: heard(run) or reads.decision(run.case) is not None)
    if reads.decision(run.case) is None and (since := deadlines.since(run.case, "R-15")):
        run.deadline("R-15", since=since)


async def partners_agree(run: CaseRun) -> None:
    """A decision that differs from the recommendation, or that the Panel's view is against, goes to each partner's
    officer, in one round like any sign-off (R-15, R-11).
    """
    async for key in run.as_they_come(lambda: agreement_key(run)):
        paper = await decision_paper(run, key)
        if agreement_key(run) == key:
            await round_over(run, DECISION_TITLE, paper, entry=key, then=THEN)


def agreement_key(run: CaseRun) -> str | None:
    """Of the decision that is before the partners."""
    wanted = reads.agreement_outstanding(run.case)
    return wanted.key if wanted else None


async def decision_paper(run: CaseRun, key: str) -> DocumentRef:
    """What the partners' officers read before they agree: the decision, its reasons, the Panel's view (R-15)."""
    decided, response = await run.fact(PartnersDecided), run.case.last(PanelResponded)
    submitted = reads.submitted(run.case)
    draft = reads.draft(run.case, submitted.version) if submitted else None
    n = {
        "decision": decided.decision,
        "reasons": decided.reasons,
        "difference_reason": decided.difference_reason if reads.differs(run.case, decided) else "",
        "national_part": decided.national_part,
        "why_no_more": decided.why_no_more_is_to_be_learned,
        "recommendation": notify.recommended(draft.recommendation, draft.national_review) if draft else "",
        "response": response.response if response else "",
        "response_reasons": response.reasons if response else "",
    }
    template = reads.DECISION_PAPER
    return await run.make(
        Rendering(cause=f"{template}:{key}", document=template, template=template, title=DECISION_TITLE, n=n)
    )


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
