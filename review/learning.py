"""What a learning review finds, as its author sends it (§6, A-5). Room: review; the content is kept in the store."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

Text = Field(default="", max_length=20_000)


class LearningFindings(BaseModel):
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
