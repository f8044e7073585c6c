"""What is said of the edition's own matters: two-step returns, a notification withdrawn, a move."""

from typing import Literal

from pydantic import Field

from calendar_rules.edition import Edition
from review.facts.base import AgencyId, Fact, Id, Name, Reasons
from review.facts.directory import Role


class AgencyKnew(Fact):
    """Whether the child or family was known to the agency: the first step of its return (B-6).

    "Not known to us" is the whole of it: a nil return by a named officer (R-4).
    """

    title = "Agency said whether the child or family was known"
    what_to_do = (
        "Say whether your agency knew the child or the family. If it did not, that is your nil return: name the "
        "officer who answers for it (B-6, R-4)."
    )
    may_report = (Role.AGENCY, Role.BUSINESS_UNIT)
    subject = ("agency",)
    sample = {"agency": "police", "known": True, "officer": "Head of Safeguarding"}
    kind: Literal["agency-knew"] = "agency-knew"
    agency: AgencyId
    known: bool = Field(description="true: its summary follows; false: this is its nil return")
    officer: Name = Field(description="the officer who answers for this")


class NotificationWithdrawn(Fact):
    """The notification is found not to meet the criteria and is withdrawn with the Panel's agreement (B-2)."""

    title = "Notification withdrawn"
    what_to_do = (
        "Record that the Panel agrees to the withdrawal of the notification, because the criteria are not met (B-2)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "reopen the case instead"
    sample = {
        "reasons": "Sample: the post-mortem found a natural cause; neither limb of the definition is met.",
        "panel_agreement": "Sample: the Panel's secretariat agreed by email on the same day.",
    }
    kind: Literal["notification-withdrawn"] = "notification-withdrawn"
    reasons: Reasons
    panel_agreement: Reasons = Field(description="how and when the Panel agreed, and by whom")


class EditionMoved(Fact):
    """The case goes on under another edition; what is open is counted again ("Editions")."""

    title = "Case moved to another edition"
    what_to_do = "Choose the edition of the protocol by which this case goes on. Open deadlines are counted again."
    may_report = (Role.BUSINESS_UNIT,)
    instead_of_correcting = "move the case to the right edition instead"
    sample = {"to": "england-2023", "reason": "Sample: the partners adopted the new arrangements."}
    kind: Literal["edition-moved"] = "edition-moved"
    to: Id
    reason: Reasons
    edition: Edition = Field(description="that edition, whole: the case keeps it")


class MilestoneOfOursReached(Fact):
    """A milestone that the partnership's edition sets itself, such as a leaders' meeting, is reached ("Editions")."""

    title = "Partnership's own milestone reached"
    what_to_do = "Record when this milestone of your partnership's was reached."
    may_report = (
        Role.BUSINESS_UNIT,
        Role.CRG_CHAIR,
        Role.CRG_MEMBER,
        Role.ACCOUNTABLE_OFFICER,
        Role.DEPUTY,
        Role.DCS,
        Role.CHIEF_EXECUTIVE,
        Role.INDEPENDENT_CHAIR,
        Role.LEGAL_ADVISER,
    )
    subject = ("milestone",)
    sample = {
        "milestone": "leaders-meeting",
        "note": "Sample: the leaders met and asked for weekly news of the review.",
    }
    kind: Literal["milestone-of-ours-reached"] = "milestone-of-ours-reached"
    milestone: Id = Field(description="its name in the edition: leaders-meeting, of P-1:leaders-meeting")
    note: str = Field(default="", max_length=10_000, description="what came of it")


EditionFact = AgencyKnew | NotificationWithdrawn | EditionMoved | MilestoneOfOursReached
