"""Every fact that people report about a case: one class a message, in the protocol's order.

Room: review. A fact says what happened; `happened_at` says when (left out: now, on the case's clock). Who said it
and when it was recorded stand in the envelope (`Said`). Kinds and fields are persisted: add, never rename or remove.
Texts here are sealed before they leave the process; a case's id, summary and subject lines never hold them.
"""

from datetime import date
from typing import Literal, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from calendar_rules.edition import NotificationKind
from calendar_rules.working_days import ClosedDay
from review.directory import Cast, Role
from review.fact import Child as Child
from review.fact import DocumentRef as DocumentRef
from review.fact import Fact as Fact
from review.fact import Hash, Id, Reasons, Short
from review.said.crg import CrgFact, PanelDialogueLogged, ProcessLinked
from review.said.editions import AgencyKnew, EditionFact
from review.said.follow_up import ActionSet, FindingsHandedOver, FollowUpFact, LearningDisseminated
from review.said.information import InformationFact, InformationRequested, InformationSupplied
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, InvolvementFact, PersonInvited
from review.said.learning_review import LearningReviewFact
from review.said.practice_review import MilestoneSet, PracticeReviewFact, PublicationPlanned
from review.said.referral import CrgConsidered, ReferralFact, ReferralReceived
from review.said.standing import StandingFact
from review.words import (
    AuthorCapacity,
    Authority,
    Decision,
    Neglect,
    NotNotifiedOutcome,
    PanelResponse,
    Place,
    Recommendation,
    Reporter,
    Verdict,
    View,
    Viewer,
)

# --- §1 Serious incident notification ---


class IncidentReported(Fact):
    """A potential notifiable incident, brought to attention by either partner (§1, N-1)."""

    title = "Potential notifiable incident reported"
    kind: Literal["incident-reported"] = "incident-reported"
    reported_by: Reporter
    children: list[Child] = Field(min_length=1, max_length=30)
    what_happened: str = Field(min_length=1, max_length=20_000)
    incident_at: AwareDatetime = Field(description="when the incident occurred")
    aware_at: AwareDatetime = Field(
        description="when the local authority became aware of it; D-1 and D-2 run from here"
    )
    abuse_or_neglect: Neglect
    place: Place
    normally_resident: bool = Field(description="the child is normally resident in the local authority's area")

    @model_validator(mode="after")
    def _children_differ(self) -> Self:
        ids = [child.child_id for child in self.children]
        if len(set(ids)) != len(ids):
            raise ValueError("two children have the same child_id; give each child once")
        return self


class PartnerViewGiven(Fact):
    """The DCS's or the Chief Executive's view whether to notify; either may change it (§1, N-2)."""

    title = "View on notifying given"
    kind: Literal["partner-view-given"] = "partner-view-given"
    officer: Viewer
    view: View
    reasons: Reasons


class NotNotifiedDecided(Fact):
    """Both said no: the case closes as not notified, or goes on as a CRG referral (N-2)."""

    title = "Decided not to notify"
    kind: Literal["not-notified-decided"] = "not-notified-decided"
    outcome: NotNotifiedOutcome
    reasons: Reasons


class PanelNotified(Fact):
    """The serious-incident notification went to the Panel;
    its time is the anchor of the rapid review (§1, D-1, N-3).
    """

    title = "Panel notified"
    kind: Literal["panel-notified"] = "panel-notified"
    notified_by: Short = Field(description="the office that sent it, for example 'Chief Executive'")
    panel_reference: Short
    received_at: AwareDatetime | None = Field(
        default=None, description="when the Business Unit received its copy; left out: when it was recorded here"
    )
    notification: NotificationKind = Field(
        default=NotificationKind.DEATH_OR_SERIOUS_HARM, description="what is notified; advised by the case (B-1)"
    )


class AuthorityTold(Fact):
    """Ofsted or the Secretary of State was told of the death of a child in care (§1, D-2, N-4)."""

    title = "Authority told of the death of a child in care"
    kind: Literal["authority-told"] = "authority-told"
    authority: Authority
    their_reference: str = Field(default="", max_length=300)


