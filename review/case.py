"""All that a case is: facts taken, effects done, clocks, sign-off rounds. A run can begin again from it at any time.

Room: review. Pure: the present moment is always given, on the case's own clock. `take` is the one way in for a fact;
`review.checks` says beforehand whether it may be taken.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from itertools import zip_longest

from pydantic import AwareDatetime, BaseModel, JsonValue, PrivateAttr

from calendar_rules.edition import Anchor, Outsider
from calendar_rules.lengths import LONDON
from review.clocks import BellDue, Clock
from review.directory import CastAgency
from review.facts import DocumentRef, Fact, Said
from review.notices import Invite, Notice
from review.record import RecordRow, RowKind, Settled
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.crg import ConcernAnswered, ConcernEscalated
from review.said.editions import AgencyKnew
from review.said.follow_up import ActionClosureAgreed, FindingsHandedOver, SubGroupAnswered
from review.said.information import InformationRequested, InformationSupplied
from review.said.learning_review import LearningFindingsDrafted, LearningTermsSet
from review.said.notification import AuthorityTold, IncidentReported, PanelNotified
from review.said.panel import PanelResponded, PartnersDecided
from review.said.practice_review import (
    AdvanceCopySent,
    FinalDraftSent,
    MilestoneReached,
    MilestoneSet,
    PublicationPlanned,
    ReviewNotPublished,
    ReviewPublished,
)
from review.said.rapid_review import ScopingMeetingHeld
from review.said.referral import ReferralCompleted, ReferralReceived
from review.said.report import SubmittedToPanel
from review.said.standing import CasePaused, CaseReopened, CaseResumed
from review.sign_off import Ask
from review.told import NOT_NOTIFIED, Entry, Told, named
from review.words import ENDED, Decision, Stage

ADVANCE_COPY = "advance-copy"  # the mail that carries a copy of the final report before it is published
SUBMISSION = "panel-submission"  # the mail that carries the rapid review to the Panel


class Failed(BaseModel):
    """A duty that could not be done (a refused address, say); a person can have it tried again."""

    notice: Notice
    why: str
    at: AwareDatetime


class Pause(BaseModel):
    """A span in which the case was paused (X-1)."""

    since: AwareDatetime
    until: AwareDatetime | None = None


def pauses_of(case: "CaseState") -> list[Pause]:
    """The pauses as the facts have them (X-1)."""
    begun = [entry.happened_at for entry in case.entries_of(CasePaused)]
    ended = [entry.happened_at for entry in case.entries_of(CaseResumed)]
    return [Pause(since=since, until=until) for since, until in zip_longest(begun, ended[: len(begun)])]


class CaseState(Told):
    """One case, whole. Everything a run needs is here, and nothing else is."""

    reference: str
    partnership: str
    rehearsal: bool = False
    shift: timedelta = timedelta(0)  # a rehearsal's clock, less the workflow's
    stage: Stage = Stage.DISCUSSION
    left: Stage | None = None  # where it stood when it ended
    clocks: dict[str, Clock] = {}
    done: dict[str, AwareDatetime] = {}  # effects, by key
    papers: dict[str, DocumentRef] = {}  # documents made, by cause
    failed: dict[str, Failed] = {}
    pauses: list[Pause] = []
    invites: dict[str, Invite] = {}  # meeting -> what its calendars show
    parting: list[str] = []  # cases still to be told that this one goes on by itself again
    outbox: list[Notice] = []  # consequences of facts and bells, to be sent by the run
    rested_in: Stage | None = None  # the last stage in which the run began again to wait on a short history (G-11)
    led_on_by: Decision | None = None  # the partners' decision that the case went on by
    taken_back: dict[str, int] = {}  # cause of mails -> how often what they told of was taken back
    refused: dict[str, Settled] = {}  # messages refused on the relay's way
    settled: list[Settled] = []  # outcomes still to be told to the inbox
    untold: list[RecordRow] = []  # rows still to be written
    rows: int = 0  # rows of the record so far, written or not

    _laid: Callable[[str], bool] | None = PrivateAttr(default=None)

    def knows(self, way: str) -> bool:
        """Whether this run goes a way that was laid after cases had begun; an older history is replayed without it.

        For consequences of facts that send or start what was not sent or started before. Never asked by a check.
        """
        return self._laid is None or self._laid(way)

    def ask_for_ways(self, laid: Callable[[str], bool]) -> None:
        """Let the engine say which ways its history knows (`workflow.patched`); without one, all are known."""
        self._laid = laid

    def seen(self, message: str) -> bool:
        return message in self.refused or any(entry.said.message == message for entry in self.entries)

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
        """The moment that a deadline is counted from; None while it is not known, or where the edition has it not."""
        if rule not in self.edition.deadlines:
            return None
        match self.edition.deadlines[rule].counted_from:
            case Anchor.AWARE:
                incident = self.last(IncidentReported)
                return incident.aware_at if incident else None
            case Anchor.NOTIFIED:
                return self.notified_at
            case Anchor.RECEIVED | Anchor.REFERRED:
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
            case Anchor.ESCALATED | Anchor.HANDED_OVER | Anchor.SET:
                told = self._set_by(rule, subject or "")
                return told.happened_at if told else None

    def _set_by(self, rule: str, subject: str) -> Entry | None:
        """The fact in which people raised a concern, handed something over, or set the due day of a clock or the day
        that it is counted back from.
        """
        match rule:
            case "G-7":
                return named(self.entries_of(ConcernEscalated), "concern", subject)
            case "G-10":
                return named(self.entries_of(FindingsHandedOver), "handover", subject)
            case "B-4":
                return self.entry(PublicationPlanned) if self.edition.advance_copies else None
            case "K-8":
                return self.entry(PublicationPlanned)
            case "K-5":
                return named(self.entries_of(MilestoneSet), "milestone", subject)
            case "A-4":
                return self.entry(InformationRequested)
            case "A-5":
                return self.entry(LearningTermsSet)
            case _:
                return self.action_set(subject)

    def _received(self, subject: str | None) -> datetime | None:
        """When the Business Unit received what its leaders are told of: a referral (§6), a case that was not
        notified and goes to the CRG (N-2), or the notification (§1).
        """
        if subject == "referral":
            return self.referred_at
        if subject and subject.startswith(NOT_NOTIFIED):
            declined = self.declined_as(subject)
            return declined.happened_at if declined else None
        if subject and (again := self.reopened_as(subject)):
            return again.happened_at  # the CRG considers it once more
        if subject and subject == self.referring and (came := self.entry(ReferralReceived)):
            return came.happened_at  # and was returned at once
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

    def fulfilled(self, clock: Clock) -> Entry | None:  # noqa: C901  # a table: one row a rule
        """The fact that meets a clock, if it is there."""
        match clock.rule:
            case "A-1":
                return self.entry(ReferralCompleted)
            case "A-3":
                return self.considered_after(clock.subject or "")
            case "D-1":
                return self.entry(PanelNotified)
            case "D-2:ofsted" | "D-2:secretary-of-state":
                return self._authority_told(clock.rule.partition(":")[2])
            case "D-4":
                return self.entry(ScopingMeetingHeld)
            case "D-6":
                returns = self.answers_of(clock.subject or "")
                return returns[0] if returns else None
            case "D-6-known":  # the return itself answers it too (B-6)
                return self._answered(clock.subject or "")
            case "D-7":  # not by a mail that the Panel's mailbox refused
                return self._delivered()
            case "D-9":
                turn = int(clock.subject or 1)
                responses = self.entries_of(PanelResponded)
                return responses[turn - 1] if len(responses) >= turn else None
            case "D-10":
                over = [*self.entries_of(ReviewPublished), *self.entries_of(ReviewNotPublished)]
                return min(over, key=self.place, default=None)  # published later, it was met all the same
            case "B-4":
                return self._last_copy()
            case "K-8":
                return self._published_or_not_after_the_plan()
            case "A-4" | "A-5":  # the first supply; the first findings that lack nothing
                kinds = InformationSupplied if clock.rule == "A-4" else LearningFindingsDrafted
                said = self.entries_of(kinds)
                return next((one for one in said if not getattr(one.said.fact, "missing", None)), None)
            case _:  # D-3, D-5 by effects, D-8 by its round
                kind, field = _ENDS.get(clock.rule, (None, ""))
                return named(self.entries_of(kind), field, clock.subject or "") if kind else None

    @property
    def copies(self) -> dict[Outsider, datetime]:
        """Who has an advance copy of the final draft that went for sign-off last, and since when: of one that is
        mailed, from its delivery (B-4).
        """
        found: dict[Outsider, datetime] = {}
        for entry in reversed(self.entries):
            if isinstance(entry.said.fact, FinalDraftSent) and not entry.corrected_by:
                break
            if isinstance(copy := entry.said.fact, AdvanceCopySent) and not entry.corrected_by:
                cause = copy_cause(entry)
                sent = [at for key, at in self.done.items() if key.startswith(f"{cause}>")]
                if sent or not self.under_way(cause):
                    found[copy.recipient] = min(sent, default=entry.happened_at)
        return found

    def _last_copy(self) -> Entry | None:
        """The last advance copy, once all that are owed have been delivered (B-4)."""
        copies, last = self.copies, self.entry(AdvanceCopySent)
        if last is None or not set(self.edition.advance_copies_to) <= set(copies):
            return None
        return last.model_copy(update={"happened_at": max(copies.values())})

    def _published_or_not_after_the_plan(self) -> Entry | None:
        """What the standing plan led to; a plan made after a decision not to publish thinks better of it (K-8)."""
        plan = self.entry(PublicationPlanned)
        over = [*self.after(plan, ReviewPublished), *self.after(plan, ReviewNotPublished)] if plan else []
        return min(over, key=self.place, default=None)

    def under_way(self, cause: str) -> bool:
        """Whether a mail still waits to be sent, or for a person to mend its address."""
        waiting = [*(failed.notice for failed in self.failed.values()), *self.outbox]
        return any(notice.cause == cause for notice in waiting)

    def _answered(self, agency: str) -> Entry | None:
        answers = [one for one in self.entries_of(AgencyKnew) if getattr(one.said.fact, "agency", None) == agency]
        return min([*answers, *self.returns_of(agency)], key=lambda one: one.happened_at, default=None)

    def _authority_told(self, authority: str) -> Entry | None:
        told = [one for one in self.entries_of(AuthorityTold) if getattr(one.said.fact, "authority", None) == authority]
        return told[0] if told else None

    def _delivered(self) -> Entry | None:
        """The submission: what goes by our mail goes when it is taken, whatever time is given for it (R-12)."""
        waiting = [*(failed.notice for failed in self.failed.values()), *self.outbox]
        undelivered = any(notice.template == SUBMISSION for notice in waiting)
        entry = self.entry(SubmittedToPanel)
        if undelivered or entry is None:
            return None
        elsewhere = isinstance(entry.said.fact, SubmittedToPanel) and entry.said.fact.by_other_means
        sent_at = entry.happened_at if elsewhere else max(entry.happened_at, entry.taken_at)
        return entry.model_copy(update={"happened_at": sent_at})

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
    "G-10": (SubGroupAnswered, "handover"),
    "K-5": (MilestoneReached, "milestone"),
    "G-11": (ActionClosureAgreed, "action"),
}


def copy_cause(entry: Entry) -> str:
    """The cause of the mail that carries an advance copy (B-4)."""
    return f"{ADVANCE_COPY}:{entry.said.message}"
