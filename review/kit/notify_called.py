"""What mails call that which a case has several of: actions, milestones, handovers, concerns (G-7, G-10, G-11, K-5).

Pure.
"""

import re

from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.state import CaseState
from review.facts.crg import ConcernEscalated
from review.facts.follow_up import ActionSet, FindingsHandedOver
from review.facts.practice_review import MilestoneSet
from review.kit.deadline_kinds import kind_of
from review.kit.notify_wording import day

LONGEST = 120  # letters of what people call something, in the first line of a mail
_WORD = re.compile(r"[\w'-]{2,}")


def called(case: CaseState, deadline: RunningDeadline) -> str | None:
    """What a deadline is about, where a case has several of a kind; None where it has one."""
    if deadline.subject is None or not kind_of(deadline.rule).has_given_ids:
        return None
    return called_thing(case, deadline.subject)


def titled(case: CaseState, deadline: RunningDeadline) -> str:
    """Its title, with what it is about where a case has several of a kind."""
    named = called(case, deadline)
    return f"{deadline.title}: {named}" if named else deadline.title


def called_thing(case: CaseState, id: str) -> str:
    """An action or a milestone as it was set, a handover by its sub-group and its day, a concern by its day; by its id
    in words where that is long, or names somebody whom the case is about: a mail travels in the open.
    """
    said = [one.fact.what for one in case.said(ActionSet) if one.fact.action == id]
    said += [one.fact.what for one in case.said(MilestoneSet) if one.fact.milestone == id]
    said += [
        f"{one.fact.to}, {day(one.happened_at)}" for one in case.said(FindingsHandedOver) if one.fact.handover == id
    ]
    said += [f"raised on {day(one.happened_at)}" for one in case.said(ConcernEscalated) if one.fact.concern == id]
    words = " ".join(said[-1].split()).rstrip(".") if said else ""
    return words if words and len(words) <= LONGEST and not _names_somebody(case, words) else id.replace("-", " ")


def _names_somebody(case: CaseState, text: str) -> bool:
    """Whether a name of a child or of the family is in it, whole or a part; sample texts say first that they are."""
    words = set(_WORD.findall(text.removeprefix("Sample:").casefold()))
    names = [one for who in reads.people(case) for one in (who.name, *who.other_names)]
    return any(part in words for name in names for part in _WORD.findall(name.casefold()))
