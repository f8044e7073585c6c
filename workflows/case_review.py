"""The case review: the protocol from a potential notifiable incident to the partners' decision, in its own order.

Room: workflows. Read `protocol` as the table of contents: each line is a stage, in the file that bears its name
(`notification`, `meetings`, `returns`, `report`, `panel`). The moves that stages are made of (fact, send, deadline,
meanwhile) are in `workflows.moves`; what a fact changes is in its chapter (`review.chapters`).
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review.case import CaseState
    from review.chapters.editions import rapid_review_follows
    from review.said.notification import IncidentReported
    from review.words import Decision, Route, Stage
    from workflows import names
    from workflows.follow_up import FollowUp
    from workflows.learning_review import LearningReview
    from workflows.meetings import Meetings
    from workflows.messages import Messages
    from workflows.notification import Notification
    from workflows.panel import Panel
    from workflows.practice_review import PracticeReview
    from workflows.referral import Referral
    from workflows.report import Report
    from workflows.returns import Returns


@workflow.defn(name=names.WORKFLOW)
class CaseReview(
    Messages, Referral, Notification, Meetings, Returns, Report, Panel, PracticeReview, LearningReview, FollowUp
):
    """One case, for as long as it lives. Workflow id = the case's reference."""

    @workflow.init
    def __init__(self, case: CaseState) -> None:
        super().__init__(case)  # here, not in run: a message may be handled before run's first line

    @workflow.run
    async def run(self, case: CaseState) -> None:
        """Carry the case through the protocol; begin again from its state whenever that is needed."""
        await self.carry_on(self.protocol)

    async def what_outlives(self) -> None:
        """A child in care has died: Ofsted and the Secretary of State are told, even of a withdrawn case (N-4, D-2)."""
        if self.case.withdrawn and self.case.last(IncidentReported):
            await self.authorities_told()

    async def protocol(self) -> None:
        """The whole protocol: the way in, the review that is decided on, what is learned from it."""
        self.meanwhile(self.actions_followed())  # G-11, from the day an action is set
        self.meanwhile(self.concerns_followed())  # G-7
        if self.case.knows("handovers-followed"):  # before, nobody was reminded of a handover
            self.meanwhile(self.handovers_followed())  # G-10
        if self.case.route is not Route.REFERRAL or await self.referral_is_a_serious_incident():  # A-1..A-3
            await self.serious_incident()
        await self.crg_takes_up_what_was_not_notified()  # N-2, A-3
        await self.review()
        await self.learning_followed_up()  # G-9..G-11

    async def serious_incident(self) -> None:
        """§1 notification, §2 rapid review, the Panel, the partners' decision (flowchart)."""
        self.meanwhile(self.safety_steps_asked())  # N-5
        self.meanwhile(self.authorities_told())  # D-2
        if not await self.panel_notified():  # N-2, N-3, D-1
            await self.not_notified()
            return
        self.enter(Stage.NOTIFICATION)
        if self.case.stage is Stage.NOTIFICATION_WITHDRAWN:  # B-2: nothing more of it is owed
            return
        if not rapid_review_follows(self.case):  # B-1
            await self.ends_with_the_notification()
            return
        async with self.deadline("D-7", since=self.notified_at):  # the 15th working day, over the whole rapid review
            self.meanwhile(self.business_unit_told())  # N-3
            self.meanwhile(self.leaders_told())  # D-3
            self.meanwhile(self.agencies_asked())  # D-5, D-6
            await self.scoping_meeting()  # D-4
            await self.returns_collated()
            await self.rapid_review_meeting()
            await self.report_signed_off_and_submitted()  # R-7..R-12, D-8
        await self.panel_responds()  # D-9
        await self.partners_decide()

    async def review(self) -> None:
        """The review that was decided on: practice review (§7), internal learning review (§6), or none."""
        match self.case.review_wanted:
            case Decision.PRACTICE_REVIEW:
                await self.practice_review()  # K-1..K-9, D-10
            case Decision.LEARNING_REVIEW:
                await self.learning_review()
            case _:
                pass  # a national review is the Panel's own; no further action needs none
