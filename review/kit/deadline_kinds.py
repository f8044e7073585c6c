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
from review.case.reads_rapid_review import REQUEST_CONCLUDED
from review.case.state import REQUEST, SUBMISSION, CaseState
from review.facts import Corrected
from review.facts.base import Fact
from review.facts.editions import AgencyKnew
from review.facts.information import InformationRequested, InformationSupplied
from review.facts.learning_review import LearningFindingsDrafted, LearningTermsSet
from review.facts.panel import PanelAcknowledged, PanelResponded, PartnersDecided
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
from review.kit.deadline_base import Deadline, InTurn, Met
from review.kit.deadline_base import kind_of as kind_of
from review.kit.deadline_kinds_follow_up import ActionDue as ActionDue  # with all that is followed to its end
from review.kit.deadline_kinds_notification import NotificationDue as NotificationDue  # with all of §1
from review.kit.deadline_kinds_practice_review import ReviewDue as ReviewDue  # with all of §7

NO_DAY_WANTED = "no day is named any more by which it is wanted"
NO_DAY_IN_THE_TERMS = "the terms name no day any more"
NO_LONGER_IN_SCOPE = "the agency is no longer in scope"

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

    def owed(self, case: CaseState) -> bool:
        return reads.wanted_by(case) is not None and not reads.ended(case)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day that it wants; a day that is taken back leaves it where it was until it is stopped."""
        wanted = reads.wanted_by(case)
        return end_of_day(wanted) if wanted else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(self.about(case, self.met_by, None)), None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if reads.wanted_by(case) else NO_DAY_WANTED

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "a day is named again" if running.stopped_why == NO_DAY_WANTED and self.owed(case) else None


class FindingsDue(Deadline):
    """A-5: a learning review has its findings: the first that lack nothing."""

    rule = "A-5"
    set_by, met_by = (LearningTermsSet,), (LearningFindingsDrafted,)
    conditional = True  # not all terms name a day
    day_set_by = (LearningTermsSet,)

    def owed(self, case: CaseState) -> bool:
        return reads.findings_by(case) is not None and not reads.ended(case)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day that the terms name; one taken back leaves it where it was until it is stopped."""
        day = reads.findings_by(case)
        return end_of_day(day) if day else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next((one for one in case.entries_of(LearningFindingsDrafted) if not one.fact.missing), None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if reads.findings_by(case) else NO_DAY_IN_THE_TERMS

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "a day is named again" if running.stopped_why == NO_DAY_IN_THE_TERMS and self.owed(case) else None


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


class OfAnAgency(Deadline):
    """What an agency in scope owes until the gathering of returns is over; `without` says that it ended unmet."""

    subject = "agency"
    without: ClassVar[str]

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        if running.subject not in reads.scope(case):
            return NO_LONGER_IN_SCOPE
        over = reads.gathering_over(case)
        return self.without.format(over) if over else None

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        again = running.stopped_why == NO_LONGER_IN_SCOPE and not self.overtaken(case, running)
        return "the agency is in scope after all" if again else None


class OfAReturn(OfAnAgency):
    """What is owed again, too, where another partnership's request is reopened (A-4, X-1)."""

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        concluded = running.stopped_why == self.without.format(REQUEST_CONCLUDED)
        if concluded and not self.overtaken(case, running):
            return "the request was reopened"
        return super().owed_again(case, running)


class KnownDue(OfAReturn):
    """D-6-known: an agency says whether it knew the child or family; the return itself answers it, too (B-6)."""

    rule, without = "D-6-known", "{} without this answer"
    met_by = (AgencyKnew, AgencyReturned)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        known = self.about(case, (AgencyKnew,), running.subject)
        returns = reads.returns_of(case, running.subject or "")
        return min([*known, *returns], key=lambda one: one.happened_at, default=None)


class ReturnDue(OfAReturn):
    """D-6: an agency's return, or its nil return."""

    rule, without = "D-6", "the return never came; {} without it"
    met_by = (AgencyReturned,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(reads.answers_of(case, running.subject or "")), None)


class SeniorOfficersDue(OfAnAgency):
    """R-3: an agency confirms that its senior officers know of the request; the first word counts."""

    rule, without = "R-3", "{} without this word"
    met_by = (SeniorOfficersInformed,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return next(iter(self.about(case, self.met_by, running.subject)), None)


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


class PanelResponseDue(InTurn):
    """D-9: the Panel responds; a second time where it asked for more."""

    rule, subject = "D-9", "round"
    met_by = (PanelResponded,)


class DecisionDue(Deadline):
    """R-15: the partners decide; asked for from the Panel's response on."""

    rule = "R-15"
    met_by = (PartnersDecided,)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When it was made: where each partner has to agree, with the last of them."""
        entry, at = reads.decision_entry(case), reads.decided_at(case)
        return Met(at, entry.reported.message) if entry and at else None
