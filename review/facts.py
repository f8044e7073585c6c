"""Every fact that people report about a case: one class a message, in the protocol's order.

Room: review. A fact says what happened; `happened_at` says when (left out: now, on the case's clock). Who said it
and when it was recorded stand in the envelope (`Said`). Kinds and fields are persisted: add, never rename or remove.
Texts here are sealed before they leave the process; a case's id, summary and subject lines never hold them.
"""

from typing import Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from review.directory import Role
from review.fact import Child as Child
from review.fact import DocumentRef as DocumentRef
from review.fact import Fact as Fact
from review.fact import Reasons
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.crg import CrgFact, PanelDialogueLogged, ProcessLinked
from review.said.editions import AgencyKnew, EditionFact
from review.said.follow_up import ActionSet, FindingsHandedOver, FollowUpFact, LearningDisseminated
from review.said.information import InformationFact, InformationRequested, InformationSupplied
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, InvolvementFact, PersonInvited
from review.said.learning_review import LearningReviewFact
from review.said.notification import (
    AuthorityTold,
    IncidentReported,
    NotNotifiedDecided,
    PanelNotified,
    PartnerViewGiven,
    SafetyStepsRecorded,
)
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded, PartnersDecided
from review.said.practice_review import MilestoneSet, PracticeReviewFact, PublicationPlanned
from review.said.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRead,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.said.referral import CrgConsidered, ReferralFact, ReferralReceived
from review.said.report import DraftSentForSignOff, ReportDrafted, SignOffGiven, SubmittedToPanel
from review.said.standing import CasePaused, CaseResumed, CaseWithdrawn, DutyRetried, StandingFact

# --- §1 Serious incident notification ---


# --- §2 Rapid review ---


# --- any case, any stage ---


class Corrected(Fact):
    """Something was entered wrongly: what is right, and why; the first entry is kept (X-2)."""

    title = "Correction"
    kind: Literal["corrected"] = "corrected"
    corrects: str = Field(max_length=200, description="id of the message that was wrong, as the record shows it")
    right: "Correctable" = Field(discriminator="kind")
    reason: Reasons


# --- told to every live case ---


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