class SafetyStepsRecorded(Fact):
    """Steps taken for the safety of this child and other children (§1, N-5)."""

    title = "Steps for children's safety recorded"
    kind: Literal["safety-steps-recorded"] = "safety-steps-recorded"
    child_ids: list[Id] = Field(min_length=1, max_length=30)
    steps: str = Field(min_length=1, max_length=20_000)


# --- §2 Rapid review ---


class ScopingMeetingArranged(Fact):
    """The CRG's online scoping meeting is called; invitations go out (§2, D-4, R-2)."""

    title = "Scoping meeting arranged"
    kind: Literal["scoping-meeting-arranged"] = "scoping-meeting-arranged"
    starts_at: AwareDatetime
    link: str = Field(default="", max_length=500, description="where to join online")


class AgencyLeftOut(BaseModel):
    """An agency whose involvement would be expected, and why it is not asked (R-8)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: Id
    reason: Reasons


class ScopingMeetingHeld(Fact):
    """Outcome of the scoping meeting; it sets the date of the rapid review meeting (§2, D-4, R-2)."""

    title = "Scoping meeting held"
    kind: Literal["scoping-meeting-held"] = "scoping-meeting-held"
    attended: list[Id] = Field(min_length=1, max_length=100, description="ids of the people who attended")
    case_details_confirmed: Literal[True] = Field(description="the meeting confirmed the case details")
    scope: Reasons
    agencies: list[Id] = Field(min_length=1, max_length=60, description="agencies to ask for a return")
    left_out: list[AgencyLeftOut] = Field(default=[], max_length=60)
    rapid_review_meeting_at: AwareDatetime
    rapid_review_link: str = Field(default="", max_length=500)
    legal_adviser_asked: bool = False

    @model_validator(mode="after")
    def _agencies_once(self) -> Self:
        if len(set(self.agencies)) != len(self.agencies):
            raise ValueError("an agency is listed twice; list each once")
        return self


class ReturnsRequested(Fact):
    """The Business Unit commences the rapid review request to every agency in scope (§2, D-5, R-3)."""

    title = "Rapid review request commenced"
    kind: Literal["returns-requested"] = "returns-requested"
    covering_note: str = Field(default="", max_length=4_000, description="added to the request; name no child here")


class AgencyAdded(Fact):
    """A further agency is asked; its own 5 days run from its own request (R-4)."""

    title = "Agency added to the request"
    kind: Literal["agency-added"] = "agency-added"
    agency: Id
    reason: Reasons


class SeniorOfficersInformed(Fact):
    """An agency confirms that its senior officers know of the request (§2, R-3)."""

    title = "Agency's senior officers informed"
    kind: Literal["senior-officers-informed"] = "senior-officers-informed"
    agency: Id
    officer: Short = Field(description="the senior officer who was informed")


class AgencyReturned(Fact):
    """An agency's return, or its nil return with a named officer (§2, D-6, R-4)."""

    title = "Agency's return received"
    kind: Literal["agency-returned"] = "agency-returned"
    agency: Id
    nil: bool = Field(default=False, description="the child and family are not known to the agency")
    officer: Short = Field(description="the officer who answers for the return")
    content: DocumentRef | None = None

    @model_validator(mode="after")
    def _nil_or_content(self) -> Self:
        if self.nil == (self.content is not None):
            raise ValueError("give either the return's content or nil: true")
        return self


class ReturnsRead(Fact):
    """The author confirms having read agencies' returns, each in a given version (§2, R-10)."""

    title = "Returns read"
    kind: Literal["returns-read"] = "returns-read"
    reader: Id
    returns: dict[Id, int] = Field(min_length=1, description="agency -> version read (0 for a nil return)")


class RapidReviewMeetingMoved(Fact):
    """The rapid review meeting is set to another time."""

    title = "Rapid review meeting moved"
    kind: Literal["rapid-review-meeting-moved"] = "rapid-review-meeting-moved"
    starts_at: AwareDatetime
    link: str = Field(default="", max_length=500)
    reason: Reasons


