"""The case review: the protocol from a potential notifiable incident to the partners' decision, in its own order.

Read `protocol` as the table of contents: each line is a stage, a function in the file that bears its name
(`notification`, `meetings`, `returns`, `report`, `panel`). Each is given the run of the case, whose moves (fact, send,
deadline, meanwhile) are in `workflows.case_run`; what a fact changes is in its chapter (`review.chapters`).
"""

from temporalio import workflow

from review.case import reads
from review.case.state import CaseState
from review.chapters.editions.chapter import rapid_review_follows
from review.facts.enums import Decision, Route, Stage
from review.facts.notification import IncidentReported
from workflows import names
from workflows.case_run import CaseRun
from workflows.case_workflow import CaseWorkflow
from workflows.entity_loop import entity_loop
from workflows.follow_up import learning_followed_up
from workflows.learning_review import learning_review
from workflows.meetings import rapid_review_meeting, scoping_meeting
from workflows.notification import (
    authorities_told,
    business_unit_told,
    ends_with_the_notification,
    leaders_told,
    not_notified,
    panel_notified,
    safety_steps_asked,
)
from workflows.panel import panel_responds, partners_decide
from workflows.practice_review import practice_review
from workflows.referral import crg_takes_up_what_was_not_notified, referral_is_a_serious_incident
from workflows.referral_form import referral_form_kept
from workflows.report import report_signed_off_and_submitted
from workflows.returns import agencies_asked, returns_collated


@workflow.defn(name=names.WORKFLOW)
class CaseReview(CaseWorkflow):
    """One case, for as long as it lives. Workflow id = the case's reference."""

    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)  # here, not in run: a message may be handled before run's first line

    @workflow.run
    async def run(self, case: CaseState) -> None:
        """Carry the case through the protocol; continue as new whenever that is needed."""
        await entity_loop(self.case_run, protocol, after_withdrawal=after_withdrawal)


async def protocol(run: CaseRun) -> None:
    """The whole protocol: the way in, the review that is decided on, what is learned from it."""
    run.meanwhile(referral_form_kept(run))  # N-9
    if run.case.route is not Route.REFERRAL or await referral_is_a_serious_incident(run):  # A-1..A-3
        await serious_incident(run)
    await crg_takes_up_what_was_not_notified(run)  # N-2, A-3
    await review(run)
    await learning_followed_up(run)  # G-9..G-11


async def serious_incident(run: CaseRun) -> None:
    """§1 notification, §2 rapid review, the Panel, the partners' decision (flowchart)."""
    run.meanwhile(safety_steps_asked(run))  # N-5
    run.meanwhile(authorities_told(run))  # D-2
    if not await panel_notified(run):  # N-2, N-3, D-1
        await not_notified(run)
        return
    run.enter(Stage.NOTIFICATION)
    if run.case.stage is Stage.NOTIFICATION_WITHDRAWN:  # B-2: nothing more is due
        return
    if not rapid_review_follows(run.case):  # B-1
        await ends_with_the_notification(run)
        return
    run.deadline("D-7", since=run.notified_at)  # the 15th working day, over the whole rapid review
    run.meanwhile(business_unit_told(run))  # N-3
    run.meanwhile(leaders_told(run))  # D-3
    run.meanwhile(agencies_asked(run))  # D-5, D-6
    await scoping_meeting(run)  # D-4
    await returns_collated(run)
    await rapid_review_meeting(run)
    await report_signed_off_and_submitted(run)  # R-7..R-12, D-8
    run.meanwhile(panel_responds(run))  # R-13, D-9
    await partners_decide(run)


async def review(run: CaseRun) -> None:
    """The review that was decided on: practice review (§7), internal learning review (§6), or none."""
    match reads.review_wanted(run.case):
        case Decision.PRACTICE_REVIEW:
            await practice_review(run)  # K-1..K-9, D-10
        case Decision.LEARNING_REVIEW:
            await learning_review(run)
        case _:
            pass  # a national review is the Panel's own; no further action needs none


async def after_withdrawal(run: CaseRun) -> None:
    """A child in care has died: Ofsted and the Secretary of State are told, even of a withdrawn case (N-4, D-2)."""
    run.meanwhile(referral_form_kept(run))  # N-9: what was entered wrongly is still put right
    if reads.withdrawn(run.case) and run.case.last(IncidentReported):
        await authorities_told(run)
