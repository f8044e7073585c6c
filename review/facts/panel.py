"""Facts of the flowchart: the Panel's response and the partners' decision. R-13..R-15, D-9."""

from datetime import date
from typing import Literal

from pydantic import Field

from review.facts.base import AgencyId, FactWithFiles, Reasons
from review.facts.base import Fact as Fact
from review.facts.directory import Role
from review.facts.enums import Decision, PanelResponse
from review.facts.sample import Day


class PanelAcknowledged(FactWithFiles):
    """The Panel acknowledges receipt and names the date of its meeting (flowchart, R-13)."""

    title = "Panel acknowledged receipt"
    what_to_do = (
        "Record when the Panel acknowledged receipt, and the date of its meeting if it named one (flowchart, R-13)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("panel-acknowledged",)
    sample = {"meeting_date": Day(21)}
    sets_event = ("panel's meeting", "meeting_date")
    kind: Literal["panel-acknowledged"] = "panel-acknowledged"
    meeting_date: date


class PanelMeetingMoved(Fact):
    """The Panel considers the case at another meeting than it had named (flowchart, R-13); D-9 moves with it."""

    title = "Panel moved its meeting"
    what_to_do = (
        "Enter the new date of the Panel's meeting. The deadline for its response moves with it (flowchart, D-9, R-13)."
    )
    may_report = (Role.BUSINESS_UNIT,)
    sample = {"meeting_date": Day(28)}
    sets_event = ("panel's meeting", "meeting_date")
    moves_deadlines = "the Panel moved its meeting"
    kind: Literal["panel-meeting-moved"] = "panel-meeting-moved"
    meeting_date: date = Field(description="the day on which the Panel now considers the case")


class PanelResponded(FactWithFiles):
    """The Panel's response (flowchart, D-9, R-13)."""

    title = "Panel responded"
    what_to_do = "Record the Panel's response and its reasons (flowchart, D-9, R-13)."
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("panel-decision*", "panel-asks-more:*")
    mailed_again = True
    sample = {"response": "agrees", "reasons": "Sample: the Panel considered the rapid review at its meeting."}
    event = "panel's response"
    gate, decides = True, ("response",)
    kind: Literal["panel-responded"] = "panel-responded"
    response: PanelResponse
    reasons: Reasons


class PanelAnswered(FactWithFiles):
    """What the Panel asked for has been sent to it (R-13)."""

    title = "Panel's question answered"
    what_to_do = "Send the Panel what it asked for, then record it here (R-13)."
    may_report = (Role.BUSINESS_UNIT,)
    sample = {"answer": "Sample: the Panel considered the rapid review at its meeting.", "meeting_date": Day(42)}
    sets_event = ("panel's meeting", "meeting_date")
    kind: Literal["panel-answered"] = "panel-answered"
    answer: Reasons
    meeting_date: date = Field(description="when the Panel will consider it")


class PartnersDecided(Fact):
    """The partners' decision, with reasons; it may come before the Panel's response (flowchart, R-15).

    One that differs from the recommendation, or comes after the Panel disagreed, is made when each partner has agreed.
    """

    title = "Partners' decision recorded"
    what_to_do = (
        "Record what the partners decided, with their reasons. Each partner is asked to agree if the decision "
        "differs from the recommendation or the Panel disagreed (flowchart, R-15)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.ACCOUNTABLE_OFFICER)
    told_by_mail = ("partners-decision:*",)
    mailed_again = True
    sample = {
        "decision": "practice-review",
        "reasons": "Sample: the partners follow the recommendation; learning across agencies can be gained.",
    }
    event = "decision"
    gate, decides = True, ("decision",)
    kind: Literal["partners-decided"] = "partners-decided"
    decision: Decision
    reasons: Reasons
    difference_reason: str = Field(
        default="", max_length=10_000, description="where the decision differs from the recommendation"
    )
    national_part: Literal["", "stops", "assists"] = Field(
        default="", description="in a national review: local work stops or assists"
    )
    why_no_more_is_to_be_learned: str = Field(
        default="",
        max_length=10_000,
        description="where there is to be no practice review: why no more is to be learned by one",
    )


class PanelToldOfReturns(Fact):
    """The Panel is told of returns that it has not had considered: they came after the submission, or too late for its
    report (R-4, R-10).
    """

    title = "Panel told of late returns"
    what_to_do = "Tell the Panel of the returns that came too late for its report, then record it here (R-4, R-10)."
    may_report = (Role.BUSINESS_UNIT,)
    told_by_mail = ("late-returns-told:*",)
    sample = {
        "agencies": ["hospital"],
        "letter": "Sample: the return came after our submission. It bears out what the rapid review recommends.",
    }
    kind: Literal["panel-told-of-returns"] = "panel-told-of-returns"
    agencies: list[AgencyId] = Field(min_length=1, description="whose returns: they are named in the letter")
    letter: Reasons = Field(description="what the Panel should know of them, and whether the recommendation stands")
    by_other_means: bool = Field(default=False, description="the Panel is told elsewhere; no mail is sent")


PanelFact = (
    PanelAcknowledged | PanelMeetingMoved | PanelResponded | PanelAnswered | PanelToldOfReturns | PartnersDecided
)
