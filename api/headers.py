"""API: the headers that tell a browser to keep nothing, guess nothing and run nothing.

Pages and documents set their own. These are for every other answer: `/v1`, `/docs`, the OpenAPI document, errors.
"""

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOCS = "/docs"
SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class SafeHeaders:
    """Add what an answer does not say of itself. The documentation's page may run its own script, by its hash."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        docs, held = scope["path"].startswith(DOCS), list[Message]()

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
                if docs and message["status"] == 200:
                    held.append(message)
                    return
            elif held:
                start = held.pop()
                MutableHeaders(scope=start)["Content-Security-Policy"] = policy_of_docs(message.get("body", b""))
                await send(start)
            await send(message)

        await self._app(scope, receive, answered)


def policy_of_docs(page: bytes) -> str:
    """What the documentation's page may do: its own files, the one script that stands in it, and ask the API."""
    hashes = "".join(f" 'sha256-{_hash(script)}'" for script in _INLINE.findall(page))
    return (
        f"default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()
