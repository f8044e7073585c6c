"""The Panel's response and the partners' decision (flowchart). Room: workflows. R-13..R-15, D-9."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from calendar_rules.lengths import london
    from review import changes, telling
    from review.chapters.panel import differs
    from review.directory import Role
    from review.said.panel import PanelAcknowledged, PanelResponded, PartnersDecided
    from review.words import Decision, Stage
    from workflows.ground import Ground


class Panel(Ground):
    """What comes back, and what the partners make of it."""

    async def panel_responds(self) -> None:
        """Acknowledgement, meeting date, response; chased when overdue, as often as it asks (D-9, R-13, R-14)."""
        self.enter(Stage.PANEL)
        while (response := self.case.final_response) is None:
            await self.panel_answers(self.answers() + 1)
        received = self.case.entries_of(PanelResponded)[-1].happened_at
        n: dict[str, Any] = {"response": response.response, "received_at": received}
        cause = f"panel-decision{self.anew(PanelResponded)}"
        self.meanwhile(self.tell(self.holders(*telling.LEADERS), "panel-decision", n, cause=cause))

    async def panel_answers(self, turn: int) -> None:
        """One response of the Panel, counted from the meeting at which it considers the case (D-9, R-13)."""
        await workflow.wait_condition(lambda: self.case.panel_meeting(turn) is not None or self.answers() >= turn)
        subject = None if turn == 1 else str(turn)
        if since := self.case.since("D-9", subject):
            async with self.deadline("D-9", since=since, subject=subject) as clock:
                self.meanwhile(self.acknowledgement_told(turn, clock.id))
                await workflow.wait_condition(lambda: self.answers() >= turn)
        if self.case.final_response is None:
            people = self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR)
            n = {"asked_at": self.case.entries_of(PanelResponded)[turn - 1].happened_at}
            self.meanwhile(self.tell(people, "panel-asks-more", n, cause=f"panel-asks-more:{turn}"))

    async def acknowledgement_told(self, turn: int, clock_id: str) -> None:
        """The Panel's meeting date and when its response is expected, to the Business Unit and the CRG Chair (R-13)."""
        clock = self.case.clocks[clock_id]
        if turn == 1 and self.case.last(PanelAcknowledged):
            n = {"meeting_date": london(clock.since).date(), "due": clock.due}
            await self.tell(self.holders(Role.BUSINESS_UNIT, Role.CRG_CHAIR), "panel-acknowledged", n)

    async def partners_decide(self) -> None:
        """Practice review, learning review, national review or no further action, with reasons (flowchart, R-15)."""
        self.enter(Stage.DECISION)
        decided = await self.fact(PartnersDecided)
        at = self.case.entries_of(PartnersDecided)[-1].happened_at
        n = {"decision": decided.decision, "decided_at": at, "differs": differs(self.case, decided)}
        people = self.holders(*telling.LEADERS, Role.CRG_MEMBER)
        cause = f"partners-decision:{decided.decision}{self.anew(PartnersDecided)}"
        self.meanwhile(self.tell(people, "partners-decision", n, cause=cause))
        self.decision_leads_on(decided.decision)

    def decision_leads_on(self, decision: Decision) -> None:
        """To the stage that was decided on, once; to another one, where the decision was corrected."""
        if self.case.led_on_by is decision:
            return
        self.case.led_on_by = decision
        if stage := AFTER_DECISION.get(decision):
            changes.enter(self.case, stage, self.now())

    def answers(self) -> int:
        """How many responses of the Panel are recorded."""
        return len(self.case.every(PanelResponded))


AFTER_DECISION = {
    Decision.PRACTICE_REVIEW: Stage.PRACTICE_REVIEW,
    Decision.LEARNING_REVIEW: Stage.LEARNING_REVIEW,
    Decision.NATIONAL_REVIEW: Stage.NATIONAL_REVIEW,
}  # no further action ends as every case does: with its last action (G-11)
