"""The embedded stack's own identity provider: one ES256 key, short tokens for any role or person of the directory.

Production uses the council's OIDC provider; this one exists so that a machine on its own can be tried. The API serves
`router` under the issuer's address, so that tokens are checked against a key set in the same way in both.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm

from crg.embedded.errors import NobodyKnown
from review.facts.directory import WRITTEN_TO_ONLY, Directory, Person, Role
from settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

ALGORITHM = "ES256"
KEY_FILE = "issuer.json"
PRIVATE_PART = "d"
CLIENT = "case-review-pages"  # as which the pages sign people in
AUTHORIZE, TOKEN = "/issuer/authorize", "/issuer/token"


@dataclass(frozen=True)
class Bearer:
    """Whom a token stands for: `people` are ids of the directory, `sub` the first of them."""

    sub: str
    roles: Sequence[Role]
    agency: str | None
    people: Sequence[str]


def make_signing_key(settings: Settings) -> None:
    """Make the issuer's key, readable by its owner only; an existing one is left alone."""
    path = settings.data / KEY_FILE
    key = json.loads(ECAlgorithm(ECAlgorithm.SHA256).to_jwk(generate_private_key(SECP256R1())))
    key |= {"kid": f"embedded-{secrets.token_hex(4)}", "use": "sig", "alg": ALGORITHM}
    new = path.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(key, file)
    with suppress(FileExistsError):
        os.link(new, path)  # the file appears whole and once, though two processes ask at the same time
    new.unlink()


def mint(
    settings: Settings,
    bearer: Bearer,
    *,
    minutes: int = 480,
    now: datetime | None = None,
    audience: str | None = None,
    nonce: str | None = None,
) -> str:
    """A signed token for this bearer, valid for the given minutes: for the API, or the ID token of a sign-in. Makes the
    key if there is none yet.
    """
    begins = now or datetime.now(UTC)
    if not (settings.data / KEY_FILE).exists():
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_signing_key(settings)
    key = _key(settings)
    claims = {
        "iss": settings.oidc_issuer,
        "aud": audience or settings.oidc_audience,
        "sub": bearer.sub,
        "roles": [role.value for role in bearer.roles],
        "agency": bearer.agency,
        "people": list(bearer.people),
        "iat": begins,
        "exp": begins + timedelta(minutes=minutes),
        "jti": secrets.token_urlsafe(12),
    } | ({"nonce": nonce} if nonce else {})
    return jwt.encode(claims, jwt.PyJWK(key).key, algorithm=ALGORITHM, headers={"kid": key["kid"]})


def jwks(settings: Settings) -> dict[str, list[dict[str, str]]]:
    """The public key set against which tokens are checked."""
    return {"keys": [{name: value for name, value in _key(settings).items() if name != PRIVATE_PART}]}


def configuration(settings: Settings) -> Mapping[str, Any]:
    """The provider's OpenID configuration."""
    return {
        "issuer": settings.oidc_issuer,
        "jwks_uri": settings.oidc_jwks_url,
        "authorization_endpoint": f"{settings.public_url}{AUTHORIZE}",
        "token_endpoint": f"{settings.public_url}{TOKEN}",
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": True,
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "subject_types_supported": ["public"],
        "response_types_supported": ["code"],
        "claims_supported": ["iss", "aud", "sub", "roles", "agency", "people", "iat", "exp", "jti"],
    }


def router(settings: Settings) -> "APIRouter":
    """The issuer's two open addresses, for the API to serve: `/issuer/jwks.json` and the OpenID configuration."""
    from fastapi import APIRouter

    routes = APIRouter(prefix="/issuer", include_in_schema=False)

    @routes.get("/jwks.json")
    def keys() -> dict[str, list[dict[str, str]]]:
        return jwks(settings)

    @routes.get("/.well-known/openid-configuration")
    def about() -> Mapping[str, Any]:
        return configuration(settings)

    return routes


def bearer_for(directory: Directory, wanted: str) -> Bearer:
    """Whom a token stands for: every active holder of this role, or this one person with all their roles.

    A word that is both (`dcs`) is the role. Raises `NobodyKnown`, listing what is known.
    """
    if not directory.people:
        raise NobodyKnown(
            "Nobody is in the directory of this database yet, so there is nobody to make a token for. Load people with "
            "crg directory load FILE.toml, or start the stack once with crg run, which loads a sample partnership; "
            "where your cases are in another place, set CRG_DATA or CRG_DATABASE_URL to it."
        )
    people = [person for person in directory.people if person.active and not set(person.roles) <= set(WRITTEN_TO_ONLY)]
    roles = [role for role in Role if role not in WRITTEN_TO_ONLY]
    if wanted in roles:
        role = Role(wanted)
        holders = [person for person in people if role in person.roles]
        if not holders:
            raise NobodyKnown(f"Nobody in {directory.partnership} holds the role {wanted}. {_known(roles, people)}")
        return Bearer(holders[0].id, [role], _one_agency(holders), [person.id for person in holders])
    for person in people:
        if person.id == wanted:
            return Bearer(person.id, [role for role in person.roles if role in roles], person.agency, [person.id])
    raise NobodyKnown(f"There is no role or person “{wanted}” that signs in. {_known(roles, people)}")


def _one_agency(holders: Sequence[Person]) -> str | None:
    agencies = {person.agency for person in holders}
    return agencies.pop() if len(agencies) == 1 else None


def _known(roles: Sequence[Role], people: Sequence[Person]) -> str:
    return f"Roles: {', '.join(roles)}. People: {', '.join(person.id for person in people)}."


def _key(settings: Settings) -> dict[str, str]:
    key: dict[str, str] = json.loads((settings.data / KEY_FILE).read_text(encoding="ascii"))
    return key
