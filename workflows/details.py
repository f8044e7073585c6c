"""A case at a glance, in Markdown, for the Temporal UI. References, offices and dates only. Room: workflows; pure."""

from datetime import datetime

from review.case import CaseState
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
            owner = clock.subject if clock.rule in ("D-6", "D-8") else case.edition.deadlines[clock.rule].owner
            lines.append(f"| {clock.id} {clock.title} | {moment(clock.due)} | {word} | {owner} |")
    if case.failed:
        lines += ["", f"**{len(case.failed)} failed duties**: see the case in the portal."]
    return "\n".join(lines)
