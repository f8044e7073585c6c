"""What has been said in a case, and how it reads: facts, and what stands by them, in the protocol's order.

Room: review. Pure readings of the facts; nothing here changes a case. Each part of the protocol has its file.
"""

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from calendar_rules.edition import Anchor, Edition, Rule
from calendar_rules.lengths import before, end_of_day
from calendar_rules.working_days import WorkingCalendar
from review.clocks import Clock
from review.directory import Cast
from review.facts import Child
from review.notices import OTHER_PARTNERSHIP, Addressee
from review.said.follow_up import ActionDueMoved, ActionHandedOn, ActionProgressed, ActionSet
from review.said.information import InformationRequested, InformationSupplied
from review.said.learning_review import LearningParticipantsNamed, LearningTermsSet
from review.said.notification import IncidentReported
from review.said.practice_review import MilestoneSet, PublicationPlanned, ReviewExtended
from review.said.referral import ReferralReceived
from review.sign_off import agency_of
from review.told.entries import Entry, named
from review.told.notification import ToldOfNotification
from review.told.rapid_review import ToldOfRapidReview
from review.told.referral import NOT_NOTIFIED, SETTING_ASIDE, ToldOfReferral
from review.words import CrgOutcome, Decision, Harm, Route

__all__ = ["NOT_NOTIFIED", "SETTING_ASIDE", "Entry", "Told", "named"]


class Told(ToldOfNotification, ToldOfReferral, ToldOfRapidReview):
    """The facts of a case and the readings that the protocol asks for."""

    route: Route = Route.SERIOUS_INCIDENT
    edition: Edition
    lapsed: list[str] = Field(
        default_factory=list
    )  # deadlines of an edition before, kept in this one so that their clocks can be read
    calendar: WorkingCalendar
    cast: Cast
    opened_at: AwareDatetime

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

    # --- who and what the case is about ---

    @property
    def children(self) -> list[Child]:
        """The children whom the case is about."""
        told = self.last(IncidentReported) or self.last(ReferralReceived) or self.last(InformationRequested)
        return list(told.children) if told else []

    @property
    def child_in_care_died(self) -> bool:
        return any(child.in_care and child.harm is Harm.DIED for child in self.children)

    @property
    def origin(self) -> tuple[str, datetime]:
        """What the case goes back to, in words, and when: nothing of it can have happened before."""
        first = self.entry(ReferralReceived) or self.entry(InformationRequested)
        words = "the referral" if self.route is Route.REFERRAL else "the request"
        began = [(words, first.happened_at)] if first else []
        if incident := self.last(IncidentReported):
            began.append(("the incident", incident.incident_at))
        return min(began, key=lambda one: one[1], default=("the opening", self.opened_at))

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
    def review_wanted(self) -> Decision | None:
        """The review that was decided on, by the partners (R-15) or the CRG (A-3)."""
        if self.decision or self.considered is None or self.considered.outcome is CrgOutcome.SERIOUS_INCIDENT:
            return self.decision.decision if self.decision else None
        return Decision(self.considered.outcome.value)

    # --- §6: another partnership's request, a learning review ---

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
    def supplied(self) -> InformationSupplied | None:
        return self.last(InformationSupplied)

    @property
    def not_supplied(self) -> list[str]:
        """Agencies of which a return came in after the last supply (A-4)."""
        supply = self.entry(InformationSupplied)
        since = self.place(supply) if supply else 0
        later = {entry.said.message for entry in self.entries[since:]}
        return [one for one in self.scope if any(answer.said.message in later for answer in self.answers_of(one))]

    @property
    def findings_by(self) -> date | None:
        """By when the terms of the learning review want its findings (A-5)."""
        terms = self.last(LearningTermsSet)
        return terms.findings_by if terms else None

    # --- §6: requests, actions ---

    def addressee(self, to: str) -> Addressee | None:
        """Where a mail to the other partnership goes, as its request stands now (A-4)."""
        request = self.last(InformationRequested) if to == OTHER_PARTNERSHIP else None
        if request is None or request.contact_email is None:
            return None
        return Addressee(name=" ".join(request.contact.split()), email=request.contact_email)

    def action_set(self, action: str) -> Entry | None:
        """How an action was set (G-11)."""
        return named(self.entries_of(ActionSet), "action", action)

    def evidence_given(self, action: str) -> bool:
        """Whether an action has its evidence, so that the CRG can agree to close it (G-11)."""
        return any(fact.action == action and fact.evidence.strip() for fact in self.every(ActionProgressed))

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
        """The due time that people set: the end of the day set last (A-4, A-5, G-11, K-5, K-8, K-9), or the time
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
        if clock.rule == "K-8":
            plan = self.last(PublicationPlanned)
            return end_of_day(plan.publication_date) if plan else clock.set_due
        if clock.rule == "K-5":
            milestone = self.milestone_set(clock.subject or "")
            return end_of_day(milestone.planned_date) if milestone else None
        told = named([*self.entries_of(ActionSet), *self.entries_of(ActionDueMoved)], "action", clock.subject or "")
        fact = told.said.fact if told else None
        return end_of_day(fact.due_date) if isinstance(fact, ActionSet | ActionDueMoved) else None
