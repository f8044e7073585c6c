"""API: checks of the provider of the pages' sign-in, and whether what it says of a person maps to one of the directory.

Nobody is signed in by them.
"""

from datetime import date

import httpx
import jwt

from api.auth import Caller, of_directory
from api.issuer import ALGORITHMS, Issuer
from api.problems import Problem
from api.provider import Addresses, Provider
from review.facts.directory import Role
from settings import Settings
from store import Store

CHALLENGE = "S256"


async def provider(settings: Settings) -> list[str]:
    """What is wrong with it; nothing where people come through a portal."""
    if not settings.oidc_client_id:
        return []
    issuer = Issuer(settings)
    try:
        found = await Provider(settings, issuer).addresses()
    except Problem:
        return [
            f"{settings.oidc_issuer} does not answer as an OpenID provider, or as another one than that: look at "
            "CRG_OIDC_ISSUER, letter by letter, and the way there. Links in emails work without it"
        ]
    wrong = [*unlike(found, settings)]
    try:
        keys = jwt.PyJWKSet.from_dict(await issuer.fetch_keys()).keys
    except (httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError):
        keys = []
    if not keys:
        named = f"; the provider itself names {found.jwks_uri}" if found.jwks_uri else ""
        wrong.append(f"no public key is found at CRG_OIDC_JWKS_URL ({settings.oidc_jwks_url}){named}")
    return wrong


def unlike(found: Addresses, settings: Settings) -> list[str]:
    """What the provider says that it does otherwise than our sign-in needs it. What it leaves unsaid is no fault."""
    wrong = []
    if found.code_challenge_methods_supported and CHALLENGE not in found.code_challenge_methods_supported:
        wrong.append(f"the provider does not offer PKCE with {CHALLENGE}, which the sign-in needs")
    if not {*ALGORITHMS} & {*(found.id_token_signing_alg_values_supported or ALGORITHMS)}:
        wrong.append(f"the provider signs ID tokens with none of {' and '.join(ALGORITHMS)}: choose one there")
    offered = found.scopes_supported or settings.oidc_scopes.split()
    if lacking := [one for one in settings.oidc_scopes.split() if one not in offered]:
        wrong.append(f"the provider does not know the scope {' and '.join(lacking)} of CRG_OIDC_SCOPES")
    return wrong


async def maps(settings: Settings, store: Store, token: str, today: date) -> tuple[list[str], list[str]]:
    """How a token of the provider maps to the directory, one for the API or an ID token; and what is wrong."""
    try:
        claims = await Issuer(settings).looked_at(token)
        caller = of_directory(claims, await store.directory.offices(today), several=_embedded(settings))
    except Problem as problem:
        return [], [problem.detail]
    unknown = [one for one in claims.roles if one not in list(Role)]
    not_held = [one for one in claims.roles if one not in unknown and one not in caller.roles]
    said = [_speaks_for(caller)]
    if unknown:
        said.append(f"Passed over, as no office is called so: {', '.join(unknown)}.")
    if not_held:
        said.append(f"Passed over, as the directory does not give it to {caller.sub}: {', '.join(not_held)}.")
    if caller.roles:
        return said, []
    given = "bears no claim `roles`" if not claims.roles else "names no office in `roles` that the directory gives them"
    return said, [f"the token {given}: every page is closed to {caller.sub}. Have the provider map their offices"]


def _embedded(settings: Settings) -> bool:
    return settings.oidc_issuer == f"{settings.public_url}/issuer"


def _speaks_for(caller: Caller) -> str:
    return f"The token speaks for {caller.sub}, as {', '.join(caller.roles) or 'nothing'}."
