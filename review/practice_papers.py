"""The papers of a practice review: its terms of reference and its report, and the bodies that bring them (K-1, K-6).

Room: review. The contents are kept in the store; a case carries version, hash and the list of what is missing.
"""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from review.body import Body
from review.case import CaseState
from review.fact import DocumentRef, Id
from review.said.practice_review import ReviewDrafted, TermsDrafted

Text = Field(default="", max_length=40_000)

TERMS, TERMS_DRAFT, TERMS_TITLE = "terms-of-reference", "terms-of-reference-draft", "Terms of reference"
SELECTION, SELECTION_TITLE = "reviewer-selection", "Selection of a reviewer"
CONTRACT = "review-contract"
REVIEW, REVIEW_DRAFT, REVIEW_TITLE = "practice-review", "practice-review-draft", "Practice review report"


class TermsOfReference(BaseModel):
    """What the review is to find out, and how (K-1). Any part may be left out while it is a draft."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    purpose: str = Text
    period: str = Text
    questions: list[str] = Field(default=[], max_length=100)
    agencies: list[str] = Field(default=[], max_length=60, description="ids of the agencies whose work is looked at")
    method: str = Text
    involvement: str = Text
    timetable: str = Text

    SECTIONS: ClassVar[dict[str, str]] = {
        "purpose": "Purpose",
        "period": "Period under review",
        "method": "Method",
        "involvement": "Involvement of children, family and practitioners",
        "timetable": "Timetable",
    }

    def missing(self) -> list[str]:
        """What must still be written before the terms can go for approval (K-1)."""
        gaps = [title for field, title in self.SECTIONS.items() if not getattr(self, field).strip()]
        gaps += [] if self.questions else ["Questions to be answered"]
        return gaps + ([] if self.agencies else ["Agencies whose work is looked at"])


class ReviewRecommendation(BaseModel):
    """One recommendation: what, for which agencies, and what it will better for children (K-6)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    what: str = Field(min_length=1, max_length=10_000)
    agencies: list[Id] = Field(default=[], max_length=60)
    outcome_for_children: str = Text


class ReviewReport(BaseModel):
    """The report of a practice review (§7, K-6)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    summary: str = Text
    analysis: str = Text
    recommendations: list[ReviewRecommendation] = Field(default=[], max_length=100)

    def missing(self) -> list[str]:
        """What the final report must contain and this version does not (§7, K-6)."""
        gaps = [title for text, title in ((self.analysis, "Analysis"), (self.summary, "Summary")) if not text.strip()]
        gaps += [] if self.recommendations else ["Recommendations"]
        for number, one in enumerate(self.recommendations, 1):
            gaps += [] if one.agencies else [f"Recommendation {number}: the agencies that it is for"]
            gaps += [] if one.outcome_for_children.strip() else [f"Recommendation {number}: the outcome for children"]
        return gaps

    @property
    def agencies(self) -> list[str]:
        """The agencies that the recommendations name, each once."""
        return list(dict.fromkeys(agency for one in self.recommendations for agency in one.agencies))


class TermsBody(Body):
    """A version of the terms of reference, drafted by the CRG, complete or not (§6, K-1)."""

    paper_title: ClassVar[str] = "Terms of reference, draft"
    kind: Literal["terms-drafted"] = "terms-drafted"
    terms: TermsOfReference

    @property
    def document(self) -> str:
        return TERMS_DRAFT

    def paper(self) -> BaseModel:
        return self.terms

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> TermsDrafted:
        if ref is None:
            raise ValueError("a draft has content")
        return TermsDrafted(content=ref, missing=self.terms.missing(), happened_at=self.happened_at)


class ReviewBody(Body):
    """A version of the practice review's report, complete or not (§7, K-6)."""

    paper_title: ClassVar[str] = "Practice review report, draft"
    kind: Literal["review-drafted"] = "review-drafted"
    report: ReviewReport

    @property
    def document(self) -> str:
        return REVIEW_DRAFT

    def paper(self) -> BaseModel:
        return self.report

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> ReviewDrafted:
        if ref is None:
            raise ValueError("a draft has content")
        return ReviewDrafted(
            content=ref,
            missing=self.report.missing(),
            agencies=self.report.agencies,
            recommendations=len(self.report.recommendations),
            happened_at=self.happened_at,
        )
