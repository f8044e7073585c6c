"""What was handed over to sub-groups, to whom, and what they have not answered (§6, §7, G-10)."""

from datetime import datetime

from review.case.state import CaseState
from review.facts.directory import Role
from review.facts.enums import Stage
from review.facts.follow_up import FindingsHandedOver, SubGroupAnswered


def handover(case: CaseState, id: str) -> FindingsHandedOver | None:
    """The findings that were handed over under an id, as it stands."""
    return next((one for one in reversed(case.every(FindingsHandedOver)) if one.handover == id), None)


def unanswered_handovers(case: CaseState) -> list[FindingsHandedOver]:
    """Handovers that the sub-group has not answered (G-10); of a case that goes on in another they are that one's."""
    if case.stage is Stage.MERGED:
        return []
    answered = {fact.handover for fact in case.every(SubGroupAnswered)}
    return [fact for fact in case.every(FindingsHandedOver) if fact.handover not in answered]


def sub_group(case: CaseState, fact: FindingsHandedOver) -> str | None:
    """Who answers for the sub-group: the one that was named, in its absence its stand-in, or the only one there is."""
    holders = case.cast.holders(Role.SUB_GROUP)
    if fact.sub_group in holders:
        return fact.sub_group
    named = case.cast.person(fact.sub_group) if fact.sub_group else None
    away = [one.stand_in for one in named.leave if case.cast.day and one.on(case.cast.day)] if named else []
    if stand_in := next((one for one in holders if one in away), None):
        return stand_in
    return holders[0] if len(holders) == 1 else None


def handover_answered_at(case: CaseState, id: str) -> datetime | None:
    """When the answer came."""
    entries = [one for one in case.entries_of(SubGroupAnswered) if one.fact.handover == id]
    return entries[-1].happened_at if entries else None
