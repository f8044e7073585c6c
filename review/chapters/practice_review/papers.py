"""The papers of a practice review: its terms of reference and its report, and the bodies that bring them (K-1, K-6).

The contents are kept in the store; a case carries version, hash and the list of what is missing.
"""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.practice_review.identities import known_of_the_family, places
from review.facts.base import AgencyId, AgencyNamed, DocumentRef
from review.facts.practice_review import ReviewDrafted, TermsDrafted
from review.kit.body import Body

Text = Field(default="", max_length=40_000)

TERMS, TERMS_DRAFT, TERMS_TITLE = "terms-of-reference", "terms-of-reference-draft", "Terms of reference"
SELECTION, SELECTION_TITLE = "reviewer-selection", "Selection of a reviewer"
CONTRACT = "review-contract"
REVIEW, REVIEW_DRAFT, REVIEW_TITLE = "practice-review", "practice-review-draft", "Practice review report"


class TermsOfReference(Model):
    """What the review is to find out, and how (K-1). Any part may be left out while it is a draft."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    purpose: str = Text
    period: str = Text
    questions: list[str] = Field(default=[], max_length=100)
    agencies: list[AgencyNamed] = Field(
        default=[], max_length=60, description="ids of the agencies whose work is looked at"
    )
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


class ReviewRecommendation(Model):
    """One recommendation: what, for which agencies, and what it will better for children (K-6)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    what: str = Field(min_length=1, max_length=10_000)
    agencies: list[AgencyId] = Field(default=[], max_length=60)
    outcome_for_children: str = Text


class ReviewReport(Model):
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

    def texts(self) -> dict[str, str]:
        """All that is written in it, by its headings."""
        texts = {"Summary": self.summary, "Analysis": self.analysis}
        for number, one in enumerate(self.recommendations, 1):
            texts[f"Recommendation {number}"] = one.what
            texts[f"Recommendation {number}: the outcome for children"] = one.outcome_for_children
        return texts

    @property
    def agencies(self) -> list[str]:
        """The agencies that the recommendations name, each once."""
        return list(dict.fromkeys(agency for one in self.recommendations for agency in one.agencies))


def sample_terms(agencies: list[str]) -> TermsOfReference:
    """Complete terms of reference."""
    return TermsOfReference(
        purpose="Sample: what can be learned from how agencies worked together with this family.",
        period="Sample: the two years before the incident.",
        questions=["Sample: what was known of the children's daily life?", "Sample: how was it shared?"],
        agencies=agencies,
        method="Sample: conversations with practitioners, and a reading of the records.",
        involvement="Sample: the reviewer meets the parents and asks the brother in his own way.",
        timetable="Sample: a first draft after three months.",
    )


class TermsBody(Body):
    """A version of the terms of reference, drafted by the CRG, complete or not (§6, K-1)."""

    paper_title: ClassVar[str] = "Terms of reference, draft"
    sample = {"terms": sample_terms(["police", "hospital"]).model_dump(mode="json")}
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
        return TermsDrafted(content=ref, missing=self.terms.missing(), files=self.files, happened_at=self.happened_at)


def all_texts(report: ReviewReport, case: CaseState) -> dict[str, str]:
    """What the report says as it is read: with what was learned from other processes (G-3)."""
    other = "\n\n".join(one["learned"] for one in reads.other_learning(case))
    return report.texts() | ({"Learned from other processes": other} if other else {})


def sample_review(agencies: list[str]) -> ReviewReport:
    """A report with all that it must contain."""
    return ReviewReport(
        summary="Sample: a child was not seen in the last weeks of her life.",
        analysis="Sample: each agency relied on another to visit; nobody held the whole picture.",
        recommendations=[
            ReviewRecommendation(
                what="Sample: missed appointments of children under two are shared within a day.",
                agencies=agencies,
                outcome_for_children="Sample: no young child goes unseen for more than a week.",
            )
        ],
    )


class ReviewBody(Body):
    """A version of the practice review's report, complete or not (§7, K-6)."""

    paper_title: ClassVar[str] = "Practice review report, draft"
    sample = {"report": sample_review(["police", "hospital"]).model_dump(mode="json")}
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
            identifying=places(all_texts(self.report, case), known := known_of_the_family(case)),
            checked_for=[one.code for one in known],
            files=self.files,
            happened_at=self.happened_at,
        )
