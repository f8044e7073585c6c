"""A guided first case: on the page of a rehearsal, what is to be done next and by whom, until the Panel has the report.

It tells where to go; what can be done is said by the case, as everywhere.
"""

from collections.abc import Callable
from typing import NamedTuple

from api.auth import Caller
from api.called import titled
from api.pages.step_titles import may_take, step_path
from api.visibility import CaseOut
from delivery.words import plain
from review.facts.directory import Role
from review.facts.enums import Stage

STEPS = {
    Stage.DISCUSSION: "The two heads say whether the Panel is to be notified, each with reasons.",
    Stage.NOTIFICATION: "The Panel is notified. The 15 working days of the rapid review run from then.",
    Stage.SCOPING: "Arrange the scoping meeting, let its hour come (move the clock), and record what it decided.",
    Stage.REQUEST: "Send the agencies the request for their returns.",
    Stage.RETURNS: "The agencies send their returns. Answer as one of them, or move the clock and see who is reminded.",
    Stage.RAPID_REVIEW_MEETING: "Let the hour of the rapid review meeting come, and record what it found.",
    Stage.REPORT: "Write the report, send it for sign-off, and sign it by the link in each officer's email.",
    Stage.SUBMISSION: "The report is signed. Send it to the Panel, and record that you have.",
}
OVER = "The rapid review is with the Panel. That was the guided part; the case goes on until its last action."


class Step(NamedTuple):
    """One thing to do next. `href` where the reader may do it; else `who` is to."""

    title: str
    who: str
    href: str | None


class Guide(NamedTuple):
    """What to do next: `number` of `many` parts, in words; the steps that are open; whether time must pass first."""

    number: int
    many: int
    words: str
    steps: list[Step]


def guide(view: CaseOut, caller: Caller, name: Callable[[str], str]) -> Guide | None:
    """For a rehearsal of a serious incident; none for any other case."""
    if not view.rehearsal or not view.advice:
        return None
    order = list(STEPS)
    stage = Stage(view.stage)
    if stage not in STEPS:
        return Guide(len(order), len(order), OVER, []) if stage is Stage.PANEL else None
    steps = [
        Step(
            titled(step, name),
            ", ".join(map(name, step.people)) or plain(_theirs(step.roles)),
            step_path(view.reference, step, view.next_steps) if may_take(step, caller) else None,
        )
        for step in view.next_steps
        if step.needed and not step.pending
    ]
    return Guide(order.index(stage) + 1, len(order), STEPS[stage], steps[:3])


def _theirs(roles: list[Role]) -> Role:
    """Whose step it is, before those who may record it for them."""
    return next((one for one in roles if one is not Role.BUSINESS_UNIT), roles[0])
