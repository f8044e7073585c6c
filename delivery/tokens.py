"""OAuth tokens, by which a mail system lets a program in that takes no password (Microsoft 365). Part of `delivery`."""

import time
from dataclasses import dataclass, field

import httpx

WITHIN = 30.0  # seconds
_EARLY = 120.0  # seconds before its end a token is not used any more


class NoToken(Exception):
    """No token is given. Its text holds no secret and no words of the server."""


@dataclass(kw_only=True)
class Tokens:
    """Tokens for one purpose, by client credentials (RFC 6749, 4.4); each is used until it ends. It blocks."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    transport: httpx.BaseTransport | None = None
    _held: str = field(default="", init=False, repr=False)
    _until: float = field(default=0.0, init=False)

    def get(self) -> str:
        """A token that is good now. Raises `NoToken`."""
        if time.monotonic() >= self._until:
            form = {"grant_type": "client_credentials", "scope": self.scope}
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
            try:
                with httpx.Client(timeout=WITHIN, transport=self.transport) as client:
                    given = client.post(self.url, data=form).raise_for_status().json()
                self._held, ends = str(given["access_token"]), float(given.get("expires_in", 0))
            except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as problem:
                raise NoToken(f"no token: {type(problem).__name__}") from None
            self._until = time.monotonic() + ends - _EARLY
        return self._held

    def forget(self) -> None:
        """The server does not take the token: the next one is fetched again."""
        self._until = 0.0
