"""What has been said in a case, and how it reads: facts, and what stands by them, in the protocol's order.

Room: review. Pure readings of the facts; nothing here changes a case.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, PrivateAttr

from calendar_rules.edition import Anchor, Edition, Rule
from calendar_rules.lengths import LONDON, before, end_of_day
from calendar_rules.working_days import WorkingCalendar
from review.clocks import Clock
from review.directory import Cast
from review.facts import Child, Fact, Said
from review.said.editions import AgencyKnew
from review.said.follow_up import ActionDueMoved, ActionHandedOn, ActionSet
from review.said.information import AgenciesAsked, InformationRequested, InformationSupplied
from review.said.learning_review import LearningParticipantsNamed, LearningTermsSet
from review.said.notification import IncidentReported, NotNotifiedDecided, PanelNotified, PartnerViewGiven
from review.said.panel import PanelAcknowledged, PanelAnswered, PanelResponded, PartnersDecided
from review.said.practice_review import MilestoneSet, PublicationPlanned, ReviewExtended
from review.said.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRequested,
    ScopingMeetingHeld,
)
from review.said.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.said.report import DraftSentForSignOff, ReportDrafted, SubmittedToPanel
from review.said.standing import CaseReopened
from review.sign_off import Round, RoundStatus, agency_of
from review.words import CrgOutcome, Decision, Harm, Route, Stage, View, Viewer

F = TypeVar("F", bound=Fact)
REOPENED = "reopened-"  # what it considers again, with a number
NOT_NOTIFIED = "not-notified"  # what the CRG considers where both said no (N-2); "not-notified-2" the second time
RAPID_REVIEW = "rapid-review"  # the document that the rapid review's report becomes


SETTING_ASIDE = CrgConsidered | CaseReopened  # what was decided before may stand no more because of these


class Entry(BaseModel):
    """A fact as the case took it. A corrected one stays, and says by what it was corrected or taken back."""

    said: Said
    happened_at: AwareDatetime
    taken_at: AwareDatetime
    corrected_by: str | None = None
    stage: Stage | None = None  # where the case stood when it was said

    def replaced_by(self, after: "Entry") -> bool:
        """Whether the entry after this one has taken its place (X-2)."""
        return self.corrected_by == after.said.message and self.said.fact.kind == after.said.fact.kind


def _version_of(drafted: Fact) -> int | None:
    content = getattr(drafted, "content", None)
    return content.version if content else None


def named(entries: Iterable[Entry], field: str, id: str) -> Entry | None:
    """The last entry whose fact is about that action or concern."""
    return next((entry for entry in reversed(list(entries)) if getattr(entry.said.fact, field, None) == id), None)


class _Sorted:
    """The entries by kind, kept at hand: no part of the case, and so never what two cases differ in."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries, self.number = entries, len(entries)
        self.by_kind: dict[type[Fact], list[Entry]] = {}
        for entry in entries:
            self.by_kind.setdefault(type(entry.said.fact), []).append(entry)

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, _Sorted)

    __hash__ = None  # type: ignore[assignment]


