"""What each deadline of the notification is (§1): D-1 to D-3, N-5, N-7, N-8. Pure; `deadline_kinds` has the rest."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from review.case import reads
from review.case.deadline import Ending, RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.enums import Stage
from review.facts.family import ChildAdded
from review.facts.notification import (
    AuthorityTold,
    NotificationCopyReceived,
    PanelNotified,
    PartnerViewGiven,
    SafetyStepsRecorded,
)
from review.kit.deadline_base import Deadline, Met

NOT_TO_NOTIFY = "it was decided not to notify"
NO_DEATH_IN_CARE = "nobody died who was or had been in care"


class NotificationDue(Deadline):
    """D-1: the Panel is notified."""

    rule, of_notifying = "D-1", True
    met_by = (PanelNotified,)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return NOT_TO_NOTIFY if reads.declined(case) else None


class ViewsDue(Deadline):
    """N-7: all who decide on notifying have given a view; again, with a number, after a decision that was set aside."""

    rule, subject = "N-7", "asking"
    met_by, met_by_several = (PartnerViewGiven,), True

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        """The view by which the last of them spoke first, whichever is recorded first: one that is changed later meets
        nothing again.
        """
        given = case.entries_of(PartnerViewGiven)
        first = [next((one for one in given if one.fact.officer is who), None) for who in reads.deciders(case)]
        spoke = [one for one in first if one]
        return max(spoke, key=lambda one: (one.happened_at, case.place(one))) if len(spoke) == len(first) else None


class SafetyDue(Deadline):
    """N-5: it is recorded what is done for the safety of each child of the case and of other children; of a child who
    comes to light after that, again.
    """

    rule, subject = "N-5", "child"
    met_by, met_by_several = (SafetyStepsRecorded,), True
    conditional = True  # a stage asks; of a child who comes to light after the answer it is owed by itself
    outlives, of_notifying = (Ending.NO_RAPID_REVIEW,), True

    def since(self, case: CaseState, subject: str | None = None) -> datetime | None:
        if subject is None:
            return super().since(case)
        added = [one for one in case.entries_of(ChildAdded) if one.fact.child.child_id == subject]
        return reads.recorded(case, added[-1]) if added else None

    def owed_for(self, case: CaseState) -> Iterable[str | None]:
        asked = case.deadlines.get(self.rule)
        return reads.safety_missing(case) if asked and asked.met_at and not reads.ended(case) else ()

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        if child := running.subject:
            return next((one for one in case.entries_of(SafetyStepsRecorded) if child in one.fact.child_ids), None)
        later = [one.subject for one in case.deadlines.values() if one.rule == self.rule and one.subject]
        return cast("Entry[Fact] | None", reads.safety_answered_by(case, but=later))

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "the case ended without them" if reads.ended(case) else None


class CopyDue(Deadline):
    """N-8: the Business Unit has its copy of the notification, with what it said."""

    rule = "N-8"
    outlives, of_notifying = (Ending.NO_RAPID_REVIEW,), True
    met_by = (PanelNotified, NotificationCopyReceived)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        return reads.copy_received(case)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When it was received: the day that is said with the notification, or that of the copy itself."""
        entry = self.fact(case, running)
        if entry is None:
            return None
        at = reads.received_at(case) if isinstance(entry.fact, PanelNotified) else entry.happened_at
        return Met(at or entry.happened_at, entry.reported.message)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        if reads.declined(case):
            return NOT_TO_NOTIFY
        return "the case ended without it" if reads.ended(case) else None


class OfstedDue(Deadline):
    """D-2: Ofsted is told of a child in care who died; the first telling counts. It runs from the moment that this is
    known (N-4), whatever becomes of the case.
    """

    rule = "D-2:ofsted"
    met_by = (AuthorityTold,)
    conditional = True  # not every incident is such a death
    outlives = (Ending.WITHDRAWN, Ending.NOTIFICATION_WITHDRAWN, Ending.NO_RAPID_REVIEW)

    def owed(self, case: CaseState) -> bool:
        begun = "D-1" in case.deadlines  # before that the case's own start begins it, and says so
        return begun and reads.authorities_owed(case) and case.stage is not Stage.MERGED

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        authority = self.rule.partition(":")[2]
        return next((one for one in case.entries_of(AuthorityTold) if one.fact.authority == authority), None)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return None if reads.authorities_owed(case) else NO_DEATH_IN_CARE

    def owed_again(self, case: CaseState, running: RunningDeadline) -> str | None:
        again = running.stopped_why == NO_DEATH_IN_CARE and self.owed(case)
        return "somebody died who was or had been in care" if again else None


class SecretaryOfStateDue(OfstedDue):
    """D-2: the Secretary of State is told of a child in care who died."""

    rule = "D-2:secretary-of-state"


class LeadersDue(Deadline):
    """D-3: the leaders are told of a notification or a referral, by mail."""

    rule, subject = "D-3", "referral"
    outlives = (Ending.NOTIFICATION_WITHDRAWN, Ending.NO_RAPID_REVIEW)

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When the last of its mails went; at the start, where there was nobody to tell."""
        if (keys := case.met_by_mails.get(running.id)) is None:
            return None
        gone = [case.done[key] for key in keys if key in case.done]
        return Met(max(gone, default=running.started_at)) if len(gone) == len(keys) else None

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.key in case.met_by_mails.get(running.id, ())
