"""What people report of the partners' monitoring of a running practice review (regulation 14, K-5).

Kinds and fields are persisted: add, never rename or remove.
"""

from typing import Literal

from pydantic import Field

from review.facts.base import Fact, PersonId, Reasons
from review.facts.directory import Role


class ReviewMonitored(Fact):
    """The partners have looked at the time that a running review takes and at its quality (regulation 14, K-5)."""

    title = "Time and quality of the review monitored"
    what_to_do = (
        "Record that the partners have looked at the review's time and quality, and what they found (regulation "
        "14, K-5)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.CRG_CHAIR)
    sample = {
        "by": ["officer-local-authority", "officer-health", "officer-police"],
        "on_time": True,
        "time": "Sample: half of the conversations have been held, as planned.",
        "quality": "Sample: the analysis follows the terms of reference.",
    }
    kind: Literal["review-monitored"] = "review-monitored"
    by: list[PersonId] = Field(
        min_length=1, max_length=60, description="ids of those who looked at it for the partners"
    )
    on_time: bool
    time: Reasons = Field(description="whether the review is on time, and what it needs to be")
    quality: Reasons = Field(description="what they found of its quality")
    action: str = Field(default="", max_length=10_000, description="what is done about it, where something is")
