"""What has been said in a rapid review, to the partners' decision (§2). Room: review. R-1..R-15."""

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from review.said.editions import AgencyKnew
from review.said.information import AgenciesAsked
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded, PartnersDecided
from review.said.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRequested,
    ScopingMeetingHeld,
)
from review.said.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel
from review.sign_off import Round, RoundStatus
from review.told.entries import Entries, Entry

RAPID_REVIEW = "rapid-review"  # the document that the rapid review's report becomes


class ToldOfRapidReview(Entries):
    """Agencies asked and their returns, the meeting, the report and its rounds, the Panel's answers, the decision."""

    rounds: list[Round] = Field(default_factory=list)
    requests: dict[str, AwareDatetime] = Field(default_factory=dict)  # agency -> when its request was sent

    # --- agencies and their returns ---

    @property
    def scope(self) -> list[str]:
        """Agencies to ask, in the order they came in."""
        meeting = self.last(ScopingMeetingHeld)
        asked = list(meeting.agencies) if meeting else []
        asked += [agency for fact in self.every(AgenciesAsked) for agency in fact.agencies]
        return list(dict.fromkeys(asked + [added.agency for added in self.every(AgencyAdded)]))

    @property
    def to_request(self) -> list[str]:
        """Agencies in scope whose request has not gone out, once the Business Unit has commenced the request."""
        return [agency for agency in self.scope if agency not in self.requests] if self.last(ReturnsRequested) else []

    def returns_of(self, agency: str) -> list[Entry]:
        return [
            entry for entry in self.entries_of(AgencyReturned) if getattr(entry.said.fact, "agency", None) == agency
        ]

    def answers_of(self, agency: str) -> list[Entry]:
        """An agency's returns, and "not known to us", which is a nil return by a named officer (R-4, B-6)."""
        return [
            entry
            for entry in self.entries
            if not entry.corrected_by
            and isinstance(fact := entry.said.fact, AgencyReturned | AgencyKnew)
            and fact.agency == agency
            and (isinstance(fact, AgencyReturned) or not fact.known)
        ]

    @property
    def outstanding(self) -> list[str]:
        return [agency for agency in self.scope if not self.answers_of(agency)]

    def known_to(self, agency: str) -> bool | None:
        """Whether the child or family was known to an agency, as it said last; None while it has not said (B-6)."""
        said = [
            fact
            for entry in self.entries
            if not entry.corrected_by
            and isinstance(fact := entry.said.fact, AgencyReturned | AgencyKnew)
            and fact.agency == agency
        ]
        if not said:
            return None
        return said[-1].known if isinstance(said[-1], AgencyKnew) else not said[-1].nil

    # --- meeting and report ---

    @property
    def meeting_at(self) -> datetime | None:
        """When the rapid review meeting is set for."""
        set_by = [
            entry
            for entry in self.entries
            if not entry.corrected_by and isinstance(entry.said.fact, ScopingMeetingHeld | RapidReviewMeetingMoved)
        ]
        fact = set_by[-1].said.fact if set_by else None
        if isinstance(fact, ScopingMeetingHeld):
            return fact.rapid_review_meeting_at
        return fact.starts_at if isinstance(fact, RapidReviewMeetingMoved) else None

    @property
    def meeting_held(self) -> RapidReviewMeetingHeld | None:
        return self.last(RapidReviewMeetingHeld)

    @property
    def drafts(self) -> list[ReportDrafted]:
        return self.every(ReportDrafted)

    def draft(self, version: int) -> ReportDrafted | None:
        return self.drafted(ReportDrafted, version)

    @property
    def report_rounds(self) -> list[Round]:
        """The rounds over the rapid review's report, oldest first."""
        return [one for one in self.rounds if one.document.document == RAPID_REVIEW]

    @property
    def open_round(self) -> Round | None:
        """The open round over the rapid review's report."""
        return next((one for one in self.report_rounds if one.open), None)

    @property
    def approved_version(self) -> int | None:
        """The version that every partner has approved, unless a newer one has gone for sign-off since (R-11, R-12)."""
        last = self.report_rounds[-1] if self.report_rounds else None
        if last is None or last.status is not RoundStatus.APPROVED:
            return None
        newer = any(sent.version > last.document.version for sent in self.every(DraftSentForSignOff))
        return None if newer else last.document.version

    @property
    def submitted(self) -> SubmittedToPanel | None:
        return self.last(SubmittedToPanel)

    # --- the Panel and the decision ---

    def panel_meeting(self, turn: int) -> date | None:
        """The day on which the Panel considers the case for the first, second ... time: named by its acknowledgement,
        then by each answer to it; a Panel that asks for more before it acknowledges leaves the first one out (R-13).
        """
        answered = self.every(PanelAnswered)
        if turn == 1:
            acknowledged = self.last(PanelAcknowledged)
            return acknowledged.meeting_date if acknowledged else None
        return answered[turn - 2].meeting_date if len(answered) >= turn - 1 else None

    @property
    def panel_turn(self) -> int:
        """Which response of the Panel is waited for, or came last: 1, and one more with each answer to it."""
        return 1 + len(self.every(PanelAnswered))

    @property
    def final_response(self) -> PanelResponded | None:
        """The Panel's response, unless it asks for more."""
        response = self.last(PanelResponded)
        return response if response and response.response != "asks-for-more" else None

    @property
    def decision(self) -> PartnersDecided | None:
        return self.last(PartnersDecided)
