"""All that a case is: facts taken, effects done, clocks, sign-off rounds. A run can begin again from it at any time.

Room: review. Pure: the present moment is always given, on the case's own clock. `take` is the one way in for a fact;
`review.checks` says beforehand whether it may be taken.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, JsonValue

from calendar_rules.edition import Anchor, Edition
from calendar_rules.lengths import LONDON, end_of_day
from calendar_rules.working_days import WorkingCalendar
from review.clocks import BellDue, Clock
from review.directory import Cast, CastAgency
from review.facts import (
    AgencyAdded,
    AgencyReturned,
    AuthorityTold,
    CalendarChanged,
    Child,
    DirectoryChanged,
    DocumentRef,
    DraftSentForSignOff,
    Fact,
    IncidentReported,
    NotNotifiedDecided,
    PanelAcknowledged,
    PanelAnswered,
    PanelNotified,
    PanelResponded,
    PartnersDecided,
    PartnerViewGiven,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReportDrafted,
    ReturnsRequested,
    Said,
    ScopingMeetingHeld,
    SubmittedToPanel,
)
from review.notices import Notice
from review.record import RecordRow, RowKind, Settled
from review.said.crg import ConcernAnswered, ConcernEscalated
from review.said.editions import AgencyKnew
from review.said.follow_up import ActionClosureAgreed, ActionDueMoved, ActionHandedOn, ActionSet
from review.said.information import AgenciesAsked, InformationRequested, InformationSupplied
from review.said.practice_review import ReviewExtended, ReviewNotPublished, ReviewPublished
from review.said.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.said.standing import CaseReopened
from review.sign_off import Ask, Round, RoundStatus
from review.words import ENDED, CrgOutcome, Decision, Harm, Route, Stage, View, Viewer

F = TypeVar("F", bound=Fact)
RAPID_REVIEW = "rapid-review"  # the document that the rapid review's report becomes

SUBMISSION = "panel-submission"  # the mail that carries the rapid review to the Panel


class Entry(BaseModel):
    """A fact as the case took it. A corrected one stays, and says by what it was corrected."""

    said: Said
    happened_at: AwareDatetime
    taken_at: AwareDatetime
    corrected_by: str | None = None


class Failed(BaseModel):
    """A duty that could not be done (a refused address, say); a person can have it tried again."""

    notice: Notice
    why: str
    at: AwareDatetime


class Pause(BaseModel):
    """A span in which the case was paused (X-1)."""

    since: AwareDatetime
    until: AwareDatetime | None = None


class CaseState(BaseModel):
    """One case, whole. Everything a run needs is here, and nothing else is."""

    reference: str
    route: Route = Route.SERIOUS_INCIDENT
    partnership: str
    edition: Edition
    calendar: WorkingCalendar
    cast: Cast
    opened_at: AwareDatetime
    rehearsal: bool = False
    shift: timedelta = timedelta(0)  # a rehearsal's clock, less the workflow's
    stage: Stage = Stage.DISCUSSION
    left: Stage | None = None  # where it stood when it ended
    entries: list[Entry] = []
    clocks: dict[str, Clock] = {}
    rounds: list[Round] = []
    requests: dict[str, AwareDatetime] = {}  # agency -> when its request was sent
    done: dict[str, AwareDatetime] = {}  # effects, by key
    papers: dict[str, DocumentRef] = {}  # documents made, by cause
    failed: dict[str, Failed] = {}
    pauses: list[Pause] = []
    outbox: list[Notice] = []  # consequences of facts and bells, to be sent by the run
    led_on_by: Decision | None = None  # the partners' decision that the case went on by
    refused: dict[str, Settled] = {}  # messages refused on the relay's way
    settled: list[Settled] = []  # outcomes still to be told to the inbox
    untold: list[RecordRow] = []  # rows still to be written
    rows: int = 0  # rows of the record so far, written or not

    # --- what has been said ---

    def entry(self, kind: type[F]) -> Entry | None:
        """The last standing entry of a kind."""
        return next(
            (entry for entry in reversed(self.entries) if isinstance(entry.said.fact, kind) and not entry.corrected_by),
            None,
        )

    def last(self, kind: type[F]) -> F | None:
        """The last standing fact of a kind."""
        entry = self.entry(kind)
        return entry.said.fact if entry else None  # type: ignore[return-value]  # isinstance checked in entry()

    def every(self, kind: type[F]) -> list[F]:
        """All standing facts of a kind, oldest first."""
        return [
            entry.said.fact for entry in self.entries if isinstance(entry.said.fact, kind) and not entry.corrected_by
        ]

    def entries_of(self, kind: type[F]) -> list[Entry]:
        return [entry for entry in self.entries if isinstance(entry.said.fact, kind) and not entry.corrected_by]

    def seen(self, message: str) -> bool:
        return message in self.refused or any(entry.said.message == message for entry in self.entries)

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
    def declined(self) -> NotNotifiedDecided | None:
        """The decision not to notify, while it stands (N-2)."""
        return self.last(NotNotifiedDecided)

    @property
    def considered(self) -> CrgConsidered | None:
        """What the CRG has made of the case, unless it was referred to it anew since (A-3)."""
        fact, declined = self.entry(CrgConsidered), self.entry(NotNotifiedDecided)
        if fact is None or (declined and self.entries.index(declined) > self.entries.index(fact)):
            return None
        return self.last(CrgConsidered)

    @property
    def considered_at(self) -> datetime | None:
        """The day of the CRG's meeting, at noon."""
        return datetime.combine(self.considered.meeting_date, time(12), LONDON) if self.considered else None

    @property
    def agencies_involved(self) -> list[str]:
        """Agencies with a part of their own in the case: those asked, and the one that referred it."""
        own = [self.referral.agency] if self.referral and self.referral.agency else []
        return list(dict.fromkeys([*self.requests, *own]))

    @property
    def asked(self) -> str:
        """What another partnership asks; empty in a case of our own (A-4)."""
        request = self.last(InformationRequested)
        return request.asked if request else ""

    @property
    def supplied(self) -> InformationSupplied | None:
        return self.last(InformationSupplied)

    @property
    def returns_over(self) -> bool:
        """Nobody is asked any more: the rapid review was submitted, or the information supplied."""
        return self.submitted is not None or self.supplied is not None

    # --- §1 ---

    def view_of(self, viewer: Viewer) -> View | None:
        return next((said.view for said in reversed(self.every(PartnerViewGiven)) if said.officer is viewer), None)

    @property
    def views(self) -> set[View | None]:
        return {self.view_of(Viewer.DCS), self.view_of(Viewer.CHIEF_EXECUTIVE)}

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

    @property
    def outstanding(self) -> list[str]:
        return [agency for agency in self.scope if not self.returns_of(agency)]

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
        return next((draft for draft in self.drafts if draft.content.version == version), None)

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
        return _named(self.entries_of(ActionSet), "action", action)

    def action_owner(self, action: str) -> str | None:
        """The person who owes an action now (G-11)."""
        told = _named([*self.entries_of(ActionSet), *self.entries_of(ActionHandedOn)], "action", action)
        return getattr(told.said.fact, "owner", None) if told else None

    def due_set(self, clock: Clock) -> datetime | None:
        """The due time that people set: the end of the day set last (G-11, K-9); None for a clock that is counted."""
        if clock.rule == "D-10":
            extended = self.last(ReviewExtended)
            return end_of_day(extended.extended_date) if extended else None
        if self.edition.deadlines[clock.rule].counted_from is not Anchor.SET:
            return None
        told = _named([*self.entries_of(ActionSet), *self.entries_of(ActionDueMoved)], "action", clock.subject or "")
        fact = told.said.fact if told else None
        return end_of_day(fact.due_date) if isinstance(fact, ActionSet | ActionDueMoved) else None

    # --- standing ---

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def withdrawn(self) -> bool:
        return self.stage is Stage.WITHDRAWN

    @property
    def just_reopened(self) -> bool:
        """Opened again, and nothing has been said in it since: it does not end by itself (X-1)."""
        told = [
            one.said.fact for one in self.entries if not isinstance(one.said.fact, CalendarChanged | DirectoryChanged)
        ]
        return bool(told) and isinstance(told[-1], CaseReopened)

    @property
    def halted(self) -> bool:
        """Withdrawn, or going on in another case: no work is left to be done here (X-1)."""
        return self.stage in (Stage.WITHDRAWN, Stage.MERGED)

    @property
    def ended(self) -> bool:
        return self.stage in ENDED

    # --- clocks ---

    def anchor(self, clock: Clock) -> datetime:
        """What the clock counts from, by the facts as they stand now."""
        return self.since(clock.rule, clock.subject) or clock.since

    def since(self, rule: str, subject: str | None = None) -> datetime | None:
        """The moment that a deadline is counted from; None while it is not known."""
        match self.edition.deadlines[rule].counted_from:
            case Anchor.AWARE:
                return self.incident.aware_at
            case Anchor.NOTIFIED:
                return self.notified_at
            case Anchor.RECEIVED:
                return self._received(subject)
            case Anchor.REQUEST_SENT:
                return self.requests.get(subject or "")
            case Anchor.DRAFT_RECEIVED:
                ask = self.ask(subject or "")
                return ask.received_at if ask else None
            case Anchor.PANEL_MEETING:
                return self._panel_meeting(int(subject or 1))
            case Anchor.DECISION:
                decided = self.entry(PartnersDecided)
                return decided.happened_at if decided else self.considered_at
            case Anchor.ESCALATED:
                escalated = _named(self.entries_of(ConcernEscalated), "concern", subject or "")
                return escalated.happened_at if escalated else None
            case Anchor.SET:
                action = self.action_set(subject or "")
                return action.happened_at if action else None

    def _received(self, subject: str | None) -> datetime | None:
        """When the Business Unit received what its leaders are told of: a referral (§6), a case that was not
        notified and goes to the CRG (N-2), or the notification (§1).
        """
        if subject == "referral":
            return self.referred_at
        if subject == "not-notified":
            declined = self.entry(NotNotifiedDecided)
            return declined.happened_at if declined else None
        return self.received_at

    def ask(self, subject: str) -> Ask | None:
        """The ask that a D-8 clock is about:
        "rapid-review-1:health", with ":2" after it for a second officer's turn.
        """
        round_id, _, rest = subject.partition(":")
        capacity, _, turn = rest.partition(":")
        for one in self.rounds:
            if one.id == round_id:
                ask = one.ask_for(capacity)
                return ask if ask.turn == int(turn or 1) else None
        return None

    def fulfilled(self, clock: Clock) -> Entry | None:
        """The fact that meets a clock, if it is there."""
        match clock.rule:
            case "D-1":
                return self.entry(PanelNotified)
            case "D-2:ofsted" | "D-2:secretary-of-state":
                authority = clock.rule.partition(":")[2]
                told = [
                    entry
                    for entry in self.entries_of(AuthorityTold)
                    if getattr(entry.said.fact, "authority", None) == authority
                ]
                return told[0] if told else None
            case "D-4":
                return self.entry(ScopingMeetingHeld)
            case "D-6":
                returns = self.returns_of(clock.subject or "")
                return returns[0] if returns else None
            case "D-6-known":  # the return itself answers it too (B-6)
                answers = [one for one in self.entries_of(AgencyKnew) if _agency_of(one) == clock.subject]
                return min([*answers, *self.returns_of(clock.subject or "")], key=_when, default=None)
            case "D-7":  # not by a mail that the Panel's mailbox refused
                waiting = [*(failed.notice for failed in self.failed.values()), *self.outbox]
                undelivered = any(notice.template == SUBMISSION for notice in waiting)
                return None if undelivered else self.entry(SubmittedToPanel)
            case "D-9":
                turn = int(clock.subject or 1)
                responses = self.entries_of(PanelResponded)
                return responses[turn - 1] if len(responses) >= turn else None
            case "D-10":
                return self.entry(ReviewPublished) or self.entry(ReviewNotPublished)
            case _:  # D-3, D-5 by effects, D-8 by its round
                kind, field = _ENDS.get(clock.rule, (None, ""))
                return _named(self.entries_of(kind), field, clock.subject or "") if kind else None

    def next_bell(self, clock_id: str) -> BellDue | None:
        """The next bell of a clock; none while a pause holds it (X-1)."""
        clock = self.clocks[clock_id]
        if not clock.open or (self.paused and not self.edition.deadlines[clock.rule].never_pauses):
            return None
        return clock.next_bell(self.edition, self.calendar)

    def next_deadline(self) -> Clock | None:
        """The open clock that is due first."""
        return min((clock for clock in self.clocks.values() if clock.open), key=lambda clock: clock.due, default=None)

    def _panel_meeting(self, turn: int) -> datetime | None:
        day = self.panel_meeting(turn)
        return datetime.combine(day, time(12), LONDON) if day else None

    # --- people ---

    def agency(self, agency: str) -> CastAgency | None:
        return self.cast.agency(agency)

    @property
    def expected(self) -> list[str]:
        return [agency.id for agency in self.cast.agencies if agency.expected]

    # --- telling ---

    def tell(
        self,
        kind: RowKind,
        what: str,
        line: str,
        *,
        now: datetime,
        about: str | None = None,
        said: Said | None = None,
        happened_at: datetime | None = None,
        detail: dict[str, JsonValue] | None = None,
    ) -> None:
        """Add a row to the record (X-3)."""
        self.rows += 1
        self.untold.append(
            RecordRow(
                seq=self.rows,
                kind=kind,
                what=what,
                line=line,
                about=about,
                who=said.by.who if said else "system",
                capacity=", ".join(said.by.roles) if said else None,
                happened_at=happened_at or now,
                told_at=now,
                message=said.message if said else None,
                detail=detail or {},
            )
        )

    def post(self, notices: Iterable[Notice]) -> None:
        """Put notices in the outbox; each goes out once."""
        for notice in notices:
            if notice.key not in self.done and all(notice.key != one.key for one in self.outbox):
                self.outbox.append(notice)


_ENDS: dict[str, tuple[type[Fact], str]] = {
    "G-7": (ConcernAnswered, "concern"),
    "G-11": (ActionClosureAgreed, "action"),
}


def _named(entries: Iterable[Entry], field: str, id: str) -> Entry | None:
    """The last entry whose fact is about that action or concern."""
    return next((entry for entry in reversed(list(entries)) if getattr(entry.said.fact, field, None) == id), None)


def _agency_of(entry: Entry) -> str | None:
    return getattr(entry.said.fact, "agency", None)


def _when(entry: Entry) -> datetime:
    return entry.happened_at
