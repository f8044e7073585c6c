"""Facts of §6: a referral to the CRG, and what the CRG makes of it. A-1..A-3."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from review.facts.base import AgencyId, ChildNamed, Fact, Name, PersonId, Reasons, WrongField, children_differ
from review.facts.directory import Role
from review.facts.enums import CrgOutcome, ReferralNature, ReferralSource
from review.facts.sample import Day


class ReferralReceived(Fact):
    """A referral to the CRG, from an agency through its safeguarding lead with a senior officer's support,
    or from another partnership (§6, A-1). It happened when the Business Unit received it.
    """

    title = "Referral received"
    what_to_do = "Enter a referral to the Case Review Group. This opens a case (§6, A-1)."
    may_report = (Role.BUSINESS_UNIT, Role.AGENCY, Role.CRG_CHAIR, Role.CRG_MEMBER)
    told_by_mail = ("referral-returned", "referral-received:referral")
    not_taken_back = "the case begins with it; withdraw the case instead"
    sample = {
        "source": "agency",
        "agency": "education",
        "practitioner": "Sample designated teacher",
        "safeguarding_lead": "Sample Lead of Education",
        "senior_officer": "Sample Head of Service",
        "nature": "near-miss",
        "children": [{"child_id": "child-sample-4", "name": "Sample Child Four", "born": "2019-05-05"}],
        "concern": "Sample: a child was nearly lost from view between two agencies. This is invented.",
        "merits": "Sample: the handover between agencies failed twice in a year.",
    }
    kind: Literal["referral-received"] = "referral-received"
    source: ReferralSource
    agency: AgencyId | None = Field(default=None, description="the agency that refers")
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
    what_to_do = (
        "Enter what the returned referral lacked: the safeguarding lead and the senior officer, both by name (A-1)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.AGENCY)
    sample = {"safeguarding_lead": "Sample Lead", "senior_officer": "Sample Senior Officer"}
    kind: Literal["referral-completed"] = "referral-completed"
    safeguarding_lead: Name
    senior_officer: Name


class CrgConsidered(Fact):
    """The CRG considered the case at a meeting, and decided with reasons (§6, A-3)."""

    title = "CRG considered the referral"
    what_to_do = "Record what the CRG decided about the referral at its meeting, with reasons (§6, A-3)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("crg-considered:*",)
    mailed_again = True
    sample = {
        "meeting_date": Day(-1),
        "attended": ["crg-chair", "lead-police", "sbu-manager"],
        "outcome": "learning-review",
        "reasons": "Sample: two agencies can learn from how they shared what they knew.",
    }
    event = "crg's decision"
    gate, decides = True, ("outcome",)
    sets_aside = True
    kind: Literal["crg-considered"] = "crg-considered"
    meeting_date: date = Field(description="the day of the CRG's meeting; what follows is counted from it")
    attended: list[PersonId] = Field(min_length=1, max_length=100, description="ids of the people who attended")
    outcome: CrgOutcome
    reasons: Reasons


ReferralFact = ReferralReceived | ReferralCompleted | CrgConsidered
