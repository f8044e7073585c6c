"""The embedded stack's provider, where people sign in: by choosing. It asks for no password, which is why
production never has it. The flow is the one of a council's provider: authorisation code with PKCE, an ID token.
"""

import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import ConfigDict

from api.deps import deps_of
from api.pages.layout import HEADERS, page, plain
from api.provider import BACK, challenge_of
from calendar_rules.model import Model
from crg.embedded.errors import NobodyKnown
from crg.embedded.issuer import AUTHORIZE, CLIENT, TOKEN, Bearer, bearer_for, mint
from delivery.words import plain as in_words
from review.facts.directory import WRITTEN_TO_ONLY, Role
from settings import Settings

MINUTES = 480
GOOD_FOR = 60  # seconds in which a code is exchanged


class Wanted(Model):
    """What a client asks for (RFC 6749 4.1.1, RFC 7636)."""

    model_config = ConfigDict(extra="ignore")

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    def faults(self, settings: Settings) -> bool:
        """Whether it is not as our pages ask."""
        return (
            self.response_type != "code"
            or self.client_id != CLIENT
            or self.redirect_uri != f"{settings.public_url}{BACK}"
            or self.code_challenge_method != "S256"
            or not (self.code_challenge and self.state and self.nonce)
        )


class Chosen(Wanted):
    """The same, and who was chosen: a person or an office."""

    who: str


class Exchange(Model):
    """A code for a token (RFC 6749 4.1.3)."""

    model_config = ConfigDict(extra="ignore")

    grant_type: str = ""
    code: str = ""
    redirect_uri: str = ""
    client_id: str = ""
    code_verifier: str = ""


@dataclass(frozen=True)
class _Given:
    bearer: Bearer
    wanted: Wanted
    until: float


@dataclass
class SignIn:
    """The provider's two addresses; codes live in this process, each for one exchange."""

    settings: Settings
    given: dict[str, _Given] = field(default_factory=dict)

    def router(self) -> APIRouter:
        """The page, the choice, and the exchange."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(AUTHORIZE, self.show, methods=["GET"])
        routes.add_api_route(AUTHORIZE, self.choose, methods=["POST"])
        routes.add_api_route(TOKEN, self.exchange, methods=["POST"])
        return routes

    async def show(self, request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
        """Everybody of the directory and every office, to choose from."""
        if wanted.faults(self.settings):
            return _not_ours(request)
        directory = await deps_of(request).store.directory.read()
        people = [who for who in directory.people if who.active and not set(who.roles) <= set(WRITTEN_TO_ONLY)]
        held = {role for who in people for role in who.roles}
        context = {
            "partnership": directory.partnership,
            "action": AUTHORIZE,
            "wanted": wanted.model_dump(),
            "offices": [(role.value, _title(role)) for role in Role if role in held and role not in WRITTEN_TO_ONLY],
            "people": [(who.id, f"{who.name}, {who.job_title}" if who.job_title else who.name) for who in people],
        }
        return page(request, "login.html", context)

    async def choose(self, request: Request, chosen: Annotated[Chosen, Form()]) -> Response:
        """Be that person, or hold that office."""
        if request.headers.get("sec-fetch-site") == "cross-site":
            return plain(request, "Please sign in here", "Another site tried to sign you in.", status=403)
        if chosen.faults(self.settings):
            return _not_ours(request)
        try:
            bearer = bearer_for(await deps_of(request).store.directory.read(), chosen.who)
        except NobodyKnown:
            return plain(request, "Nobody of that name signs in", "Go back and choose from the list.", status=422)
        code, now = secrets.token_urlsafe(32), time.monotonic()
        self.given = {one: given for one, given in self.given.items() if given.until > now}
        self.given[code] = _Given(bearer, chosen, now + GOOD_FOR)
        words = urlencode({"code": code, "state": chosen.state, "iss": self.settings.oidc_issuer})
        return RedirectResponse(f"{chosen.redirect_uri}?{words}", status_code=303, headers=HEADERS)

    async def exchange(self, exchange: Annotated[Exchange, Form()]) -> Response:
        """An ID token for a code, once, and only to whom it was asked by."""
        given = self.given.pop(exchange.code, None)
        challenge = challenge_of(exchange.code_verifier)
        if (
            given is None
            or given.until < time.monotonic()
            or exchange.grant_type != "authorization_code"
            or (exchange.client_id, exchange.redirect_uri) != (given.wanted.client_id, given.wanted.redirect_uri)
            or not hmac.compare_digest(challenge.encode(), given.wanted.code_challenge.encode())
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        token = mint(self.settings, given.bearer, minutes=MINUTES, audience=CLIENT, nonce=given.wanted.nonce)
        access = mint(self.settings, given.bearer, minutes=MINUTES)
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": MINUTES * 60, "id_token": token, "access_token": access},
            headers={"Cache-Control": "no-store"},
        )


def _not_ours(request: Request) -> Response:
    return plain(request, "Please begin at our own page", "This was not asked for by these pages.", status=400)


def _title(role: Role) -> str:
    words = in_words(role.value)
    return words[:1].upper() + words[1:]
