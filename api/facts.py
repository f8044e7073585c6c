"""API: one route for each fact that people report about a case, generated from the review's own list of bodies."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from api import intake
from api.examples import EXAMPLES
from api.means import TheMeans
from api.message import Receipt, TheMessage, answer
from api.paths import Reference
from api.sight import allowed_to_see
from api.sound import sound_times
from api.tags import tag_of
from api.who import Allow, Caller
from review.bodies import ANNOUNCED, BODIES, OPENING
from review.facts import Fact
from review.offices import MAY_SAY

NOT_SENT = (*OPENING, *ANNOUNCED, "edition-moved")  # each has a route of its own, or none
RELS = {rel: BODIES[rel] for rel in MAY_SAY if rel not in NOT_SENT}  # in the protocol's order


def title_of(rel: str) -> str:
    body = BODIES[rel]
    return body.title if issubclass(body, Fact) else body.paper_title


def router() -> APIRouter:
    routes = APIRouter()
    for rel, body in RELS.items():
        routes.post(
            f"/v1/cases/{{reference}}/{rel}",
            status_code=201,
            operation_id=rel,
            name=rel,
            tags=[tag_of(rel)],
            summary=title_of(rel),
            description=f"{body.__doc__}\n\nWho may: {', '.join(MAY_SAY[rel])}.",
            responses={202: {"model": Receipt, "description": "Kept; applied as soon as the case answers"}},
        )(_endpoint(rel, body))
    return routes


def _endpoint(rel: str, kind: type[intake.Body]) -> Callable[..., Awaitable[Receipt]]:
    async def say(
        reference: Reference, body: Any, caller: Any, means: TheMeans, sent: TheMessage, response: Response
    ) -> Receipt:
        sound_times(body)
        await allowed_to_see(means, caller, reference)
        outcome = await intake.take_in(
            means,
            reference=reference,
            body=body,
            speaker=caller.speaker,
            by=caller.sub,
            message=sent.id,
            fingerprint=sent.fingerprint(caller.sub),
        )
        return answer(outcome, response)

    say.__annotations__ |= {
        "body": Annotated[kind, Body(openapi_examples={"example": {"summary": title_of(rel), "value": EXAMPLES[rel]}})],
        "caller": Annotated[Caller, Depends(Allow(*MAY_SAY[rel], what=title_of(rel)))],
    }
    return say
