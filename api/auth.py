"""API: who is asking. A bearer token, set against the directory, and which offices a route is open to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import ConfigDict

from api.deps import Deps
from api.issuer import Claims, Issuer
from api.problems import Problem, of_refusal
from calendar_rules.model import Model
from review.facts import Speaker
from review.facts.directory import READ_WHOLE_CASES, WRITTEN_TO_ONLY, Role
from review.facts.office_words import offices
from review.kit.refusals import NotYourRole
from store.directory import Offices

COOKIE = "crg_session"
ADDRESS = "address"  # of a session that was begun by a mailed code: to where that went
SIGNING_IN = tuple(role for role in Role if role not in WRITTEN_TO_ONLY)
BY_CODE = tuple(role for role in SIGNING_IN if role is not Role.BUSINESS_UNIT)  # who may sign in by a mailed code
READERS = READ_WHOLE_CASES
NOBODY_YET = (
    "The directory holds no people yet, so nobody can sign in. The operator enters them: crg directory load FILE.toml."
)

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the issuer; `crg token --as ROLE`.")
cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The same token as a cookie, for GET only.")


class Caller(Model):
    """Who is asking: `people` are the active people of the directory that the token stands for, `sub` the first."""

    model_config = ConfigDict(frozen=True)

    sub: str
    roles: tuple[Role, ...]
    people: tuple[str, ...]

    @property
    def speaker(self) -> Speaker:
        return Speaker(people=list(self.people), roles=list(self.roles))

    def holds(self, *roles: Role) -> bool:
        return bool(set(roles) & set(self.roles))


async def caller_of(request: Request) -> Caller | None:
    """Who is asking, or None where nobody has signed in. The cookie counts for GET only: another site could send it.

    Raises a 401 problem for a token that is not good, and a 403 problem for one that stands for nobody here.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return await known(request, token.strip())
    return await of_cookie(request) if request.method == "GET" else None


async def of_cookie(request: Request) -> Caller | None:
    """Whose browser this is: by a session of our own sign-in, or a token that a portal has put there. Problems as
    those of a token.
    """
    held = request.cookies.get(COOKIE)
    if not held:
        return None
    if "." in held:  # a JWT
        return await known(request, held)
    deps: Deps = request.app.state.deps
    idle = timedelta(minutes=deps.settings.session_idle_minutes)
    claims = await deps.store.sessions.holder(held, at=deps.now(), idle=idle)
    if claims is None:
        raise Problem("session-ended")
    if ADDRESS not in claims:
        return await of_claims(request, Claims.model_validate(claims))
    directory = await deps.store.directory.read()
    address = next((who.email for who in directory.people if who.id == claims["sub"] and who.active), None)
    if address != claims.pop(ADDRESS) or directory.waits(claims["sub"]):
        await deps.store.sessions.end(held)
        raise Problem("session-ended")
    caller = await of_claims(request, Claims.model_validate(claims))
    return caller.model_copy(update={"roles": tuple(role for role in caller.roles if role in BY_CODE)})


def by_code(person: str, address: str, until: datetime) -> dict[str, Any]:
    """Who holds a session that was begun by a code: with whatever offices the directory gives them, less those that
    need the council's account, for as long as this is their address.
    """
    return {"sub": person, "roles": [*BY_CODE], "exp": until.timestamp(), ADDRESS: address}


async def known(request: Request, token: str) -> Caller:
    """Whom a token stands for, set against the directory. Raises a problem, and logs it, where it is not good here."""
    issuer: Issuer = request.app.state.issuer
    try:
        return await of_claims(request, await issuer.claims(token))
    except Problem as problem:
        if problem.status != HTTPStatus.SERVICE_UNAVAILABLE:
            structlog.get_logger().warning("token-refused", reason=problem.name)
        raise


async def of_claims(request: Request, claims: Claims) -> Caller:
    """As `of_directory`, as the directory is now."""
    deps: Deps = request.app.state.deps
    offices = await deps.store.directory.offices(deps.today())
    return of_directory(claims, offices, several=getattr(request.app.state, "embedded", False))


def of_directory(claims: Claims, active: Mapping[str, Offices], *, several: bool) -> Caller:
    """The active people of the directory for whom the token speaks, with those of its offices that they hold there. A
    token that is good for an office of one's own is good for those held in the place of somebody, too: whoever gives
    out tokens knows nothing of leave.

    A token speaks for exactly one person; in the embedded stack it may stand for an office and all who hold it.
    """
    if len(set(claims.names)) != 1 and not several:
        raise Problem("not-one-person")
    if not active:
        raise Problem("not-in-directory", NOBODY_YET)
    people = tuple(dict.fromkeys(name for name in claims.names if name in active))
    if not people:
        raise Problem("not-in-directory")
    own = {role for person in people for role in active[person].own if role.value in claims.roles}
    instead = {role for person in people for role in active[person].instead if own}
    roles = tuple(role for role in SIGNING_IN if role in own | instead)
    return Caller(sub=people[0], roles=roles, people=people)


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
            structlog.get_logger().warning("office-refused", person=caller.sub, what=self.what)
            raise not_for_you(self.what, self.roles)
        return caller


def not_for_you(what: str, roles: tuple[Role, ...]) -> Problem:
    """A 403 problem that names who may: the same refusal that the case itself would give."""
    return of_refusal(NotYourRole(what=what, roles=offices(roles)).as_dict())


Reader = Annotated[Caller, Depends(Allow(*READERS))]
Anyone = Annotated[Caller, Depends(Allow(*SIGNING_IN))]
BusinessUnit = Annotated[Caller, Depends(Allow(Role.BUSINESS_UNIT))]
