"""What a learning review finds, as its author sends it (§6, A-5). The content is kept in the store."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.model import Model
from review.case.state import CaseState
from review.facts.base import DocumentRef, PersonId
from review.facts.learning_review import LearningFindingsDrafted
from review.kit.body import Body

Text = Field(default="", max_length=20_000)


class LearningFindings(Model):
    """The findings: incomplete while they are written; the CRG agrees to a complete version only."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    SECTIONS: ClassVar[dict[str, str]] = {
        "learning": "What is to be learned, so that children are better safeguarded",
        "summary": "What happened, in short",
        "analysis": "Why it happened as it did",
        "actions": "What should be done, by whom",
        "dissemination": "How the learning is to be shared",
    }

    summary: str = Text
    analysis: str = Text
    learning: str = Text
    actions: str = Text
    dissemination: str = Text

    def missing(self) -> list[str]:
        """Parts that a complete version has, by name."""
        return [field for field in self.SECTIONS if not getattr(self, field).strip()]


FINDINGS = LearningFindings(
    summary="Sample: what happened between the agencies, in short.",
    analysis="Sample: the handover rested on one person's memory.",
    learning="Sample: a written handover, confirmed by the agency that takes over.",
    actions="Sample: a form for handovers by the end of term, by education and health.",
    dissemination="Sample: a briefing to all schools and health visitors.",
)


class FindingsBody(Body):
    """A version of a learning review's findings, complete or not (A-5)."""

    paper_title: ClassVar[str] = "Learning review findings, draft"
    sample = {"author": "sbu-manager", "findings": FINDINGS.model_dump(mode="json")}
    kind: Literal["learning-findings-drafted"] = "learning-findings-drafted"
    author: PersonId = Field(description="id of the author")
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
            author=self.author,
            content=ref,
            missing=self.findings.missing(),
            files=self.files,
            happened_at=self.happened_at,
        )
