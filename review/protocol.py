"""The protocol as a table: what happens in each stage, what is waited for there, what runs and where it leads. Pure.

The one place for it. The run refuses a move that is not here (`next_of`), so that what is drawn (`/protocol`, the page
of a case, the docs) is what runs. How long a deadline takes, and for whom it is, is an edition's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from calendar_rules.edition import Anchor, Rule
from review.facts import (
    any_stage,
    editions,
    follow_up,
    information,
    involvement,
    learning_review,
    notification,
    panel,
    practice_review,
    rapid_review,
    referral,
    report,
    signing,
)
from review.facts.base import Fact
from review.facts.enums import Route, Stage

_Facts = tuple[type[Fact], ...]


@dataclass(frozen=True)
class StageRow:
    """One stage.

    `waits_for`: the facts that are waited for or taken there, beside those that may be reported at any time.
    `deadlines`: the rules that run over it. `leads_to`: the stages that may come next, beside `ANYWHERE`.
    `way_in`: the fact with which a case can begin there, and the route that it then takes.
    `reached_by`: the fact that alone leads there, where the process itself never does.
    `begins_no_deadline`: nothing more becomes due of it, so lists leave it out of what is under way.
    """

    title: str
    sentence: str
    clause: str
    waits_for: _Facts = ()
    deadlines: tuple[str, ...] = ()
    leads_to: tuple[Stage, ...] = ()
    way_in: tuple[type[Fact], Route] | None = None
    reached_by: type[Fact] | None = None
    ends: bool = False
    begins_no_deadline: bool = False

    @property
    def kinds(self) -> set[str]:
        """The kinds of the facts that are waited for there."""
        return {fact.kind_name() for fact in self.waits_for}


_CANDIDATES: _Facts = (
    practice_review.MethodChosen,
    practice_review.CandidateEntered,
    practice_review.CandidateScored,
    practice_review.ConflictDeclared,
    practice_review.ConflictResolved,
    practice_review.CandidateExcluded,
)
_PEOPLE_HEARD: _Facts = (
    involvement.PersonInvited,
    involvement.InvitationAnswered,
    involvement.AdvocacyConsidered,
    involvement.ContributionRecorded,
    involvement.InvolvementExplained,
)
_ACTIONS: _Facts = (
    follow_up.ActionSet,
    follow_up.ActionProgressed,
    follow_up.ActionDueMoved,
    follow_up.ActionHandedOn,
    follow_up.ActionClosureAgreed,
    follow_up.FindingsHandedOver,
    follow_up.SubGroupAnswered,
)
_RETURNS: _Facts = (
    rapid_review.AgencyAdded,
    rapid_review.OutsideAgencyAsked,
    editions.AgencyKnew,
    rapid_review.SeniorOfficersInformed,
    rapid_review.AgencyReturned,
)

# Owed from the submission on, whatever stage comes meanwhile.
BESIDE_WHAT_FOLLOWS = (follow_up.LearningDisseminated, follow_up.ImmediateLearningNotShared)

PROTOCOL: dict[Stage, StageRow] = {
    # --- §6: a referral, or a request of another partnership ---
    Stage.REFERRAL: StageRow(
        title="Referral: the CRG considers it",
        sentence="The CRG considers the referral at a meeting, and says with reasons what becomes of it.",
        clause="§6, A-1 to A-3",
        way_in=(referral.ReferralReceived, Route.REFERRAL),
        waits_for=(referral.CrgConsidered, notification.IncidentReported),
        deadlines=("D-3", "A-3"),
        leads_to=(
            Stage.REFERRAL_RETURNED,
            Stage.DISCUSSION,
            Stage.PRACTICE_REVIEW,
            Stage.LEARNING_REVIEW,
            Stage.ACTIONS,  # no further action, with actions open
            Stage.CONCLUDED,
        ),
    ),
    Stage.REFERRAL_RETURNED: StageRow(
        title="Referral returned with the reason",
        sentence="What it lacks, the safeguarding lead or a senior officer's support, is waited for.",
        clause="§6, A-1",
        waits_for=(referral.ReferralCompleted,),
        deadlines=("A-1",),
        leads_to=(Stage.REFERRAL,),
    ),
    Stage.GATHERING: StageRow(
        title="Information gathered for another partnership",
        sentence="Another partnership asks: agencies are asked for what they hold, and it is collated.",
        clause="§6, A-4",
        way_in=(information.InformationRequested, Route.INFORMATION_REQUEST),
        waits_for=(information.AgenciesAsked, *_RETURNS, information.InformationSupplied),
        deadlines=("R-3", "D-6-known", "D-6", "A-4"),
        leads_to=(Stage.SUPPLIED,),
    ),
    Stage.SUPPLIED: StageRow(
        title="Information supplied",
        sentence="It has gone to the other partnership and stays on the CRG's agenda until concluded.",
        clause="§6, A-4",
        waits_for=(information.InformationSupplied, information.InformationRequestConcluded),
        leads_to=(Stage.CONCLUDED,),
    ),
    # --- §1: notification ---
    Stage.DISCUSSION: StageRow(
        title="DCS and Chief Executive discuss the incident",
        sentence="Both give a view with reasons; both must agree to notify. While they differ, the case waits.",
        clause="§1, N-1, N-2, N-4, N-5, N-7",
        way_in=(notification.IncidentReported, Route.SERIOUS_INCIDENT),
        waits_for=(
            notification.PartnerViewGiven,
            notification.NotNotifiedDecided,
            notification.AuthorityTold,
            notification.SafetyStepsRecorded,
        ),
        deadlines=("D-2:ofsted", "D-2:secretary-of-state", "N-5", "D-1", "N-8", "N-7"),
        leads_to=(Stage.NOTIFICATION, Stage.CRG_REFERRAL, Stage.NOT_NOTIFIED),
    ),
    Stage.NOTIFICATION: StageRow(
        title="Notification to the Panel",
        sentence="Both agree: the Panel is notified, and the Business Unit gets a copy.",
        clause="§1, N-3, B-1",
        waits_for=(
            notification.PanelNotified,
            notification.NotificationCopyReceived,
            notification.NotNotifiedDecided,
            notification.SafetyStepsRecorded,
            editions.NotificationWithdrawn,
        ),
        deadlines=("D-3", "D-1", "N-8"),
        leads_to=(
            Stage.CRG_REFERRAL,
            Stage.SCOPING,
            Stage.NOTIFICATION_WITHDRAWN,
            Stage.NOT_NOTIFIED,
            Stage.CONCLUDED,  # no rapid review follows some kinds of notification (B-1)
        ),
    ),
    Stage.CRG_REFERRAL: StageRow(
        title="Referred to the CRG",
        sentence="It was not notified, and referred to the CRG, which considers it like any referral.",
        clause="§1, N-2; §6, A-3",
        waits_for=(referral.CrgConsidered,),
        deadlines=("D-3", "A-3"),
        leads_to=(
            Stage.DISCUSSION,
            Stage.PRACTICE_REVIEW,
            Stage.LEARNING_REVIEW,
            Stage.ACTIONS,
            Stage.CONCLUDED,
        ),
    ),
    # --- §2: the rapid review ---
    Stage.SCOPING: StageRow(
        title="CRG scoping meeting",
        sentence="The CRG confirms the details, names whom to ask and sets the date of the rapid review meeting.",
        clause="§2, R-2",
        waits_for=(
            rapid_review.ScopingMeetingArranged,
            rapid_review.ScopingMeetingHeld,
            notification.SafetyStepsRecorded,
            editions.NotificationWithdrawn,
        ),
        deadlines=("D-3", "D-4", "D-7"),
        leads_to=(Stage.REQUEST, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.REQUEST: StageRow(
        title="Rapid review request to the agencies",
        sentence="The Business Unit sends the request to every agency in scope.",
        clause="§2, R-3",
        waits_for=(
            rapid_review.ReturnsRequested,
            rapid_review.RapidReviewMeetingMoved,
            editions.NotificationWithdrawn,
        ),
        deadlines=("D-5", "D-7"),
        leads_to=(Stage.RETURNS, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.RETURNS: StageRow(
        title="Agencies' returns",
        sentence="Each agency answers, with what it knows or that it knows nothing; the returns become one pack.",
        clause="§2, R-4, R-5",
        waits_for=(*_RETURNS, rapid_review.RapidReviewMeetingMoved, editions.NotificationWithdrawn),
        deadlines=("R-3", "D-6-known", "D-6", "D-7"),
        leads_to=(Stage.RAPID_REVIEW_MEETING, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.RAPID_REVIEW_MEETING: StageRow(
        title="Rapid review meeting",
        sentence="CRG members and the other agencies go through what is known, and recommend.",
        clause="§2, R-6",
        waits_for=(rapid_review.RapidReviewMeetingHeld, editions.NotificationWithdrawn),
        deadlines=("D-7",),
        leads_to=(Stage.REPORT, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.REPORT: StageRow(
        title="Rapid review report and sign-off",
        sentence="The record is drafted and agreed by the CRG; then each safeguarding partner signs the same version.",
        clause="§2, §6, R-7 to R-11, R-16",
        waits_for=(
            rapid_review.ReturnsRead,
            report.ReportDrafted,
            report.DraftSentToCrg,
            report.DraftCommented,
            report.DraftAgreed,
            report.DraftSentForSignOff,
            signing.SignOffGiven,
            editions.NotificationWithdrawn,
        ),
        deadlines=("R-16", "D-8", "D-7"),
        leads_to=(Stage.SUBMISSION, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.SUBMISSION: StageRow(
        title="Submission to the Panel",
        sentence="The approved version goes to the Panel with a covering letter.",
        clause="§2, R-12",
        waits_for=(report.SubmittedToPanel, editions.NotificationWithdrawn),
        deadlines=("D-7",),
        leads_to=(Stage.PANEL, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.PANEL: StageRow(
        title="Panel's response",
        sentence="The Panel acknowledges, meets and responds; where it asks for more, it is answered. The partners may "
        "decide before it responds; then it is waited for beside what follows.",
        clause="§2, R-13, R-14",
        waits_for=(
            panel.PanelAcknowledged,
            panel.PanelMeetingMoved,
            panel.PanelResponded,
            panel.PanelAnswered,
            *BESIDE_WHAT_FOLLOWS,
            panel.PartnersDecided,
            editions.NotificationWithdrawn,
        ),
        deadlines=("R-13", "R-7", "D-9"),
        leads_to=(Stage.DECISION, Stage.NOTIFICATION_WITHDRAWN),
    ),
    Stage.DECISION: StageRow(
        title="Partners' decision",
        sentence="The partners decide with reasons: practice review, learning review, national review, or none. A "
        "decision that differs from the recommendation, or that the Panel's view is against, each of them signs.",
        clause="§2, R-15",
        waits_for=(
            panel.PartnersDecided,
            signing.SignOffGiven,
            *BESIDE_WHAT_FOLLOWS,
            editions.NotificationWithdrawn,
        ),
        deadlines=("D-8", "R-15", "R-7"),
        leads_to=(
            Stage.PRACTICE_REVIEW,
            Stage.LEARNING_REVIEW,
            Stage.NATIONAL_REVIEW,
            Stage.ACTIONS,  # no further action, with actions open
            Stage.NOTIFICATION_WITHDRAWN,
            Stage.CONCLUDED,
        ),
    ),
    # --- §7: the practice review ---
    Stage.PRACTICE_REVIEW: StageRow(
        title="Practice review decided",
        sentence="A practice review is decided on; its method is chosen, its terms of reference are drafted.",
        clause="§7, K-1, K-2",
        waits_for=(practice_review.MethodChosen, practice_review.TermsDrafted),
        deadlines=("D-10",),
        leads_to=(Stage.TERMS,),
    ),
    Stage.TERMS: StageRow(
        title="Terms of reference",
        sentence="The safeguarding partners approve the terms, in as many rounds as it takes.",
        clause="§7, K-1",
        waits_for=(
            practice_review.TermsDrafted,
            practice_review.TermsSentForApproval,
            signing.SignOffGiven,
            *_CANDIDATES,
        ),
        deadlines=("D-8", "D-10"),
        leads_to=(Stage.TENDER,),
    ),
    Stage.TENDER: StageRow(
        title="Selection of a reviewer",
        sentence="In a tender, candidates are scored on every criterion; one is proposed, agreed and signed off.",
        clause="§7, K-2, K-3",
        waits_for=(*_CANDIDATES, practice_review.SelectionProposed, signing.SignOffGiven),
        deadlines=("D-8", "D-10"),
        leads_to=(Stage.CONTRACT, Stage.REVIEW_WORK),  # without a contract, where somebody is appointed
    ),
    Stage.CONTRACT: StageRow(
        title="Contract with the reviewer",
        sentence="The Business Unit issues the contract: day rate, most days, how more are agreed.",
        clause="§7, K-4",
        waits_for=(practice_review.ContractIssued,),
        deadlines=("D-10",),
        leads_to=(Stage.REVIEW_WORK,),
    ),
    Stage.REVIEW_WORK: StageRow(
        title="The review at work",
        sentence="The reviewer works, people are heard, and drafts are quality-assured until one is sound.",
        clause="§7, K-5, K-6",
        waits_for=(
            practice_review.MilestoneSet,
            practice_review.MilestoneReached,
            practice_review.ProgressReported,
            practice_review.ReviewMonitored,
            practice_review.DaysUsed,
            practice_review.DaysExtensionAgreed,
            *_PEOPLE_HEARD,
            practice_review.ReviewDrafted,
            practice_review.IdentitiesChecked,
            practice_review.IdentityAccepted,
            practice_review.ReviewAssured,
            practice_review.EarlyCommentSought,
            practice_review.EarlyCommentGiven,
            practice_review.EarlyCommentClosed,
            practice_review.FinalDraftSent,
        ),
        deadlines=("D-8", "K-5", "K-5-monitoring", "D-10"),
        leads_to=(Stage.REVIEW_SIGN_OFF,),
    ),
    Stage.REVIEW_SIGN_OFF: StageRow(
        title="The review's report and its sign-off",
        sentence="CRG, agencies' senior officers, safeguarding partners and Independent Chair sign in turn.",
        clause="§7, K-7",
        waits_for=(
            practice_review.ReviewDrafted,
            practice_review.IdentitiesChecked,
            practice_review.IdentityAccepted,
            practice_review.ReviewAssured,
            practice_review.FinalDraftSent,
            signing.SignOffGiven,
            *_PEOPLE_HEARD,
        ),
        deadlines=("D-8", "K-5-monitoring", "D-10"),
        leads_to=(Stage.PUBLICATION,),
    ),
    Stage.PUBLICATION: StageRow(
        title="Publication",
        sentence="Publication is planned with those affected; the report is published, or not, with reasons.",
        clause="§7, K-8; G-8",
        waits_for=(
            practice_review.IdentitiesChecked,
            practice_review.IdentityAccepted,
            practice_review.PublicationPlanned,
            practice_review.AdvanceCopySent,
            practice_review.ReviewPublished,
            practice_review.ReviewNotPublished,
            practice_review.ImprovementsPublished,
            practice_review.NonPublicationTold,
        ),
        deadlines=("B-4", "K-8", "K-5-monitoring", "D-10"),
        leads_to=(Stage.DISSEMINATION,),
    ),
    # --- §6, and the Panel's own review ---
    Stage.LEARNING_REVIEW: StageRow(
        title="Learning review decided",
        sentence="Terms, method and participants are set; the CRG quality-assures the findings.",
        clause="§6, A-5",
        waits_for=(
            learning_review.LearningTermsSet,
            learning_review.LearningParticipantsNamed,
            learning_review.LearningFindingsDrafted,
            learning_review.LearningReviewAssured,
        ),
        deadlines=("A-5",),
        leads_to=(Stage.DISSEMINATION,),
    ),
    Stage.NATIONAL_REVIEW: StageRow(
        title="National review",
        sentence="The Panel reviews; the partnership assists, and follows what it learns itself.",
        clause="§2, R-15",
        waits_for=(follow_up.LearningDisseminated, follow_up.NoActionNeeded),
        leads_to=(Stage.ACTIONS, Stage.CONCLUDED),
        begins_no_deadline=True,
    ),
    # --- §3 to §5: what is learned is followed up ---
    Stage.DISSEMINATION: StageRow(
        title="Learning disseminated",
        sentence="What was learned is shared, and becomes actions, or it is said why none is needed.",
        clause="G-9 to G-11",
        waits_for=(
            follow_up.LearningDisseminated,
            follow_up.NoActionNeeded,
            *_ACTIONS,
            practice_review.ImprovementsPublished,
            practice_review.NonPublicationTold,
        ),
        deadlines=("G-11", "G-10", "K-8-improvements"),
        leads_to=(Stage.ACTIONS, Stage.CONCLUDED),
    ),
    Stage.ACTIONS: StageRow(
        title="Actions followed",
        sentence="Every action is followed until the CRG agrees, on evidence, that it is closed.",
        clause="G-10, G-11, K-10",
        waits_for=_ACTIONS,
        deadlines=("G-11", "G-10"),
        leads_to=(Stage.CONCLUDED,),
    ),
    # --- the ends ---
    Stage.MERGED: StageRow(
        title="Merged with another case",
        sentence="It goes on in another case, which carries its duties.",
        clause="X-1",
        reached_by=any_stage.CaseMerged,
        ends=True,
    ),
    Stage.NOTIFICATION_WITHDRAWN: StageRow(
        title="Notification withdrawn",
        sentence="It was found not to meet the criteria; the Panel agreed.",
        clause="B-2",
        reached_by=editions.NotificationWithdrawn,
        ends=True,
    ),
    Stage.NOT_NOTIFIED: StageRow(
        title="Not notified", sentence="Both decided, with reasons, not to notify.", clause="§1, N-2", ends=True
    ),
    Stage.CONCLUDED: StageRow(title="Concluded", sentence="Nothing of it is open any more.", clause="X-1", ends=True),
    Stage.WITHDRAWN: StageRow(
        title="Withdrawn",
        sentence="It was taken out, with reasons; its record stays.",
        clause="X-1",
        reached_by=any_stage.CaseWithdrawn,
        ends=True,
    ),
}

ANYWHERE = (Stage.MERGED, Stage.WITHDRAWN)  # by a fact, from every stage
RUN_ANYWHERE = ("G-7",)  # deadlines that no stage has: they run from whenever a concern is escalated

_TO_THE_SUBMISSION = tuple(list(Stage)[list(Stage).index(Stage.SCOPING) : list(Stage).index(Stage.SUBMISSION) + 1])
OWN_MILESTONES: dict[str, tuple[Stage, ...]] = {  # where a milestone of a partnership's own is drawn
    Anchor.INCIDENT: (Stage.DISCUSSION, Stage.NOTIFICATION, *_TO_THE_SUBMISSION),
    Anchor.AWARE: (Stage.DISCUSSION, Stage.NOTIFICATION, *_TO_THE_SUBMISSION),
    Anchor.RECEIVED: _TO_THE_SUBMISSION,
    Anchor.NOTIFIED: _TO_THE_SUBMISSION,
    Anchor.DECISION: (Stage.PRACTICE_REVIEW,),
}


def stages_of(rule: Rule) -> list[Stage]:
    """The stages that a deadline runs over; none where it may run in any."""
    own = OWN_MILESTONES[rule.counted_from] if rule.milestone else ()
    return [stage for stage, row in PROTOCOL.items() if rule.id in row.deadlines or stage in own]


ENDED = frozenset(stage for stage, row in PROTOCOL.items() if row.ends)
NO_MORE_DEADLINES = frozenset(stage for stage, row in PROTOCOL.items() if row.ends or row.begins_no_deadline)
STAGE_TITLES = {stage: row.title for stage, row in PROTOCOL.items()}
LIVE_STAGE_TITLES = {stage: row.title for stage, row in PROTOCOL.items() if not row.ends}

WAYS_IN: dict[type[Fact], tuple[Route, Stage]] = {
    row.way_in[0]: (row.way_in[1], stage) for stage, row in PROTOCOL.items() if row.way_in
}
OPENINGS = tuple(WAYS_IN)  # each begins a case, by a route of its own
FIRST_STAGE: dict[Route, Stage] = dict(WAYS_IN.values())


class NotInTheProtocol(Exception):
    """A move that the table has not: a mistake of ours. The case waits where it stands until it is mended."""

    def __init__(self, source: Stage, target: Stage) -> None:
        super().__init__(f"the protocol leads from {source} to no {target}; see review/protocol.py")


def may_follow(source: Stage, target: Stage) -> bool:
    """Whether a case may go from one stage to another. Reopened or put right, it goes back to where it stood."""
    return target in ANYWHERE or target in PROTOCOL[source].leads_to


def follows_as(source: Stage, outcome: str) -> Stage | None:
    """The stage that an outcome leads on to, which bears its name; None where it leads to none of its own.

    No further action ends as every case does: with its last action (G-11).
    """
    return next((stage for stage in PROTOCOL[source].leads_to if stage == outcome), None)


def moves() -> Iterable[tuple[Stage, Stage]]:
    """Every move that the process makes, in the protocol's order; `ANYWHERE` comes on top."""
    return [(source, target) for source, row in PROTOCOL.items() for target in row.leads_to]
