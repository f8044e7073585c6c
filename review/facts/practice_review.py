"""What people report about a practice review: work, sign-off, publication (§7, K-5 to K-9); beside it, `tender`.

Kinds and fields are persisted: add, never rename or remove.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from calendar_rules.edition import Outsider
from review.facts.base import (
    PRACTICE_REVIEW,
    AgencyId,
    Answers,
    DocumentRef,
    Fact,
    FactWithFiles,
    FactWithPaper,
    Id,
    KnownId,
    PersonId,
    Reasons,
    Short,
    Version,
)
from review.facts.directory import Role
from review.facts.identities import IdentifyingPlace as IdentifyingPlace
from review.facts.identities import IdentitiesChecked as IdentitiesChecked
from review.facts.identities import IdentityAccepted as IdentityAccepted
from review.facts.improvements import ImprovementsPublished as ImprovementsPublished
from review.facts.improvements import NonPublicationTold as NonPublicationTold
from review.facts.monitoring import ReviewMonitored as ReviewMonitored
from review.facts.sample import Day
from review.facts.tender import CandidateEntered as CandidateEntered
from review.facts.tender import CandidateExcluded as CandidateExcluded
from review.facts.tender import CandidateScored as CandidateScored
from review.facts.tender import ConflictDeclared as ConflictDeclared
from review.facts.tender import ConflictResolved as ConflictResolved
from review.facts.tender import ContractEnded as ContractEnded
from review.facts.tender import ContractIssued as ContractIssued
from review.facts.tender import DaysExtensionAgreed as DaysExtensionAgreed
from review.facts.tender import DaysUsed as DaysUsed
from review.facts.tender import MethodChosen as MethodChosen
from review.facts.tender import SelectionProposed as SelectionProposed
from review.facts.tender import TermsDrafted as TermsDrafted
from review.facts.tender import TermsSentForApproval as TermsSentForApproval

# --- K-5 ---


class MilestoneSet(Fact):
    """A milestone of the review, and when it should be reached (§7, K-5)."""

    title = "Milestone set"
    what_to_do = "Name a milestone of the review and the date by which it should be reached (§7, K-5)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("milestone",)
    keeps_subject = True
    sample = {"milestone": "first-draft", "what": "Sample: first draft", "planned_date": Day(60)}
    kind: Literal["milestone-set"] = "milestone-set"
    milestone: Id = Field(description="id of the milestone within the case; shows in mails, so never a name")
    what: Short
    planned_date: date


class MilestoneReached(Fact):
    """A milestone is reached; the CRG is told (§7, K-5)."""

    title = "Milestone reached"
    what_to_do = "Record when this milestone was reached. The CRG is told (§7, K-5)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("milestone",)
    told_by_mail = ("review-progress:{message}",)
    sample = {
        "milestone": "first-draft",
        "progress": "Sample: half of the conversations have been held; the work is on time.",
    }
    answers = Answers(MilestoneSet, "what", "Milestone")
    kind: Literal["milestone-reached"] = "milestone-reached"
    milestone: KnownId
    progress: Reasons


class ProgressReported(Fact):
    """The reviewer's progress, reported to the CRG (§7, K-5)."""

    title = "Progress reported to the CRG"
    what_to_do = "Report to the CRG how the review is getting on (§7, K-5)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("review-progress:{message}",)
    sample = {"progress": "Sample: half of the conversations have been held; the work is on time."}
    kind: Literal["progress-reported"] = "progress-reported"
    progress: Reasons


# --- K-6, K-7 ---


