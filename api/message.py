"""API: a message's id and fingerprint (Idempotency-Key), and how its outcome is answered."""

import hashlib
import json
import secrets
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Header, Request, Response
from pydantic import AwareDatetime, Field

from api.intake import Outcome
from api.problems import of_refusal
from calendar_rules.model import Model
from store.inbox import MessageStatus

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-}]([ -~]*[!-~])?$",
        description="New for each thing you say (a UUID, say): sent again, it is applied once. No names in it.",
    ),
]


class Sent(Model):
    """What makes two requests the same: method, path, body, and the id that the sender gave."""

    id: str
    parts: list[str]

    def fingerprint(self, by: str) -> str:
        return hashlib.sha256("\n".join([*self.parts, by]).encode()).hexdigest()


async def sent_of(request: Request, key: Key = None) -> Sent:
    body = await request.body()
    canonical = json.dumps(json.loads(body), sort_keys=True) if body else ""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Sent(id=key or secrets.token_hex(16), parts=[request.method, request.url.path, digest])


TheMessage = Annotated[Sent, Depends(sent_of)]


class Receipt(Model):
    """What became of a message."""

    message: str = Field(description="its id: the Idempotency-Key, or one that was made")
    reference: str | None = Field(description="the case")
    kind: str
    status: MessageStatus
    recorded_at: AwareDatetime = Field(description="when it was taken in here, UTC")


def location(message: str) -> str:
    return f"/v1/messages/{quote(message, safe='')}"


def answer(outcome: Outcome, response: Response, *, created_at: str | None = None) -> Receipt:
    """201 where it is recorded, 202 with a place to look where it is pending. Raises the problem of a refusal."""
    if outcome.refusal is not None:
        raise of_refusal(outcome.refusal)
    pending = outcome.status is MessageStatus.PENDING
    response.status_code = HTTPStatus.ACCEPTED if pending else HTTPStatus.CREATED
    response.headers["Location"] = location(outcome.message) if pending or not created_at else created_at
    return Receipt(**outcome.model_dump(exclude={"refusal"}))
