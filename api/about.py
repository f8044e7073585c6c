"""API: what there is to know before the first case: index, editions, schemas, problems, messages."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, Field

from api.auth import Anyone, Caller
from api.deps import TheDeps
from api.edition_move import REL as EDITION_MOVED
from api.edition_move import EditionMove
from api.etags import tagged
from api.facts import RELS
from api.intake import Outcome
from api.message import Receipt
from api.opening import CaseOpening, InformationOpening, ReferralOpening, editions_of, sample_now
from api.problems import Problem, ProblemDocument, explanation, of_refusal, status_of, title_of
from calendar_rules.model import Model
from review.facts.directory import Role
from review.facts.information import InformationRequested
from review.facts.referral import ReferralReceived
from review.offices import MAY_REPORT
from store.inbox import MessageStatus

routes = APIRouter(tags=["About"])
messages = APIRouter(tags=["Messages"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z-]{0,60}$")]


# The ways in: the body that opens a case so, and what a button would say.
_WAYS_IN: dict[str, tuple[type[BaseModel], str]] = {
    "open-case": (CaseOpening, "Open a case with a potential notifiable incident"),
    "open-referral": (ReferralOpening, "Refer a case to the CRG"),
    "open-information-request": (InformationOpening, "Take in another partnership's request for information"),
}


class MessageOut(Receipt):
    """What became of a message; a refused one says why."""

    problem: ProblemDocument | None = None


class EditionOut(Model):
    """An edition of the protocol and its deadlines."""

    id: str
    title: str
    dated: str
    source: str
    deadlines: list[dict[str, Any]]


class Editions(Model):
    """All editions that a case can be opened under."""

    items: list[EditionOut]


BESIDE = {"documentation": "/docs", "openapi": "/openapi.json"}  # what the API's own document does not name


class WayIn(Model):
    """One way to open a case: send `example`, or another body of `schema`, to `href` as one of `roles`."""

    rel: str
    title: str
    roles: list[Role]
    yours: Annotated[bool, Field(description="whether you, who ask, may take it")]
    method: str = "POST"
    href: str
    body_schema: Annotated[str, Field(serialization_alias="schema")]
    example: dict[str, Any]


class Index(Model):
    """Where everything is. `templates` are addresses that need a name (RFC 6570)."""

    links: dict[str, str]
    templates: dict[str, str]
    next_steps: list[WayIn]


@routes.get("/v1", operation_id="index")
async def index(request: Request, caller: Anyone) -> Index:
    """Where everything is, and the first step: the ways to open a case. Who may: everybody with an office."""
    first = [
        _way_in(caller, "open-case", "/v1/cases", "incident-reported", sample_now()),
        _way_in(caller, "open-referral", "/v1/referrals", "referral-received", ReferralReceived.sample),
        _way_in(
            caller,
            "open-information-request",
            "/v1/information-requests",
            "information-requested",
            InformationRequested.sample,
        ),
    ]
    readable = {
        str(route.path_format): str(route.operation_id)
        for route in iter_route_contexts(request.app.routes)
        if isinstance(route.original_route, APIRoute) and route.include_in_schema and "GET" in (route.methods or ())
    }
    links = {_named(path): path for path in readable if "{" not in path} | BESIDE
    templates = {operation: path for path, operation in readable.items() if "{" in path}
    return Index(links=links, templates=templates, next_steps=first)


def _named(path: str) -> str:
    """ "crg-meetings" for /v1/crg/meetings; the index itself is "self"."""
    return path.removeprefix("/v1").strip("/").replace("/", "-") or "self"


def _way_in(caller: Caller, rel: str, href: str, kind: str, example: dict[str, Any]) -> WayIn:
    title, roles = _WAYS_IN[rel][1], MAY_REPORT[kind]
    return WayIn(
        rel=rel,
        title=title,
        roles=list(roles),
        yours=caller.holds(*roles),
        href=href,
        body_schema=f"/v1/schemas/{rel}",
        example=example,
    )


@messages.get("/v1/messages/{message:path}", operation_id="read-message")
async def read_message(
    message: Annotated[str, Path(pattern=r"^[ -~]{1,300}$")], caller: Anyone, deps: TheDeps
) -> MessageOut:
    """What became of a message: pending, recorded, or refused and why. Who may: its sender, and business-unit."""
    standing = await deps.store.inbox.get(message)
    kept = await deps.store.inbox.message(message)
    if standing is None or kept is None or (kept.by != caller.sub and not caller.holds(Role.BUSINESS_UNIT)):
        raise Problem("not-found", "No message of yours has this id. Look at the key that it was sent with.")
    outcome = Outcome.of(standing)
    refused = standing.status is MessageStatus.REFUSED and outcome.refusal
    return MessageOut(
        **outcome.model_dump(exclude={"refusal"}),
        problem=of_refusal(outcome.refusal).document() if refused and outcome.refusal else None,
    )


@routes.get("/v1/schemas/{rel}", operation_id="read-schema")
async def read_schema(rel: Name, _: Anyone) -> dict[str, Any]:
    """The JSON Schema of a body. Who may: everybody with an office."""
    bodies: dict[str, type[BaseModel]] = {**RELS, EDITION_MOVED: EditionMove}
    body = _WAYS_IN[rel][0] if rel in _WAYS_IN else bodies.get(rel)
    if body is None:
        raise Problem("not-found", "There is no step of this name. Take the schema's address from next_steps.")
    return body.model_json_schema()


@routes.get("/v1/editions", operation_id="list-editions", response_model=Editions)
async def list_editions(request: Request, _: Anyone, deps: TheDeps) -> Response:
    """The editions of the protocol with their deadlines and source clauses. Who may: everybody with an office."""
    items = [
        EditionOut(
            **edition.model_dump(include={"id", "title", "dated", "source"}),
            deadlines=[rule.model_dump(mode="json") for rule in edition.deadlines.values()],
        )
        for edition in editions_of(deps)
    ]
    return tagged(request, Editions(items=items))


@routes.get("/problems/{name}", operation_id="explain-problem")
async def explain(name: Name) -> dict[str, Any]:
    """What a type of problem means. Open to all."""
    text = explanation(name)
    if text is None:
        raise Problem("not-found", "There is no problem of this name.")
    return {"type": f"/problems/{name}", "title": title_of(name), "status": status_of(name), "meaning": text}
