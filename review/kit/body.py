"""What every body with content has in common: the content goes to the store, the fact names it."""

from abc import abstractmethod
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from calendar_rules.model import Model
from review.case.state import CaseState
from review.facts.base import DocumentRef, Fact, Filed
from review.facts.names import typed
from review.facts.sample import Sample


class Body(Model):
    """What a client sends for one kind of fact that comes with content."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    paper_title: ClassVar[str]
    sample: ClassVar[Sample]
    kind: str
    happened_at: AwareDatetime | None = Field(
        default=None, description="when it happened, with an offset (RFC 3339); left out: now"
    )
    files: Filed = []

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, sent: Any) -> Any:
        return typed(sent)

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
