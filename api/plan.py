"""API: the plan of a case's rapid review, as it stands or with times that somebody tries out ("Backward plan")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from api.auth import Reader
from api.deps import Deps, TheDeps
from api.etags import tagged
from api.paths import Reference
from api.problems import Problem
from api.reading import Reading
from api.tags import CASES
from api.visibility import read
from calendar_rules.proposal import PlanStepId
from calendar_rules.working_days import BeyondCalendar
from review.chapters.rapid_review.planning import CasePlan, plan_of

routes = APIRouter(tags=[CASES])
Tried = Annotated[AwareDatetime | None, Query(description="what the plan is with this time instead")]


@routes.get("/v1/cases/{reference}/plan", operation_id="read-plan", response_model=CasePlan)
async def read_plan(
    request: Request,
    reference: Reference,
    _: Reader,
    deps: TheDeps,
    scoping: Tried = None,
    request_sent: Tried = None,
    returns: Tried = None,
    meeting: Tried = None,
    draft_to_crg: Tried = None,
    draft_out: Tried = None,
    submission: Tried = None,
) -> Response:
    """The plan of the rapid review: each step's time, its latest safe time and the working days between.

    What is done and arranged stands; the rest is proposed. A time that is given is tried out, and changes nothing:
    a plan is accepted by `scoping-meeting-arranged` and `rapid-review-meeting-moved`.
    Who may: every office but agency and observer.
    """
    given = {
        PlanStepId.SCOPING: scoping,
        PlanStepId.REQUEST: request_sent,
        PlanStepId.RETURNS: returns,
        PlanStepId.MEETING: meeting,
        PlanStepId.CRG: draft_to_crg,
        PlanStepId.DRAFT: draft_out,
        PlanStepId.SUBMISSION: submission,
    }
    reading = await read(deps, reference)
    return tagged(request, planned(deps, reading, {step: at for step, at in given.items() if at}))


def planned(deps: Deps, reading: Reading, changed: Mapping[PlanStepId, datetime]) -> CasePlan:
    """The plan of a case. Raises a problem where it has none, or where a time cannot be planned."""
    try:
        plan = plan_of(reading.case, deps.case_now(reading.line), changed)
    except BeyondCalendar as far:
        raise Problem("invalid-request", str(far)) from far
    if plan is None:
        raise Problem("not-found", "No rapid review is under way in this case, so it has no plan.")
    return plan
