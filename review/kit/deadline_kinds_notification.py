"""What each deadline of the notification is (§1): D-1 to D-3, N-7. Pure; `deadline_kinds` has the rest."""

from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.notices import Notice
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.notification import AuthorityTold, PanelNotified, PartnerViewGiven
from review.kit.deadline_base import Deadline, Met


class NotificationDue(Deadline):
    """D-1: the Panel is notified."""

    rule = "D-1"
    met_by = (PanelNotified,)

    def overtaken(self, case: CaseState, running: RunningDeadline) -> str | None:
        return "it was decided not to notify" if reads.declined(case) else None


class ViewsDue(Deadline):
    """N-7: all who decide on notifying have given a view; again, with a number, after a decision that was set aside."""

    rule, subject = "N-7", "asking"
    met_by = (PartnerViewGiven,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        """The view by which the last of them spoke first: one that is changed later meets nothing again."""
        given = case.entries_of(PartnerViewGiven)
        first = [next((one for one in given if one.fact.officer is who), None) for who in reads.deciders(case)]
        spoke = [one for one in first if one]
        return max(spoke, key=case.place) if len(spoke) == len(first) else None


class OfstedDue(Deadline):
    """D-2: Ofsted is told of a child in care who died; the first telling counts."""

    rule = "D-2:ofsted"
    met_by = (AuthorityTold,)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        authority = self.rule.partition(":")[2]
        return next((one for one in case.entries_of(AuthorityTold) if one.fact.authority == authority), None)


class SecretaryOfStateDue(OfstedDue):
    """D-2: the Secretary of State is told of a child in care who died."""

    rule = "D-2:secretary-of-state"


class LeadersDue(Deadline):
    """D-3: the leaders are told of a notification or a referral, by mail."""

    rule, subject = "D-3", "referral"

    def met(self, case: CaseState, running: RunningDeadline) -> Met | None:
        """When the last of its mails went; at the start, where there was nobody to tell."""
        if (keys := case.met_by_mails.get(running.id)) is None:
            return None
        gone = [case.done[key] for key in keys if key in case.done]
        return Met(max(gone, default=running.started_at)) if len(gone) == len(keys) else None

    def carried_by(self, case: CaseState, running: RunningDeadline, notice: Notice) -> bool:
        return notice.key in case.met_by_mails.get(running.id, ())
