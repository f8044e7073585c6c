"""What every fact has in common. Room: review. The facts are in `review.facts` and, by chapter, `review.said`."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Reasons = Annotated[str, Field(min_length=1, max_length=10_000, description="the reasons, in a sentence or more")]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the version, in hexadecimal")]


class Fact(BaseModel):
    """Something that happened. `title` is how the record calls it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: ClassVar[str]
    kind: str
    happened_at: AwareDatetime | None = Field(
        default=None, description="when it happened, with an offset (RFC 3339); left out: now"
    )


class DocumentRef(BaseModel):
    """Exactly one version of one document; the content is in the store."""

    model_config = ConfigDict(frozen=True)

    document: str
    version: int
    sha256: str
