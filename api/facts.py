"""API: one route for each fact that people report about a case, generated from the review's own list of bodies."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from api import intake
from api.auth import Allow, Caller
from api.deps import Deps, TheDeps
from api.etags import IfMatch
from api.input_checks import said_outright, sound_times
from api.message import Receipt, Sent, TheMessage, answer
from api.opening import sample_now
from api.paths import Reference
from api.tags import tag_of
from api.visibility import allowed_to_see, as_it_was_read
from review.bodies import BODIES, REPORTED
from review.facts import Fact
from review.offices import MAY_REPORT

ELSEWHERE = ("edition-moved",)  # has a route of its own
RELS = {rel: BODIES[rel] for rel in MAY_REPORT if rel in REPORTED and rel not in ELSEWHERE}  # in the protocol's order


def title_of(rel: str) -> str:
    body = BODIES[rel]
    return body.title if issubclass(body, Fact) else body.paper_title


async def taken(deps: Deps, reference: str, body: intake.Body, caller: Caller, sent: Sent) -> intake.Outcome:
    """What became of a request that says this about a case."""
    return await intake.take_in(
        deps,
        reference=reference,
        body=body,
        speaker=caller.speaker,
        by=caller.sub,
        message=sent.id,
        fingerprint=sent.fingerprint(caller.sub),
    )


def _endpoint(rel: str, kind: type[intake.Body]) -> Callable[..., Awaitable[Receipt]]:
    async def say(
        reference: Reference,
        body: Any,
        caller: Any,
        deps: TheDeps,
        sent: TheMessage,
        response: Response,
        if_match: IfMatch = None,
    ) -> Receipt:
        sound_times(body)
        said_outright(body)
        await allowed_to_see(deps, caller, reference)
        await as_it_was_read(deps, caller, reference, sent, if_match)
        return answer(await taken(deps, reference, body, caller, sent), response)

    say.__annotations__ |= {
        "body": Annotated[
            kind,
            Body(openapi_examples={"example": {"summary": title_of(rel), "value": sample_now(rel)}}),
        ],
        "caller": Annotated[Caller, Depends(Allow(*MAY_REPORT[rel], what=title_of(rel)))],
    }
    return say


# Made when this is imported, not with each application: they are the same in all, and half of what one takes.
routes = APIRouter()
for rel, body in RELS.items():
    routes.post(
        f"/v1/cases/{{reference}}/{rel}",
        status_code=201,
        operation_id=rel,
        name=rel,
        tags=[tag_of(rel)],
        summary=title_of(rel),
        description=f"{body.__doc__}\n\nWho may: {', '.join(MAY_REPORT[rel])}.",
        responses={202: {"model": Receipt, "description": "Kept; applied as soon as the case answers"}},
    )(_endpoint(rel, body))