class Told(BaseModel):
    """The facts of a case and the readings that the protocol asks for."""

    route: Route = Route.SERIOUS_INCIDENT
    edition: Edition
    lapsed: list[str] = []  # deadlines of an edition before, kept in this one so that their clocks can be read
    calendar: WorkingCalendar
    cast: Cast
    opened_at: AwareDatetime
    entries: list[Entry] = []
    rounds: list[Round] = []
    requests: dict[str, AwareDatetime] = {}  # agency -> when its request was sent

    _sorted: _Sorted | None = PrivateAttr(default=None)

    @property
    def known_first(self) -> Rule | None:
        """Returns in two steps: the deadline of the first, where the edition asks for it (B-6)."""
        first = self.edition.known_first
        return None if first is None or first.id in self.lapsed else first

    @property
    def edition_itself(self) -> Edition:
        """The edition as it stands in its file, without what is kept of one before."""
        rules = {id: rule for id, rule in self.edition.deadlines.items() if id not in self.lapsed}
        return self.edition.model_copy(update={"deadlines": rules})

    # --- what has been said ---

    def entry(self, kind: type[F]) -> Entry | None:
        """The last standing entry of a kind."""
        return next((entry for entry in reversed(self._said(kind)) if not entry.corrected_by), None)

    def last(self, kind: type[F]) -> F | None:
        """The last standing fact of a kind."""
        entry = self.entry(kind)
        return entry.said.fact if entry else None  # type: ignore[return-value]  # isinstance checked in entry()

    def every(self, kind: type[F]) -> list[F]:
        """All standing facts of a kind, oldest first."""
        return [entry.said.fact for entry in self._said(kind) if not entry.corrected_by]  # type: ignore[misc]

    def keyed(self, kind: type[F]) -> dict[str, F]:
        """All standing facts of a kind by their number from 1, which a correction or a taking back never shifts; what
        takes the place of a wrong entry has the id of the correction after the number (X-2).
        """
        found: dict[str, F] = {}
        number, before = 0, None
        for entry in self.entries:
            instead = before is not None and before.replaced_by(entry)
            before = entry
            if isinstance(entry.said.fact, kind):
                number += not instead
                key = f"{number}:{entry.said.message}" if instead else str(number)
                if not entry.corrected_by:
                    found[key] = entry.said.fact
        return found

    def entries_of(self, kind: type[F]) -> list[Entry]:
        return [entry for entry in self._said(kind) if not entry.corrected_by]

    def place(self, entry: Entry) -> int:
        """Where an entry stands among all; ValueError for one that is not there."""
        for place, one in enumerate(self.entries):
            if one is entry:
                return place
        raise ValueError("the case has no such entry")

    def after(self, entry: Entry, kind: type[F]) -> list[Entry]:
        """The standing entries of a kind that stand after that entry."""
        later = self.entries[self.place(entry) + 1 :]
        return [one for one in later if isinstance(one.said.fact, kind) and not one.corrected_by]

    def _said(self, kind: type[F]) -> list[Entry]:
        """The entries of a kind, standing or not. They are asked for hundreds of times between two facts."""
        entries, known = self.entries, self._sorted
        if known is None or known.entries is not entries or known.number != len(entries):
            self._sorted = known = _Sorted(entries)
        return known.by_kind.get(kind, [])

    @property
    def incident(self) -> IncidentReported:
        incident = self.last(IncidentReported)
        if incident is None:
            raise LookupError("a serious-incident case begins with its incident")
        return incident

    @property
    def children(self) -> list[Child]:
        """The children whom the case is about."""
        told = self.last(IncidentReported) or self.last(ReferralReceived) or self.last(InformationRequested)
        return list(told.children) if told else []

    @property
    def origin(self) -> tuple[str, datetime]:
        """What the case goes back to, in words, and when: nothing of it can have happened before."""
        first = self.entry(ReferralReceived) or self.entry(InformationRequested)
        words = "the referral" if self.route is Route.REFERRAL else "the request"
        began = [(words, first.happened_at)] if first else []
        if incident := self.last(IncidentReported):
            began.append(("the incident", incident.incident_at))
        return min(began, key=lambda one: one[1], default=("the opening", self.opened_at))

    # --- §6 referrals and information requests ---

    @property
    def referral(self) -> ReferralReceived | None:
        return self.last(ReferralReceived)

    @property
    def referred_at(self) -> datetime | None:
        """When the Business Unit had the referral, with all that it must have (A-1, A-2)."""
        entry = self.entry(ReferralCompleted) or self.entry(ReferralReceived)
        return entry.happened_at if entry else None

    @property
    def referring(self) -> str | None:
        """The agency that referred the case; None where it was another partnership, or nobody."""
        return self.referral.agency if self.referral else None

    @property
    def declined(self) -> NotNotifiedDecided | None:
        """The decision not to notify, while it stands (N-2)."""
        return self.last(NotNotifiedDecided)

    @property
    def considered(self) -> CrgConsidered | None:
        """What the CRG has made of the case, unless it was referred to it anew since (A-3)."""
        entry = self.entry(CrgConsidered)
        if entry is None or self.after(entry, NotNotifiedDecided):
            return None
        return self.last(CrgConsidered)

    @property
    def referred_as(self) -> str:
        """What the CRG is to consider, as its clocks name it: the referral, or a decision not to notify."""
        if self.declined is None:
            return "referral"
        return NOT_NOTIFIED if self.views_asked == 1 else f"{NOT_NOTIFIED}-{self.views_asked}"

    @property
    def to_consider(self) -> str:
        """The same, as A-3 names it: counted anew where the case was opened again since the CRG ended it (X-1)."""
        again = self.considered_anew
        if not again or self.after(again[-1], NotNotifiedDecided):
            return self.referred_as
        return f"{REOPENED}{len(again)}"

    @property
    def considered_anew(self) -> list[Entry]:
        """The reopenings by which the CRG's decision to do nothing was set aside (A-3, X-1)."""
        aside = {one.corrected_by for one in self.entries if isinstance(one.said.fact, CrgConsidered)}
        setting = [one for one in self.entries if isinstance(one.said.fact, SETTING_ASIDE)]
        return [one for one in setting if one.said.message in aside and not isinstance(one.said.fact, CrgConsidered)]

    def declined_as(self, subject: str) -> Entry | None:
        """The decision not to notify that a clock is about, set aside or not."""
        number = int(subject.removeprefix(NOT_NOTIFIED).removeprefix("-") or 1)
        declined = [one for one in self.entries if isinstance(one.said.fact, NotNotifiedDecided)]
        return declined[number - 1] if len(declined) >= number else None

    def reopened_as(self, subject: str) -> Entry | None:
        """The reopening that a clock is counted from (A-3, X-1)."""
        number = subject.removeprefix(REOPENED) if subject.startswith(REOPENED) else ""
        again = self.considered_anew
        return again[int(number) - 1] if number and len(again) >= int(number) else None

    def considered_after(self, subject: str) -> Entry | None:
        """What the CRG made of the referral, or of that decision not to notify (A-3)."""
        began = self.declined_as(subject) if subject.startswith(NOT_NOTIFIED) else self.reopened_as(subject)
        considered = self.after(began, CrgConsidered) if began else self.entries_of(CrgConsidered)
        return next(iter(considered), None)

    @property
    def considered_at(self) -> datetime | None:
        """The day of the CRG's meeting, at noon."""
        return datetime.combine(self.considered.meeting_date, time(12), LONDON) if self.considered else None

    @property
    def agencies_involved(self) -> list[str]:
        """Agencies with a part of their own in the case: asked for a return or a signature, taking part in a learning
        review, owing an action; and the one that referred the case.
        """
        referring = [self.referring] if self.referring else []
        signing = [agency for one in self.rounds for ask in one.asks if (agency := agency_of(ask.capacity))]
        named = self.every(LearningParticipantsNamed)
        taking_part = [one.agency for fact in named for one in fact.participants]
        actions: list[ActionSet | ActionHandedOn] = [*self.every(ActionSet), *self.every(ActionHandedOn)]
        owners = [known.agency for fact in actions if (known := self.cast.person(fact.owner)) and known.agency]
        owing = [*(fact.agency for fact in actions), *owners]
        return list(dict.fromkeys([*self.requests, *referring, *signing, *taking_part, *owing]))

    @property
    def asked(self) -> str:
        """What another partnership asks; empty in a case of our own (A-4)."""
        request = self.last(InformationRequested)
        return request.asked if request else ""

    @property
    def wanted_by(self) -> date | None:
        """By when another partnership wants what it asks for (A-4)."""
        request = self.last(InformationRequested)
        return request.wanted_by if request else None

    @property
    def findings_by(self) -> date | None:
        """By when the terms of the learning review want its findings (A-5)."""
        terms = self.last(LearningTermsSet)
        return terms.findings_by if terms else None

    @property
    def supplied(self) -> InformationSupplied | None:
        return self.last(InformationSupplied)

    @property
    def not_supplied(self) -> list[str]:
        """Agencies of which a return came in after the last supply (A-4)."""
        supply = self.entry(InformationSupplied)
        since = self.place(supply) if supply else 0
        later = {entry.said.message for entry in self.entries[since:]}
        return [one for one in self.scope if any(answer.said.message in later for answer in self.answers_of(one))]

    # --- §1 ---

    def view_of(self, viewer: Viewer) -> View | None:
        return next((said.view for said in reversed(self.every(PartnerViewGiven)) if said.officer is viewer), None)

    @property
    def views(self) -> set[View | None]:
        return {self.view_of(Viewer.DCS), self.view_of(Viewer.CHIEF_EXECUTIVE)}

    @property
    def views_asked(self) -> int:
        """How often both views have been asked for: anew with each decision not to notify that was set aside (N-2)."""
        setting = {one.said.message for one in self.entries if isinstance(one.said.fact, SETTING_ASIDE)}
        declined = [one for one in self.entries if isinstance(one.said.fact, NotNotifiedDecided)]
        return 1 + sum(1 for one in declined if one.corrected_by in setting)

    @property
    def agreed_to_notify(self) -> bool:
        return self.views == {View.NOTIFY}

    @property
    def agreed_not_to_notify(self) -> bool:
        return self.views == {View.DO_NOT_NOTIFY}

    @property
    def views_differ(self) -> bool:
        return self.views == {View.NOTIFY, View.DO_NOT_NOTIFY}

    @property
    def child_in_care_died(self) -> bool:
        return any(child.in_care and child.harm is Harm.DIED for child in self.children)

    @property
    def notified_at(self) -> datetime | None:
        entry = self.entry(PanelNotified)
        return entry.happened_at if entry else None

    @property
    def received_at(self) -> datetime | None:
        """When the Business Unit received the notification; where nobody says, when it was taken here."""
        entry = self.entry(PanelNotified)
        if entry is None or not isinstance(entry.said.fact, PanelNotified):
            return None
        return entry.said.fact.received_at or max(entry.happened_at, entry.taken_at)

    # --- §2 ---

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

    def drafted(self, kind: type[F], version: int | None = None) -> F | None:
        """A version of what is drafted in facts of a kind (report, terms, review, findings), or the latest."""
        return next((one for one in reversed(self.every(kind)) if version in (None, _version_of(one))), None)

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

    @property
    def review_wanted(self) -> Decision | None:
        """The review that was decided on, by the partners (R-15) or the CRG (A-3)."""
        if self.decision or self.considered is None or self.considered.outcome is CrgOutcome.SERIOUS_INCIDENT:
            return self.decision.decision if self.decision else None
        return Decision(self.considered.outcome.value)

    # --- §6: actions and concerns ---

    def action_set(self, action: str) -> Entry | None:
        """How an action was set (G-11)."""
        return named(self.entries_of(ActionSet), "action", action)

    def action_owner(self, action: str) -> str | None:
        """The person who owes an action now (G-11)."""
        told = named([*self.entries_of(ActionSet), *self.entries_of(ActionHandedOn)], "action", action)
        return getattr(told.said.fact, "owner", None) if told else None

    # --- §7: milestones, advance copies ---

    def milestone_set(self, milestone: str) -> MilestoneSet | None:
        """A milestone as it was set (K-5)."""
        told = named(self.entries_of(MilestoneSet), "milestone", milestone)
        return told.said.fact if told and isinstance(told.said.fact, MilestoneSet) else None

    @property
    def copies_by(self) -> datetime | None:
        """The latest time for advance copies, counted back from the planned publication (B-4)."""
        length, plan = self.edition.advance_copies, self.last(PublicationPlanned)
        return before(end_of_day(plan.publication_date), length, self.calendar) if length and plan else None

    def due_set(self, clock: Clock) -> datetime | None:
        """The due time that people set: the end of the day set last (A-4, A-5, G-11, K-5, K-9), or the time
        counted back from it (B-4); None for a clock that is counted.
        """
        if clock.rule == "D-10":
            extended = self.last(ReviewExtended)
            return end_of_day(extended.extended_date) if extended else None
        if self.edition.deadlines[clock.rule].counted_from is not Anchor.SET:
            return None
        if clock.rule == "B-4":
            return self.copies_by
        if clock.rule in ("A-4", "A-5"):  # a day that is taken back leaves the clock where it was until it is stopped
            day = self.wanted_by if clock.rule == "A-4" else self.findings_by
            return end_of_day(day) if day else clock.set_due
        if clock.rule == "K-5":
            milestone = self.milestone_set(clock.subject or "")
            return end_of_day(milestone.planned_date) if milestone else None
        told = named([*self.entries_of(ActionSet), *self.entries_of(ActionDueMoved)], "action", clock.subject or "")
        fact = told.said.fact if told else None
        return end_of_day(fact.due_date) if isinstance(fact, ActionSet | ActionDueMoved) else None
