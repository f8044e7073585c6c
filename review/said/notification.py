"""Facts of §1: the incident, the two views, the notification. Room: review. N-1..N-5, D-1, D-2."""

from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from calendar_rules.edition import NotificationKind
from review.fact import Child as Child
from review.fact import Fact as Fact
from review.fact import Id, Reasons, Short, children_differ
from review.words import Authority, Neglect, NotNotifiedOutcome, Place, Reporter, View, Viewer


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
        children_differ(self.children)
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


NotificationFact = (
    IncidentReported | PartnerViewGiven | NotNotifiedDecided | PanelNotified | AuthorityTold | SafetyStepsRecorded
)
