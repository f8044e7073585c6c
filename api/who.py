"""API: who is asking. A bearer token checked against the issuer's keys, and which offices a route is open to."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import httpx
import jwt
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.problems import Problem, of_refusal
from review.directory import WRITTEN_TO_ONLY, Role
from review.facts import Speaker
from review.refusals import NotYourRole
from settings import Settings

COOKIE = "crg_session"
ALGORITHMS = ["ES256", "RS256"]
SIGNING_IN = tuple(role for role in Role if role not in WRITTEN_TO_ONLY)
READERS = tuple(role for role in SIGNING_IN if role not in (Role.AGENCY, Role.OBSERVER))
REFETCH_AFTER = 30.0  # seconds before an unknown key id has the keys fetched again
KEEP_FOR = 300.0  # seconds after which a withdrawn key is no longer accepted
_HERE = ("127.0.0.1", "localhost", "::1")
LEEWAY = 5  # seconds between the issuer's clock and ours

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the issuer; `crg token --as ROLE`.")
cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The same token as a cookie, for GET only.")


class Caller(BaseModel):
    """Who is asking: `people` are the ids of the directory that the token stands for."""

    model_config = ConfigDict(frozen=True)

    sub: str
    roles: tuple[Role, ...]
    agency: str | None = None
    people: tuple[str, ...]

    @property
    def speaker(self) -> Speaker:
        return Speaker(people=list(self.people), roles=list(self.roles))

    def holds(self, *roles: Role) -> bool:
        return bool(set(roles) & set(self.roles))


class _Claims(BaseModel):
    """What a token must say of its bearer; an office that is not of the protocol is passed over."""

    sub: str = Field(min_length=1, max_length=200)
    roles: list[str] = []
    agency: str | None = None
    people: list[str] | None = Field(default=None, max_length=500)


class Issuer:
    """The issuer's public keys, fetched when first needed and again when a token names an unknown one."""

    def __init__(self, settings: Settings, fetch: Callable[[], Awaitable[Any]] | None = None) -> None:
        self._settings = settings
        self._fetch = fetch or self._fetch_over_http
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def caller(self, token: str) -> Caller:
        """Whom the token stands for. Raises a 401 problem for one that is not good here."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Problem("token-not-accepted")
            claims = _Claims.model_validate(
                jwt.decode(
                    token,
                    await self._key(header.get("kid")),
                    algorithms=ALGORITHMS,
                    audience=self._settings.oidc_audience,
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
        roles = tuple(role for role in SIGNING_IN if role.value in claims.roles)
        people = claims.people if claims.people is not None else [claims.sub]
        return Caller(sub=claims.sub, roles=roles, agency=claims.agency, people=tuple(people))

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        async with self._lock:
            age = None if self._fetched_at is None else time.monotonic() - self._fetched_at
            if age is None or age > KEEP_FOR or (kid not in self._keys and age > REFETCH_AFTER):
                await self._refresh()
        if kid not in self._keys:
            raise Problem("token-not-accepted")
        return self._keys[kid]

    async def _refresh(self) -> None:
        try:
            keys = jwt.PyJWKSet.from_dict(await self._fetch())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError):
            if not self._keys:
                raise Problem("issuer-unreachable") from None
            return  # the keys of before are good until the issuer answers again
        self._keys = {key.key_id: key for key in keys.keys}
        self._fetched_at = time.monotonic()

    async def _fetch_over_http(self) -> Any:
        url = httpx.URL(self._settings.oidc_jwks_url)
        # A proxy of the environment leads to the council's provider, never back to this machine.
        async with httpx.AsyncClient(timeout=5, trust_env=url.host not in _HERE) as client:
            answer = await client.get(url)
            return answer.raise_for_status().json()


async def caller_of(request: Request) -> Caller | None:
    """Who is asking, or None where nobody has signed in. The cookie counts for GET only: another site could send it.

    Raises a 401 problem for a token that is not good.
    """
    issuer: Issuer = request.app.state.issuer
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return await issuer.caller(token.strip())
    held = request.cookies.get(COOKIE)
    if held and request.method == "GET":
        return await issuer.caller(held)
    return None


class Allow:
    """The offices that a route is open to; the dependency that every route behind the sign-in has."""

    def __init__(self, *roles: Role, what: str = "This") -> None:
        self.roles = roles
        self.what = what

    async def __call__(
        self, request: Request, _bearer: Annotated[Any, Depends(bearer)], _cookie: Annotated[Any, Depends(cookie)]
    ) -> Caller:
        caller = await caller_of(request)
        if caller is None:
            raise Problem("not-signed-in")
        if not caller.holds(*self.roles):
            raise not_for_you(self.what, self.roles)
        return caller


def not_for_you(what: str, roles: tuple[Role, ...]) -> Problem:
    """A 403 problem that names who may: the same refusal that the case itself would give."""
    return of_refusal(NotYourRole(what=what, roles=" or ".join(roles)).as_dict())


Reader = Annotated[Caller, Depends(Allow(*READERS))]
Anyone = Annotated[Caller, Depends(Allow(*SIGNING_IN))]
BusinessUnit = Annotated[Caller, Depends(Allow(Role.BUSINESS_UNIT))]
