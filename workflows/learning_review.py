"""§6 The internal multi-agency learning review. Room: workflows. A-5."""

from workflows.ground import Ground


class LearningReview(Ground):
    """Terms, method, participants, findings, quality assurance, dissemination."""

    async def learning_review(self) -> None:
        """The learning review, quality-assured by the CRG (§6, A-5)."""
