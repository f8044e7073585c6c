"""§6 The internal multi-agency learning review. Room: workflows. A-5."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from review import telling
    from review.chapters.learning_review import assured
    from review.directory import Role
    from review.notices import Rendering
    from review.said.learning_review import (
        LearningFindingsDrafted,
        LearningParticipantsNamed,
        LearningReviewAssured,
        LearningTermsSet,
    )
    from review.said.standing import CaseReopened
    from review.words import Assurance, Stage
    from workflows.ground import Ground
    from workflows.hints import stands_in


class LearningReview(Ground):
    """Terms, method, participants, findings, quality assurance."""

    async def learning_review(self) -> None:
        """The learning review, quality-assured by the CRG (§6, A-5); learning and actions follow it."""
        self.enter(Stage.LEARNING_REVIEW)
        self.meanwhile(self.tell(self.crg(), "learning-review-begins"))
        self.meanwhile(self.findings_awaited())
        await self.fact(LearningTermsSet)
        await self.fact(LearningParticipantsNamed)
        self.meanwhile(self.participants_told())
        self.meanwhile(self.findings_made())
        self.meanwhile(self.findings_sent_back())
        await workflow.wait_condition(lambda: assured(self.case) is not None)
        people = [*self.holders(*telling.LEADERS), *self.crg()]
        again = len(self.case.every(CaseReopened))  # agreed anew, it is told anew
        cause = f"learning-review-agreed:{again}" if again else "learning-review-agreed"
        self.meanwhile(self.tell(list(dict.fromkeys(people)), "learning-review-agreed", cause=cause))

    @stands_in(Stage.LEARNING_REVIEW)
    async def findings_awaited(self) -> None:
        """By the day that the terms name, where they name one (A-5)."""
        await workflow.wait_condition(lambda: self.case.findings_by is not None)
        if self.case.knows("findings-awaited"):  # before, the day was only written down
            async with self.deadline("A-5", since=self._standing(self.case.since("A-5"))) as clock:
                await workflow.wait_condition(lambda: not clock.open or self.case.ended)

    async def participants_told(self) -> None:
        """Each agency that takes part learns so from the first list that names it (A-5)."""
        async for _, named in self.each(LearningParticipantsNamed):
            for agency in dict.fromkeys(one.agency for one in named.participants):
                if known := self.case.agency(agency):
                    cause = f"learning-participant:{agency}"
                    await self.tell([known.safeguarding_lead], "learning-participant", {"agency": agency}, cause=cause)

    async def findings_made(self) -> None:
        """Each version becomes a document, and goes to the CRG for its quality assurance (A-5)."""
        async for _, drafted in self.each(LearningFindingsDrafted):
            version = drafted.content.version
            paper = Rendering(
                cause=f"learning-findings:{version}",
                document="learning-findings",
                template="learning-findings",
                title="Learning review: findings",
                n={"author": drafted.author},
                sources={"findings": drafted.content},
            )
            await self.make(paper, version=version)
            n = {"version": version, "missing": len(drafted.missing)}
            await self.tell(self.crg(), "learning-findings", n, cause=f"learning-findings:{version}")

    async def findings_sent_back(self) -> None:
        """The Business Unit learns which version the CRG sends back; the list is in the case (A-5)."""
        async for _, judged in self.each(LearningReviewAssured):
            if judged.verdict is Assurance.SENT_BACK:
                n = {"version": judged.version, "lacking": len(judged.lacking)}
                cause = f"learning-sent-back:{judged.version}"
                await self.tell(self.holders(Role.BUSINESS_UNIT), "learning-sent-back", n, cause=cause)

    def crg(self) -> list[str]:
        return self.holders(Role.CRG_CHAIR, Role.CRG_MEMBER, Role.BUSINESS_UNIT)
