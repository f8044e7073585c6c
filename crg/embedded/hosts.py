"""The embedded stack answers on this machine only: a request under another site's name is refused.

Another site can have its own name lead to 127.0.0.1, to read what is shown here; the name in `Host` gives it away.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

HERE = ("127.0.0.1", "localhost", "::1")


class OwnHosts:
    """Refuse a request whose `Host` is neither this machine nor the host of one of these addresses."""

    def __init__(self, app: ASGIApp, addresses: Iterable[str] = ()) -> None:
        self._app = app
        self._known = {*HERE, *(host for one in addresses if (host := urlsplit(one).hostname))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host(scope) not in self._known:
            from api.problems import Problem  # it knows every rule: not for what the mail catcher starts with

            await Problem("unknown-host").response()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(scope: Scope) -> str | None:
    named = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    try:
        return urlsplit(f"//{named}").hostname
    except ValueError:
        return None
