"""What each deadline of the practice review is (§7): D-10, K-5, K-8, B-4. Pure; `deadline_kinds` has the rest."""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules.lengths import end_of_day
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import ADVANCE_COPY, CaseState
from review.facts.base import Fact
from review.facts.enums import Decision
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
from review.kit.deadline_base import Deadline, InTurn, Met

NOT_DECIDED = "no practice review was decided on"
OVER = "the practice review is over"


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
        return reads.review_finished(case)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if reads.review_wanted(case) is Decision.PRACTICE_REVIEW else NOT_DECIDED

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        again = running.stopped_why == NOT_DECIDED and self.overtaken(case, running) is None
        return "a practice review was decided on" if again else None


class WhileItGoesOn(Deadline):
    """What is owed for as long as the practice review goes on."""

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if reads.review_goes_on(case) else OVER

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the practice review goes on" if running.stopped_why == OVER and reads.review_goes_on(case) else None


class MilestoneDue(WhileItGoesOn):
    """K-5: a milestone of the practice review."""

    rule, subject = "K-5", "milestone"
    set_by, met_by = (MilestoneSet,), (MilestoneReached,)
    day_set_by = (MilestoneSet,)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of its planned day."""
        milestone = reads.milestone_set(case, running.subject or "")
        return end_of_day(milestone.planned_date) if milestone else None


class MonitoringDue(InTurn, WhileItGoesOn):
    """K-5: the partners monitor the time and quality of a running practice review, again and again (regulation 14)."""

    rule, subject = "K-5-monitoring", "interval"
    met_by = (ReviewMonitored,)
    conditional = True  # a stage begins the first; each monitoring the next, for as long as the review goes on

    def owed_for(self, case: CaseState) -> Iterable[str | None]:
        told = len(case.every(ReviewMonitored))
        return (str(told + 1),) if told and reads.review_goes_on(case) else ()


class CopiesDue(WhileItGoesOn):
    """B-4: those outside have their advance copies of the agreed version, by mail or otherwise."""

    rule = "B-4"
    set_by, met_by, met_by_several = (PublicationPlanned,), (AdvanceCopySent,), True
    conditional = True  # not every edition asks for copies
    day_set_by = (PublicationPlanned,)

    def since(self, case: CaseState, subject: str | None = None) -> datetime | None:
        return super().since(case, subject) if case.edition.advance_copies else None

    def owed(self, case: CaseState) -> bool:
        return reads.review_goes_on(case)

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

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        """Copies of a version before meet it no longer."""
        if running.met_at and reads.review_goes_on(case) and self.met(case, running) is None:
            return "copies of the new version are owed"
        return super().owed_again(case, running)

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.cause.startswith(f"{ADVANCE_COPY}:")


class PublicationDue(Deadline):
    """K-8: the planned day, until the report is published, planned for another day, or decided not to be; a plan made
    after that decision thinks better of it, and is kept to as well.
    """

    rule = "K-8"
    set_by, met_by = (PublicationPlanned,), (ReviewPublished, ReviewNotPublished)
    conditional = True  # not every planned review may still be published
    day_set_by = (PublicationPlanned,)

    def owed(self, case: CaseState) -> bool:
        return reads.review_goes_on(case) or reads.may_still_be_published(case)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the planned day."""
        plan = case.last(PublicationPlanned)
        return end_of_day(plan.publication_date) if plan else running.set_due

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        plan = case.entry(PublicationPlanned)
        over = [one for kind in self.met_by for one in case.after(plan, kind)] if plan else []
        return min(over, key=case.place, default=None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if self.owed(case) else OVER

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        if not self.owed(case) or self.since(case) is None:
            return None
        again = running.stopped_why == OVER or (running.met_at and self.fact(case, running) is None)
        return "the publication is planned again" if again else None


class ImprovementsDue(Deadline):
    """K-8: improvement information is published in place of a review that is not (Children Act 2004, section 16F)."""

    rule = "K-8-improvements"
    set_by, met_by = (ReviewNotPublished,), (ImprovementsPublished,)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the report was published after all" if case.last(ReviewPublished) else None
