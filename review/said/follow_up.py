"""Facts of what follows a review: learning disseminated, findings handed over, actions (§6, §7). Room: review."""

from datetime import date
from typing import Literal

from pydantic import Field

from review.fact import Fact, Id, Reasons, Short
from review.words import Rating


class LearningDisseminated(Fact):
    """Learning was shared: by what means, with whom; when is `happened_at` (§6, G-9)."""

    title = "Learning disseminated"
    kind: Literal["learning-disseminated"] = "learning-disseminated"
    means: Short = Field(description="a briefing, a workshop, a newsletter")
    audience: Short
    what: Reasons = Field(description="what learning was shared")


class FindingsHandedOver(Fact):
    """Findings go to those who see to policy, audit and assurance: the Quality sub-group, say (§6, §7, G-10)."""

    title = "Findings handed over"
    kind: Literal["findings-handed-over"] = "findings-handed-over"
    handover: Id = Field(description="id of the handover within the case; shows in mails, so never a name")
    to: Short = Field(description="which sub-group")
    findings: Reasons


class SubGroupAnswered(Fact):
    """What the sub-group makes of the findings (G-10)."""

    title = "Sub-group answered"
    kind: Literal["sub-group-answered"] = "sub-group-answered"
    handover: Id
    answer: Reasons


class ActionSet(Fact):
    """An action with its owner, agency, due day and intended outcome (§6, G-11, K-10)."""

    title = "Action set"
    kind: Literal["action-set"] = "action-set"
    action: Id = Field(description="id of the action within the case; shows in mails, so never a name")
    what: Reasons
    owner: Id = Field(description="the person who owes it")
    agency: Id
    due_date: date = Field(description="due at the end of this day, London")
    outcome: Reasons = Field(description="what is to be better for children once it is done")
    recommendation: str = Field(default="", max_length=10_000, description="the recommendation that it carries out")
    recommendation_number: int | None = Field(
        default=None, ge=1, le=100, description="the number of that recommendation in the agreed report"
    )


class ActionProgressed(Fact):
    """How an action gets on; evidence where there is some (G-11)."""

    title = "Progress of an action recorded"
    kind: Literal["action-progressed"] = "action-progressed"
    action: Id
    progress: Reasons
    rating: Rating
    evidence: str = Field(default="", max_length=10_000, description="what shows that it is done and helps")


class ActionDueMoved(Fact):
    """An action is due on another day, with the reason (G-11)."""

    title = "Due day of an action moved"
    kind: Literal["action-due-moved"] = "action-due-moved"
    action: Id
    due_date: date
    reason: Reasons


class ActionHandedOn(Fact):
    """An action passes to another owner, with the reason (G-11)."""

    title = "Action handed on"
    kind: Literal["action-handed-on"] = "action-handed-on"
    action: Id
    owner: Id
    agency: Id
    reason: Reasons


class ActionClosureAgreed(Fact):
    """The CRG agrees that an action is done; only with evidence (§6, G-11)."""

    title = "Closure of an action agreed"
    kind: Literal["action-closure-agreed"] = "action-closure-agreed"
    action: Id
    reasons: Reasons


class NoActionNeeded(Fact):
    """A recommendation, or a review that makes none, leads to no action, with the reason (K-10)."""

    title = "No action needed"
    kind: Literal["no-action-needed"] = "no-action-needed"
    reasons: Reasons
    recommendation_number: int | None = Field(
        default=None, ge=1, le=100, description="the number of the recommendation, where the agreed report makes some"
    )


ActionFact = ActionSet | ActionProgressed | ActionDueMoved | ActionHandedOn | ActionClosureAgreed
FollowUpFact = LearningDisseminated | FindingsHandedOver | SubGroupAnswered | ActionFact | NoActionNeeded
