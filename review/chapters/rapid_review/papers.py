"""What an agency returns, as it is sent (§2, R-4); the content is kept in the store. Pure."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from calendar_rules.model import Model
from review.case.state import CaseState
from review.facts.base import DocumentRef, Id, Name, WrongField
from review.facts.rapid_review import AgencyReturned
from review.kit.body import Body


class ReturnContent(Model):
    """What an agency tells (§2): concise, no chronology."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    involvement: str = Field(
        min_length=1, max_length=40_000, description="the agency's involvement with the child and family, in short"
    )
    facts: str = Field(default="", max_length=40_000, description="facts of the incident as known to the agency")
    safeguarding: str = Field(
        default="", max_length=20_000, description="immediate safeguarding arrangements, and whether more is needed"
    )
    learning: str = Field(default="", max_length=20_000, description="immediate learning")


RETURN = ReturnContent(
    involvement="Sample: the family was seen four times in the last year.",
    facts="Sample: nothing was known of the incident before the day.",
    safeguarding="Sample: the other children are safe; no more is needed today.",
    learning="Sample: missed appointments were not shared between agencies.",
)


def sample_return(number: int) -> ReturnContent:
    """The first return, or a later one in its place: the very same words again would be refused."""
    if number == 1:
        return RETURN
    return RETURN.model_copy(update={"learning": f"{RETURN.learning} This is version {number}."})


class ReturnBody(Body):
    """An agency's return: its content, or `nil` where child and family are not known to it;
    with a named officer (R-4).
    """

    paper_title: ClassVar[str] = "Return"
    sample = {"agency": "police", "officer": "Head of Safeguarding", "content": RETURN.model_dump(mode="json")}
    kind: Literal["agency-returned"] = "agency-returned"
    agency: Id
    officer: Name = Field(description="the officer who answers for the return")
    nil: bool = Field(default=False, description="the child and family are not known to the agency")
    content: ReturnContent | None = None

    @model_validator(mode="after")
    def _nil_or_content(self) -> Self:
        if self.nil == (self.content is not None):
            raise WrongField("content", "give either the return's content, or nil: true")
        return self

    @property
    def document(self) -> str:
        return f"return-{self.agency}"

    def paper(self) -> BaseModel | None:
        return self.content

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> AgencyReturned:
        return AgencyReturned(
            agency=self.agency, officer=self.officer, nil=self.nil, content=ref, happened_at=self.happened_at
        )