class Representative(BaseModel):
    """Somebody who came to the rapid review meeting for an agency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: Id
    name: Short


class RapidReviewMeetingHeld(Fact):
    """The rapid review meeting, and who came (§2, R-6)."""

    title = "Rapid review meeting held"
    kind: Literal["rapid-review-meeting-held"] = "rapid-review-meeting-held"
    attended: list[Id] = Field(min_length=1, max_length=100)
    representatives: list[Representative] = Field(default=[], max_length=100)
    legal_advice: str = Field(default="", max_length=10_000)


class ReportDrafted(Fact):
    """A version of the rapid review report, complete or not (§2, R-7..R-10)."""

    title = "Rapid review report drafted"
    kind: Literal["report-drafted"] = "report-drafted"
    author: Id = Field(description="id of the author; an outside author is entered in the directory first")
    capacity: AuthorCapacity
    outside_reason: str = Field(default="", max_length=4_000)
    chair_supports: bool
    content: DocumentRef
    missing: list[str] = Field(default=[])
    recommendation: Recommendation | None = None
    national_review: bool | None = None


class DraftSentForSignOff(Fact):
    """The Business Unit sends one version of the draft to the accountable officers (§2, D-8, R-11)."""

    title = "Draft sent for sign-off"
    kind: Literal["draft-sent-for-sign-off"] = "draft-sent-for-sign-off"
    version: int = Field(ge=1)


class SignOffGiven(Fact):
    """An officer or deputy approves exactly one version, or sends it back with comments (§2, D-8, R-11)."""

    title = "Sign-off given"
    kind: Literal["sign-off-given"] = "sign-off-given"
    round: str = Field(max_length=60)
    officer: Id = Field(description="id of the person who signs: yourself")
    sha256: Hash
    verdict: Verdict
    comments: str = Field(default="", max_length=20_000)
    capacity: str = Field(
        default="", max_length=60, description="for which partner; needed only by one who is asked for several"
    )


class SubmittedToPanel(Fact):
    """The approved recommendation goes to the Panel with a covering letter (§2, D-7, R-12)."""

    title = "Recommendation submitted to the Panel"
    kind: Literal["submitted-to-panel"] = "submitted-to-panel"
    version: int = Field(ge=1)
    covering_letter: str = Field(min_length=1, max_length=10_000)
    by_other_means: bool = Field(
        default=False, description="it has gone to the Panel outside this system; no mail is sent"
    )


class PanelAcknowledged(Fact):
    """The Panel acknowledges receipt and names the date of its meeting (flowchart, R-13)."""

    title = "Panel acknowledged receipt"
    kind: Literal["panel-acknowledged"] = "panel-acknowledged"
    meeting_date: date


class PanelResponded(Fact):
    """The Panel's response (flowchart, D-9, R-13)."""

    title = "Panel responded"
    kind: Literal["panel-responded"] = "panel-responded"
    response: PanelResponse
    reasons: Reasons


class PanelAnswered(Fact):
    """What the Panel asked for has been sent to it (R-13)."""

    title = "Panel's question answered"
    kind: Literal["panel-answered"] = "panel-answered"
    answer: Reasons
    meeting_date: date = Field(description="when the Panel will consider it")


class PartnersDecided(Fact):
    """The partners' decision after the Panel's response, with reasons (flowchart, R-15)."""

    title = "Partners decided"
    kind: Literal["partners-decided"] = "partners-decided"
    decision: Decision
    reasons: Reasons
    difference_reason: str = Field(
        default="", max_length=10_000, description="where the decision differs from the recommendation"
    )
    national_part: Literal["", "stops", "assists"] = Field(
        default="", description="in a national review: local work stops or assists"
    )


# --- any case, any stage ---


class CasePaused(Fact):
    """The case pauses; D-1, D-2 and D-7 never do (X-1)."""

    title = "Case paused"
    kind: Literal["case-paused"] = "case-paused"
    reason: Reasons
    forecast_date: date | None = Field(
        default=None, description="when a practice review is expected to be complete, as far as can be said (K-9)"
    )


class CaseResumed(Fact):
    """The case resumes (X-1)."""

    title = "Case resumed"
    kind: Literal["case-resumed"] = "case-resumed"
    reason: Reasons


class CaseWithdrawn(Fact):
    """The case is withdrawn; its clocks stop and say so (X-1)."""

    title = "Case withdrawn"
    kind: Literal["case-withdrawn"] = "case-withdrawn"
    reason: Reasons


