"""API: the issuer's public keys, and what a valid token says about its bearer.

A token that names an unknown key never holds up one whose key is known: fetches run beside the requests.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpx
import jwt
from pydantic import Field, ValidationError

from api.problems import Problem
from calendar_rules.model import Model
from settings import Settings

ALGORITHMS = ["ES256", "RS256"]
REFETCH_AFTER = 30.0  # seconds before an unknown key id has the keys fetched again
KEEP_FOR = 300.0  # seconds after which the keys are fetched again, so that a withdrawn one is no longer accepted
RETRY_AFTER = 2.0  # seconds before an issuer that has never answered is asked again
WAIT_FOR_NEWER = 1.0  # seconds that a token of a known key waits for newer keys; then the keys of before serve
FETCH_WITHIN = 5.0  # seconds
TOKENS = 1000  # that are kept as good
LEEWAY = 5  # seconds between the issuer's clock and ours
_HERE = ("127.0.0.1", "localhost", "::1")


class Claims(Model):
    """What a token must say of its bearer; an office that is not of the protocol is passed over."""

    sub: str = Field(min_length=1, max_length=200)
    roles: list[str] = []
    people: list[str] | None = Field(default=None, max_length=500)
    exp: float
    nonce: str | None = None

    @property
    def names(self) -> list[str]:
        """Ids of the directory that the token stands for."""
        return self.people if self.people is not None else [self.sub]


class _Good(NamedTuple):
    """What a token says that was found good, and the very key by which: good until it expires, or the key is newer."""

    claims: Claims
    key: jwt.PyJWK


class Issuer:
    """The issuer's public keys, fetched when first needed and again when a token names an unknown one."""

    def __init__(self, settings: Settings, fetch: Callable[[], Awaitable[Any]] | None = None) -> None:
        self._settings = settings
        self.fetch_keys = fetch or self._fetch_over_http
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._good: dict[str, _Good] = {}  # tokens come with every request and are checked once

    async def claims(self, token: str) -> Claims:
        """What the token says of its bearer. Raises a 401 problem for one that is not good here."""
        good = self._good.get(token)
        if good is None or good.claims.exp <= time.time() or await self._key(good.key.key_id) is not good.key:
            good = await self._checked(token)
            if len(self._good) >= TOKENS:
                self._good.clear()
            self._good[token] = good
        return good.claims

    async def signed_in(self, token: str, *, nonce: str) -> Claims:
        """Whom an ID token names, which the provider gave for a sign-in at our pages. Raises a 401 problem."""
        claims = (await self._checked(token, audience=self._settings.oidc_client_id)).claims
        if not claims.nonce or not secrets.compare_digest(claims.nonce.encode(), nonce.encode()):
            raise Problem("token-not-accepted")
        return claims

    async def looked_at(self, token: str) -> Claims:
        """What a token says, whether for the API or for a sign-in. Nobody is signed in by it. Raises a 401 problem."""
        ours = [one for one in (self._settings.oidc_client_id, self._settings.oidc_audience) if one]
        return (await self._checked(token, audience=ours)).claims

    async def _checked(self, token: str, audience: str | list[str] | None = None) -> "_Good":
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Problem("token-not-accepted")
            key = await self._key(header.get("kid"))
            claims = Claims.model_validate(
                jwt.decode(
                    token,
                    key,
                    algorithms=ALGORITHMS,
                    audience=audience or self._settings.oidc_audience,
                    issuer=self._settings.oidc_issuer,
                    leeway=LEEWAY,
                    options={"require": ["exp", "iss", "aud", "sub"]},
                )
            )
        except jwt.ExpiredSignatureError:
            raise Problem("token-expired") from None
        except jwt.InvalidAudienceError:
            raise Problem("token-for-another-audience") from None
        except (jwt.PyJWTError, ValidationError, ValueError, TypeError):
            raise Problem("token-not-accepted") from None
        return _Good(claims, key)

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        if kid not in self._keys:
            await self._newer_keys(REFETCH_AFTER if self._keys else RETRY_AFTER, within=FETCH_WITHIN)
        elif _age(self._fetched_at) > KEEP_FOR:
            await self._newer_keys(REFETCH_AFTER, within=WAIT_FOR_NEWER)
        if not self._keys:
            raise Problem("issuer-unreachable", headers={"Retry-After": "60"})
        if kid not in self._keys:
            raise Problem("token-not-accepted")
        return self._keys[kid]

    async def _newer_keys(self, pause: float, *, within: float) -> None:
        """Wait for a fetch that runs, or for a new one where the last began longer ago than `pause`, but not long."""
        if self._fetching is None:
            if _age(self._tried_at) <= pause:
                return
            self._tried_at = time.monotonic()
            self._fetching = asyncio.create_task(self._refresh(), name="fetch the issuer's keys")
        await asyncio.wait([self._fetching], timeout=within)

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                keys = jwt.PyJWKSet.from_dict(await self.fetch_keys())
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError, jwt.PyJWTError):
            return  # the keys of before are good until the issuer answers again
        else:
            self._keys = {key.key_id: key for key in keys.keys}
            self._fetched_at = time.monotonic()
        finally:
            self._fetching = None

    async def _fetch_over_http(self) -> Any:
        url = self._settings.oidc_jwks_url
        async with over_http(url) as client:
            answer = await client.get(url)
            return answer.raise_for_status().json()


def over_http(url: str) -> httpx.AsyncClient:
    """A client for that address. A proxy of the environment leads to the council's provider, never back to this
    machine.
    """
    return httpx.AsyncClient(timeout=FETCH_WITHIN, trust_env=httpx.URL(url).host not in _HERE)


def _age(at: float | None) -> float:
    return float("inf") if at is None else time.monotonic() - at
