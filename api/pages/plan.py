"""The plan of a case's rapid review: a time is tried out and seen at once in all that follows; accepted, its meetings
are arranged by the same facts as ever. It says what `GET /v1/cases/{reference}/plan` says.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import READERS, Caller
from api.deps import deps_of
from api.pages.auth import frame, holding, of_problem, reader, writer
from api.pages.forms import fields
from api.pages.intake import message_id, say
from api.pages.layout import HEADERS, page
from api.plan import planned
from api.problems import Problem
from api.reading import Reading
from api.visibility import read
from calendar_rules.lengths import LONDON, london
from calendar_rules.proposal import PlanStepId, Standing
from review.chapters.rapid_review.planning import CasePlan, arranged_by
from review.facts.rapid_review import ScopingMeetingArranged
from store.errors import StoreError
from store.inbox import MessageStatus

PATH = "/cases/{reference}/plan"
FIXED = (PlanStepId.RETURNS, PlanStepId.SIGN_OFF)  # they follow from their lengths alone
OFFICES = ScopingMeetingArranged.may_report
_NO_TIME = "Enter a day and a time, such as 7 January 2027, 10:00; or empty both to go back to what is proposed"


@dataclass
class Tried:
    """The times that somebody tries out, and what is no time, by its step."""

    times: dict[PlanStepId, datetime]
    errors: dict[str, str]


def router() -> APIRouter:
    """`/cases/{reference}/plan`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, accept, methods=["POST"])
    return routes


async def show(request: Request, reference: str) -> Response:
    """The plan as it stands, or with the times that are tried out."""
    caller = await holding(request, await reader(request), "The plan of a case", READERS)
    if isinstance(caller, Response):
        return caller
    return await _shown(request, caller, reference, request.query_params)


async def accept(request: Request, reference: str) -> Response:
    """Arrange the meetings of the plan as it is shown, and lead back to the case; or say what stands in the way."""
    caller = await holding(request, await writer(request), "Accepting the plan", OFFICES)
    if isinstance(caller, Response):
        return caller
    deps, sent = deps_of(request), await fields(request)
    try:
        reading = await read(deps, reference)
        plan = planned(deps, reading, _tried(sent, as_shown=True).times)
        fact = arranged_by(reading.case, plan, link=sent.get("link", "").strip(), reason=sent.get("reason", ""))
        if fact is None:
            return RedirectResponse(f"/cases/{reference}/plan", status_code=303, headers=HEADERS)
        key = message_id("plan", reference, caller.sub, sent.get("once", ""))
        outcome = await say(deps, reference, fact, message=key, by=caller.speaker)
    except ValidationError:
        return await _shown(request, caller, reference, sent, {"reason": "Enter why the meeting is moved"})
    except (Problem, StoreError) as no:
        return await _shown(request, caller, reference, sent, {"accept": str(no)})
    if outcome.status is MessageStatus.REFUSED:
        why = str((outcome.refusal or {}).get("detail", "The case has refused it."))
        return await _shown(request, caller, reference, sent, {"accept": why})
    return RedirectResponse(f"/cases/{reference}?said={outcome.message}", status_code=303, headers=HEADERS)


def _tried(sent: Mapping[str, str], *, as_shown: bool = False) -> Tried:
    """The times that differ from what the page showed; and those that were tried out before.

    `as_shown`: all that it showed. What is proposed changes with the hour, and what is accepted is what was seen.
    """
    found = Tried({}, {})
    for step in PlanStepId:
        day, hour = sent.get(f"{step}-day", "").strip(), sent.get(f"{step}-time", "").strip()
        if not (day or hour) or (not as_shown and f"{day} {hour}" == sent.get(f"{step}-was")):
            continue
        try:
            found.times[step] = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), LONDON)
        except ValueError:
            found.errors[step] = _NO_TIME
    return found


async def _shown(
    request: Request,
    caller: Caller,
    reference: str,
    sent: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Response:
    deps, around = deps_of(request), await frame(request, caller)
    tried = _tried(sent)
    try:
        reading = await read(deps, reference)
        before = planned(deps, reading, {})
        try:
            plan = planned(deps, reading, tried.times)
        except Problem as far:
            plan, tried.errors["plan"] = before, far.detail
    except Problem as problem:
        return of_problem(request, problem, around)
    wrong = tried.errors | dict(errors or {})
    context = around | {
        "reference": reference,
        "plan": plan,
        "rows": [_row(one, was, tried) for one, was in zip(plan.steps, before.steps, strict=True)],
        "tried": bool(tried.times),
        "effect": (before.steps[-1], plan.steps[-1]),  # the submission, as it was and as it would be
        "arranges": _to_arrange(reading, plan) if plan.notified_known and caller.holds(*OFFICES) else "",
        "sent": {"link": sent.get("link", ""), "reason": sent.get("reason", "")},
        "errors": wrong,
        "once": secrets.token_urlsafe(9),
    }
    return page(request, "plan.html", context, status=422 if wrong else 200)


def _row(one: Any, was: Any, tried: Tried) -> dict[str, Any]:
    """A step, how it stood before, and the boxes by which its time is changed."""
    at = london(one.at)
    day, hour = at.date().isoformat(), f"{at:%H:%M}"
    return {
        "step": one,
        "was": was if was.at != one.at else None,
        "day": day,
        "time": hour,
        "shown": "" if one.id in tried.times else f"{day} {hour}",
        "changes": one.standing is not Standing.DONE and one.id not in FIXED,
    }


def _to_arrange(reading: Reading, plan: CasePlan) -> str:
    """Which meeting accepting the plan arranges: the scoping meeting, or the rapid review meeting again."""
    fact = arranged_by(reading.case, plan, link="", reason="any")
    return fact.kind if fact else ""
