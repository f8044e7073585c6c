"""Facts of §6: another partnership asks for information. A-4."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from review.facts.base import (
    AgencyId,
    ChildNamed,
    Fact,
    FactWithFiles,
    Name,
    Reasons,
    Short,
    WrongField,
    children_differ,
)
from review.facts.directory import Role
from review.facts.names import ADDRESS


class InformationRequested(Fact):
    """Another partnership asks for information for its own review (§6, A-4). It happened when it was received."""

    title = "Information requested by another partnership"
    what_to_do = "Enter another partnership's request for information. This opens a case (A-4)."
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("information-requested",)
    not_taken_back = "the case begins with it; withdraw the case instead"
    sample = {
        "partnership": "Sample Neighbouring Partnership",
        "contact": "Business Manager there",
        "answer_address": "reviews@neighbouring-partnership.example",
        "contact_email": "reviews@neighbouring-partnership.example",
        "children": [{"child_id": "child-sample-5", "name": "Sample Child Five", "born": "2021-01-31"}],
        "asked": "Sample: what did your agencies know of the family before it moved? For our rapid review; invented.",
    }
    kind: Literal["information-requested"] = "information-requested"
    partnership: Name = Field(description="the partnership that asks")
    contact: Short = Field(description="whom to answer there")
    children: list[ChildNamed] = Field(min_length=1, max_length=30)
    asked: str = Field(min_length=1, max_length=20_000, description="what is asked, and for which review")
    answer_address: str = Field(
        default="", max_length=300, description="where the answer goes there: an address of the office, for the record"
    )
    contact_email: str | None = Field(
        default=None,
        max_length=254,
        json_schema_extra={"format": "email"},
        description="where the system mails that the request was supplied and concluded; never the answer",
    )
    wanted_by: date | None = Field(default=None, description="by when it is wanted there")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        children_differ(self.children)
        if self.contact_email is not None and not ADDRESS.fullmatch(self.contact_email):
            raise WrongField("contact_email", "is no email address; write one such as reviews@partnership.example.org")
        return self


class AgenciesAsked(Fact):
    """The Business Unit asks agencies for what they hold; each has the time of a return (§6, A-4, as R-4)."""

    title = "Agencies asked for information"
    what_to_do = (
        "Choose the agencies to ask for the information. Each has the same time as for a return (§6, A-4, R-4)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    not_taken_back = "the request has gone out to the agencies"
    sample = {"agencies": ["police", "hospital"]}
    kind: Literal["agencies-asked"] = "agencies-asked"
    agencies: list[AgencyId] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _agencies_once(self) -> Self:
        if len(set(self.agencies)) != len(self.agencies):
            raise WrongField("agencies", "an agency is listed twice; list each once")
        return self


class InformationSupplied(FactWithFiles):
    """What was collated went to the other partnership: what, to whom, on what lawful basis (§6, A-4, B-8)."""

    title = "Information supplied"
    what_to_do = (
        "Send the collated information to the other partnership, then record what went, to whom and on what "
        "lawful basis (§6, A-4, B-8)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("information-supplied:{message}",)
    sample = {
        "what": "Sample: the collated returns of the agencies that knew the family, three pages.",
        "to": "Business Manager, Sample Neighbouring Partnership",
        "lawful_basis": "Sample: section 16H of the Children Act 2004; public task, UK GDPR article 6(1)(e).",
    }
    event = "supply"
    concludes = True
    kind: Literal["information-supplied"] = "information-supplied"
    what: str = Field(min_length=1, max_length=10_000)
    to: Short = Field(description="to whom it went: office and partnership")
    lawful_basis: Reasons = Field(description="on what lawful basis it was shared")


class InformationRequestConcluded(Fact):
    """Nothing more is asked or owed: the request leaves the CRG's agenda (§6, A-4)."""

    title = "Information request concluded"
    what_to_do = "Close the request when nothing more is asked for. It leaves the CRG's agenda (§6, A-4)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("information-concluded:{message}",)
    sample = {"reasons": "Sample: the other partnership has confirmed receipt and asks for nothing more."}
    concludes = True
    kind: Literal["information-request-concluded"] = "information-request-concluded"
    reasons: Reasons


InformationFact = InformationRequested | AgenciesAsked | InformationSupplied | InformationRequestConcluded
