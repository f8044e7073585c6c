"""API: what there is to know before the first case: index, editions, schemas, problems, messages."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from api.answers import tagged
from api.edition_move import REL as EDITION_MOVED
from api.edition_move import EditionMove
from api.examples import opening
from api.facts import RELS
from api.intake import Outcome
from api.means import TheMeans
from api.message import Receipt
from api.opening import CaseOpening, InformationOpening, ReferralOpening, editions_of
from api.problems import Problem, ProblemDocument, explanation, of_refusal, status_of, title_of
from api.who import Anyone
from review import examples
from review.directory import Role
from review.offices import MAY_SAY
from store.inbox import MessageStatus

routes = APIRouter(tags=["About"])
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


class EditionOut(BaseModel):
    """An edition of the protocol and its deadlines."""

    id: str
    title: str
    dated: str
    source: str
    deadlines: list[dict[str, Any]]


class Editions(BaseModel):
    """All editions that a case can be opened under."""

    items: list[EditionOut]


@routes.get("/v1", operation_id="index")
async def index(_: Anyone) -> dict[str, Any]:
    """Where everything is, and the first step: the ways to open a case. Who may: everybody with an office."""
    first = [
        _way_in("open-case", "/v1/cases", "incident-reported", opening()),
        _way_in("open-referral", "/v1/referrals", "referral-received", examples.REFERRAL),
        _way_in(
            "open-information-request",
            "/v1/information-requests",
            "information-requested",
            examples.INFORMATION_REQUEST,
        ),
    ]
    links = {
        "cases": "/v1/cases",
        "deadlines": "/v1/deadlines",
        "closures": "/v1/calendar/closures",
        "directory": "/v1/directory",
        "editions": "/v1/editions",
        "protocol": "/v1/protocol",
        "documentation": "/docs",
    }
    return {"links": links, "next_steps": first}


def _way_in(rel: str, href: str, kind: str, example: dict[str, Any]) -> dict[str, Any]:
    schema = f"/v1/schemas/{rel}"
    title, roles = _WAYS_IN[rel][1], MAY_SAY[kind]
    return {
        "rel": rel,
        "title": title,
        "roles": roles,
        "method": "POST",
        "href": href,
        "schema": schema,
        "example": example,
    }


@routes.get("/v1/messages/{message:path}", operation_id="read-message", tags=["Messages"])
async def read_message(
    message: Annotated[str, Path(pattern=r"^[ -~]{1,300}$")], caller: Anyone, means: TheMeans
) -> MessageOut:
    """What became of a message: pending, recorded, or refused and why. Who may: its sender, and business-unit."""
    standing = await means.store.inbox.get(message)
    kept = await means.store.inbox.message(message)
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
async def list_editions(request: Request, _: Anyone, means: TheMeans) -> Response:
    """The editions of the protocol with their deadlines and source clauses. Who may: everybody with an office."""
    items = [
        EditionOut(
            **edition.model_dump(include={"id", "title", "dated", "source"}),
            deadlines=[rule.model_dump(mode="json") for rule in edition.deadlines.values()],
        )
        for edition in editions_of(means)
    ]
    return tagged(request, Editions(items=items))


@routes.get("/problems/{name}", operation_id="explain-problem")
async def explain(name: Name) -> dict[str, Any]:
    """What a type of problem means. Open to all."""
    text = explanation(name)
    if text is None:
        raise Problem("not-found", "There is no problem of this name.")
    return {"type": f"/problems/{name}", "title": title_of(name), "status": status_of(name), "meaning": text}
