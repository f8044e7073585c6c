"""What people report of a practice review until it is at work: terms, method, tender, contract, days (§7, K-1 to K-4).

Kinds and fields are persisted: add, never rename or remove.
"""

from typing import Annotated, Literal

from pydantic import Field

from review.facts.base import (
    TERMS,
    DocumentRef,
    Fact,
    FactWithFiles,
    FactWithPaper,
    Id,
    KnownId,
    Name,
    Reasons,
    Short,
    Version,
)
from review.facts.directory import Role
from review.facts.enums import ReviewMethod, SelectionCriterion

Pounds = Annotated[int, Field(ge=1, le=10_000, description="pounds a day")]
Days = Annotated[float, Field(gt=0, le=400, multiple_of=0.5, description="days, in halves")]
Score = Annotated[int, Field(ge=0, le=5, description="0 (does not meet it) to 5 (fully)")]


# --- K-1 ---


class TermsDrafted(FactWithPaper):
    """A version of the terms of reference, drafted by the CRG, complete or not (§6, K-1)."""

    title = "Terms of reference drafted"
    what_to_do = (
        "Write the terms of reference. You can record a version before it is complete, and write a newer one "
        "later (§6, K-1)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "draft a newer version instead"
    kind: Literal["terms-drafted"] = "terms-drafted"
    content: DocumentRef
    missing: list[str] = Field(default=[])


class TermsSentForApproval(Fact):
    """One version of the terms goes to the accountable officers for approval (§6, K-1, R-11)."""

    title = "Terms of reference sent for approval"
    what_to_do = "Send this version of the terms of reference to the accountable officers for approval (§6, K-1, R-11)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "what has gone out for sign-off is overtaken by sending a newer version"
    sample = {"version": 1}
    of_paper = TERMS
    kind: Literal["terms-sent-for-approval"] = "terms-sent-for-approval"
    version: Version


# --- K-2, K-3 ---


class MethodChosen(Fact):
    """How the review is carried out, and why: by an independent reviewer, own staff, another partnership's, or by
    another recognised method (§6, §7, K-2). A later choice takes its place until a reviewer is agreed.
    """

    title = "Method of the review chosen"
    what_to_do = (
        "Choose how the review is carried out and who carries it out, and say why. You can change it until a "
        "reviewer is agreed (§6, §7, K-2)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "choose the method again, with the right reasons"
    sample = {
        "method": "independent-reviewer",
        "reasons": "Sample: nobody of the partnership is far enough from the work that is looked at.",
    }
    kind: Literal["method-chosen"] = "method-chosen"
    method: ReviewMethod
    name: str = Field(default="", max_length=300, description="of another recognised method: what it is called")
    reasons: Reasons


class CandidateEntered(Fact):
    """A candidate for the review: in a tender with the day rate asked, else somebody to be appointed; and any conflict
    of interest declared (§7, K-2).
    """

    title = "Candidate entered"
    what_to_do = (
        "Enter a candidate for the review. Say what they charge for a day, if there is a tender, and declare any "
        "conflict of interest (§7, K-2)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    subject = ("candidate",)
    keeps_subject = True
    sample = {"candidate": "candidate-1", "name": "Sample Reviewer 1", "day_rate": 500}
    kind: Literal["candidate-entered"] = "candidate-entered"
    candidate: Id = Field(description="an id of your choice for the candidate within this case; never a name")
    name: Name
    organisation: str = Field(default="", max_length=300)
    day_rate: Pounds | None = Field(default=None, description="pounds a day, as tendered; none without a tender")
    conflict: str = Field(default="", max_length=10_000, description="a conflict of interest, where one is declared")


class CandidateScored(Fact):
    """A candidate's scores on one or more criteria, with the reasons; a later score takes the earlier one's place
    (§7, K-2).
    """

    title = "Candidate scored"
    what_to_do = "Score the candidate on one or more criteria, with reasons. Score again to replace a score (§7, K-2)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("candidate",)
    sample = {
        "candidate": "candidate-1",
        "scores": {"knowledge-and-experience": 4, "knowledge-of-research": 5, "day-rate": 3},
        "reasons": "Sample: scored by a panel of three from the application and an interview.",
    }
    kind: Literal["candidate-scored"] = "candidate-scored"
    candidate: KnownId
    scores: dict[SelectionCriterion, Score] = Field(min_length=1)
    reasons: Reasons


class ConflictDeclared(Fact):
    """A conflict of interest becomes known; it excludes the candidate until it is resolved (§7, K-2)."""

    title = "Conflict of interest declared"
    what_to_do = (
        "Declare a conflict of interest of this candidate. The candidate is excluded until it is resolved (§7, K-2)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("candidate",)
    told_by_mail = ("conflict-declared:{message}",)
    sample = {
        "candidate": "candidate-1",
        "conflict": "Sample: the candidate worked for one of the agencies until last year.",
    }
    kind: Literal["conflict-declared"] = "conflict-declared"
    candidate: KnownId
    conflict: Reasons


class ConflictResolved(Fact):
    """A candidate's conflict of interest is resolved, and how (§7, K-2)."""

    title = "Conflict of interest resolved"
    what_to_do = "Say how this candidate's conflict of interest was resolved (§7, K-2)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("candidate",)
    sample = {
        "candidate": "candidate-1",
        "how": "Sample: the candidate takes no part in what concerns that agency; the CRG agrees.",
    }
    kind: Literal["conflict-resolved"] = "conflict-resolved"
    candidate: KnownId
    how: Reasons


class CandidateExcluded(Fact):
    """A candidate is out of the running (§7, K-2)."""

    title = "Candidate excluded"
    what_to_do = "Take this candidate out of the selection, and say why (§7, K-2)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("candidate",)
    sample = {"candidate": "candidate-1", "reason": "Sample: the candidate withdrew."}
    kind: Literal["candidate-excluded"] = "candidate-excluded"
    candidate: KnownId
    reason: Reasons


class SelectionProposed(Fact):
    """The candidate whom the tender leads to, or who is to be appointed: for the CRG Chair's agreement, then the
    accountable officers' sign-off (§7, K-3).
    """

    title = "Selection of a reviewer proposed"
    what_to_do = (
        "Choose the candidate to propose. The CRG Chair is asked to agree, then the accountable officers to sign "
        "off (§7, K-3)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("candidate",)
    instead_of_correcting = "a newer proposal overtakes it"
    sample = {"candidate": "candidate-1", "reasons": "Sample: the strongest on every criterion."}
    kind: Literal["selection-proposed"] = "selection-proposed"
    candidate: KnownId
    reasons: Reasons


# --- K-4 ---


class ContractIssued(FactWithFiles):
    """The contract with the selected reviewer (§7, K-4)."""

    title = "Contract issued"
    what_to_do = "Issue the contract to the selected reviewer, then record it here (§7, K-4)."
    may_report = (Role.BUSINESS_UNIT,)
    subject = ("candidate",)
    told_by_mail = ("review-step:contract-issued:{message}",)
    sample = {
        "candidate": "candidate-1",
        "day_rate": 500,
        "maximum_days": 20,
        "more_days": "Sample: in writing, by the CRG Chair, before they are worked.",
    }
    gate = True
    kind: Literal["contract-issued"] = "contract-issued"
    candidate: KnownId
    day_rate: Pounds
    maximum_days: Days = Field(description="the expected total maximum of days")
    more_days: Reasons = Field(description="how days beyond the maximum are agreed")
    rate_reason: str = Field(
        default="", max_length=10_000, description="why the day rate is another than the one tendered and signed off"
    )


class ContractEnded(Fact):
    """The contract ends before the review is done, and why; another reviewer is then selected (§7, K-2, K-4)."""

    title = "Contract ended"
    what_to_do = (
        "Record that the contract ended before the review was done, and why. Another reviewer is then selected "
        "(§7, K-2, K-4)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("review-step:contract-ended:{message}",)
    sample = {"reason": "Sample: a conflict of interest cannot be resolved."}
    kind: Literal["contract-ended"] = "contract-ended"
    reason: Reasons


class DaysUsed(Fact):
    """Days that the reviewer has used since the last count (§7, K-4)."""

    title = "Reviewer's days recorded"
    what_to_do = "Enter the days that the reviewer has used since the last count (§7, K-4)."
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("days-warning:*",)
    sample = {"days": 2.5, "used_for": "Sample: conversations"}
    kind: Literal["days-used"] = "days-used"
    days: Days
    used_for: Short


class DaysExtensionAgreed(Fact):
    """More days are agreed, in the way that the contract lays down (§7, K-4)."""

    title = "More days agreed"
    what_to_do = "Record how many more days were agreed, in the way that the contract lays down (§7, K-4)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {
        "days": 5,
        "agreed_by": "CRG Chair",
        "reason": "Sample: in writing, by the CRG Chair, before they are worked.",
    }
    kind: Literal["days-extension-agreed"] = "days-extension-agreed"
    days: Days
    agreed_by: Short
    reason: Reasons
