"""API: a live case moves to another edition of the protocol. A recorded act, by its own address."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import AwareDatetime, ConfigDict, Field

from api.auth import Allow, Caller
from api.deps import Deps, TheDeps
from api.etags import IfMatch
from api.facts import taken
from api.input_checks import sound_times
from api.message import Receipt, TheMessage, answer
from api.opening import edition_of
from api.paths import Reference
from api.tags import tag_of
from api.visibility import allowed_to_see, as_it_was_read
from calendar_rules.model import Model
from review.facts.base import EDITION, Id, Reasons
from review.facts.editions import EditionMoved
from review.offices import MAY_REPORT

REL = "edition-moved"
routes = APIRouter(tags=[tag_of(REL)])
EXAMPLE = dict(EditionMoved.sample)


class EditionMove(Model):
    """The case goes on under another edition; what is open is counted again."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    to: Annotated[Id, EDITION] = Field(description="id of the edition; GET /v1/editions lists them")
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
    caller: Annotated[Caller, Depends(Allow(*MAY_REPORT[REL], what=EditionMoved.title))],
    deps: TheDeps,
    sent: TheMessage,
    response: Response,
    if_match: IfMatch = None,
) -> Receipt:
    """Move a live case to another edition: clocks are recounted, each move recorded. Who may: business-unit."""
    sound_times(body)
    await allowed_to_see(deps, caller, reference)
    await as_it_was_read(deps, caller, reference, sent, if_match)
    return answer(await taken(deps, reference, moved(deps, body), caller, sent), response)


def moved(deps: Deps, body: EditionMove) -> EditionMoved:
    """The fact, with that edition whole. Raises a 422 problem where there is none."""
    edition = edition_of(deps, body.to, field="to")
    return EditionMoved(to=body.to, reason=body.reason, edition=edition, happened_at=body.happened_at)
