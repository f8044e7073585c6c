"""How deadlines stand: what is due next, what a deadline is about, what its edition says of it."""

from datetime import datetime

from calendar_rules.edition import Rule
from review.case.deadline import ReminderDue, RunningDeadline
from review.case.entries import Entry
from review.case.reads_stage import paused
from review.case.sign_off import SignatureRequest
from review.case.state import CaseState
from review.facts.editions import MilestoneOfOursReached


def known_first(case: CaseState) -> Rule | None:
    """Returns in two steps: the deadline of the first, where the edition asks for it (B-6)."""
    first = case.edition.known_first
    return None if first is None or first.id in case.lapsed else first


def milestones_of_ours(case: CaseState) -> dict[str, Rule]:
    """The milestones that the partnership's edition sets itself, by name; none that only an earlier edition had."""
    return {name: rule for name, rule in case.edition.milestones.items() if rule.id not in case.lapsed}


def milestone_of_ours(case: CaseState, name: str) -> Entry[MilestoneOfOursReached] | None:
    """The fact by which such a milestone was reached."""
    return next((one for one in case.entries_of(MilestoneOfOursReached) if one.fact.milestone == name), None)


def next_reminder(case: CaseState, deadline_id: str) -> ReminderDue | None:
    """The next reminder of a deadline; none while a pause holds it (X-1)."""
    deadline = case.deadlines[deadline_id]
    if not deadline.open or (paused(case) and not case.edition.deadlines[deadline.rule].never_pauses):
        return None
    return deadline.next_reminder(case.edition, case.calendar)


def next_deadline(case: CaseState) -> RunningDeadline | None:
    """The open deadline that is due first."""
    return min(
        (deadline for deadline in case.deadlines.values() if deadline.open),
        key=lambda deadline: deadline.due,
        default=None,
    )


def plain_id(case: CaseState, id: str) -> str:
    """A deadline's id where it stands unsealed. What people named ("G-11:audit") is a number ("G-11:#2")."""
    deadline = case.deadlines[id]
    if deadline.subject is None or case.cast.agency(deadline.subject):
        return id
    of_the_rule = [one.id for one in case.deadlines.values() if one.rule == deadline.rule]
    return f"{deadline.rule}:#{of_the_rule.index(id) + 1}"


def ask(case: CaseState, subject: str) -> SignatureRequest | None:
    """The ask that a D-8 deadline is about: "rapid-review-1:health", with ":2" after it for a second attempt."""
    round_id, _, rest = subject.partition(":")
    capacity, _, attempt = rest.partition(":")
    for one in case.rounds:
        if one.id == round_id:
            found = next((ask for ask in one.asks if ask.capacity == capacity), None)
            return found if found and found.attempt == int(attempt or 1) else None
    return None


def gone_at(case: CaseState, cause: str) -> datetime | None:
    """When the first mail of a cause was taken by a mail server, or made good."""
    return min((at for key, at in case.done.items() if key.is_mail_of(cause)), default=None)
