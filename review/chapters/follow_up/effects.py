"""What follows from an action, a handover, learning shared (G-5, G-9 to G-11).

Pure.
"""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.follow_up.reads import open_actions
from review.facts import Corrected
from review.facts.any_stage import TakenBack
from review.facts.base import Fact
from review.facts.directory import Role
from review.facts.follow_up import (
    ActionHandedOn,
    ActionSet,
    FindingsHandedOver,
    LearningDisseminated,
    SubGroupAnswered,
)
from review.kit import notify
from review.kit.chapter import Consequence
from review.kit.notify_called import called_thing


def _set(case: CaseState, entry: Entry[ActionSet], now: datetime) -> None:
    """Its owner is told (G-11)."""
    fact = entry.fact
    _tell_owner(case, fact.action, fact.owner, now)


def _handed_on(case: CaseState, entry: Entry[ActionHandedOn], now: datetime) -> None:
    """The new owner is told, and whoever owned it until then (G-11)."""
    fact = entry.fact
    _tell_owner(case, fact.action, fact.owner, now, occasion=entry.reported.message)
    _let_off(case, fact, entry)


def _handed_over(case: CaseState, entry: Entry[FindingsHandedOver], now: datetime) -> None:
    """The sub-group is sent a link to read what was found and to answer (G-10)."""
    _ask_sub_group(case, entry.fact, now, f"findings-handed-over:{entry.fact.handover}")


def _handed_over_again(case: CaseState, entry: Entry, now: datetime) -> None:
    """Findings that are corrected are sent to the sub-group again, or to the one that was meant (X-2, G-10)."""
    by = entry.reported.message
    right = entry.fact.right if isinstance(entry.fact, Corrected) else None
    if isinstance(right, FindingsHandedOver) and right in reads.unanswered_handovers(case):
        _ask_sub_group(case, right, now, f"findings-handed-over:{right.handover}:{by}")


def _ask_sub_group(case: CaseState, fact: FindingsHandedOver, now: datetime, cause: str) -> None:
    if sub_group := reads.sub_group(case, fact):
        case.post([notify.handed_over(case, fact.handover, sub_group, now, cause=cause)])
        return
    line = "Warning: nobody in the directory answers for the sub-group, so the Business Unit has to ask it"
    case.add_record_row(RowKind.WARNING, "sub-group-vacant", line, now=now, about=f"G-10:{fact.handover}")


def _answered(case: CaseState, entry: Entry[SubGroupAnswered], now: datetime) -> None:
    """The Business Unit is told of an answer that it has not recorded itself (G-10)."""
    if Role.BUSINESS_UNIT not in entry.reported.by.roles:
        cause, about = f"sub-group-answered:{entry.reported.message}", f"G-10:{entry.fact.handover}"
        people = notify.holders(case, Role.BUSINESS_UNIT)
        case.post(notify.to_each(people, cause, "sub-group-answered", about=about))


def _disseminated(case: CaseState, entry: Entry[LearningDisseminated], now: datetime) -> None:
    """A touch point of the officers and chairs (G-5, G-9)."""
    people = notify.holders(case, *notify.LEADERS)
    case.post(notify.to_each(people, f"learning-disseminated:{entry.reported.message}", "learning-disseminated"))


def _let_off(case: CaseState, fact: ActionHandedOn, entry: Entry) -> None:
    """Whoever owned an action until it was handed on is told that it is asked of them no more (G-11)."""
    reported: list[ActionSet | ActionHandedOn] = [*case.every(ActionSet), *case.every(ActionHandedOn)]
    owners = [one.owner for one in reported if one.action == fact.action]
    if owners[-2] != fact.owner:
        n, about = {"called": called_thing(case, fact.action)}, f"G-11:{fact.action}"
        cause = f"action-handed-on:{fact.action}:{entry.reported.message}"
        case.post(notify.to_each([owners[-2]], cause, "action-handed-on", n, about=about))


def _mind_the_owner(case: CaseState, entry: Entry, now: datetime) -> None:
    """An action that is somebody else's than was said: who owns it now is told so (X-2, G-11)."""
    by = entry.reported.message
    for wrong in [one.fact for one in case.entries if one.corrected_by == by]:
        if not isinstance(wrong, ActionSet | ActionHandedOn) or wrong.action not in open_actions(case):
            continue
        owner = reads.action_owner(case, wrong.action)
        if owner and owner != wrong.owner:
            _tell_owner(case, wrong.action, owner, now, occasion=by)


def _tell_owner(case: CaseState, action: str, owner: str, now: datetime, *, occasion: str = "") -> None:
    deadline = case.deadlines[f"G-11:{action}"]
    n = {"due": deadline.due, "called": called_thing(case, action)}
    if deadline.overdue(now):
        n["overdue"] = True
    cause = f"action-set:{action}:{occasion}".rstrip(":")
    case.post(notify.to_each([owner], cause, "action-set", n, about=deadline.id))


CONSEQUENCES: dict[type[Fact], tuple[Consequence, ...]] = {
    ActionSet: (_set,),
    ActionHandedOn: (_handed_on,),
    FindingsHandedOver: (_handed_over,),
    SubGroupAnswered: (_answered,),
    LearningDisseminated: (_disseminated,),
    Corrected: (_mind_the_owner, _handed_over_again),
    TakenBack: (_mind_the_owner,),
}
