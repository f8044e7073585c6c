"""What people report of places in a report by which the family could be recognised (§6, K-6, K-8).

Kinds and fields are persisted: add, never rename or remove.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from calendar_rules.model import Model
from review.facts.base import BY_SYSTEM, KNOWN, PRACTICE_REVIEW, Fact, Known, KnownId, Reasons, Version
from review.facts.directory import Role
from review.facts.enums import IdentityKind


class IdentifyingPlace(Model):
    """A part of a report that says what identifies one of the family: how often, and in which words."""

    model_config = ConfigDict(frozen=True)

    where: str = Field(description="the heading under which it stands")
    what: IdentityKind
    whose: str = Field(description="the child's id, or the id of the person invited")
    times: int
    words: str = Field(description="as they stand there")


class IdentitiesChecked(Fact):
    """A version of the report is checked again, against what the case knows of the family by now (K-6, K-8).

    Every draft is checked as it comes in. The system reads the version and fills in what it finds.
    """

    title = "Report checked for what identifies the family"
    what_to_do = (
        "Check this version of the report again for anything that identifies the family. The system reads it and "
        "fills in what it finds (K-6, K-8)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    instead_of_correcting = "check the version again"
    sample = {"version": 1}
    of_paper = PRACTICE_REVIEW
    kind: Literal["identities-checked"] = "identities-checked"
    version: Version
    identifying: Annotated[list[IdentifyingPlace], BY_SYSTEM] = Field(
        default=[], description="filled in by the system: what it found"
    )
    checked_for: Annotated[list[str], BY_SYSTEM] = Field(
        default=[], description="filled in by the system: what it looked for, as codes"
    )


class IdentityAccepted(Fact):
    """A place in the report that identifies somebody of the family stays as it is, and why (K-6, K-8)."""

    title = "Identifying place in the report accepted"
    what_to_do = (
        "Say why this place in the report may stay as it is, although it identifies somebody of the family (K-6, K-8)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    sample = {
        "version": 1,
        "where": "Summary",
        "what": "name",
        "whose": "child-sample-1",
        "reason": "Sample: the family wants her first name to be used, and has said so in writing.",
    }
    of_paper = PRACTICE_REVIEW
    kind: Literal["identity-accepted"] = "identity-accepted"
    version: Version
    where: Known = Field(min_length=1, max_length=300, description="the heading, as the list names it")
    what: Annotated[IdentityKind, KNOWN]
    whose: KnownId
    reason: Reasons
