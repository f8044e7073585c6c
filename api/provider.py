"""API: the OpenID provider, as the sign-in of the pages asks it: authorisation code with PKCE (RFC 7636, RFC 9207).

What a person brings back from it counts only in the browser that was sent there, once, and for a few minutes.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any, Self

import httpx
from pydantic import Field, ValidationError

from api.issuer import FETCH_WITHIN, Claims, Issuer, over_http
from api.problems import Problem
from calendar_rules.model import Model
from settings import Settings

BACK = "/sign-in/back"  # where the provider sends people back to
GOOD_FOR = 600  # seconds from the way there to the way back
KEEP_FOR = 3600.0  # seconds after which the provider's addresses are asked for again


def challenge_of(verifier: str) -> str:
    """What is shown of a verifier before it is (S256, RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Asked(Model):
    """What was asked of the provider for one browser, which keeps it sealed until it comes back."""

    state: str
    nonce: str
    verifier: str
    onward: str
    until: float = Field(description="seconds since 1970")

    @classmethod
    def now(cls, onward: str) -> Self:
        """A new question, for somebody who is to be at `onward` in the end."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, onward=onward, until=time.time() + GOOD_FOR)


class Addresses(Model):
    """Where the provider answers and what it offers, by its own configuration."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None = None
    jwks_uri: str | None = None
    code_challenge_methods_supported: list[str] | None = None
    id_token_signing_alg_values_supported: list[str] | None = None
    scopes_supported: list[str] | None = None


class Provider:
    """The provider of the settings. Raises a 503 problem where it does not answer as a provider does."""

    def __init__(
        self, settings: Settings, issuer: Issuer, connect: Callable[[str], httpx.AsyncClient] = over_http
    ) -> None:
        self._settings, self._issuer, self._connect = settings, issuer, connect
        self._addresses: Addresses | None = None
        self._asked_at = 0.0

    async def addresses(self) -> Addresses:
        """Where it answers; those of before where it does not say so now."""
        if self._addresses is None or time.monotonic() - self._asked_at > KEEP_FOR:
            url = f"{self._settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                found = Addresses.model_validate(await self._answer("GET", url))
                if found.issuer != self._settings.oidc_issuer:
                    raise ValueError("another provider's configuration")
            except (httpx.HTTPError, ValidationError, ValueError):
                if self._addresses is None:
                    raise Problem("provider-unreachable", headers={"Retry-After": "60"}) from None
            else:
                self._addresses = found
            self._asked_at = time.monotonic()
        return self._addresses

    async def way_there(self, asked: Asked) -> str:
        """Where the browser goes to sign in."""
        where = (await self.addresses()).authorization_endpoint
        words = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._back,
            "scope": self._settings.oidc_scopes,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge_of(asked.verifier),
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(where).copy_merge_params(words))

    async def who(self, code: str, asked: Asked) -> Claims:
        """Who has signed in, for the code that the browser brings. Raises a 401 problem where it is not good."""
        words = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": asked.verifier,
            "client_id": self._settings.oidc_client_id,
        }
        try:
            answer = await self._answer("POST", (await self.addresses()).token_endpoint, words)
            token = answer["id_token"]
        except httpx.HTTPStatusError as problem:
            name = "sign-in-not-good" if problem.response.is_client_error else "provider-unreachable"
            raise Problem(name) from None
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise Problem("provider-unreachable", headers={"Retry-After": "60"}) from None
        return await self._issuer.signed_in(str(token), nonce=asked.nonce)

    async def way_out(self) -> str | None:
        """Where a browser ends its sign-in with the provider, too, if the provider has such a place."""
        where = (await self.addresses()).end_session_endpoint
        if where is None:
            return None
        words = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.public_url}/",
        }
        return str(httpx.URL(where).copy_merge_params(words))

    @property
    def _back(self) -> str:
        return f"{self._settings.public_url}{BACK}"

    async def _answer(self, method: str, url: str, words: dict[str, Any] | None = None) -> Any:
        secret, id = self._settings.oidc_client_secret, self._settings.oidc_client_id
        auth = httpx.BasicAuth(id or "", secret.get_secret_value()) if secret and words else None
        async with self._connect(url) as client:
            answer = await client.request(method, url, data=words, auth=auth, timeout=FETCH_WITHIN)
            return answer.raise_for_status().json()
