"""API: a live case moves to another edition of the protocol. A recorded act, by its own address. Room: api."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import intake
from api.means import TheMeans
from api.message import Receipt, TheMessage, answer
from api.opening import edition_of
from api.paths import Reference
from api.sight import allowed_to_see
from api.sound import sound_times
from api.tags import tag_of
from api.who import Allow, Caller
from review import examples
from review.fact import Id, Reasons
from review.offices import MAY_SAY
from review.said.editions import EditionMoved

REL = "edition-moved"
routes = APIRouter(tags=[tag_of(REL)])
EXAMPLE = {"to": "england-2023", "reason": examples.EDITION_MOVED}


class EditionMove(BaseModel):
    """The case goes on under another edition; what is open is counted anew."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    to: Id = Field(description="id of the edition; GET /v1/editions lists them")
    reason: Reasons
    happened_at: AwareDatetime | None = Field(default=None, description="when it was decided; left out: now")


@routes.post(
    f"/v1/cases/{{reference}}/{REL}",
    status_code=201,
    operation_id=REL,
    responses={202: {"model": Receipt, "description": "Kept; applied as soon as the case answers"}},
)
async def move(
    reference: Reference,
    body: Annotated[EditionMove, Body(openapi_examples={"example": {"summary": "Another edition", "value": EXAMPLE}})],
    caller: Annotated[Caller, Depends(Allow(*MAY_SAY[REL], what=EditionMoved.title))],
    means: TheMeans,
    sent: TheMessage,
    response: Response,
) -> Receipt:
    """Move a live case to another edition: clocks are recounted, each move recorded. Who may: business-unit."""
    sound_times(body)
    await allowed_to_see(means, caller, reference)
    edition = edition_of(means, body.to, field="to")
    outcome = await intake.take_in(
        means,
        reference=reference,
        body=EditionMoved(to=body.to, reason=body.reason, edition=edition, happened_at=body.happened_at),
        speaker=caller.speaker,
        by=caller.sub,
        message=sent.id,
        fingerprint=sent.fingerprint(caller.sub),
    )
    return answer(outcome, response)
