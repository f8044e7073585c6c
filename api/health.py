"""API: whether the process lives, and whether it can do its work."""

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.means import Means, TheMeans
from api.problems import Problem

WITHIN = 2.0  # seconds
routes = APIRouter(tags=["About"])


class Health(BaseModel):
    """All is well."""

    status: str = "ok"


@routes.get("/health/live", operation_id="live")
async def live() -> Health:
    """The process answers. Open to all."""
    return Health()


@routes.get("/health/ready", operation_id="ready")
async def ready(means: TheMeans) -> Health:
    """Store and Temporal answer. Open to all."""
    wrong = {
        name: "does not answer"
        for name, answers in (("store", await _store(means)), ("temporal", await _temporal(means)))
        if not answers
    }
    if wrong:
        raise Problem("not-ready", errors=wrong)
    return Health()


async def _store(means: Means) -> bool:
    try:
        async with asyncio.timeout(WITHIN):
            await means.store.ping()
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def _temporal(means: Means) -> bool:
    try:
        async with asyncio.timeout(WITHIN):
            return await means.temporal.service_client.check_health()
    except (RPCError, RuntimeError, TimeoutError):
        return False
