"""What each deadline of what is followed to its end is: R-7, G-7, G-10, G-11. Pure; `deadline_kinds` has the rest."""

from datetime import datetime

from calendar_rules.lengths import end_of_day
from review.case.deadline import RunningDeadline
from review.case.entries import Entry
from review.case.state import CaseState
from review.facts.base import Fact
from review.facts.crg import ConcernAnswered, ConcernEscalated
from review.facts.follow_up import (
    ActionClosureAgreed,
    ActionDueMoved,
    ActionSet,
    FindingsHandedOver,
    ImmediateLearningNotShared,
    LearningDisseminated,
    SubGroupAnswered,
)
from review.kit.deadline_base import Deadline


class ImmediateLearningDue(Deadline):
    """R-7: the immediate learning that the rapid review named is shared, or it is said why not (G-9)."""

    rule = "R-7"
    met_by = (LearningDisseminated, ImmediateLearningNotShared)

    def fact(self, case: CaseState, running: RunningDeadline) -> Entry[Fact] | None:
        """The first of them: what is shared later is another matter."""
        return next(iter(self.about(case, self.met_by, None)), None)


class ConcernDue(Deadline):
    """G-7: an escalated concern is answered."""

    rule, subject = "G-7", "concern"
    set_by, met_by = (ConcernEscalated,), (ConcernAnswered,)


class SubGroupDue(Deadline):
    """G-10: a sub-group answers what was handed over to it."""

    rule, subject = "G-10", "handover"
    set_by, met_by = (FindingsHandedOver,), (SubGroupAnswered,)


class ActionDue(Deadline):
    """G-11: an action is closed with the CRG's agreement."""

    rule, subject = "G-11", "action"
    set_by, met_by = (ActionSet,), (ActionClosureAgreed,)
    day_set_by = (ActionSet, ActionDueMoved)

    def due_set(self, case: CaseState, running: RunningDeadline) -> datetime | None:
        """The end of the day set last: a day that was moved stands over the first."""
        told: list[ActionSet | ActionDueMoved] = [*case.every(ActionSet), *case.every(ActionDueMoved)]
        day = next((fact.due_date for fact in reversed(told) if fact.action == running.subject), None)
        return end_of_day(day) if day else None
