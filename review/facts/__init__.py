"""Every fact that people report about a case: one class a message, in the protocol's order.

A fact says what happened; `happened_at` says when (left out: now, on the case's clock). Who said it
and when it was recorded stand in the envelope (`Reported`). Kinds and fields are persisted: add, never rename.
Texts here are sealed before they leave the process; a case's id, summary and subject lines never hold them.
"""

from typing import Literal, get_args

from pydantic import AwareDatetime, ConfigDict, Field

from calendar_rules.model import Model
from review.facts.announcements import AnnouncedFact
from review.facts.any_stage import StandingFact, TakenBack
from review.facts.base import Child as Child
from review.facts.base import DocumentRef as DocumentRef
from review.facts.base import Fact as Fact
from review.facts.base import Known, Reasons
from review.facts.chronology import ChronologyFact
from review.facts.crg import CrgFact
from review.facts.directory import Role
from review.facts.editions import EditionFact
from review.facts.family import FamilyFact
from review.facts.follow_up import FollowUpFact
from review.facts.information import InformationFact
from review.facts.involvement import InvolvementFact
from review.facts.learning_review import LearningReviewFact
from review.facts.links import LinkFact
from review.facts.notification import NotificationFact
from review.facts.panel import PanelFact
from review.facts.practice_review import PracticeReviewFact
from review.facts.rapid_review import RapidReviewFact
from review.facts.referral import ReferralFact
from review.facts.report import ReportFact
from review.facts.signing import SigningFact


class Corrected(Fact):
    """Something was entered wrongly: what is right, and why; the first entry is kept (X-2)."""

    title = "Correction"
    what_to_do = "Enter what is right, and say why the first entry was wrong. The first entry is kept (X-2)."
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    instead_of_correcting = "name the entry that it put in its place"
    sample = {
        "corrects": "5b1d1f0e-6a55-4b39-9d1b-2f1f6f1f0a11",
        "right": {"kind": "panel-notified", "notified_by": "Chief Executive", "panel_reference": "SAMPLE-0003"},
        "reason": "Sample: it was entered wrongly.",
    }
    kind: Literal["corrected"] = "corrected"
    corrects: Known = Field(max_length=200, description="id of the message that was wrong, as the record shows it")
    right: "Plain" = Field(discriminator="kind", description="what should have been said; of the same kind")
    reason: Reasons


Plain = (
    TakenBack
    | NotificationFact
    | FamilyFact
    | RapidReviewFact
    | ReportFact
    | PanelFact
    | ReferralFact
    | InformationFact
    | LearningReviewFact
    | EditionFact
    | InvolvementFact
    | CrgFact
    | PracticeReviewFact
    | ChronologyFact
    | FollowUpFact
    | SigningFact
    | LinkFact
    | AnnouncedFact
    | StandingFact
)
Corrected.model_rebuild()

AnyFact = Corrected | Plain

FACTS: dict[str, type[Fact]] = {kind.kind_name(): kind for kind in get_args(AnyFact)}


# Begin the ids of messages that no inbox has: what one case says to another, what a rehearsal tells its case.
OF_NO_INBOX = ("~case-", "~rehearsal-")


class Speaker(Model):
    """Who says it: the people the speaker is, and in which offices; several people for a token of an office."""

    model_config = ConfigDict(frozen=True)

    people: list[str]
    roles: list[Role]

    @property
    def who(self) -> str:
        return self.people[0] if len(self.people) == 1 else "+".join(sorted(self.roles))


class ByReply(Model):
    """That something was said by a reply to a mail: whether the version asked about had been opened, where that can be
    known, and who of the Business Unit took it up, where it did not count by itself.
    """

    model_config = ConfigDict(frozen=True)

    opened: bool | None = None
    taken_up_by: str | None = None


class Reported(Model):
    """A fact in its envelope: which message carried it, who said it, when it was recorded (the API's clock, UTC)."""

    model_config = ConfigDict(frozen=True)

    message: str
    by: Speaker
    recorded_at: AwareDatetime
    fact: AnyFact = Field(discriminator="kind")
    reply: ByReply | None = None

    @property
    def of_no_inbox(self) -> bool:
        """Whether no inbox has it, so that it must be handed on whole."""
        return self.message.startswith(OF_NO_INBOX)
