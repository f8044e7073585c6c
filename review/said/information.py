"""Facts of §6: another partnership asks for information. Room: review. A-4."""

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from review.fact import ChildNamed, Fact, Id, Reasons, Short, WrongField, children_differ

# Not pydantic's own, which loads a library that a workflow cannot.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)


class InformationRequested(Fact):
    """Another partnership asks for information for its own review (§6, A-4). It happened when it was received."""

    title = "Information requested by another partnership"
    kind: Literal["information-requested"] = "information-requested"
    partnership: Short = Field(description="the partnership that asks")
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
        if self.contact_email is not None and not _ADDRESS.fullmatch(self.contact_email):
            raise WrongField("contact_email", "is no email address; write one such as reviews@partnership.example.org")
        return self


class AgenciesAsked(Fact):
    """The Business Unit asks agencies for what they hold; each has the time of a return (§6, A-4, as R-4)."""

    title = "Agencies asked for information"
    kind: Literal["agencies-asked"] = "agencies-asked"
    agencies: list[Id] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _agencies_once(self) -> Self:
        if len(set(self.agencies)) != len(self.agencies):
            raise WrongField("agencies", "an agency is listed twice; list each once")
        return self


class InformationSupplied(Fact):
    """What was collated went to the other partnership: what, to whom, on what lawful basis (§6, A-4, B-8)."""

    title = "Information supplied"
    kind: Literal["information-supplied"] = "information-supplied"
    what: str = Field(min_length=1, max_length=10_000)
    to: Short = Field(description="to whom it went: office and partnership")
    lawful_basis: Reasons = Field(description="on what lawful basis it was shared")


class InformationRequestConcluded(Fact):
    """Nothing more is asked or owed: the request leaves the CRG's agenda (§6, A-4)."""

    title = "Information request concluded"
    kind: Literal["information-request-concluded"] = "information-request-concluded"
    reasons: Reasons


InformationFact = InformationRequested | AgenciesAsked | InformationSupplied | InformationRequestConcluded
