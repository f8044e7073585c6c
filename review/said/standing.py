"""Facts of any stage: a case goes on in another, or is opened again. Room: review. X-1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from review.fact import Fact, Reasons, Short
from review.words import Route

CaseReference = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{3,9}$")]


class OtherCase(BaseModel):
    """How the other case stands, as it was found when the merger was said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ended: bool
    rehearsal: bool
    clocks: list[str] = Field(description="its deadlines of D-1, D-2 and D-7 that run or have been met")
    route: Route | None = Field(default=None, description="by which it came in; once this was not looked at")


class CaseMerged(Fact):
    """The case goes on in another; its own clocks stop. What never pauses must be carried there, and named (X-1)."""

    title = "Case merged with another"
    kind: Literal["case-merged"] = "case-merged"
    into: CaseReference = Field(description="reference of the case in which it goes on")
    carried: list[str] = Field(
        default=[], max_length=20, description="deadlines of D-1, D-2 and D-7, still open here, that the other carries"
    )
    reason: Reasons
    other: OtherCase | None = Field(default=None, description="filled in by the system")


class CaseJoined(Fact):
    """Another case goes on in this one (X-1); told by that case itself."""

    title = "Another case goes on in this one"
    kind: Literal["case-joined"] = "case-joined"
    other: Short = Field(description="the other case's reference")
    carried: list[str] = Field(default=[], max_length=20, description="its deadlines that this case carries")


class CaseParted(Fact):
    """A case that went on in this one goes on by itself again (X-1); told by that case itself."""

    title = "A case that went on in this one goes on by itself again"
    kind: Literal["case-parted"] = "case-parted"
    other: Short = Field(description="the other case's reference")


class CaseReopened(Fact):
    """A case that had ended, in whatever way, goes on where it was left (X-1)."""

    title = "Case reopened"
    kind: Literal["case-reopened"] = "case-reopened"
    reason: Reasons


class CasePaused(Fact):
    """The case pauses; D-1, D-2 and D-7 never do (X-1)."""

    title = "Case paused"
    kind: Literal["case-paused"] = "case-paused"
    reason: Reasons
    forecast_date: date | None = Field(
        default=None, description="when a practice review is expected to be complete, as far as can be said (K-9)"
    )


class CaseResumed(Fact):
    """The case resumes (X-1)."""

    title = "Case resumed"
    kind: Literal["case-resumed"] = "case-resumed"
    reason: Reasons


class CaseWithdrawn(Fact):
    """The case is withdrawn; its clocks stop and say so (X-1)."""

    title = "Case withdrawn"
    kind: Literal["case-withdrawn"] = "case-withdrawn"
    reason: Reasons


class DutyRetried(Fact):
    """A duty that failed (a refused address, say) is tried again."""

    title = "Failed duty tried again"
    kind: Literal["duty-retried"] = "duty-retried"
    duty: str = Field(max_length=200)


class TakenBack(Fact):
    """Something was entered that never happened: nothing takes its place; the entry is kept, and says so (X-2)."""

    title = "Entry taken back"
    kind: Literal["taken-back"] = "taken-back"
    takes_back: str = Field(max_length=200, description="id of the message to take back, as the record shows it")
    reason: Reasons


StandingFact = (
    CasePaused
    | CaseResumed
    | CaseWithdrawn
    | CaseMerged
    | CaseJoined
    | CaseParted
    | CaseReopened
    | DutyRetried
    | TakenBack
)
