"""Facts of §1: the incident, the two views, the notification. N-1..N-5, D-1, D-2."""

from typing import Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from calendar_rules.edition import NotificationKind
from calendar_rules.model import Model
from review.facts.base import Child as Child
from review.facts.base import ChildId, Id, Name, PersonId, Reasons, Short, children_differ
from review.facts.base import Fact as Fact
from review.facts.directory import Line, Role
from review.facts.enums import Authority, Neglect, NotNotifiedOutcome, Place, Reporter, View, Viewer
from review.facts.sample import At


class Informed(Model):
    """Somebody who was told of the incident: the parents, the police, the coroner."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    who: Short
    at: AwareDatetime | None = None


class IncidentReported(Fact):
    """A potential notifiable incident, brought to attention by either partner (§1, N-1)."""

    title = "Potential notifiable incident reported"
    what_to_do = "Report a potential notifiable incident. This opens a case (§1, N-1)."
    may_report = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)
    told_by_mail = ("incident-received*",)
    not_taken_back = "the case begins with it; withdraw the case instead"
    sample = {
        "reported_by": "council",
        "children": [
            {
                "child_id": "child-sample-1",
                "name": "Sample Child One",
                "born": "2024-02-29",
                "harm": "died",
                "in_care": False,
            },
            {
                "child_id": "child-sample-2",
                "name": "Sample Child Two",
                "born": "2020-06-01",
                "harm": "not-harmed",
                "in_care": False,
            },
        ],
        "what_happened": "Sample: a child was found unresponsive at home. This is an invented incident.",
        "incident_at": At(-1, 7),
        "aware_at": At(-1),
        "abuse_or_neglect": "suspected",
        "place": "in-area",
        "normally_resident": True,
    }
    kind: Literal["incident-reported"] = "incident-reported"
    reported_by: Reporter
    council: Id | None = Field(
        default=None,
        description="in whose area the child is: the council's id, where the edition has several councils (N-2)",
    )
    children: list[Child] = Field(min_length=1, max_length=30)
    what_happened: str = Field(min_length=1, max_length=20_000)
    incident_at: AwareDatetime = Field(description="when the incident occurred")
    aware_at: AwareDatetime = Field(
        description="when the local authority became aware of it; D-1 and D-2 run from here"
    )
    abuse_or_neglect: Neglect
    place: Place
    normally_resident: bool = Field(description="the child is normally resident in the local authority's area")

    setting: Line = Field(default="", description='where it happened, for example "at home" or "a residential school"')
    regulated_setting: bool | None = Field(
        default=None, description="whether that is a setting that somebody inspects or registers; left out: not known"
    )
    informed: list[Informed] = Field(default=[], max_length=50, description="who was told of the incident by then")

    @model_validator(mode="after")
    def _children_differ(self) -> Self:
        children_differ(self.children)
        return self


class PartnerViewGiven(Fact):
    """A view whether to notify, of the DCS or the Chief Executive, or of a partner where the edition hears it; either
    may change it (§1, N-2).
    """

    title = "View on notifying given"
    what_to_do = "Say whether to notify the Panel, with reasons. You can change your view later (§1, N-2)."
    may_report = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT, Role.ACCOUNTABLE_OFFICER, Role.DEPUTY)
    subject = ("officer",)
    sample = {
        "officer": "dcs",
        "view": "notify",
        "reasons": "Sample: the information known today suggests that the definition of a notifiable incident is met.",
    }
    kind: Literal["partner-view-given"] = "partner-view-given"
    officer: Viewer
    view: View
    reasons: Reasons
    person: PersonId | None = Field(
        default=None,
        description="whose view it is, where a partner has several accountable officers; left out by the officer",
    )


class NotNotifiedDecided(Fact):
    """Both said no: the case closes as not notified, or goes on as a CRG referral (N-2)."""

    title = "Decided not to notify"
    what_to_do = (
        "Record the decision not to notify, once the Director of Children's Services and the Chief Executive "
        "have both said no. Choose whether the case closes or goes on as a CRG referral (N-2)."
    )
    may_report = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)
    told_by_mail = ("not-notified*", "referral-received:not-notified*")
    mailed_again = True
    sample = {
        "outcome": "refer-to-crg",
        "reasons": "Sample: the information known today suggests that the definition of a notifiable incident is met.",
    }
    gate, decides = True, ("outcome",)
    kind: Literal["not-notified-decided"] = "not-notified-decided"
    outcome: NotNotifiedOutcome
    reasons: Reasons


class PanelNotified(Fact):
    """The serious-incident notification went to the Panel;
    its time is the anchor of the rapid review (§1, D-1, N-3).
    """

    title = "Panel notified"
    what_to_do = (
        "Send the serious-incident notification to the Panel, then record it here. The 15 working days of "
        "the rapid review are counted from it (§1, D-1, N-3)."
    )
    may_report = (Role.CHIEF_EXECUTIVE, Role.DCS, Role.BUSINESS_UNIT)
    told_by_mail = (
        *("partners-told", "notification-copy", "notified-without-review"),
        "notification-recorded:{message}",
    )
    sample = {
        "notified_by": "Chief Executive",
        "panel_reference": "SAMPLE-0001",
        "what_it_said": "Sample: the text of the notification, as it was sent to the Panel.",
    }
    event = "notification"
    gate, decides = True, ("notification",)
    kind: Literal["panel-notified"] = "panel-notified"
    notified_by: Name = Field(description="the office that sent it, for example 'Chief Executive'")
    panel_reference: Short
    what_it_said: str = Field(
        default="", max_length=50_000, description="what it said, as sent; left out: the copy is still to come (N-8)"
    )
    received_at: AwareDatetime | None = Field(
        default=None, description="when the Business Unit received its copy; left out: when it was recorded here"
    )
    notification: NotificationKind = Field(
        default=NotificationKind.DEATH_OR_SERIOUS_HARM, description="what is notified; advised by the case (B-1)"
    )


class NotificationCopyReceived(Fact):
    """The Business Unit has its copy of the notification, which says what was sent (flowchart, N-8)."""

    title = "Copy of the notification received"
    what_to_do = (
        "Attach the copy of the notification that was sent to the Panel, or say where it is kept (flowchart, N-8)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    sample = {"what_it_said": "Sample: the text of the notification, as it was sent to the Panel."}
    kind: Literal["notification-copy-received"] = "notification-copy-received"
    what_it_said: str = Field(min_length=1, max_length=50_000, description="what the notification said, as sent")


class AuthorityTold(Fact):
    """Ofsted or the Secretary of State was told of the death of a child in care (§1, D-2, N-4)."""

    title = "Authority told of the death of a child in care"
    what_to_do = (
        "Tell Ofsted or the Secretary of State of the death of the child in care, then record it here, once for "
        "each (§1, D-2, N-4)."
    )
    may_report = (Role.DCS, Role.BUSINESS_UNIT)
    allowed_after_end = True
    subject = ("authority",)
    sample = {"authority": "ofsted", "their_reference": "SAMPLE-0002"}
    kind: Literal["authority-told"] = "authority-told"
    authority: Authority
    their_reference: str = Field(default="", max_length=300)


class SafetyStepsRecorded(Fact):
    """Steps taken for the safety of this child and other children, or why none are needed (§1, N-5)."""

    title = "Steps for children's safety recorded"
    what_to_do = (
        "Say what has been done for the safety of this child and other children, or why nothing is needed (§1, N-5)."
    )
    may_report = (Role.DCS, Role.CHIEF_EXECUTIVE, Role.BUSINESS_UNIT)
    outright = ("none_needed",)
    sample = {
        "child_ids": ["child-sample-1"],
        "none_needed": False,
        "steps": "Sample: the brothers and sisters stay with their grandmother; a strategy meeting was held.",
        "others": "Sample: no other child lives in the household or is cared for by the same people.",
    }
    kind: Literal["safety-steps-recorded"] = "safety-steps-recorded"
    child_ids: list[ChildId] = Field(min_length=1, max_length=30)
    none_needed: bool = Field(default=False, description="no steps are needed for these children; `steps` says why")
    steps: str = Field(min_length=1, max_length=20_000, description="the steps taken; where none is needed, why")
    others: str = Field(
        default="", max_length=20_000, description="steps for other children, who are not of this case, or why none"
    )


NotificationFact = (
    IncidentReported
    | PartnerViewGiven
    | NotNotifiedDecided
    | PanelNotified
    | NotificationCopyReceived
    | AuthorityTold
    | SafetyStepsRecorded
)
