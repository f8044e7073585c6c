"""A case at a glance, in Markdown, for the Temporal UI. References, offices and dates only. Room: workflows; pure."""

from datetime import datetime

from review.case import CaseState
from review.clocks import Clock
from review.sign_off import in_words
from review.telling import moment
from review.words import STAGE_TITLES


def in_markdown(case: CaseState, now: datetime) -> str:
    """Stage, open deadlines with date and slack, who is waited for. `now` is the case's clock."""
    lines = [f"**{case.reference}**: {STAGE_TITLES[case.stage]}" + (" (paused)" if case.paused else "")]
    if case.rehearsal:
        lines.append(f"Rehearsal; its clock shows {moment(now)}.")
    waiting = sorted((clock for clock in case.clocks.values() if clock.open), key=lambda clock: clock.due)
    if waiting:
        lines += ["", "| deadline | due | slack | owed by |", "|---|---|---|---|"]
        for clock in waiting:
            slack = clock.slack(now, case.calendar)
            word = f"{-slack} working days over" if clock.overdue(now) else f"{slack} working days"
            lines.append(f"| {clock.id} {clock.title} | {moment(clock.due)} | {word} | {_owed_by(case, clock)} |")
    if case.failed:
        lines += ["", f"**{len(case.failed)} failed duties**: see the case in the portal."]
    return "\n".join(lines)


def _owed_by(case: CaseState, clock: Clock) -> str:
    """The office, or the agency, or for whom a sign-off is given; never a person."""
    if clock.rule.startswith("D-6") and clock.subject:
        return clock.subject
    if clock.rule == "D-8" and (ask := case.ask(clock.subject or "")):
        return in_words(ask.capacity)
    return case.edition.deadlines[clock.rule].owner
