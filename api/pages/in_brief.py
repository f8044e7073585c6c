"""What a case is, in three lines: whom it is about, what is due, and what comes next or is late."""

from collections.abc import Callable
from datetime import date, datetime

from api.forms.words import sentence
from api.visibility import CaseOut
from calendar_rules.lengths import london
from delivery.naming import subject_words
from delivery.words import day, deadline, left, moment, plain, working_days
from review.views import DeadlineView

_FIRST = ("D-7", "D-10")  # what a review as a whole is measured by


def in_brief(view: CaseOut, working_day: str, name: Callable[[str], str]) -> list[str]:
    """The lines, each a sentence or two; fewer where there is nothing to say."""
    return [line for line in (_about(view), _due(view, working_day), _next(view, name)) if line]


def _about(view: CaseOut) -> str:
    """ "Sample Child One, aged 8 months, seriously harmed; ... The incident occurred on Saturday 5 December 2026." """
    last = {one.kind: one.fact for one in view.facts if not one.corrected_by}
    at = last.get("incident-reported", {}).get("incident_at")
    when = london(datetime.fromisoformat(at)).date() if at else None
    children = "; ".join(
        ", ".join(part for part in (one.name, _age(one.born, when), plain(one.harm) if view.advice else "") if part)
        for one in view.children
    )
    return f"{children}." + (f" The incident was on {day(when)}." if when else "") if children else ""


def _age(born: date | None, when: date | None) -> str:
    if born is None or when is None or born > when:
        return ""
    months = (when.year - born.year) * 12 + when.month - born.month - (when.day < born.day)
    years = months // 12
    if months < 1:
        return "under a month old"
    if years < 2:
        return f"{months} month{'s' if months > 1 else ''} old"
    return f"{years} years old"


def _due(view: CaseOut, working_day: str) -> str:
    """ "Working day 9 of 15. Rapid review recommendation submitted to the Panel: by ..., 6 working days left." """
    running = [one for one in view.deadlines if one.slack_working_days is not None and not one.held_since]
    whole = [one for rule in _FIRST for one in running if one.id == rule]
    found = whole or sorted(running, key=lambda one: one.due)
    if not found:
        return ""
    one, start = found[0], f"{sentence(working_day)}. " if working_day else ""
    return f"{start}{one.title}: due by {deadline(one.due)}{_left(one, view.case_now)}."


def _left(one: DeadlineView, now: datetime) -> str:
    slack = one.slack_working_days or 0
    if one.overdue:
        return f", {left(slack, one.due, now)}"
    return f" ({working_days(slack)} left)" if slack else ""


def _next(view: CaseOut, name: Callable[[str], str]) -> str:
    """What is late, by name; and the next meeting."""
    late = [one for one in view.deadlines if one.overdue]
    ahead = [one for one in view.meetings if not one.cancelled and not one.held and one.starts_at > view.case_now]
    parts = []
    if late:
        named = [f"{one.title}: {subject_words(one.subject, name)}" if one.subject else one.title for one in late]
        more = f" and {len(named) - 2} more" if len(named) > 2 else ""
        parts.append(f"Overdue: {'; '.join(named[:2])}{more}.")
    if ahead:
        meeting = min(ahead, key=lambda one: one.starts_at)
        parts.append(f"{sentence(meeting.title)}: {moment(meeting.starts_at)}.")
    elif view.waiting_for and not late:
        roles = dict.fromkeys(role for one in view.waiting_for for role in one.roles[:1])
        parts.append(f"Waiting for: {', '.join(map(plain, roles))}.")
    return " ".join(parts)
