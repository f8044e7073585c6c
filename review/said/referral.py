"""Facts of §6: a referral to the CRG, and what the CRG makes of it. Room: review. A-1..A-3."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from review.fact import ChildNamed, Fact, Id, Reasons, Short, WrongField, children_differ
from review.words import CrgOutcome, ReferralNature, ReferralSource


class ReferralReceived(Fact):
    """A referral to the CRG, from an agency through its safeguarding lead with a senior officer's support,
    or from another partnership (§6, A-1). It happened when the Business Unit received it.
    """

    title = "Referral received"
    kind: Literal["referral-received"] = "referral-received"
    source: ReferralSource
    agency: Id | None = Field(default=None, description="the agency that refers")
    practitioner: str = Field(default="", max_length=300, description="office of the practitioner whose concern it is")
    safeguarding_lead: str = Field(default="", max_length=300, description="the agency's safeguarding lead, named")
    senior_officer: str = Field(default="", max_length=300, description="the senior officer who supports it, named")
    partnership: str = Field(default="", max_length=300, description="the other partnership that refers")
    contact: str = Field(default="", max_length=300, description="whom to answer at the other partnership")
    nature: ReferralNature
    children: list[ChildNamed] = Field(min_length=1, max_length=30)
    concern: str = Field(min_length=1, max_length=20_000)
    merits: Reasons = Field(description="why it merits discussion by the CRG")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        children_differ(self.children)
        if self.source is ReferralSource.AGENCY and not self.agency:
            raise WrongField("agency", "name the agency that refers")
        for field, what in (("partnership", "name the other partnership"), ("contact", "name whom to answer there")):
            if self.source is ReferralSource.PARTNERSHIP and not getattr(self, field).strip():
                raise WrongField(field, what)
        return self


class ReferralCompleted(Fact):
    """What a returned referral lacked is there: safeguarding lead and senior officer, both named (A-1)."""

    title = "Referral completed"
    kind: Literal["referral-completed"] = "referral-completed"
    safeguarding_lead: Short
    senior_officer: Short


class CrgConsidered(Fact):
    """The CRG considered the case at a meeting, and decided with reasons (§6, A-3)."""

    title = "CRG considered the referral"
    kind: Literal["crg-considered"] = "crg-considered"
    meeting_date: date = Field(description="the day of the CRG's meeting; what follows is counted from it")
    attended: list[Id] = Field(min_length=1, max_length=100, description="ids of the people who attended")
    outcome: CrgOutcome
    reasons: Reasons


ReferralFact = ReferralReceived | ReferralCompleted | CrgConsidered
