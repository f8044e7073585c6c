"""What every body with content has in common: the content goes to the store, the fact names it. Room: review."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from review.case import CaseState
from review.fact import DocumentRef, Fact


class Body(BaseModel):
    """What a client sends for one kind of fact that comes with content."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    paper_title: ClassVar[str]
    kind: str
    happened_at: AwareDatetime | None = Field(
        default=None, description="when it happened, with an offset (RFC 3339); left out: now"
    )

    @property
    @abstractmethod
    def document(self) -> str:
        """Under which name the content is kept."""

    @abstractmethod
    def paper(self) -> BaseModel | None:
        """The content; None where there is none."""

    @abstractmethod
    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> Fact:
        """The fact, once the content is kept as `ref`."""
