"""Facts of §2: the report drafted, agreed by the CRG, sent for sign-off, submitted. R-7..R-12, R-16, D-7, D-8."""

from typing import Literal

from pydantic import Field

from review.facts.base import RAPID_REVIEW, FactWithPaper, Hash, Id, PersonId, Reasons, Version
from review.facts.base import DocumentRef as DocumentRef
from review.facts.base import Fact as Fact
from review.facts.directory import Role
from review.facts.enums import AuthorCapacity, Recommendation, Verdict


class ReportDrafted(FactWithPaper):
    """A version of the rapid review report, complete or not (§2, R-7..R-10)."""

    title = "Rapid review report drafted"
    what_to_do = (
        "Write the report. You can record a version before it is complete, and write a newer one later (§2, "
        "R-7 to R-10)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "draft a newer version instead"
    event = "draft"
    kind: Literal["report-drafted"] = "report-drafted"
    author: PersonId = Field(description="id of the author; an outside author is entered in the directory first")
    capacity: AuthorCapacity
    outside_reason: str = Field(default="", max_length=4_000)
    outside_experience: str = Field(default="", max_length=4_000)
    outside_qualification: str = Field(default="", max_length=4_000)
    content: DocumentRef
    missing: list[str] = Field(default=[])
    contradictions: list[str] = Field(
        default=[], description="where the recommendation goes against its own answers to the four criteria (R-7, R-9)"
    )
    agencies: list[str] = Field(default=[], description="ids of the agencies that it names, involved or absent (R-8)")
    took_part: list[Id] = Field(
        default=[], description="ids of people and agencies that took part in the decision (R-8)"
    )
    recommendation: Recommendation | None = None
    national_review: bool | None = None


class DraftSentToCrg(Fact):
    """The Business Unit sends a draft to those present at the meeting and to the CRG (§6, flowchart 5, R-16)."""

    title = "Draft sent to the CRG"
    what_to_do = "Send the draft to the CRG and to those who attended the meeting (§6, R-16)."
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "what has gone to the CRG is overtaken by sending a newer version"
    sample = {"version": 1}
    event = "draft to the crg"
    of_paper = RAPID_REVIEW
    kind: Literal["draft-sent-to-crg"] = "draft-sent-to-crg"
    version: Version


class DraftCommented(Fact):
    """Somebody of the CRG, or present at the meeting, comments on the draft (§6)."""

    title = "Draft commented on"
    what_to_do = "Read the draft, then enter your comments on it (§6)."
    may_report = (Role.CRG_MEMBER, Role.CRG_CHAIR, Role.AGENCY, Role.LEGAL_ADVISER, Role.BUSINESS_UNIT)
    told_by_mail = ("draft-commented:{message}",)
    sample = {"version": 1, "person": "lead-police", "comments": "Sample: name the call of 3 March."}
    of_paper = RAPID_REVIEW
    kind: Literal["draft-commented"] = "draft-commented"
    version: Version
    person: PersonId = Field(description="id of the person who comments; the Business Unit enters it for them")
    comments: Reasons = Field(description="what should change, in a sentence or more")


class DraftAgreed(Fact):
    """The CRG Chair agrees exactly one version of the draft for the CRG, or sends it back (§6, R-16, R-10)."""

    title = "Draft agreed by the CRG Chair"
    what_to_do = "Agree this version of the draft for the CRG, or send it back (§6, R-16, R-10)."
    may_report = (Role.CRG_CHAIR,)
    instead_of_correcting = "the agreement is the Chair's own act; a newer version is asked of the Chair again"
    sample = {
        "version": 1,
        "officer": "crg-chair",
        "sha256": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "verdict": "approve",
    }
    event = "crg's agreement"
    of_paper = RAPID_REVIEW
    kind: Literal["draft-agreed"] = "draft-agreed"
    version: Version
    officer: PersonId = Field(description="id of the CRG Chair: yourself")
    sha256: Hash
    verdict: Verdict
    comments: str = Field(default="", max_length=20_000)


class DraftSentForSignOff(Fact):
    """The Business Unit sends one version of the draft to the accountable officers (§2, D-8, R-11)."""

    title = "Draft sent for sign-off"
    what_to_do = (
        "Send this version of the draft to the accountable officers. They then have the time for sign-off (§2, "
        "D-8, R-11)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "what has gone out for sign-off is overtaken by sending a newer version"
    sample = {"version": 1}
    event = "sign-off request"
    of_paper = RAPID_REVIEW
    kind: Literal["draft-sent-for-sign-off"] = "draft-sent-for-sign-off"
    version: Version
    without_chair: str = Field(
        default="",
        max_length=4_000,
        description="why it goes without the CRG Chair's agreement; only where the Chair's time is over (R-16)",
    )


class SubmittedToPanel(Fact):
    """The approved recommendation goes to the Panel with a covering letter (§2, D-7, R-12)."""

    title = "Recommendation submitted to the Panel"
    what_to_do = (
        "Send the approved recommendation to the Panel with its covering letter, then record it here (§2, D-7, R-12)."
    )
    goes_out = "the report goes to the Panel"
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("submitted",)
    sample = {
        "version": 1,
        "covering_letter": "Sample: on behalf of the safeguarding partners, please find our rapid review and its "
        "recommendation.",
    }
    event = "submission"
    of_paper = RAPID_REVIEW
    gate = True
    kind: Literal["submitted-to-panel"] = "submitted-to-panel"
    version: Version
    covering_letter: str = Field(min_length=1, max_length=10_000)
    by_other_means: bool = Field(
        default=False, description="it has gone to the Panel outside this system; no mail is sent"
    )
    late_reason: str = Field(
        default="", max_length=10_000, description="where it goes late: why, for the Panel; it stands in the letter"
    )


ReportFact = ReportDrafted | DraftSentToCrg | DraftCommented | DraftAgreed | DraftSentForSignOff | SubmittedToPanel
