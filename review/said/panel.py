"""Facts of the flowchart: the Panel's response and the partners' decision. Room: review. R-13..R-15, D-9."""

from datetime import date
from typing import Literal

from pydantic import Field

from review.fact import Fact as Fact
from review.fact import Reasons
from review.words import Decision, PanelResponse


class PanelAcknowledged(Fact):
    """The Panel acknowledges receipt and names the date of its meeting (flowchart, R-13)."""

    title = "Panel acknowledged receipt"
    kind: Literal["panel-acknowledged"] = "panel-acknowledged"
    meeting_date: date


class PanelResponded(Fact):
    """The Panel's response (flowchart, D-9, R-13)."""

    title = "Panel responded"
    kind: Literal["panel-responded"] = "panel-responded"
    response: PanelResponse
    reasons: Reasons


class PanelAnswered(Fact):
    """What the Panel asked for has been sent to it (R-13)."""

    title = "Panel's question answered"
    kind: Literal["panel-answered"] = "panel-answered"
    answer: Reasons
    meeting_date: date = Field(description="when the Panel will consider it")


class PartnersDecided(Fact):
    """The partners' decision after the Panel's response, with reasons (flowchart, R-15)."""

    title = "Partners decided"
    kind: Literal["partners-decided"] = "partners-decided"
    decision: Decision
    reasons: Reasons
    difference_reason: str = Field(
        default="", max_length=10_000, description="where the decision differs from the recommendation"
    )
    national_part: Literal["", "stops", "assists"] = Field(
        default="", description="in a national review: local work stops or assists"
    )


PanelFact = PanelAcknowledged | PanelResponded | PanelAnswered | PartnersDecided
