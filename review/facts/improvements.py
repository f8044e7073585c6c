"""What people report where a review is not published: what is published in its place, who was told (s. 16F, K-8).

Kinds and fields are persisted: add, never rename or remove.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from calendar_rules.edition import Outsider
from review.facts.base import Fact, WrongField
from review.facts.directory import Role


class ImprovementsPublished(Fact):
    """Information on the improvements that should be made is published in place of the report, or why none is
    (Children Act 2004, section 16F; K-8).
    """

    title = "Improvement information published"
    what_to_do = (
        "Publish information on the improvements that should be made, then record it here, or say why none is "
        "published (Children Act 2004, section 16F; K-8)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    told_by_mail = ("improvements-published:*",)
    sample = {
        "improvements": "Sample: missed appointments of children under two are shared within a day.",
        "where": "https://www.example.org/sample-improvements",
    }
    kind: Literal["improvements-published"] = "improvements-published"
    improvements: str = Field(default="", max_length=20_000, description="the information as it is published")
    where: str = Field(default="", max_length=300)
    none_reason: str = Field(
        default="", max_length=10_000, description="instead: why no information is appropriate to be published"
    )
    names_reason: str = Field(
        default="", max_length=10_000, description="why it names what identifies the family, where it does"
    )

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.none_reason and (self.improvements or self.where):
            raise WrongField("none_reason", "leave this out where improvement information is published")
        if not self.none_reason and not self.improvements:
            raise WrongField("improvements", "enter the improvement information, or why none is published")
        if self.improvements and not self.where:
            raise WrongField("where", "enter where it is published")
        return self


class NonPublicationTold(Fact):
    """An authority that the system cannot mail was told that the review is not published, and why (K-8)."""

    title = "Authority told that the review is not published"
    what_to_do = "Tell this authority that the review is not published, and why. Then record it here (K-8)."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    sample = {"authority": "secretary-of-state", "their_reference": "SAMPLE-0005"}
    kind: Literal["non-publication-told"] = "non-publication-told"
    authority: Outsider
    their_reference: str = Field(default="", max_length=300)
