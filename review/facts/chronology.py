"""Facts of a review's chronology: what an agency did and knew, day by day (§7)."""

from datetime import date
from typing import Literal

from pydantic import Field

from review.facts.base import AgencyId, DocumentRef, FactWithPaper
from review.facts.directory import Role


class ChronologyGiven(FactWithPaper):
    """An agency's dated events for a review; a later version takes the place of the one before (§7).

    The rapid review asks for none: its returns are concise (§2).
    """

    title = "Agency's chronology given"
    what_to_do = (
        "Enter the dated events that your agency knows of: type them, or upload a table in Word, Excel or CSV. A "
        "later chronology takes the place of this one (§7)."
    )
    may_report = (Role.AGENCY, Role.BUSINESS_UNIT)
    subject = ("agency",)
    instead_of_correcting = "give the chronology again: the newer version takes its place"
    kind: Literal["chronology-given"] = "chronology-given"
    agency: AgencyId
    content: DocumentRef
    events: int = Field(ge=1, description="how many events it holds")
    first: date = Field(description="the day of its first event")
    last: date = Field(description="the day of its last event")


ChronologyFact = ChronologyGiven
