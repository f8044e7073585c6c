"""Facts of §6: the internal multi-agency learning review. Room: review. A-5."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from review.fact import DocumentRef, Fact, Id, Reasons, Short
from review.words import Assurance


class Participant(BaseModel):
    """Somebody who takes part for an agency; the office is enough."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    agency: Id
    office: Short


class LearningTermsSet(Fact):
    """Terms and method of the learning review, and who leads it (§6, A-5). Said again, the newer ones hold."""

    title = "Learning review: terms set"
    kind: Literal["learning-terms-set"] = "learning-terms-set"
    terms: Reasons = Field(description="what the review is to find out")
    method: Reasons = Field(description="how: a learning event, an audit of files, conversations, ...")
    lead: Id = Field(description="id of the person who leads it")
    findings_by: date | None = Field(default=None, description="by when findings are wanted")


class LearningParticipantsNamed(Fact):
    """Who takes part, and for which agency (§6, A-5). Said again, the newer list holds."""

    title = "Learning review: participants named"
    kind: Literal["learning-participants-named"] = "learning-participants-named"
    participants: list[Participant] = Field(min_length=1, max_length=100)


class LearningFindingsDrafted(Fact):
    """A version of the findings, complete or not (§6, A-5)."""

    title = "Learning review: findings drafted"
    kind: Literal["learning-findings-drafted"] = "learning-findings-drafted"
    author: Id
    content: DocumentRef
    missing: list[str] = Field(default=[])


class LearningReviewAssured(Fact):
    """The CRG quality-assures exactly one version: agrees, or sends it back with what it lacks (§6, A-5)."""

    title = "Learning review: quality-assured by the CRG"
    kind: Literal["learning-review-assured"] = "learning-review-assured"
    version: int = Field(ge=1)
    verdict: Assurance
    lacking: list[Short] = Field(default=[], max_length=50, description="sent back: what the version lacks")
    reasons: Reasons
    attended: list[Id] = Field(min_length=1, max_length=100, description="ids of the CRG's people who agreed it")


LearningReviewFact = LearningTermsSet | LearningParticipantsNamed | LearningFindingsDrafted | LearningReviewAssured
