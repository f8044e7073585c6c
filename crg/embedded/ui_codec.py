"""What is said is shown in the embedded stack's Temporal UI from the first click.

That UI cannot sign in at the codec endpoint, so it is given another one with a key in its address, which only this
machine can ask the UI for: here everybody may sign in as anybody. Never in production, whose UI has a sign-in.
"""

import hmac
from typing import TYPE_CHECKING

from settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter


def endpoint(settings: Settings) -> str:
    """What the Temporal UI is started with; it adds "/decode"."""
    return f"{settings.public_url}/ui-codec/{_key(settings)}"


def router(settings: Settings) -> "APIRouter":
    """`POST /ui-codec/{key}/decode`, and the browser's question beforehand."""
    from fastapi import APIRouter, Request, Response

    from api.codec import allowed, before, opened
    from api.problems import Problem

    key = _key(settings)

    async def may(request: Request) -> None:
        if not hmac.compare_digest(request.path_params["key"].encode(), key.encode()):
            raise Problem("not-found")
        if not allowed(request):
            raise Problem("not-signed-in")

    async def decode(request: Request) -> Response:
        return await opened(request, may=may)

    routes = APIRouter(prefix="/ui-codec/{key}", include_in_schema=False)
    routes.add_api_route("/decode", before, methods=["OPTIONS"])
    routes.add_api_route("/decode", decode, methods=["POST"])
    return routes


def _key(settings: Settings) -> str:
    from settings.keys import Keyring

    return Keyring.from_settings(settings).derive("embedded-ui-codec")[0].hex()
