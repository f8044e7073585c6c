"""What an agency returns, as it is sent (§2, R-4); the content is kept in the store. Pure."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from calendar_rules.edition import ReturnHeading
from review.case.state import CaseState
from review.facts.base import HEADING, AgencyId, DocumentRef, Id, Name, WrongField
from review.facts.names import unseen
from review.facts.rapid_review import AgencyReturned
from review.kit.body import Body

Text = Annotated[str, StringConstraints(max_length=40_000, strip_whitespace=True)]


class ReturnContent(RootModel[dict[Annotated[Id, HEADING], Text]]):
    """What an agency tells, under the headings that it was asked: the id of each, and what stands under it (§2, R-3).

    Concise, no chronology. What is blank counts as left out.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    @model_validator(mode="after")
    def _something(self) -> Self:
        self.root = {heading: text for heading, text in self.root.items() if not unseen(text)}
        if not self.root:
            raise ValueError("nothing stands under any heading; write the return, or send nil: true")
        return self

    @property
    def headings(self) -> list[str]:
        """The headings under which something stands."""
        return list(self.root)


_SAMPLE = {
    "involvement": "Sample: the family was seen four times in the last year.",
    "facts": "Sample: nothing was known of the incident before the day.",
    "safeguarding": "Sample: the other children are safe; no more is needed today.",
    "learning": "Sample: missed appointments were not shared between agencies.",
}
RETURN = ReturnContent(_SAMPLE)
RETURN_OF = "return-"  # and the id of its agency: the document


def sample_return(number: int, headings: Iterable[ReturnHeading] = ()) -> ReturnContent:
    """The first return, or a later one in its place: the very same words again would be refused. Under these headings,
    or under four of the protocol's.
    """
    asked = {one.id: _SAMPLE.get(one.id, f"Sample: {one.title.lower()}.") for one in headings} or _SAMPLE
    if number == 1:
        return ReturnContent(asked)
    last = "learning" if "learning" in asked else list(asked)[-1]
    return ReturnContent(asked | {last: f"{asked[last]} This is version {number}."})


class ReturnBody(Body):
    """An agency's return, or its nil return where child and family are not known to it; with a named officer (R-4)."""

    paper_title: ClassVar[str] = "Return"
    sample = {"agency": "police", "officer": "Head of Safeguarding", "content": _SAMPLE}
    kind: Literal["agency-returned"] = "agency-returned"
    agency: AgencyId
    officer: Name = Field(description="the officer who answers for the return")
    nil: bool = Field(default=False, description="the child and family are not known to the agency")
    content: ReturnContent | None = Field(
        default=None, description="heading -> what stands under it; the headings are those of the case's edition"
    )

    @model_validator(mode="after")
    def _nil_or_content(self) -> Self:
        if self.nil == (self.content is not None):
            raise WrongField(
                "content", "write the return, or say that the child and family are not known to the agency (nil)"
            )
        return self

    @property
    def document(self) -> str:
        return f"{RETURN_OF}{self.agency}"

    def paper(self) -> BaseModel | None:
        return self.content

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> AgencyReturned:
        return AgencyReturned(
            agency=self.agency,
            officer=self.officer,
            nil=self.nil,
            content=ref,
            headings=self.content.headings if self.content else [],
            files=self.files,
            happened_at=self.happened_at,
        )
