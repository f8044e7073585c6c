"""The embedded issuer: tokens that an ordinary check against its key set accepts, for whoever the directory knows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI

from crg.embedded import issuer
from crg.embedded.errors import NobodyKnown
from crg.embedded.issuer import Bearer, bearer_for
from crg.embedded.sample import sample_partnership
from review.facts.directory import WRITTEN_TO_ONLY, Directory, Person, Role
from settings import Settings

OFFICER = Bearer("officer-police", [Role.ACCOUNTABLE_OFFICER], None, ["officer-police"])


def checked(token: str, settings: Settings, *, audience: str | None = None) -> dict[str, Any]:
    """The claims, checked as any service checks them."""
    keys = jwt.PyJWKSet.from_dict(issuer.jwks(settings))
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        key.key,
        algorithms=["ES256"],
        audience=audience or settings.oidc_audience,
        issuer=settings.oidc_issuer,
        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]},
    )
    return claims


def test_a_token_says_who_it_stands_for_and_is_accepted_against_the_key_set(settings: Settings) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    claims = checked(issuer.mint(settings, OFFICER, minutes=30, now=now), settings)
    assert claims["sub"] == "officer-police"
    assert claims["roles"] == ["accountable-officer"]
    assert claims["agency"] is None
    assert claims["people"] == ["officer-police"]
    assert claims["exp"] - claims["iat"] == 30 * 60
    assert datetime.fromtimestamp(claims["iat"], UTC) == now


def test_a_token_ends_when_its_time_is_up(settings: Settings) -> None:
    token = issuer.mint(settings, OFFICER, minutes=30, now=datetime.now(UTC) - timedelta(minutes=31))
    with pytest.raises(jwt.ExpiredSignatureError):
        checked(token, settings)


def test_a_token_is_for_one_audience(settings: Settings) -> None:
    with pytest.raises(jwt.InvalidAudienceError):
        checked(issuer.mint(settings, OFFICER), settings, audience="another-service")


def test_a_token_of_another_stack_is_not_accepted(settings: Settings) -> None:
    other = settings.model_copy(update={"data": settings.data / "other"})
    foreign = issuer.mint(other, OFFICER)
    issuer.mint(settings, OFFICER)
    with pytest.raises(KeyError):
        checked(foreign, settings)


def test_the_key_is_made_once_and_its_private_part_is_never_published(settings: Settings) -> None:
    issuer.mint(settings, OFFICER)
    path = settings.data / "issuer.json"
    held = path.read_bytes()
    issuer.make_signing_key(settings)
    assert path.read_bytes() == held
    assert path.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in settings.data.iterdir()] == ["issuer.json"]
    (public,) = issuer.jwks(settings)["keys"]
    assert set(public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_the_key_set_and_the_openid_configuration_are_served_openly(settings: Settings) -> None:
    issuer.mint(settings, OFFICER)
    app = FastAPI()
    app.include_router(issuer.router(settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        about = (await client.get(f"{settings.oidc_issuer}/.well-known/openid-configuration")).json()
        keys = (await client.get(about["jwks_uri"])).json()
    assert about["issuer"] == settings.oidc_issuer
    assert keys == issuer.jwks(settings)


def test_a_role_stands_for_everyone_who_holds_it() -> None:
    bearer = bearer_for(sample_partnership(), "deputy")
    assert bearer == Bearer(
        "deputy-local-authority", [Role.DEPUTY], None, ["deputy-local-authority", "deputy-health", "deputy-police"]
    )


def test_a_person_stands_for_nobody_else_and_has_all_their_roles() -> None:
    bearer = bearer_for(sample_partnership(), "lead-police")
    assert bearer == Bearer("lead-police", [Role.AGENCY, Role.CRG_MEMBER], "police", ["lead-police"])


@pytest.mark.parametrize("role", [role for role in Role if role not in (*WRITTEN_TO_ONLY, Role.DELEGATE)])
def test_the_sample_partnership_has_a_holder_of_every_role(role: Role) -> None:
    """But of a delegate: its leads sign themselves (B-11)."""
    assert bearer_for(sample_partnership(), role).roles == [role]


def test_the_panel_is_written_to_and_never_signs_in() -> None:
    with pytest.raises(NobodyKnown, match="“panel” that signs in"):
        bearer_for(sample_partnership(), "panel")


def test_somebody_unknown_is_an_error_that_lists_who_is_known() -> None:
    with pytest.raises(NobodyKnown) as refusal:
        bearer_for(sample_partnership(), "nobody")
    assert "“nobody”" in str(refusal.value)
    assert "business-unit, crg-chair" in str(refusal.value)
    assert "sbu-manager" in str(refusal.value)


def test_somebody_who_has_left_gets_no_token() -> None:
    left = Person(id="left", name="Left Sample", email="left@example.org", roles=[Role.OBSERVER], active=False)
    directory = Directory(partnership="Sample", people=[left], agencies=[])
    with pytest.raises(NobodyKnown):
        bearer_for(directory, "left")
    with pytest.raises(NobodyKnown, match="Nobody in Sample holds the role observer"):
        bearer_for(directory, "observer")
