"""API: the links of mails: how each stands in a case, and taking them back, one or all (R-11)."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from api.auth import BusinessUnit
from api.deps import TheDeps
from api.etags import tagged
from api.pages.case_links import CaseLinks, links_of_case
from api.paths import Reference
from api.revocations import RevocationList, RevocationOut, Revoke, list_revoked_items, revoke

routes = APIRouter(tags=["Links"])
EXAMPLE = {"reference": "CR-2026-001", "subject": "rapid-review-report-1:health", "person": "officer-health",
           "reason": "Sample: the mail was forwarded."}  # fmt: skip


@routes.get("/v1/cases/{reference}/links", operation_id="list-links", response_model=CaseLinks)
async def list_links(request: Request, reference: Reference, _: BusinessUnit, deps: TheDeps) -> Response:
    """The links of this case's mails: whether each works, and why not; and what was revoked. Who may: business-unit."""
    return tagged(request, await links_of_case(deps, reference))


@routes.get("/v1/links/revoked", operation_id="list-revoked-links", response_model=RevocationList)
async def list_revoked(request: Request, _: BusinessUnit, deps: TheDeps) -> Response:
    """What has been revoked, newest first. Who may: business-unit."""
    return tagged(request, RevocationList(items=await list_revoked_items(deps)))


@routes.post("/v1/links/revoked", status_code=201, operation_id="revoke-links")
async def revoke_links(
    body: Annotated[Revoke, Body(openapi_examples={"example": {"summary": "One link", "value": EXAMPLE}})],
    caller: BusinessUnit,
    deps: TheDeps,
) -> RevocationOut:
    """Revoke links of mails: one, all of a case, all of a person, or all. A link in a later mail works.

    Who may: business-unit.
    """
    return await revoke(deps, caller, body)
