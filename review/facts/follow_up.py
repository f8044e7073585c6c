"""Facts of what follows a review: learning disseminated, findings handed over, actions (§6, §7)."""

from datetime import date
from typing import Literal

from pydantic import Field

from review.facts.base import AgencyId, Answers, Fact, FactWithFiles, Id, KnownId, KnownNumber, PersonId, Reasons, Short
from review.facts.directory import Role
from review.facts.enums import Rating
from review.facts.sample import Day


class LearningDisseminated(Fact):
    """Learning was shared: by what means, with whom; and when (§6, G-9)."""

    title = "Learning disseminated"
    what_to_do = "Share the learning, then record how, with whom and when (§6, G-9)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER)
    told_by_mail = ("learning-disseminated:{message}",)
    sample = {
        "means": "Sample: briefing",
        "audience": "Sample: all agencies",
        "what": "Sample: share missed appointments between agencies at once.",
    }
    concludes = True
    kind: Literal["learning-disseminated"] = "learning-disseminated"
    means: Short = Field(description="a briefing, a workshop, a newsletter")
    audience: Short
    what: Reasons = Field(description="what learning was shared")


class ImmediateLearningNotShared(Fact):
    """Why the immediate learning that the rapid review named is not shared, or is none (§2, R-7, G-9)."""

    title = "Immediate learning not shared"
    what_to_do = (
        "Say why the immediate learning that the rapid review named is not shared, or that there is none (§2, "
        "R-7, G-9)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {"reasons": "Sample: the report names no learning that can be shared before the criminal trial."}
    kind: Literal["immediate-learning-not-shared"] = "immediate-learning-not-shared"
    reasons: Reasons


class FindingsHandedOver(Fact):
    """Findings go to those who see to policy, audit and assurance: the Quality sub-group, say (§6, §7, G-10)."""

    title = "Findings handed over"
    what_to_do = (
        "Hand the findings to those who see to policy, audit and assurance, such as the Quality sub-group. Then "
        "record it here (§6, §7, G-10)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("handover",)
    keeps_subject = True
    told_by_mail = ("findings-handed-over:{handover}", "findings-handed-over:{handover}:*")
    sample = {
        "handover": "handover-1",
        "to": "Quality sub-group",
        "findings": "Sample: share missed appointments between agencies at once.",
    }
    kind: Literal["findings-handed-over"] = "findings-handed-over"
    handover: Id = Field(description="id of the handover within the case; shows in mails, so never a name")
    to: Short = Field(description="which sub-group")
    sub_group: PersonId | None = Field(
        default=None,
        description="the sub-group in the directory, which is mailed a link to answer; left out: the only one there",
    )
    findings: Reasons


class SubGroupAnswered(Fact):
    """What the sub-group makes of the findings (G-10)."""

    title = "Sub-group answered"
    what_to_do = "Record the sub-group's answer to the findings (G-10)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR, Role.CRG_MEMBER, Role.SUB_GROUP)
    allowed_after_end = True
    subject = ("handover",)
    told_by_mail = ("sub-group-answered:{message}",)
    sample = {"handover": "handover-1", "answer": "Sample: looked into; what was asked for is done."}
    answers = Answers(FindingsHandedOver, "findings", "Handed over")
    kind: Literal["sub-group-answered"] = "sub-group-answered"
    handover: KnownId
    answer: Reasons


class ActionSet(Fact):
    """An action with its owner, agency, due day and intended outcome (§6, G-11, K-10)."""

    title = "Action set"
    what_to_do = "Set an action: what is done, by whom, by when, and what it improves for children (§6, G-11, K-10)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("action",)
    keeps_subject = True
    told_by_mail = ("action-set:{action}", "action-set:{action}:{message}")
    sample = {
        "action": "action-1",
        "what": "Sample: agencies tell one another of missed appointments within a day.",
        "owner": "lead-police",
        "agency": "police",
        "due_date": Day(91),
        "outcome": "Sample: fewer children are missed between services.",
    }
    kind: Literal["action-set"] = "action-set"
    action: Id = Field(description="id of the action within the case; shows in mails, so never a name")
    what: Reasons
    owner: PersonId = Field(description="the person who is responsible for it")
    agency: AgencyId
    due_date: date = Field(description="due at the end of this day, London")
    outcome: Reasons = Field(description="what is to be better for children once it is done")
    recommendation: str = Field(default="", max_length=10_000, description="the recommendation that it carries out")
    recommendation_number: KnownNumber | None = Field(
        default=None, ge=1, le=100, description="the number of that recommendation in the agreed report"
    )


class ActionProgressed(FactWithFiles):
    """How an action gets on; evidence where there is some (G-11)."""

    title = "Progress of an action recorded"
    what_to_do = "Say how far the action has got. Attach or name evidence where there is some (G-11)."
    may_report = (
        Role.BUSINESS_UNIT,
        Role.CRG_CHAIR,
        Role.CRG_MEMBER,
        Role.AGENCY,
        Role.ACCOUNTABLE_OFFICER,
        Role.DEPUTY,
    )
    subject = ("action",)
    sample = {
        "action": "action-1",
        "progress": "Sample: the new way of working is in use.",
        "rating": "green",
        "evidence": "Sample: an audit of twenty cases shows it.",
    }
    kind: Literal["action-progressed"] = "action-progressed"
    action: KnownId
    progress: Reasons
    rating: Rating
    evidence: str = Field(default="", max_length=10_000, description="what shows that it is done and helps")


class ActionDueMoved(Fact):
    """An action is due on another day, with the reason (G-11)."""

    title = "Due day of an action moved"
    what_to_do = "Enter the new due day of the action, and say why it moves (G-11)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("action",)
    sample = {"action": "action-1", "due_date": Day(119), "reason": "Sample: the system that it needs comes later."}
    moves_deadlines = "another due day was set; the reason is in the record"
    kind: Literal["action-due-moved"] = "action-due-moved"
    action: KnownId
    due_date: date
    reason: Reasons


class ActionHandedOn(Fact):
    """An action passes to another owner, with the reason (G-11)."""

    title = "Action handed on"
    what_to_do = "Choose who owns the action from now on, and say why (G-11)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("action",)
    told_by_mail = ("action-set:{action}:{message}", "action-handed-on:{action}:{message}")
    sample = {
        "action": "action-1",
        "owner": "lead-housing",
        "agency": "housing",
        "reason": "Sample: the owner has another post.",
    }
    kind: Literal["action-handed-on"] = "action-handed-on"
    action: KnownId
    owner: PersonId
    agency: AgencyId
    reason: Reasons


class ActionClosureAgreed(Fact):
    """The CRG agrees that an action is done; only with evidence (§6, G-11)."""

    title = "Closure of an action agreed"
    what_to_do = "Read the evidence, then agree for the CRG that the action is done, or say what is missing (§6, G-11)."
    may_report = (Role.CRG_CHAIR, Role.CRG_MEMBER)
    subject = ("action",)
    sample = {"action": "action-1", "reasons": "Sample: the CRG saw the audit and agrees."}
    concludes = True
    kind: Literal["action-closure-agreed"] = "action-closure-agreed"
    action: KnownId
    reasons: Reasons


class NoActionNeeded(Fact):
    """A recommendation, or a review that makes none, leads to no action, with the reason (K-10)."""

    title = "No action needed"
    what_to_do = "Say why this recommendation, or a review that makes none, leads to no action (K-10)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {"reasons": "Sample: what was learned is carried out already."}
    concludes = True
    kind: Literal["no-action-needed"] = "no-action-needed"
    reasons: Reasons
    recommendation_number: KnownNumber | None = Field(
        default=None, ge=1, le=100, description="the number of the recommendation, where the agreed report makes some"
    )


ActionFact = ActionSet | ActionProgressed | ActionDueMoved | ActionHandedOn | ActionClosureAgreed
FollowUpFact = (
    LearningDisseminated
    | ImmediateLearningNotShared
    | FindingsHandedOver
    | SubGroupAnswered
    | ActionFact
    | NoActionNeeded
)
