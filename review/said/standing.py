"""Facts of any stage: a case goes on in another, or is opened again. Room: review. X-1."""

from typing import Annotated, Literal

from pydantic import Field

from review.fact import Fact, Reasons

CaseReference = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{3,9}$")]


class CaseMerged(Fact):
    """The case goes on in another; its own clocks stop. What never pauses must be carried there, and named (X-1)."""

    title = "Case merged with another"
    kind: Literal["case-merged"] = "case-merged"
    into: CaseReference = Field(description="reference of the case in which it goes on")
    carried: list[str] = Field(
        default=[], max_length=20, description="deadlines of D-1, D-2 and D-7, still open here, that the other carries"
    )
    reason: Reasons


class CaseReopened(Fact):
    """A case that was concluded, withdrawn or not notified goes on where it was left (X-1)."""

    title = "Case reopened"
    kind: Literal["case-reopened"] = "case-reopened"
    reason: Reasons


StandingFact = CaseMerged | CaseReopened
