"""How a case shows the referral it began with. Pure."""

from datetime import date

from pydantic import AwareDatetime, Field

from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.referral.chapter import advised_submission
from review.facts.enums import CrgOutcome, ReferralNature, ReferralSource


class ReferralStanding(Model):
    """How a referral stands: what it lacks, what the CRG made of it and why; also for the agency that made it."""

    nature: ReferralNature
    received_at: AwareDatetime | None = None
    lacks: list[str] = Field(default=[], description="why it was returned; empty where it is complete")
    considered_on: date | None = None
    outcome: CrgOutcome | None = None
    reasons: str = Field(default="", description="the CRG's reasons")


class ReferralView(ReferralStanding):
    """A referral and what the CRG made of it (A-1..A-3)."""

    source: ReferralSource
    agency: str | None = None
    partnership: str = ""
    advised_submission: AwareDatetime | None = Field(
        default=None,
        description=(
            "advice only: D-7 as the flowchart once counts it, from the referral's receipt; the notification rules"
        ),
    )


def referral_view(case: CaseState) -> ReferralView | None:
    """None where the case did not begin with a referral."""
    told, standing = reads.referral(case), referral_standing(case)
    if told is None or standing is None:
        return None
    return ReferralView(
        **dict(standing),
        source=told.source,
        agency=told.agency,
        partnership=told.partnership,
        advised_submission=advised_submission(case),
    )


def referral_standing(case: CaseState) -> ReferralStanding | None:
    """The part that the referring agency may read too (A-1)."""
    told, considered = reads.referral(case), reads.considered(case)
    if told is None:
        return None
    return ReferralStanding(
        nature=told.nature,
        received_at=reads.referred_at(case),
        lacks=reads.referral_lacks(case),
        considered_on=considered.meeting_date if considered else None,
        outcome=considered.outcome if considered else None,
        reasons=considered.reasons if considered else "",
    )
