"""Facts of §2: the report drafted, signed off, submitted. Room: review. R-7..R-12, D-7, D-8."""

from typing import Literal

from pydantic import Field

from review.fact import DocumentRef as DocumentRef
from review.fact import Fact as Fact
from review.fact import Hash, Id
from review.words import AuthorCapacity, Recommendation, Verdict


class ReportDrafted(Fact):
    """A version of the rapid review report, complete or not (§2, R-7..R-10)."""

    title = "Rapid review report drafted"
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
    kind: Literal["draft-sent-for-sign-off"] = "draft-sent-for-sign-off"
    version: int = Field(ge=1)


class SignOffGiven(Fact):
    """An officer or deputy approves exactly one version, or sends it back with comments (§2, D-8, R-11)."""

    title = "Sign-off given"
    kind: Literal["sign-off-given"] = "sign-off-given"
    round: str = Field(max_length=60)
    officer: Id = Field(description="id of the person who signs: yourself")
    sha256: Hash
    verdict: Verdict
    comments: str = Field(default="", max_length=20_000)
    capacity: str = Field(
        default="", max_length=60, description="for which partner; needed only by one who is asked for several"
    )


class SubmittedToPanel(Fact):
    """The approved recommendation goes to the Panel with a covering letter (§2, D-7, R-12)."""

    title = "Recommendation submitted to the Panel"
    kind: Literal["submitted-to-panel"] = "submitted-to-panel"
    version: int = Field(ge=1)
    covering_letter: str = Field(min_length=1, max_length=10_000)
    by_other_means: bool = Field(
        default=False, description="it has gone to the Panel outside this system; no mail is sent"
    )


ReportFact = ReportDrafted | DraftSentForSignOff | SignOffGiven | SubmittedToPanel
