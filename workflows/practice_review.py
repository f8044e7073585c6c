"""§7 The child safeguarding practice review, from its terms to its publication. Room: workflows. K-1..K-9, D-10."""

from workflows.ground import Ground


class PracticeReview(Ground):
    """Terms, tender, contract, work, sign-off, publication."""

    async def practice_review(self) -> None:
        """The practice review, within six months of the decision (§7, flowchart, D-10)."""
