"""What is learned is followed up: dissemination, actions, assurance. Room: workflows. G-9..G-11, K-10."""

from workflows.ground import Ground


class FollowUp(Ground):
    """Long after a review is published its case lives on for its actions."""

    async def learning_followed_up(self) -> None:
        """Actions are followed until the last is closed (§6, §7, G-11)."""
