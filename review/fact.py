"""What every fact has in common. Room: review. The facts are in `review.said`, all of them named in `review.facts`."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from review.words import Harm

Reasons = Annotated[str, Field(min_length=1, max_length=10_000, description="the reasons, in a sentence or more")]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the version, in hexadecimal")]


class WrongField(ValueError):
    """What is wrong with one field in the light of the others; `field` is its name."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        super().__init__(what)


class Fact(BaseModel):
    """Something that happened. `title` is how the record calls it. Words that are blank count as left out."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

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


class Child(BaseModel):
    """One child of the case (X-4). `child_id` is the partnership's own id for the child, the same in every case."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    child_id: Id
    name: Short
    born: date | None = None
    harm: Harm
    in_care: bool = Field(default=False, description="looked after by the local authority")
    care_leaver: bool = Field(default=False, description="had left the local authority's care (B-1)")


class ChildNamed(Child):
    """A child of a referral or of another partnership's request, where nothing need have happened to them."""

    harm: Harm = Harm.NOT_HARMED


def children_differ(children: list[Child] | list[ChildNamed]) -> None:
    """Refuse a child that is given twice."""
    ids = [child.child_id for child in children]
    if len(set(ids)) != len(ids):
        raise WrongField("children", "two children have the same child_id; give each child once")
