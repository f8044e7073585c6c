"""The tasks of a case: what is waited for, under who is to do it; a link to its form where the reader may open it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from api.auth import Caller
from api.called import agency_of, titled
from api.forms.words import sentence
from api.pages.step_titles import may_take, step_path
from api.visibility import CaseOut
from calendar_rules.lengths import london
from delivery.words import deadline
from delivery.words import plain as in_words
from review.facts.directory import Role
from review.next_steps import NextStep
from review.views import WaitingFor

YOURS = "You"
AGENCIES = "Agencies"


class Task(NamedTuple):
    """One thing that is waited for. `status` is said beside it, `colour` is that of its tag."""

    title: str
    hint: str
    href: str | None
    status: str
    colour: str = ""


Grouped = list[tuple[str, list[Task]]]


def tasks(view: CaseOut, caller: Caller, name: Callable[[str], str]) -> Grouped:
    """All that is waited for, in the protocol's order within each group; the reader's own first."""
    waits = {(one.what, one.about, tuple(one.people)): one for one in view.waiting_for}
    found: dict[str, list[Task]] = {}
    for step in (one for one in view.next_steps if one.needed):
        waiting = waits.pop((step.title, step.about, tuple(step.people)), None)
        overdue = waiting.overdue if waiting else bool(step.due and step.due < view.case_now)
        href = step_path(view.reference, step, view.next_steps) if may_take(step, caller) and not step.pending else None
        task = _task(step, view.case_now, name, href, overdue=overdue, pending=bool(step.pending))
        found.setdefault(YOURS if step.yours else _group(step), []).append(task)
    for one in waits.values():  # what only takes time: an email, a day that is planned
        found.setdefault(_group(one), []).append(_task(one, view.case_now, name, None, overdue=one.overdue))
    return sorted(found.items(), key=lambda group: group[0] != YOURS)


def _group(one: NextStep | WaitingFor) -> str:
    """Whose a task is: an agency's, or of the office that is named first."""
    if one.roles[0] is Role.AGENCY:
        return AGENCIES
    return sentence(in_words(one.roles[0]))


def _task(
    one: NextStep | WaitingFor,
    now: datetime,
    name: Callable[[str], str],
    href: str | None,
    *,
    overdue: bool,
    pending: bool = False,
) -> Task:
    who = ", ".join(map(name, one.people)) or " or ".join(map(in_words, one.roles))
    agency = agency_of(one) if one.roles[0] is Role.AGENCY else None
    hint = "; ".join(part for part in (name(agency) if agency else "", who) if part)
    hint = sentence(hint) + (f". By {deadline(one.due)}" if one.due else "")
    status, colour = _status(one.due, now, overdue=overdue, pending=pending)
    return Task(titled(one, name), hint, href, status, colour)


def _status(due: datetime | None, now: datetime, *, overdue: bool, pending: bool) -> tuple[str, str]:
    """ "Due today" is said of today alone."""
    if pending:
        return "Sent, and being recorded", "govuk-tag--blue"
    if overdue:
        return "Overdue", "govuk-tag--red"
    if due and london(due).date() == london(now).date():
        return "Due today", "govuk-tag--yellow"
    return "To do", ""
