"""API: the mails of all cases that no server has taken, tried again at once (after a fault of the mail system)."""

from fastapi import APIRouter
from pydantic import Field

from api.auth import BusinessUnit
from api.broadcast import try_mails_again
from api.deps import TheDeps
from api.message import TheMessage
from calendar_rules.model import Model

routes = APIRouter(tags=["Mail"])


class MailsTriedAgain(Model):
    """Which cases try their mails again now; what perhaps arrived is left for a person to decide."""

    cases: list[str] = Field(description="references")


@routes.post("/v1/mails/retries", status_code=202, operation_id="try-mails-again")
async def try_again(caller: BusinessUnit, deps: TheDeps, sent: TheMessage) -> MailsTriedAgain:
    """Try the undelivered mails of all cases again at once. Without it each is tried again by itself, at the latest
    after an hour. Who may: business-unit.
    """
    return MailsTriedAgain(cases=await try_mails_again(deps, sent.id, by=caller.speaker))
