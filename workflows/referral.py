"""A referral to the CRG: received, considered, decided on. Room: workflows. A-1..A-3."""

from workflows.ground import Ground


class Referral(Ground):
    """From an agency or another partnership to the CRG's decision."""

    async def referral_is_a_serious_incident(self) -> bool:
        """The CRG considers the referral; True where it is treated as a serious incident (A-3)."""
        return False