class DutyRetried(Fact):
    """A duty that failed (a refused address, say) is tried again."""

    title = "Failed duty tried again"
    kind: Literal["duty-retried"] = "duty-retried"
    duty: str = Field(max_length=200)


class Corrected(Fact):
    """Something was entered wrongly: what is right, and why; the first entry is kept (X-2)."""

    title = "Correction"
    kind: Literal["corrected"] = "corrected"
    corrects: str = Field(max_length=200, description="id of the message that was wrong, as the record shows it")
    right: "Correctable" = Field(discriminator="kind")
    reason: Reasons


# --- told to every live case ---


class CalendarChanged(Fact):
    """Days on which work stops, proclaimed or entered while cases are live ("a late announcement"),
    and days that were entered by mistake and are working days after all (X-2).
    """

    title = "Calendar changed"
    kind: Literal["calendar-changed"] = "calendar-changed"
    days: list[ClosedDay] = Field(default=[], max_length=60)
    opened: list[ClosedDay] = Field(
        default=[], max_length=60, description="working days after all; `why` says why each was closed by mistake"
    )

    @model_validator(mode="after")
    def _says_something_once(self) -> Self:
        if not self.days and not self.opened:
            raise ValueError("name at least one day, in days or in opened")
        if {one.day for one in self.days} & {one.day for one in self.opened}:
            raise ValueError("a day is both closed and opened; list it in one of the two")
        return self


class DirectoryChanged(Fact):
    """People or agencies changed; from now on the case knows the new cast."""

    title = "Directory changed"
    kind: Literal["directory-changed"] = "directory-changed"
    cast: Cast


Correctable = (
    IncidentReported
    | PartnerViewGiven
    | PanelNotified
    | AuthorityTold
    | SafetyStepsRecorded
    | ScopingMeetingHeld
    | SeniorOfficersInformed
    | AgencyReturned
    | ReturnsRead
    | RapidReviewMeetingHeld
    | SubmittedToPanel
    | PanelAcknowledged
    | PanelResponded
    | PanelAnswered
    | PartnersDecided
    | AgencyKnew
    | ReferralReceived
    | CrgConsidered
    | InformationRequested
    | InformationSupplied
    | PersonInvited
    | AdvocacyConsidered
    | ContributionRecorded
    | ProcessLinked
    | PanelDialogueLogged
    | LearningDisseminated
    | FindingsHandedOver
    | ActionSet
    | MilestoneSet
    | PublicationPlanned
)
Corrected.model_rebuild()

AnyFact = (
    Correctable
    | NotNotifiedDecided
    | ScopingMeetingArranged
    | ReturnsRequested
    | AgencyAdded
    | RapidReviewMeetingMoved
    | ReportDrafted
    | DraftSentForSignOff
    | SignOffGiven
    | CasePaused
    | CaseResumed
    | CaseWithdrawn
    | DutyRetried
    | Corrected
    | CalendarChanged
    | DirectoryChanged
    | EditionFact
    | ReferralFact
    | InformationFact
    | LearningReviewFact
    | StandingFact
    | InvolvementFact
    | CrgFact
    | FollowUpFact
    | PracticeReviewFact
)

FACTS: dict[str, type[Fact]] = {kind.model_fields["kind"].default: kind for kind in get_args(AnyFact)}
OPENINGS = (IncidentReported, ReferralReceived, InformationRequested)  # each begins a case, by a route of its own
CORRECTABLE: frozenset[str] = frozenset(kind.model_fields["kind"].default for kind in get_args(Correctable))


class Speaker(BaseModel):
    """Who says it: the people the speaker is, and in which offices; several people for a token of an office."""

    model_config = ConfigDict(frozen=True)

    people: list[str]
    roles: list[Role]

    @property
    def who(self) -> str:
        return self.people[0] if len(self.people) == 1 else "+".join(sorted(self.roles))


class Said(BaseModel):
    """A fact in its envelope: which message carried it, who said it, when it was recorded (the API's clock, UTC)."""

    model_config = ConfigDict(frozen=True)

    message: str
    by: Speaker
    recorded_at: AwareDatetime
    fact: AnyFact = Field(discriminator="kind")
