"""What people report about a practice review: terms, tender, contract, work, sign-off, publication (§7, K-1 to K-9).

Room: review. Kinds and fields are persisted: add, never rename or remove.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from calendar_rules.edition import Outsider
from review.fact import DocumentRef, Fact, Id, Reasons, Short
from review.words import SelectionCriterion

Pounds = Annotated[int, Field(ge=1, le=10_000, description="pounds a day")]
Days = Annotated[float, Field(gt=0, le=400, multiple_of=0.5, description="days, in halves")]
Score = Annotated[int, Field(ge=0, le=5, description="0 (does not meet it) to 5 (fully)")]


# --- K-1 ---


class TermsDrafted(Fact):
    """A version of the terms of reference, drafted by the CRG, complete or not (§6, K-1)."""

    title = "Terms of reference drafted"
    kind: Literal["terms-drafted"] = "terms-drafted"
    content: DocumentRef
    missing: list[str] = Field(default=[])


class TermsSentForApproval(Fact):
    """One version of the terms goes to the accountable officers for approval (§6, K-1, R-11)."""

    title = "Terms of reference sent for approval"
    kind: Literal["terms-sent-for-approval"] = "terms-sent-for-approval"
    version: int = Field(ge=1)


# --- K-2, K-3 ---


class CandidateEntered(Fact):
    """A candidate tenders for the review, with the day rate asked and any conflict of interest declared (§7, K-2)."""

    title = "Candidate entered"
    kind: Literal["candidate-entered"] = "candidate-entered"
    candidate: Id = Field(description="an id of your choice for the candidate within this case; never a name")
    name: Short
    organisation: str = Field(default="", max_length=300)
    day_rate: Pounds
    conflict: str = Field(default="", max_length=10_000, description="a conflict of interest, where one is declared")


class CandidateScored(Fact):
    """A candidate's scores on one or more criteria, with the reasons; a later score takes the earlier one's place
    (§7, K-2).
    """

    title = "Candidate scored"
    kind: Literal["candidate-scored"] = "candidate-scored"
    candidate: Id
    scores: dict[SelectionCriterion, Score] = Field(min_length=1)
    reasons: Reasons


class ConflictDeclared(Fact):
    """A conflict of interest becomes known; it excludes the candidate until it is resolved (§7, K-2)."""

    title = "Conflict of interest declared"
    kind: Literal["conflict-declared"] = "conflict-declared"
    candidate: Id
    conflict: Reasons


class ConflictResolved(Fact):
    """A candidate's conflict of interest is resolved, and how (§7, K-2)."""

    title = "Conflict of interest resolved"
    kind: Literal["conflict-resolved"] = "conflict-resolved"
    candidate: Id
    how: Reasons


class CandidateExcluded(Fact):
    """A candidate is out of the running (§7, K-2)."""

    title = "Candidate excluded"
    kind: Literal["candidate-excluded"] = "candidate-excluded"
    candidate: Id
    reason: Reasons


class SelectionProposed(Fact):
    """The candidate whom the tender leads to: for the CRG Chair's agreement, then the accountable officers' sign-off
    (§7, K-3).
    """

    title = "Selection of a reviewer proposed"
    kind: Literal["selection-proposed"] = "selection-proposed"
    candidate: Id
    reasons: Reasons


# --- K-4 ---


class ContractIssued(Fact):
    """The contract with the selected reviewer (§7, K-4)."""

    title = "Contract issued"
    kind: Literal["contract-issued"] = "contract-issued"
    candidate: Id
    day_rate: Pounds
    maximum_days: Days = Field(description="the expected total maximum of days")
    more_days: Reasons = Field(description="how days beyond the maximum are agreed")
    rate_reason: str = Field(
        default="", max_length=10_000, description="why the day rate is another than the one tendered and signed off"
    )


class ContractEnded(Fact):
    """The contract ends before the review is done, and why; another reviewer is then selected (§7, K-2, K-4)."""

    title = "Contract ended"
    kind: Literal["contract-ended"] = "contract-ended"
    reason: Reasons


class DaysUsed(Fact):
    """Days that the reviewer has used since the last count (§7, K-4)."""

    title = "Reviewer's days recorded"
    kind: Literal["days-used"] = "days-used"
    days: Days
    used_for: Short


class DaysExtensionAgreed(Fact):
    """More days are agreed, in the way that the contract lays down (§7, K-4)."""

    title = "More days agreed"
    kind: Literal["days-extension-agreed"] = "days-extension-agreed"
    days: Days
    agreed_by: Short
    reason: Reasons


# --- K-5 ---


class MilestoneSet(Fact):
    """A milestone of the review, and when it should be reached (§7, K-5)."""

    title = "Milestone set"
    kind: Literal["milestone-set"] = "milestone-set"
    milestone: Id = Field(description="id of the milestone within the case; shows in mails, so never a name")
    what: Short
    planned_date: date


class MilestoneReached(Fact):
    """A milestone is reached; the CRG is told (§7, K-5)."""

    title = "Milestone reached"
    kind: Literal["milestone-reached"] = "milestone-reached"
    milestone: Id
    progress: Reasons


