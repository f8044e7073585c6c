"""An agency's chronology as it is sent, and all of them as one; the content is kept in the store. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.model import Model
from review.case.state import CaseState
from review.facts.base import AgencyId, DocumentRef
from review.facts.chronology import ChronologyGiven
from review.kit.body import Body

CHRONOLOGY_OF = "chronology-"  # and its id: the document
GAP_DAYS = 90  # so many days without an event of any agency are marked
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^$", description="the time of day; 14:30")]


class ChronologyEvent(Model):
    """One thing that happened, on a day."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    day: date = Field(description="the day")
    time: Clock = ""
    what: str = Field(min_length=1, max_length=4_000, description="what happened, and who knew or did what")
    source: str = Field(
        default="", max_length=300, description="where it stands; case record, minutes, somebody's word"
    )


class AgencyChronology(Model):
    """The events that one agency tells."""

    model_config = ConfigDict(extra="forbid")

    events: list[ChronologyEvent] = Field(min_length=1, max_length=1_500)


class ChronologyBody(Body):
    """An agency's chronology for a review, typed, or from a table in a file (§7); a rapid review asks for none (§2)."""

    paper_title: ClassVar[str] = "Chronology"
    sample = {
        "agency": "police",
        "chronology": {
            "events": [{"day": "2026-03-12", "what": "Sample: seen at home.", "source": "Sample: case record"}]
        },
    }
    kind: Literal["chronology-given"] = "chronology-given"
    agency: AgencyId
    chronology: AgencyChronology

    @property
    def document(self) -> str:
        return f"{CHRONOLOGY_OF}{self.agency}"

    def paper(self) -> BaseModel:
        return self.chronology

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> ChronologyGiven:
        if ref is None:
            raise ValueError("a chronology has content")
        days = [one.day for one in self.chronology.events]
        return ChronologyGiven(
            agency=self.agency,
            content=ref,
            events=len(days),
            first=min(days),
            last=max(days),
            files=self.files,
            happened_at=self.happened_at,
        )


class Merged(NamedTuple):
    """One event among those of all agencies. `gap`: days since the event before, where they are many; `beside`: the
    other agencies that tell of the same day.
    """

    agency: str
    event: ChronologyEvent
    gap: int
    beside: list[str]


def merged(told: Mapping[str, AgencyChronology]) -> list[Merged]:
    """The events of all agencies in the order of their days and times; on one day those without a time come first."""
    events = [(one, agency) for agency, chronology in told.items() for one in chronology.events]
    events.sort(key=lambda each: (each[0].day, each[0].time, each[1]))
    on_day: dict[date, list[str]] = {}
    for one, agency in events:
        on_day.setdefault(one.day, []).append(agency)
    found: list[Merged] = []
    for one, agency in events:
        since = (one.day - found[-1].event.day).days if found else 0
        beside = [other for other in dict.fromkeys(on_day[one.day]) if other != agency]
        found.append(Merged(agency, one, since if since >= GAP_DAYS else 0, beside))
    return found
