"""What is said of the edition's own matters: two-step returns, a notification withdrawn, a move. Room: review."""

from typing import Literal

from pydantic import Field

from calendar_rules.edition import Edition
from review.fact import Fact, Id, Reasons, Short


class AgencyKnew(Fact):
    """Whether the child or family was known to the agency: the first step of its return (B-6).

    "Not known to us" is the whole of it: a nil return by a named officer (R-4).
    """

    title = "Agency said whether the child or family was known"
    kind: Literal["agency-knew"] = "agency-knew"
    agency: Id
    known: bool = Field(description="true: its summary follows; false: this is its nil return")
    officer: Short = Field(description="the officer who answers for this")


class NotificationWithdrawn(Fact):
    """The notification is found not to meet the criteria and is withdrawn with the Panel's agreement (B-2)."""

    title = "Notification withdrawn"
    kind: Literal["notification-withdrawn"] = "notification-withdrawn"
    reasons: Reasons
    panel_agreement: Reasons = Field(description="how and when the Panel agreed, and by whom")


class EditionMoved(Fact):
    """The case goes on under another edition; what is open is counted anew ("Editions")."""

    title = "Case moved to another edition"
    kind: Literal["edition-moved"] = "edition-moved"
    to: Id
    reason: Reasons
    edition: Edition = Field(description="that edition, whole: the case keeps it")


EditionFact = AgencyKnew | NotificationWithdrawn | EditionMoved
