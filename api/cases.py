"""API: cases. Open one, list them, read one and what can be done next in it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import AwareDatetime, Field

from api.auth import READERS, Allow, Anyone, Caller
from api.deps import Deps, TheDeps
from api.etags import ready, tagged
from api.input_checks import sound_times
from api.message import Receipt, Sent, TheMessage, answer
from api.opening import CaseOpening, InformationOpening, Opening, ReferralOpening, open_up, sample_now
from api.paths import After, Limit, Reference
from api.same_child import LikelyDuplicate, likely_duplicates
from api.tags import CASES
from api.visibility import AgencyOut, CaseOut, DeadlinesOut, answered, shown_agencies
from calendar_rules.model import Model
from review.facts.directory import Role
from review.facts.enums import Route, Stage
from review.facts.information import InformationRequested
from review.facts.referral import ReferralReceived
from review.offices import MAY_REPORT
from review.protocol import STAGE_TITLES
from store.finding import Finding, Sort
from store.snapshot import CaseLine

OPENERS = MAY_REPORT["incident-reported"]
routes = APIRouter(tags=[CASES])


class Opened(Receipt):
    """A case that was opened; `href` is where it stands."""

    href: str
    likely_duplicates: list[LikelyDuplicate] = Field(
        default=[], description="other cases that are likely about the same child, for whoever may read them (X-4)"
    )


class LineOut(CaseLine):
    """A case as a list shows it."""

    next_deadline: str | None = None
    stage_title: str
    href: str


class CaseList(Model):
    """One page of cases; `next` goes into `after` for the following one."""

    items: list[LineOut]
    next: str | None


@routes.post("/v1/cases", status_code=201, operation_id="open-case", responses={202: {"model": Opened}})
async def open_case(
    body: Annotated[
        CaseOpening,
        Body(
            openapi_examples={
                "example": {
                    "summary": "A complete incident",
                    "value": sample_now(),
                }
            }
        ),
    ],
    caller: Annotated[Caller, Depends(Allow(*OPENERS, what="Opening a case"))],
    deps: TheDeps,
    sent: TheMessage,
    response: Response,
) -> Opened:
    """Open a case with a potential notifiable incident (§1, N-1).

    The answer names the case's `reference`. Who may: dcs, chief-executive, business-unit.
    """
    return await _opened(deps, body, caller, sent, response)


@routes.post("/v1/referrals", status_code=201, operation_id="open-referral", responses={202: {"model": Opened}})
async def open_referral(
    body: Annotated[
        ReferralOpening,
        Body(openapi_examples={"example": {"summary": "From an agency", "value": ReferralReceived.sample}}),
    ],
    caller: Annotated[Caller, Depends(Allow(*MAY_REPORT["referral-received"], what="Referring a case to the CRG"))],
    deps: TheDeps,
    sent: TheMessage,
    response: Response,
) -> Opened:
    """Refer a case to the CRG (§6, A-1). One that lacks safeguarding lead or senior officer is taken in and returned.

    The answer names the case's `reference`. Who may: business-unit, agency, crg-chair, crg-member.
    """
    return await _opened(deps, body, caller, sent, response)


@routes.post(
    "/v1/information-requests",
    status_code=201,
    operation_id="open-information-request",
    responses={202: {"model": Opened}},
)
async def open_information_request(
    body: Annotated[
        InformationOpening,
        Body(openapi_examples={"example": {"summary": "A request", "value": InformationRequested.sample}}),
    ],
    caller: Annotated[Caller, Depends(Allow(*MAY_REPORT["information-requested"], what="Taking in a request"))],
    deps: TheDeps,
    sent: TheMessage,
    response: Response,
) -> Opened:
    """Take in another partnership's request for information (§6, A-4); it is then a case, under `/v1/cases`.

    The answer names its `reference`. Who may: business-unit.
    """
    return await _opened(deps, body, caller, sent, response)


async def _opened(deps: Deps, body: Opening, caller: Caller, sent: Sent, response: Response) -> Opened:
    sound_times(body)
    outcome = await open_up(
        deps,
        body=body,
        speaker=caller.speaker,
        by=caller.sub,
        message=sent.id,
        fingerprint=sent.fingerprint(caller.sub),
    )
    href = f"/v1/cases/{outcome.reference}"
    receipt = answer(outcome, response, created_at=href)
    likely = await likely_duplicates(deps, outcome) if caller.holds(*READERS) else []
    return Opened(**receipt.model_dump(), href=href, likely_duplicates=likely)


@routes.get("/v1/cases", operation_id="list-cases", response_model=CaseList)
async def list_cases(
    request: Request,
    caller: Anyone,
    deps: TheDeps,
    stage: Annotated[Stage | None, Query(description="where they stand")] = None,
    route: Annotated[Route | None, Query(description="how they came in")] = None,
    edition: Annotated[str | None, Query(description="under which edition of the protocol", max_length=100)] = None,
    overdue: Annotated[bool | None, Query(description="something in them is overdue")] = None,
    due_before: Annotated[AwareDatetime | None, Query(description="the next deadline is due before")] = None,
    live: Annotated[bool | None, Query(description="still running")] = None,
    paused: Annotated[bool | None, Query(description="paused, or not")] = None,
    agency: Annotated[str | None, Query(description="in which this agency has a part", max_length=100)] = None,
    find: Annotated[str, Query(description="part of a reference", max_length=40)] = "",
    waits_for: Annotated[Role | None, Query(description="waiting for this office")] = None,
    sort: Annotated[Sort, Query(description="the one opened last first, or what is due first")] = Sort.OPENED,
    rehearsal: Annotated[bool | None, Query(description="rehearsals only, or none")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Cases, the one opened last first, or what is due first. An agency is shown the cases in which it has a part.

    Who may: everybody who is signed in with an office.
    """
    page = await deps.store.cases.list(
        stage=stage,
        route=route,
        edition=edition,
        overdue=overdue,
        due_before=in_reach(due_before),
        live=live,
        rehearsal=rehearsal,
        paused=paused,
        agencies=await shown_agencies(deps, caller),
        finding=Finding(find, (agency,) if agency else (), waits_for, sort),
        after=after,
        limit=limit,
        now=deps.now(),
    )
    items = [
        LineOut(**line.model_dump(), stage_title=STAGE_TITLES[Stage(line.stage)], href=f"/v1/cases/{line.reference}")
        for line in page.items
    ]
    return tagged(request, CaseList(items=items, next=page.next))


@routes.get("/v1/cases/{reference}", operation_id="read-case", response_model=CaseOut | AgencyOut | DeadlinesOut)
async def read_case(request: Request, reference: Reference, caller: Anyone, deps: TheDeps) -> Response:
    """A case: stage, facts, deadlines, who is waited for, and `next_steps`, each with a body that would be taken.

    An agency is shown its own part, an observer the dates without the narrative. Who may: everybody with an office.
    """
    body, tag = await answered(deps, caller, reference)
    return ready(request, body, tag)


def in_reach(moment: datetime | None) -> datetime | None:
    """A moment that a database can compare with. Raises a 422 problem for one that no calendar here covers."""
    if moment is not None:
        sound_times(_Asked(due_before=moment))
    return moment


class _Asked(Model):
    due_before: AwareDatetime
