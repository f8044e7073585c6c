"""Facts of §6: the internal multi-agency learning review. A-5."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from calendar_rules.model import Model
from review.facts.base import (
    LEARNING_FINDINGS,
    AgencyId,
    DocumentRef,
    Fact,
    FactWithPaper,
    Name,
    PersonId,
    Reasons,
    Short,
    Version,
)
from review.facts.directory import Role
from review.facts.enums import Assurance


class Participant(Model):
    """Somebody who takes part for an agency; the office is enough."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    agency: AgencyId
    office: Name


class LearningTermsSet(Fact):
    """Terms and method of the learning review, and who leads it (§6, A-5). Said again, the newer ones hold."""

    title = "Learning review: terms set"
    what_to_do = (
        "Enter the terms and method of the learning review, and who leads it. To change them, enter them again "
        "(§6, A-5)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {
        "terms": "Sample: how agencies shared what they knew of the family in the year before the referral.",
        "method": "Sample: a learning event of half a day with practitioners, and an audit of six files.",
        "lead": "sbu-manager",
    }
    moves_deadlines = "the terms name another day"
    kind: Literal["learning-terms-set"] = "learning-terms-set"
    terms: Reasons = Field(description="what the review is to find out")
    method: Reasons = Field(description="how: a learning event, an audit of files, conversations, ...")
    lead: PersonId = Field(description="id of the person who leads it")
    findings_by: date | None = Field(default=None, description="by when findings are wanted")


class LearningParticipantsNamed(Fact):
    """Who takes part, and for which agency (§6, A-5). Said again, the newer list holds."""

    title = "Learning review: participants named"
    what_to_do = "Name who takes part, and for which agency. To change the list, enter all of it again (§6, A-5)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("learning-participant:*",)
    sample = {"participants": [{"agency": "police", "office": "Team Manager"}]}
    kind: Literal["learning-participants-named"] = "learning-participants-named"
    participants: list[Participant] = Field(min_length=1, max_length=100)


class LearningFindingsDrafted(FactWithPaper):
    """A version of the findings, complete or not (§6, A-5)."""

    title = "Learning review: findings drafted"
    what_to_do = (
        "Write the findings. You can record a version before it is complete, and write a newer one later (§6, A-5)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "draft a newer version instead"
    kind: Literal["learning-findings-drafted"] = "learning-findings-drafted"
    author: PersonId
    content: DocumentRef
    missing: list[str] = Field(default=[])


class LearningReviewAssured(Fact):
    """The CRG quality-assures exactly one version: agrees, or sends it back with what it lacks (§6, A-5)."""

    title = "Learning review: quality-assured by the CRG"
    what_to_do = (
        "Read this version of the findings, then agree it for the CRG, or send it back and say what it lacks (§6, A-5)."
    )
    may_report = (Role.CRG_CHAIR, Role.BUSINESS_UNIT)
    told_by_mail = ("learning-review-agreed*", "learning-sent-back:{version}")
    sample = {
        "version": 1,
        "verdict": "sent-back",
        "lacking": ["Sample: say by when each action is due."],
        "reasons": "Sample: the findings answer the terms and say what will change.",
        "attended": ["crg-chair", "lead-police", "sbu-manager"],
    }
    of_paper = LEARNING_FINDINGS
    concludes = True
    kind: Literal["learning-review-assured"] = "learning-review-assured"
    version: Version
    verdict: Assurance
    lacking: list[Short] = Field(default=[], max_length=50, description="sent back: what the version lacks")
    reasons: Reasons
    attended: list[PersonId] = Field(min_length=1, max_length=100, description="ids of the CRG's people who agreed it")


LearningReviewFact = LearningTermsSet | LearningParticipantsNamed | LearningFindingsDrafted | LearningReviewAssured
