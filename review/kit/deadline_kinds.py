"""What each deadline of the protocol is: what it is about, what it counts from, which day people set, what meets it.

Pure. A class a rule; how long each takes and who owes it is an edition's own. `review.kit.deadlines` runs them.
"""

from datetime import datetime
from typing import ClassVar

from calendar_rules.lengths import end_of_day
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import ADVANCE_COPY, REQUEST, SUBMISSION, CaseState
from review.facts import Corrected
from review.facts.base import Fact
from review.facts.editions import AgencyKnew
from review.facts.information import InformationRequested, InformationSupplied
from review.facts.learning_review import LearningFindingsDrafted, LearningTermsSet
from review.facts.panel import PanelAcknowledged, PanelResponded, PartnersDecided
from review.facts.practice_review import (
    AdvanceCopySent,
    ImprovementsPublished,
    MilestoneReached,
    MilestoneSet,
    PublicationPlanned,
    ReviewExtended,
    ReviewMonitored,
    ReviewNotPublished,
    ReviewPublished,
)
from review.facts.rapid_review import (
    AgencyReturned,
    ReturnsRequested,
    ScopingMeetingHeld,
    SeniorOfficersInformed,
)
from review.facts.referral import CrgConsidered, ReferralCompleted, ReferralReceived
from review.facts.report import DraftAgreed, SubmittedToPanel
from review.facts.signing import SignOffGiven
from review.kit.deadline_base import DEADLINES as DEADLINES
from review.kit.deadline_base import Deadline, Met
from review.kit.deadline_base import kind_of as kind_of
from review.kit.deadline_kinds_follow_up import ActionDue as ActionDue  # with all that is followed to its end
from review.kit.deadline_kinds_notification import NotificationDue as NotificationDue  # with all of §1

# --- §6: a referral, or a request of another partnership ---


class CompletionDue(Deadline):
    """A-1: a referral that was returned is completed."""

    rule, subject = "A-1", "agency"
    met_by = (ReferralCompleted,)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """By a correction of the referral, too."""
        corrected = [one for one in case.entries_of(Corrected) if isinstance(one.fact.right, ReferralReceived)]
        if corrected and not reads.referral_lacks(case):
            return Met(corrected[-1].taken_at)
        return super().met(case, running)


