"""What is learned is followed up: dissemination, actions, assurance. Room: workflows. G-7, G-9..G-11, K-10."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review import changes, telling
    from review.chapters.editions import care_duties_open
    from review.chapters.follow_up import actions_considered, disseminated, handed_over, open_actions, unanswered
    from review.directory import Role
    from review.said.crg import ConcernEscalated
    from review.said.follow_up import ActionSet, FindingsHandedOver
    from review.said.standing import CaseReopened
    from review.words import Decision, Stage
    from workflows.ground import Ground
    from workflows.hints import stands_in

RESTS = "rests-once-in-a-stage"  # of workflow.patched


class FollowUp(Ground):
    """Long after a review is published its case lives on for its actions."""

    async def actions_followed(self) -> None:
        """Every action from the day it is set: its owner reminded, overdue and escalation told (§6, G-11)."""
        async for _, action in self.each(ActionSet):
            self.meanwhile(self.followed("G-11", action.action))

    async def concerns_followed(self) -> None:
        """Every concern that is escalated to the named officer, until it is answered (flowchart, G-7)."""
        async for _, concern in self.each(ConcernEscalated):
            self.meanwhile(self.followed("G-7", concern.concern))

    async def handovers_followed(self) -> None:
        """What was handed to a sub-group, until it has answered (§6, G-10)."""
        async for _, handed in self.each(FindingsHandedOver):
            self.meanwhile(self.followed("G-10", handed.handover))

    async def learning_followed_up(self) -> None:
        """Learning is shared, and actions are followed until the last is closed (§6, §7, G-9..G-11, K-10)."""
        if self.case.ended or self.case.review_wanted is None:  # not notified, say, or still with the CRG
            return
        if self.case.review_wanted is not Decision.NO_FURTHER_ACTION:
            await self.learning_shared()  # G-9, K-10
            await self.findings_handed_over()  # G-10
        await self.actions_closed()  # G-11
        await self.sub_groups_answer()  # G-10
        await workflow.wait_condition(lambda: not care_duties_open(self.case))  # N-4: D-2 runs whatever was decided
        self.concluded()

    async def learning_shared(self) -> None:
        """By briefings and other means; of a national review, too, in which the partnership assists (§6, G-9)."""
        if self.case.review_wanted is not Decision.NATIONAL_REVIEW:
            self.enter(Stage.DISSEMINATION)
        if workflow.patched(RESTS):
            self.rest()
        await workflow.wait_condition(lambda: disseminated(self.case) and actions_considered(self.case))

    def concluded(self) -> None:
        """Nothing is owed any more: a touch point of the officers and chairs (flowchart, G-5)."""
        people = self.holders(*telling.LEADERS, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
        again = len(self.case.every(CaseReopened))  # concluded anew, it is told anew
        cause = f"case-concluded:{again}" if again else "case-concluded"
        self.meanwhile(self.tell(people, "case-concluded", cause=cause))
        changes.enter(self.case, Stage.CONCLUDED, self.now())

    async def findings_handed_over(self) -> None:
        """What a review found goes to those who see to policy, audit and assurance (§6, G-10)."""
        reviewed = self.case.review_wanted in (Decision.PRACTICE_REVIEW, Decision.LEARNING_REVIEW)
        if reviewed and self.case.knows("findings-handed-over"):  # before, nobody was asked to
            await workflow.wait_condition(lambda: handed_over(self.case))

    async def sub_groups_answer(self) -> None:
        """What was handed over is answered before the case is concluded (§6, G-10)."""
        if unanswered(self.case) and self.case.knows("answers-before-the-end"):  # before, an answer could come after it
            await workflow.wait_condition(lambda: not unanswered(self.case))

    # Nowhere else can an action be open:
    @stands_in(Stage.DECISION, Stage.NATIONAL_REVIEW, Stage.DISSEMINATION, Stage.ACTIONS)
    async def actions_closed(self) -> None:
        """A year or more: the run begins again on a short history, and waits (G-11)."""
        if not open_actions(self.case):
            return
        entering = self.case.stage is not Stage.ACTIONS
        if entering:
            self.enter(Stage.ACTIONS)
        if workflow.patched(RESTS):
            self.rest()
        elif entering:  # as it was: a case whose decision led it to this stage kept its long history
            self._wants_to_begin_again = True
        await workflow.wait_condition(lambda: not open_actions(self.case))

    def rest(self) -> None:
        """The run begins again at the next quiet moment, once in each stage that can last for a year (G-11)."""
        if self.case.rested_in is not self.case.stage:
            self.case.rested_in = self.case.stage
            self._wants_to_begin_again = True