class ReviewDrafted(FactWithPaper):
    """A version of the practice review's report, complete or not (§7, K-6)."""

    title = "Practice review drafted"
    what_to_do = (
        "Write or upload the report. You can record a version before it is complete, and a newer one later (§7, K-6)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "draft a newer version instead"
    kind: Literal["review-drafted"] = "review-drafted"
    content: DocumentRef
    missing: list[str] = Field(default=[])
    agencies: list[AgencyId] = Field(default=[], max_length=60)
    recommendations: int = Field(default=0, ge=0, le=100, description="how many recommendations it makes")
    identifying: list[IdentifyingPlace] = Field(default=[], description="where it says what identifies the family")
    checked_for: list[str] = Field(default=[], description="what was looked for, as codes")


class ReviewAssured(Fact):
    """The CRG has quality-assured a version: sound, or back with the list of what lacks (§7, K-6)."""

    title = "Practice review quality-assured"
    what_to_do = (
        "Read this version of the report, then agree it for the CRG, or send it back and say what it lacks (§7, K-6)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("review-back:{version}",)
    sample = {
        "version": 1,
        "sound": False,
        "lacks": ["Sample: the children's daily life"],
        "attended": ["crg-chair", "lead-police"],
    }
    of_paper = PRACTICE_REVIEW
    kind: Literal["review-assured"] = "review-assured"
    version: Version
    sound: bool
    lacks: list[Short] = Field(default=[], max_length=60)
    attended: list[PersonId] = Field(default=[], max_length=100, description="ids of the CRG's people who assured it")


class EarlyCommentSought(Fact):
    """A draft goes to the accountable officers and the Independent Chair for early comment (flowchart, K-7)."""

    title = "Early comment sought"
    what_to_do = (
        "Send this draft to the accountable officers and the Independent Chair for early comment (flowchart, K-7)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "seek comment on a newer version instead"
    sample = {"version": 1}
    of_paper = PRACTICE_REVIEW
    kind: Literal["early-comment-sought"] = "early-comment-sought"
    version: Version


class EarlyCommentGiven(Fact):
    """An early comment on the draft, or the word that there is none: no sign-off (flowchart, K-7)."""

    title = "Early comment given"
    what_to_do = (
        "Read the draft, then enter your comments, or say that you have none. This is no sign-off (flowchart, K-7)."
    )
    may_report = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.INDEPENDENT_CHAIR, Role.BUSINESS_UNIT)
    subject = ("officer",)
    sample = {
        "officer": "officer-health",
        "comments": "Sample: the summary could be shorter; nothing is wrong in substance.",
    }
    of_paper = PRACTICE_REVIEW
    kind: Literal["early-comment-given"] = "early-comment-given"
    officer: PersonId = Field(description="id of the person who comments")
    comments: str = Field(default="", max_length=10_000)
    nothing_to_add: bool = Field(default=False, description="the draft was read, and there is nothing to say")


class EarlyCommentClosed(Fact):
    """The CRG waits no longer for early comments that have not come, and why (flowchart, K-7)."""

    title = "Early comment closed"
    what_to_do = "Stop waiting for the early comments that have not come, and say why (flowchart, K-7)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {"reason": "Sample: no answer has come in two weeks."}
    kind: Literal["early-comment-closed"] = "early-comment-closed"
    reason: Reasons


class FinalDraftSent(Fact):
    """The final draft goes for sign-off: CRG, agencies' senior officers, accountable officers, Independent Chair
    (flowchart, K-7).
    """

    title = "Final draft sent for sign-off"
    what_to_do = (
        "Send the final draft for sign-off: to the CRG, the agencies' senior officers, the accountable officers "
        "and the Independent Chair (flowchart, K-7)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    instead_of_correcting = "what has gone out for sign-off is overtaken by sending a newer version"
    sample = {"version": 1}
    of_paper = PRACTICE_REVIEW
    kind: Literal["final-draft-sent"] = "final-draft-sent"
    version: Version


# --- K-8, G-8 ---


class PublicationPlanned(FactWithFiles):
    """The publication and media plan, with those who were involved in it; a later plan takes its place (§6, G-8)."""

    title = "Publication planned"
    what_to_do = (
        "Enter the publication and media plan, made with those involved. To change it, enter it again (§6, G-8)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    told_by_mail = ("publication-planned:{message}", "publication-plan-sent:*", "advance-copy-news:{message}")
    sample = {
        "publication_date": Day(21),
        "media": "Sample: a statement on the website; one spokesperson; the family is told the day before.",
        "managers": ["senior-police", "senior-hospital"],
        "communications": "Sample: head of Communications",
    }
    of_paper = PRACTICE_REVIEW
    moves_deadlines = "the publication is planned for another day"
    kind: Literal["publication-planned"] = "publication-planned"
    publication_date: date
    media: Reasons = Field(description="the media plan")
    managers: list[PersonId] = Field(
        min_length=1, max_length=100, description="ids of the senior managers of the agencies affected"
    )
    communications: Short = Field(description="who of Communications was involved")


class AdvanceCopySent(Fact):
    """A copy of the final report goes to one who has it before publication; the system mails it (B-4)."""

    title = "Advance copy sent"
    what_to_do = "Choose who receives the final report before it is published. The system emails it to them (B-4)."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    told_by_mail = ("advance-copy:{message}",)
    sample = {"recipient": "panel"}
    of_paper = PRACTICE_REVIEW
    kind: Literal["advance-copy-sent"] = "advance-copy-sent"
    recipient: Outsider
    by_other_means: bool = Field(default=False, description="sent elsewhere; the system does not mail it")


class ReviewPublished(Fact):
    """The report is published (flowchart, K-8). Meets D-10."""

    title = "Practice review published"
    what_to_do = "Publish the report, then record where and when (flowchart, D-10, K-8)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    allowed_after_end = True
    told_by_mail = ("review-over:{message}",)
    sample = {"where": "https://www.example.org/sample-review"}
    of_paper = PRACTICE_REVIEW
    gate = True
    kind: Literal["review-published"] = "review-published"
    where: Short
    reasons: str = Field(
        default="", max_length=10_000, description="why it is published after it was decided not to publish"
    )


class ReviewNotPublished(Fact):
    """The decision not to publish, with reasons (K-8). Meets D-10; the Panel, the Secretary of State and Ofsted are
    told, and improvement information is published in its place.
    """

    title = "Decided not to publish"
    what_to_do = (
        "Record the decision not to publish, with reasons. The Panel, the Secretary of State and Ofsted are "
        "told, and improvement information is published in its place (D-10, K-8)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("review-over:{message}", "not-publishing:*")
    sample = {"reasons": "Sample: the children could be recognised; the learning is shared without the report."}
    of_paper = PRACTICE_REVIEW
    gate = True
    kind: Literal["review-not-published"] = "review-not-published"
    reasons: Reasons


# --- K-9, B-5 ---


class ReviewExtended(Fact):
    """The review will take longer, until when, and why; the Panel is told (K-9, B-5)."""

    title = "Practice review extended"
    what_to_do = "Say until when the review will take, and why it is late. The Panel is told (K-9, B-5)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("review-step:extended:{message}", "review-delayed:*")
    sample = {"extended_date": Day(90), "reason": "Sample: criminal proceedings are under way until the summer."}
    moves_deadlines = "the review was extended"
    kind: Literal["review-extended"] = "review-extended"
    extended_date: date = Field(description="the day by which the review will be complete")
    reason: Reasons
    told_by_other_means: bool = Field(
        default=False, description="the Panel is told elsewhere, not by the system's mail"
    )


class DelayTold(Fact):
    """An authority was told of the delay, with the reasons (B-5)."""

    title = "Authority told of the delay"
    what_to_do = "Tell this authority of the delay and the reasons. Then record it here (B-5)."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    sample = {"authority": "secretary-of-state", "their_reference": "SAMPLE-0004"}
    kind: Literal["delay-told"] = "delay-told"
    authority: Outsider
    their_reference: str = Field(default="", max_length=300)


PracticeReviewFact = (
    TermsDrafted
    | TermsSentForApproval
    | MethodChosen
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
    | ReviewMonitored
    | ReviewDrafted
    | IdentitiesChecked
    | IdentityAccepted
    | ReviewAssured
    | EarlyCommentSought
    | EarlyCommentGiven
    | EarlyCommentClosed
    | FinalDraftSent
    | PublicationPlanned
    | AdvanceCopySent
    | ReviewPublished
    | ReviewNotPublished
    | ImprovementsPublished
    | NonPublicationTold
    | ReviewExtended
    | DelayTold
)
