"""How a case shows the referral it began with. Room: review; pure."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, Field

from review.case import CaseState
from review.chapters.referral import advised_submission, referral_lacks
from review.words import CrgOutcome, ReferralNature, ReferralSource


class ReferralView(BaseModel):
    """A referral and what the CRG made of it (A-1..A-3)."""

    source: ReferralSource
    agency: str | None = None
    partnership: str = ""
    nature: ReferralNature
    received_at: AwareDatetime | None = None
    lacks: list[str] = Field(default=[], description="why it was returned; empty where it is complete")
    considered_on: date | None = None
    outcome: CrgOutcome | None = None
    advised_submission: AwareDatetime | None = Field(
        default=None,
        description=(
            "advice only: D-7 as the flowchart once counts it, from the referral's receipt; the notification rules"
        ),
    )


def referral_view(case: CaseState) -> ReferralView | None:
    """None where the case did not begin with a referral."""
    told = case.referral
    if told is None:
        return None
    return ReferralView(
        source=told.source,
        agency=told.agency,
        partnership=told.partnership,
        nature=told.nature,
        received_at=case.referred_at,
        lacks=referral_lacks(case),
        considered_on=case.considered.meeting_date if case.considered else None,
        outcome=case.considered.outcome if case.considered else None,
        advised_submission=advised_submission(case),
    )
