"""Pages on which the Business Unit revokes the links of mails: of one case, or all there are (R-11)."""

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.auth import Caller
from api.deps import deps_of
from api.pages.auth import frame, holding, of_problem, reader, writer
from api.pages.case_links import links_of_case
from api.pages.forms import fields
from api.pages.intake import message_id, say
from api.pages.layout import HEADERS, page
from api.problems import Problem
from api.revocations import Revoke, list_revoked_items, revoke
from delivery.naming import namer
from review.facts import Speaker
from review.facts.directory import Role
from review.facts.links import LinkSentAgain
from store.inbox import MessageStatus

REASON = "Say why, in 2,000 characters or fewer"


def router() -> APIRouter:
    """`/links` and `/cases/{reference}/links`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/links", everything, methods=["GET"])
    routes.add_api_route("/links", revoke_all, methods=["POST"])
    routes.add_api_route("/cases/{reference}/links", of_case, methods=["GET"])
    routes.add_api_route("/cases/{reference}/links", revoke_some, methods=["POST"])
    routes.add_api_route("/cases/{reference}/links/again", send_again, methods=["POST"])
    return routes


async def everything(request: Request) -> Response:
    """What was revoked, and the form that revokes every link."""
    caller = await reader(request)
    return await _page(request, caller)


async def revoke_all(request: Request) -> Response:
    """Revoke every link of every case."""
    return await _revoked(request, None)


async def of_case(request: Request, reference: str) -> Response:
    """The links of a case and how each stands, with a form for each that works and for all of them."""
    caller = await reader(request)
    return await _page(request, caller, reference)


async def revoke_some(request: Request, reference: str) -> Response:
    """Revoke one link of a case, or all of them."""
    return await _revoked(request, reference)


async def send_again(request: Request, reference: str) -> Response:
    """Send the mail with one link again, to the address that the directory has now."""
    caller = await writer(request)
    if isinstance(caller, Response) or not caller.holds(Role.BUSINESS_UNIT):
        return await _page(request, caller, reference)
    sent = await fields(request)
    try:
        fact = LinkSentAgain(
            purpose=sent.get("purpose", ""),
            link_subject=sent.get("subject", ""),
            person=sent.get("person", ""),
            reason=sent.get("reason", ""),
        )
    except ValidationError:
        return await _page(request, caller, reference, mistake=REASON, sent=sent)
    once = message_id("link-again", reference, fact.model_dump_json(), sent.get("once", ""))
    by = Speaker(people=[caller.people[0]], roles=[Role.BUSINESS_UNIT])
    outcome = await say(deps_of(request), reference, fact, message=once, by=by)
    if outcome.status is MessageStatus.REFUSED:
        why = str((outcome.refusal or {}).get("detail", ""))
        return await _page(request, caller, reference, mistake=why, sent=sent)
    return RedirectResponse(f"/cases/{reference}/links", status_code=303, headers=HEADERS)


async def _revoked(request: Request, reference: str | None) -> Response:
    caller = await writer(request)
    if isinstance(caller, Response) or not caller.holds(Role.BUSINESS_UNIT):
        return await _page(request, caller, reference)
    sent = await fields(request)
    try:
        body = Revoke(
            reference=reference,
            subject=sent.get("subject") or None,
            person=sent.get("person") or None,
            all=reference is None,
            reason=sent.get("reason", ""),
        )
        await revoke(deps_of(request), caller, body)
    except ValidationError:
        return await _page(request, caller, reference, mistake=REASON, sent=sent)
    except Problem as problem:
        return of_problem(request, problem, await frame(request, caller))
    return RedirectResponse(request.url.path, status_code=303, headers=HEADERS)


async def _page(
    request: Request,
    caller: Caller | Response,
    reference: str | None = None,
    *,
    mistake: str = "",
    sent: Mapping[str, str] | None = None,
) -> Response:
    """The page; with the form that was `sent`, where something was wrong with it, open and as it was."""
    caller = await holding(request, caller, "Revoking links", (Role.BUSINESS_UNIT,))
    if isinstance(caller, Response):
        return caller
    deps, around = deps_of(request), await frame(request, caller)
    try:
        found = await links_of_case(deps, reference) if reference else None
    except Problem as problem:
        return of_problem(request, problem, around)
    directory = await deps.store.directory.read()
    context = around | {
        "reference": reference,
        "items": found.items if found else [],
        "revoked": found.revoked if found else await list_revoked_items(deps),
        "name": namer(directory, whole=True),
        "mistake": mistake,
        "wrong": (sent or {}).get("at", "all"),
        "reason": (sent or {}).get("reason", ""),
        "once": secrets.token_urlsafe(9),
    }
    return page(request, "links.html", context, status=422 if mistake else 200)
