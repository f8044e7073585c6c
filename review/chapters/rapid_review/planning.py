"""The plan of a case's rapid review: what is done and arranged in it, and what can follow when ("Backward plan")."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import AwareDatetime, Field

from calendar_rules.model import Model
from calendar_rules.proposal import Known, PlannedStep, PlanStepId, Standing, propose
from review.case import reads
from review.case.state import CaseState
from review.chapters.editions.chapter import rapid_review_follows
from review.facts.base import Fact
from review.facts.notification import IncidentReported
from review.facts.rapid_review import (
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRequested,
    ScopingMeetingArranged,
    ScopingMeetingHeld,
)
from review.facts.report import DraftSentForSignOff, DraftSentToCrg, SubmittedToPanel
from review.kit.backward_plan import safe_step_done

_DONE_BY: dict[PlanStepId, type[Fact]] = {
    PlanStepId.SCOPING: ScopingMeetingHeld,
    PlanStepId.REQUEST: ReturnsRequested,
    PlanStepId.MEETING: RapidReviewMeetingHeld,
    PlanStepId.CRG: DraftSentToCrg,
    PlanStepId.DRAFT: DraftSentForSignOff,
    PlanStepId.SUBMISSION: SubmittedToPanel,
}


class CasePlan(Model):
    """The plan of a case's rapid review, in the order of the work."""

    notified: AwareDatetime = Field(description="when the Panel was notified, from which the plan is counted")
    notified_known: bool = Field(description="false where it has not been notified: counted as if it were now")
    steps: list[PlannedStep]


def plan_of(case: CaseState, now: datetime, changed: Mapping[PlanStepId, datetime] | None = None) -> CasePlan | None:
    """The plan as it stands, with the times that somebody tries out; None where no rapid review is under way.

    Raises BeyondCalendar where a time lies outside the case's calendar.
    """
    if not case.last(IncidentReported) or reads.ended(case) or not rapid_review_follows(case):
        return None
    notified = reads.notified_at(case)
    since = notified or now
    due: dict[str, datetime] = {id: case.deadlines[id].due for id in ("D-4", "D-5", "D-7") if id in case.deadlines}
    asked = [one.due for one in case.deadlines.values() if one.rule == "D-6" and one.stopped_at is None]
    if asked:
        due["D-6"] = max(asked)
    known = Known(due=due, done=_done(case), arranged=_arranged(case))
    steps = propose(since, case.edition, case.calendar, known=known, changed=changed, now=now)
    return CasePlan(notified=since, notified_known=notified is not None, steps=steps)


def _done(case: CaseState) -> dict[PlanStepId, datetime]:
    """When each step that is over was taken; a draft that was sent back is not out."""
    found = {step: entry.happened_at for step, kind in _DONE_BY.items() if (entry := case.entry(kind))}
    for step, safe in ((PlanStepId.CRG, "latest-draft-to-crg"), (PlanStepId.DRAFT, "latest-draft-out")):
        if not safe_step_done(case, safe):
            found.pop(step, None)
    answers = [reads.answers_of(case, agency) for agency in reads.scope(case)]
    if answers and all(answers):
        found[PlanStepId.RETURNS] = max(one[0].happened_at for one in answers)
    elif meeting := case.entry(RapidReviewMeetingHeld):  # it was held without them
        found[PlanStepId.RETURNS] = meeting.happened_at
    if reads.approved_version(case) is not None:
        given = [one.given_at for one in reads.report_rounds(case)[-1].asks if one.given_at]
        found |= {PlanStepId.SIGN_OFF: max(given)} if given else {}
    return found


def _arranged(case: CaseState) -> dict[PlanStepId, datetime]:
    """The meetings that people have been told of."""
    scoping, meeting = case.last(ScopingMeetingArranged), reads.meeting_at(case)
    at = meeting or (scoping.rapid_review_meeting_planned_at if scoping else None)
    found = {PlanStepId.SCOPING: scoping.starts_at} if scoping else {}
    return found | ({PlanStepId.MEETING: at} if at else {})


def arranged_by(
    case: CaseState, plan: CasePlan, *, link: str, reason: str
) -> ScopingMeetingArranged | RapidReviewMeetingMoved | None:
    """The fact by which an accepted plan is told: the scoping meeting with the planned day of the rapid review meeting,
    later that meeting moved; none where people know already. Raises `ValidationError`, as for want of a reason.
    """
    at = {one.id: one for one in plan.steps}
    scoping, meeting = at[PlanStepId.SCOPING], at[PlanStepId.MEETING]
    if scoping.standing is not Standing.DONE:
        held = case.last(ScopingMeetingArranged)
        link = link or (held.link if held else "")
        called = ScopingMeetingArranged(starts_at=scoping.at, link=link, rapid_review_meeting_planned_at=meeting.at)
        return None if called == held else called
    if meeting.standing is Standing.CHANGED and meeting.at != reads.meeting_at(case):
        return RapidReviewMeetingMoved(starts_at=meeting.at, link=link, reason=reason)
    return None