class ProgressReported(Fact):
    """The reviewer's progress, reported to the CRG (§7, K-5)."""

    title = "Progress reported to the CRG"
    kind: Literal["progress-reported"] = "progress-reported"
    progress: Reasons


# --- K-6, K-7 ---


class ReviewDrafted(Fact):
    """A version of the review's report (§7, K-6). `agencies` are those that its recommendations name."""

    title = "Practice review drafted"
    kind: Literal["review-drafted"] = "review-drafted"
    content: DocumentRef
    missing: list[str] = Field(default=[])
    agencies: list[Id] = Field(default=[], max_length=60)
    recommendations: int = Field(default=0, ge=0, le=100, description="how many recommendations it makes")


class ReviewAssured(Fact):
    """The CRG has quality-assured a version: sound, or back with the list of what lacks (§7, K-6)."""

    title = "Practice review quality-assured"
    kind: Literal["review-assured"] = "review-assured"
    version: int = Field(ge=1)
    sound: bool
    lacks: list[Short] = Field(default=[], max_length=60)


class EarlyCommentSought(Fact):
    """A draft goes to the accountable officers and the Independent Chair for early comment (flowchart, K-7)."""

    title = "Early comment sought"
    kind: Literal["early-comment-sought"] = "early-comment-sought"
    version: int = Field(ge=1)


class EarlyCommentGiven(Fact):
    """An early comment on the draft, or the word that there is none: no sign-off (flowchart, K-7)."""

    title = "Early comment given"
    kind: Literal["early-comment-given"] = "early-comment-given"
    officer: Id = Field(description="id of the person who comments")
    comments: str = Field(default="", max_length=10_000)
    nothing_to_add: bool = Field(default=False, description="the draft was read, and there is nothing to say")


class EarlyCommentClosed(Fact):
    """The CRG waits no longer for early comments that have not come, and why (flowchart, K-7)."""

    title = "Early comment closed"
    kind: Literal["early-comment-closed"] = "early-comment-closed"
    reason: Reasons


class FinalDraftSent(Fact):
    """The final draft goes for sign-off: CRG, agencies' senior officers, accountable officers, Independent Chair
    (flowchart, K-7).
    """

    title = "Final draft sent for sign-off"
    kind: Literal["final-draft-sent"] = "final-draft-sent"
    version: int = Field(ge=1)


# --- K-8, G-8 ---


class PublicationPlanned(Fact):
    """The publication and media plan, with those who were involved in it; a later plan takes its place (§6, G-8)."""

    title = "Publication planned"
    kind: Literal["publication-planned"] = "publication-planned"
    publication_date: date
    media: Reasons = Field(description="the media plan")
    managers: list[Id] = Field(
        min_length=1, max_length=100, description="ids of the senior managers of the agencies affected"
    )
    communications: Short = Field(description="who of Communications was involved")


class AdvanceCopySent(Fact):
    """A copy of the final report goes to one who has it before publication; the system mails it (B-4)."""

    title = "Advance copy sent"
    kind: Literal["advance-copy-sent"] = "advance-copy-sent"
    recipient: Outsider
    by_other_means: bool = Field(default=False, description="sent elsewhere; the system does not mail it")


class ReviewPublished(Fact):
    """The report is published (flowchart, K-8). Meets D-10."""

    title = "Practice review published"
    kind: Literal["review-published"] = "review-published"
    where: Short
    reasons: str = Field(
        default="", max_length=10_000, description="why it is published after it was decided not to publish"
    )


class ReviewNotPublished(Fact):
    """The decision not to publish, with reasons (K-8). Meets D-10."""

    title = "Decided not to publish"
    kind: Literal["review-not-published"] = "review-not-published"
    reasons: Reasons


# --- K-9, B-5 ---


class ReviewExtended(Fact):
    """The review will take longer, until when, and why; the Panel is told (K-9, B-5)."""

    title = "Practice review extended"
    kind: Literal["review-extended"] = "review-extended"
    extended_date: date = Field(description="the day by which the review will be complete")
    reason: Reasons
    told_by_other_means: bool = Field(
        default=False, description="the Panel is told elsewhere, not by the system's mail"
    )


class DelayTold(Fact):
    """An authority was told of the delay, with the reasons (B-5)."""

    title = "Authority told of the delay"
    kind: Literal["delay-told"] = "delay-told"
    authority: Outsider
    their_reference: str = Field(default="", max_length=300)


PracticeReviewFact = (
    TermsDrafted
    | TermsSentForApproval
    | CandidateEntered
    | CandidateScored
    | ConflictDeclared
    | ConflictResolved
    | CandidateExcluded
    | SelectionProposed
    | ContractIssued
    | ContractEnded
    | DaysUsed
    | DaysExtensionAgreed
    | MilestoneSet
    | MilestoneReached
    | ProgressReported
    | ReviewDrafted
    | ReviewAssured
    | EarlyCommentSought
    | EarlyCommentGiven
    | EarlyCommentClosed
    | FinalDraftSent
    | PublicationPlanned
    | AdvanceCopySent
    | ReviewPublished
    | ReviewNotPublished
    | ReviewExtended
    | DelayTold
)
