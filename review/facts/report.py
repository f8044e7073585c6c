"""Facts of §2: the report drafted, sent for sign-off, submitted. R-7..R-12, D-7, D-8."""

from typing import Literal

from pydantic import Field

from review.facts.base import DocumentRef as DocumentRef
from review.facts.base import Fact as Fact
from review.facts.base import Id
from review.facts.directory import Role
from review.facts.enums import AuthorCapacity, Recommendation


class ReportDrafted(Fact):
    """A version of the rapid review report, complete or not (§2, R-7..R-10)."""

    title = "Rapid review report drafted"
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "draft a newer version instead"
    kind: Literal["report-drafted"] = "report-drafted"
    author: Id = Field(description="id of the author; an outside author is entered in the directory first")
    capacity: AuthorCapacity
    outside_reason: str = Field(default="", max_length=4_000)
    chair_supports: bool
    content: DocumentRef
    missing: list[str] = Field(default=[])
    recommendation: Recommendation | None = None
    national_review: bool | None = None


class DraftSentForSignOff(Fact):
    """The Business Unit sends one version of the draft to the accountable officers (§2, D-8, R-11)."""

    title = "Draft sent for sign-off"
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "what has gone out for sign-off is overtaken by sending a newer version"
    sample = {"version": 1}
    kind: Literal["draft-sent-for-sign-off"] = "draft-sent-for-sign-off"
    version: int = Field(ge=1)


class SubmittedToPanel(Fact):
    """The approved recommendation goes to the Panel with a covering letter (§2, D-7, R-12)."""

    title = "Recommendation submitted to the Panel"
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("submitted",)
    sample = {
        "version": 1,
        "covering_letter": "Sample: on behalf of the safeguarding partners, please find our rapid review and its "
        "recommendation.",
    }
    kind: Literal["submitted-to-panel"] = "submitted-to-panel"
    version: int = Field(ge=1)
    covering_letter: str = Field(min_length=1, max_length=10_000)
    by_other_means: bool = Field(
        default=False, description="it has gone to the Panel outside this system; no mail is sent"
    )


ReportFact = ReportDrafted | DraftSentForSignOff | SubmittedToPanel