class ConsiderationDue(Deadline):
    """A-3: the CRG considers a referral, a case that was not notified, or one that was reopened."""

    rule, subject = "A-3", "referral"
    met_by = (CrgConsidered,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return reads.considered_after(case, running.subject or "")


class SupplyDue(Deadline):
    """A-4: what another partnership asks for is supplied; later supplies only complete it."""

    rule = "A-4"
    set_by, met_by = (InformationRequested,), (InformationSupplied,)
    conditional = True  # not every request names a day
    day_set_by = (InformationRequested,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day that it wants; a day that is taken back leaves it where it was until it is stopped."""
        wanted = reads.wanted_by(case)
        return end_of_day(wanted) if wanted else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(self.about(case, self.met_by, None)), None)


class FindingsDue(Deadline):
    """A-5: a learning review has its findings: the first that lack nothing."""

    rule = "A-5"
    set_by, met_by = (LearningTermsSet,), (LearningFindingsDrafted,)
    conditional = True  # not all terms name a day
    day_set_by = (LearningTermsSet,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day that the terms name; one taken back leaves it where it was until it is stopped."""
        day = reads.findings_by(case)
        return end_of_day(day) if day else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next((one for one in case.entries_of(LearningFindingsDrafted) if not one.fact.missing), None)


# --- §2: the rapid review ---


class ScopingDue(Deadline):
    """D-4: the CRG scoping meeting is held."""

    rule = "D-4"
    met_by = (ScopingMeetingHeld,)


class RequestDue(Deadline):
    """D-5: the request goes out to every agency in scope, by mail."""

    rule = "D-5"
    met_by = (ReturnsRequested,)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When the last agency in scope had its request."""
        asked = [case.requests.get(agency) for agency in reads.scope(case)]
        when = [at for at in asked if at]
        return Met(max(when)) if when and len(when) == len(asked) else None

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the rapid review was submitted without a request to every agency" if reads.submitted(case) else None

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.cause.startswith(REQUEST)


class KnownDue(Deadline):
    """D-6-known: an agency says whether it knew the child or family; the return itself answers it, too (B-6)."""

    rule, subject = "D-6-known", "agency"
    met_by = (AgencyKnew, AgencyReturned)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        known = self.about(case, (AgencyKnew,), running.subject)
        returns = reads.returns_of(case, running.subject or "")
        return min([*known, *returns], key=lambda one: one.happened_at, default=None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        over = reads.gathering_over(case)
        return f"{over} without this answer" if over else None


class ReturnDue(Deadline):
    """D-6: an agency's return, or its nil return."""

    rule, subject = "D-6", "agency"
    met_by = (AgencyReturned,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(reads.answers_of(case, running.subject or "")), None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        over = reads.gathering_over(case)
        return f"the return never came; {over} without it" if over else None


class SeniorOfficersDue(Deadline):
    """R-3: an agency confirms that its senior officers know of the request; the first word counts."""

    rule, subject = "R-3", "agency"
    met_by = (SeniorOfficersInformed,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(self.about(case, self.met_by, running.subject)), None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        over = reads.gathering_over(case)
        return f"{over} without this word" if over else None


class SubmissionDue(Deadline):
    """D-7: the rapid review is submitted to the Panel."""

    rule = "D-7"
    met_by = (SubmittedToPanel,)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        entry, at = case.entry(SubmittedToPanel), reads.panel_has_it_since(case)
        return Met(at, entry.reported.message) if entry and at else None

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.cause == SUBMISSION


class SignOffDue(Deadline):
    """D-8: an officer signs; the round meets it, with the signature (R-9 to R-11)."""

    rule, subject = "D-8", "request"
    met_by: ClassVar[tuple[type[Fact], ...]] = (SignOffGiven,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return None

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """With the answer, which may be quicker than the word that its mail has gone."""
        ask = reads.ask(case, running.subject or "")
        return Met(ask.given_at) if ask and ask.given_at else None

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        if reads.ask(case, running.subject or "") is None:
            return "another officer holds the office"
        one = next(one for one in case.rounds if one.id == (running.subject or "").partition(":")[0])
        return None if one.open else f"the round is {one.status}"


class AgreementDue(SignOffDue):
    """R-16: the CRG Chair agrees the draft report for the CRG, or sends it back; the round meets it."""

    rule = "R-16"
    met_by = (DraftAgreed,)


class AcknowledgementDue(Deadline):
    """R-13: the Panel acknowledges receipt and names the date of its meeting."""

    rule = "R-13"
    met_by = (PanelAcknowledged,)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the Panel has responded without it" if case.last(PanelResponded) else None


class PanelResponseDue(Deadline):
    """D-9: the Panel responds; a second time where it asked for more."""

    rule, subject = "D-9", "round"
    met_by = (PanelResponded,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        number, responses = int(running.subject or 1), case.entries_of(PanelResponded)
        return responses[number - 1] if len(responses) >= number else None


class DecisionDue(Deadline):
    """R-15: the partners decide; asked for from the Panel's response on."""

    rule = "R-15"
    met_by = (PartnersDecided,)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When it was made: where each partner has to agree, with the last of them."""
        entry, at = reads.decision_entry(case), reads.decided_at(case)
        return Met(at, entry.reported.message) if entry and at else None


# --- §7: the practice review ---


class ReviewDue(Deadline):
    """D-10: the practice review is complete; what was decided first counts, though it be published later."""

    rule = "D-10"
    met_by = (ReviewPublished, ReviewNotPublished)
    day_set_by = (ReviewExtended,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day to which it was extended last (K-9)."""
        extended = case.last(ReviewExtended)
        return end_of_day(extended.extended_date) if extended else None

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(self.about(case, self.met_by, None)), None)


class MilestoneDue(Deadline):
    """K-5: a milestone of the practice review."""

    rule, subject = "K-5", "milestone"
    set_by, met_by = (MilestoneSet,), (MilestoneReached,)
    day_set_by = (MilestoneSet,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of its planned day."""
        milestone = reads.milestone_set(case, running.subject or "")
        return end_of_day(milestone.planned_date) if milestone else None


class MonitoringDue(Deadline):
    """K-5: the partners monitor the time and quality of a running practice review, again and again (regulation 14)."""

    rule, subject = "K-5-monitoring", "interval"
    met_by = (ReviewMonitored,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        number, told = int(running.subject or 1), case.entries_of(ReviewMonitored)
        return told[number - 1] if len(told) >= number else None


class CopiesDue(Deadline):
    """B-4: those outside have their advance copies, by mail or otherwise."""

    rule = "B-4"
    set_by, met_by = (PublicationPlanned,), (AdvanceCopySent,)
    conditional = True  # not every edition asks for copies
    day_set_by = (PublicationPlanned,)

    def since(self, case: CaseState, subject: str | None = None) -> datetime | None:
        return super().since(case, subject) if case.edition.advance_copies else None

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """Counted back from the planned publication."""
        return reads.copies_by(case)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return None

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """The last copy, once all that are owed have been delivered."""
        copies, last = reads.copies(case), case.entry(AdvanceCopySent)
        if last is None or not set(case.edition.advance_copies_to) <= set(copies):
            return None
        return Met(max(copies.values()), last.reported.message)

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.cause.startswith(f"{ADVANCE_COPY}:")


class PublicationDue(Deadline):
    """K-8: what the standing plan led to; a plan made after a decision not to publish thinks better of it."""

    rule = "K-8"
    set_by, met_by = (PublicationPlanned,), (ReviewPublished, ReviewNotPublished)
    conditional = True  # not every planned review may still be published
    day_set_by = (PublicationPlanned,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the planned day."""
        plan = case.last(PublicationPlanned)
        return end_of_day(plan.publication_date) if plan else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        plan = case.entry(PublicationPlanned)
        over = [one for kind in self.met_by for one in case.after(plan, kind)] if plan else []
        return min(over, key=case.place, default=None)


class ImprovementsDue(Deadline):
    """K-8: improvement information is published in place of a review that is not (Children Act 2004, section 16F)."""

    rule = "K-8-improvements"
    set_by, met_by = (ReviewNotPublished,), (ImprovementsPublished,)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the report was published after all" if case.last(ReviewPublished) else None
