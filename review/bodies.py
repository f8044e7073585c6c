"""What is sent where a fact comes with content: a return, a draft. The content goes to the store, the fact names it.

Room: review. Every other fact is its own body.
"""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, Field, model_validator

from review.body import Body as Body
from review.case import CaseState
from review.fact import DocumentRef, Fact, Id, Short, WrongField
from review.facts import FACTS
from review.learning import LearningFindings
from review.practice_papers import ReviewBody, TermsBody
from review.report import RapidReviewReport, ReturnContent
from review.said.learning_review import LearningFindingsDrafted
from review.said.rapid_review import AgencyReturned
from review.said.report import ReportDrafted
from review.words import AuthorCapacity


class ReturnBody(Body):
    """An agency's return: its content, or `nil` where child and family are not known to it;
    with a named officer (R-4).
    """

    paper_title: ClassVar[str] = "Return"
    kind: Literal["agency-returned"] = "agency-returned"
    agency: Id
    officer: Short = Field(description="the officer who answers for the return")
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


class DraftBody(Body):
    """A version of the rapid review report, complete or not (R-7..R-10)."""

    paper_title: ClassVar[str] = "Rapid review report, draft"
    kind: Literal["report-drafted"] = "report-drafted"
    author: Id = Field(description="id of the author")
    capacity: AuthorCapacity
    outside_reason: str = Field(default="", max_length=4_000, description="why an outside author is needed")
    chair_supports: bool = Field(description="the CRG Chair supports the draft")
    report: RapidReviewReport

    @property
    def document(self) -> str:
        return "rapid-review-draft"

    def paper(self) -> BaseModel | None:
        return self.report

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> ReportDrafted:
        if ref is None:
            raise ValueError("a draft has content")
        return ReportDrafted(
            author=self.author,
            capacity=self.capacity,
            outside_reason=self.outside_reason,
            chair_supports=self.chair_supports,
            content=ref,
            missing=self.report.missing(
                expected=list(dict.fromkeys([*case.scope, *case.expected])), sections=case.edition.report_sections
            ),
            recommendation=self.report.recommendation,
            national_review=self.report.national_review_considered_necessary,
            happened_at=self.happened_at,
        )


class FindingsBody(Body):
    """A version of a learning review's findings, complete or not (A-5)."""

    paper_title: ClassVar[str] = "Learning review findings, draft"
    kind: Literal["learning-findings-drafted"] = "learning-findings-drafted"
    author: Id = Field(description="id of the author")
    findings: LearningFindings

    @property
    def document(self) -> str:
        return "learning-findings-draft"

    def paper(self) -> BaseModel | None:
        return self.findings

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> LearningFindingsDrafted:
        if ref is None:
            raise ValueError("findings have content")
        return LearningFindingsDrafted(
            author=self.author, content=ref, missing=self.findings.missing(), happened_at=self.happened_at
        )


WITH_PAPER: tuple[type[Body], ...] = (ReturnBody, DraftBody, TermsBody, ReviewBody, FindingsBody)

BODIES: dict[str, type[Fact] | type[Body]] = {
    **FACTS,
    **{body.model_fields["kind"].default: body for body in WITH_PAPER},
}

OPENING = ("referral-received", "information-requested")  # each has a form of its own, which opens the case
ANNOUNCED = ("calendar-changed", "directory-changed", "case-joined", "case-parted")  # said by the system, to live cases
