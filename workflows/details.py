"""A case at a glance, in Markdown, for the Temporal UI. References, offices and dates only. Pure."""

from datetime import datetime

from calendar_rules.working_days import working_days
from review.case import reads
from review.case.deadline import RunningDeadline
from review.case.sign_off import in_words
from review.case.state import CaseState
from review.kit.notify import moment
from review.protocol import STAGE_TITLES


def in_markdown(case: CaseState, now: datetime) -> str:
    """Stage, open deadlines with date and slack, who is waited for. `now` is the case's clock."""
    lines = [f"**{case.reference}**: {STAGE_TITLES[case.stage]}" + (" (paused)" if reads.paused(case) else "")]
    if case.rehearsal:
        lines.append(f"Rehearsal; its clock shows {moment(now)}.")
    waiting = sorted(
        (deadline for deadline in case.deadlines.values() if deadline.open), key=lambda deadline: deadline.due
    )
    if waiting:
        lines += ["", "| deadline | due | slack | owed by |", "|---|---|---|---|"]
        for deadline in waiting:
            slack = deadline.slack(now, case.calendar)
            days = working_days(abs(slack))
            word = (f"{days} late" if slack else "late") if deadline.overdue(now) else days
            lines.append(
                f"| {deadline.id} {deadline.title} | {moment(deadline.due)} | {word} | {_owed_by(case, deadline)} |"
            )
    if safety := reads.safety_in_brief(case):
        lines += ["", f"Steps for children's safety: {safety}."]
    if case.failed:
        lines += ["", f"**{len(case.failed)} failed duties**: see the case in the portal."]
    return "\n".join(lines)


def _owed_by(case: CaseState, deadline: RunningDeadline) -> str:
    """The office, or the agency, or for whom a sign-off is given; never a person."""
    if deadline.rule.startswith("D-6") and deadline.subject:
        return deadline.subject
    if deadline.rule == "D-8" and (ask := reads.ask(case, deadline.subject or "")):
        return in_words(ask.capacity)
    return case.edition.deadlines[deadline.rule].owner
