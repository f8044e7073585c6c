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
from review.said.announced import AnnouncedFact
from review.said.crg import CrgFact
from review.said.editions import EditionFact
from review.said.follow_up import FollowUpFact
from review.said.information import InformationFact, InformationRequested
from review.said.involvement import InvolvementFact
from review.said.learning_review import LearningReviewFact
from review.said.notification import IncidentReported, NotificationFact
from review.said.panel import PanelFact
from review.said.practice_review import PracticeReviewFact
from review.said.rapid_review import RapidReviewFact
from review.said.referral import ReferralFact, ReferralReceived
from review.said.report import ReportFact
from review.said.standing import StandingFact


class Corrected(Fact):
    """Something was entered wrongly: what is right, and why; the first entry is kept (X-2)."""

    title = "Correction"
    kind: Literal["corrected"] = "corrected"
    corrects: str = Field(max_length=200, description="id of the message that was wrong, as the record shows it")
    right: "Plain" = Field(discriminator="kind", description="what should have been said; of the same kind")
    reason: Reasons


Plain = (
    NotificationFact
    | RapidReviewFact
    | ReportFact
    | PanelFact
    | EditionFact
    | ReferralFact
    | InformationFact
    | LearningReviewFact
    | InvolvementFact
    | CrgFact
    | PracticeReviewFact
    | FollowUpFact
    | AnnouncedFact
    | StandingFact
)
Corrected.model_rebuild()

AnyFact = Plain | Corrected

FACTS: dict[str, type[Fact]] = {kind.model_fields["kind"].default: kind for kind in get_args(AnyFact)}
OPENINGS = (IncidentReported, ReferralReceived, InformationRequested)  # each begins a case, by a route of its own


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
